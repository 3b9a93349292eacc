// The command finds its shipped files from where it lies itself, wherever it is started from and
// under whatever name.
#include <cstdlib>
#include <filesystem>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

namespace fs = std::filesystem;

/// Lists, validates and runs with the program in the folder.
void check_works(const fs::path& program, const fs::path& folder, const fs::path& scenario) {
  const auto call = [&](std::vector<std::string> words) {
    return run({.program = program, .words = std::move(words), .folder = folder});
  };
  const Outcome list = call({"list", "scenarios"});
  CHECK(list.status == 0);
  CHECK(list.out.find("lose-singapore") != std::string::npos);
  const Outcome sound = call({"validate", scenario.string()});
  INFO(sound.err);
  CHECK(sound.status == 0);
  CHECK(sound.out.find(": sound\n") != std::string::npos);
  const Outcome met = call(quick_run());
  INFO(met.err);
  CHECK(met.status == 0);
  CHECK(met.out.starts_with("MET: "));
}

}  // namespace

TEST_CASE("shipped scenarios run from any folder", "[cli]") {
  const TemporaryFolder folder;
  const fs::path scenario = source_dir() / "scenarios" / "library" / "smallest.json";
  check_works(lifeboat_binary(), folder.path(), scenario);
  check_works(lifeboat_binary(), "/", scenario);
}

TEST_CASE("shipped scenarios run through a symbolic link to the command", "[cli]") {
  const TemporaryFolder folder;
  const fs::path link = folder.path() / "boat";
  fs::create_symlink(lifeboat_binary(), link);
  check_works(link, "/", source_dir() / "scenarios" / "library" / "smallest.json");
}

TEST_CASE("an installed copy brings its shipped files along", "[cli]") {
  const TemporaryFolder folder;
  const fs::path prefix = folder.path() / "a prefix";
  const std::string install = "cmake --install '" + build_dir().string() + "' --prefix '" +
                              prefix.string() + "' >'" + (folder.path() / "log").string() +
                              "' 2>&1";
  INFO(install);
  REQUIRE(std::system(install.c_str()) == 0);
  const fs::path shared = prefix / "share" / "lifeboat";
  check_works(prefix / "bin" / "lifeboat", "/",
              shared / "scenarios" / "library" / "lose-singapore.json");

  const Outcome explained =
      run({.program = prefix / "bin" / "lifeboat", .words = {"explain", "waf"}, .folder = "/"});
  CHECK(explained.out.find("In queueing terms: ") != std::string::npos);

  // It is its own files that it reads.
  fs::remove(shared / "scenarios" / "library" / "week.json");
  const Outcome list =
      run({.program = prefix / "bin" / "lifeboat", .words = {"list", "scenarios"}, .folder = "/"});
  CHECK(list.out.find("  week ") == std::string::npos);
  // Traffic that is replayed comes along, and what explains the kinds; other documentation and
  // sources do not.
  CHECK(fs::exists(shared / "scenarios" / "traffic" / "retail-week.csv"));
  for (const auto& entry : fs::recursive_directory_iterator(prefix)) {
    INFO(entry.path());
    if (!entry.is_regular_file()) continue;
    const std::string kind = entry.path().extension().string();
    const bool explains = entry.path().filename() == "README.md" &&
                          entry.path().parent_path().parent_path().filename() == "services";
    CHECK((kind == ".json" || kind == ".csv" || explains || entry.path().filename() == "lifeboat"));
  }
}

TEST_CASE("a command without its shipped files says so, and still works on other files", "[cli]") {
  const TemporaryFolder folder;
  const fs::path alone = folder.path() / "bin" / "lifeboat";
  fs::create_directories(alone.parent_path());
  fs::copy_file(lifeboat_binary(), alone);
  const auto call = [&](std::vector<std::string> words) {
    return run({.program = alone, .words = std::move(words), .folder = folder.path()});
  };
  check_refused(call({"run"}), "Shipped: none found");
  const Outcome list = call({"list", "scenarios"});
  CHECK(list.status == 0);
  CHECK(list.out.find("none found") != std::string::npos);
  CHECK(call({"init", "shop"}).status == 0);
  CHECK(call({"validate", "shop/platform.json", "shop/scenario.json"}).status == 0);
}

TEST_CASE("a file in the current folder wins over the shipped one of its name", "[cli]") {
  const TemporaryFolder folder;
  folder.write("smallest", "{}");
  Call call = lifeboat_call({"run", "smallest"});
  call.folder = folder.path();
  check_refused(run(call), "smallest:1:");
}

}  // namespace lifeboat::tests
