// Files that are no files, no JSON, too much or nonsense; and --set and --out that lead nowhere.
//
// Whatever is handed in, the command says what is wrong with it and ends with status 3: no crash,
// no endless wait, no word about its insides.
#include <filesystem>

#include <sys/stat.h>
#include <unistd.h>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

namespace fs = std::filesystem;

/// Every command that reads a file refuses this one, and names it.
void check_file_refused(const fs::path& file, std::string_view expected) {
  const std::string name = file.string();
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"validate", name}, {"run", name}, {"explain", "--network", name}}) {
    INFO(words[0]);
    const Outcome outcome = lifeboat(words);
    check_refused(outcome, expected);
    CHECK(outcome.err.find(name) != std::string::npos);
  }
}

/// A scenario on a platform of one till, whose parts can be replaced.
struct Parts {
  std::string operations = R"("serve": { "demand": { "exponential": { "mean": "10ms" } } })";
  std::string servers = "1";
  std::string more_services = {};
  std::string traffic = R"({ "visit": { "rate": "9/s" } })";
  std::string duration = "\"10s\"";
};

std::string scenario_of(const Parts& parts) {
  return R"({
  "format": "lifeboat/scenario/1", "name": "small",
  "platform": {
    "format": "lifeboat/platform/1", "name": "one-till",
    "regions": { "home": { "code": "ap-southeast-1" } },
    "services": {
      "till": {
        "kind": "queue", "region": "home", "servers": )" +
         parts.servers + R"(,
        "operations": { )" +
         parts.operations + " } }" + parts.more_services + R"(
    },
    "journeys": { "visit": { "entry": "till.serve" } }
  },
  "duration": )" +
         parts.duration + R"(,
  "traffic": )" +
         parts.traffic + R"(,
  "objectives": ["availability >= 99%"]
}
)";
}

/// Validates a scenario of these parts.
Outcome validate(const Parts& parts) {
  const TemporaryFolder folder;
  return lifeboat({"validate", folder.write("small.json", scenario_of(parts)).string()});
}

}  // namespace

TEST_CASE("a file that is not there, or no file, is refused", "[cli]") {
  const TemporaryFolder folder;
  folder.write("shop.json", "{}");
  const Outcome missing = lifeboat({"validate", (folder.path() / "shop.jsn").string()});
  check_refused(missing, "/shop.json\"?)");
  check_refused(lifeboat({"run", (folder.path() / "none.json").string()}), "none.json");
  check_file_refused(folder.path(), "it is a directory");
  check_file_refused("/dev/null", "it is a device");
  check_file_refused("/dev/zero", "it is a device");
  const fs::path pipe = folder.path() / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  check_file_refused(pipe, "it is a pipe");
}

TEST_CASE("a file that cannot be read is refused", "[cli]") {
  if (geteuid() == 0) SKIP_TEST("root may read every file");
  const TemporaryFolder folder;
  const fs::path file = folder.write("secret.json", "{}");
  fs::permissions(file, fs::perms::none);
  check_file_refused(file, "Permission denied");
}

TEST_CASE("a file that is not our JSON is refused with its line", "[cli]") {
  const TemporaryFolder folder;
  const auto refused = [&](std::string_view text, std::string_view expected) {
    INFO(text.substr(0, 80));
    check_file_refused(folder.write("bad.json", text), expected);
  };
  refused("", "bad.json:1:");
  refused(" \n\n", "bad.json:");
  refused("\n\n{ \"format\": \"lifeboat/scenario/1\",\n  \"name\": ", "bad.json:4:");
  refused("{\"format\": \"lifeboat/sce", "bad.json:1:");
  refused("{\n\"a\": 1,\n}", "bad.json:3:");
  refused("{\"a\": NaN}", "bad.json:1:");
  refused("{\"a\": \"\xc3\x28\"}", "UTF-8");
  refused("\xff\xfe{\x00}\x00", "bad.json:1:");
  refused("\xef\xbb\xbf{}", "byte order mark");
  refused(std::string_view{"\x7f"
                           "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0>\0",
                           20},
          "bad.json:1:");
  refused("{\"a\": 1, \"a\": 2}", "\"a\"");
  refused("[]", "bad.json:1:");
  refused("3", "bad.json:1:");
  refused("{} {}", "bad.json:1:");
}

TEST_CASE("a file that is nested without end or too large is refused at once", "[cli]") {
  const TemporaryFolder folder;
  std::string nested;
  for (int i = 0; i < 200; ++i) nested += "{\"a\": [";
  check_file_refused(folder.write("nested.json", nested), "nested.json:1:");
  check_file_refused(folder.write("open.json", std::string(50'000'000, '[')), "open.json:1:");
  const fs::path large = folder.write("large.json", "{}");
  fs::resize_file(large, 5'000'000'000);
  check_file_refused(large, "too large");
}

TEST_CASE("a file of another format is refused with those that there are", "[cli]") {
  const TemporaryFolder folder;
  const auto refused = [&](std::string_view text, std::string_view expected) {
    check_refused(lifeboat({"validate", folder.write("f.json", text).string()}), expected);
  };
  refused("{}", "the file does not say its \"format\" (expected lifeboat/platform/1,");
  refused("{\"format\": \"lifeboat/scnario/1\"}", "did you mean \"lifeboat/scenario/1\"?");
  refused("{\"format\": \"lifeboat/platform/99\"}", "lifeboat/platform/1");
  refused("{\"fromat\": \"lifeboat/platform/1\"}", "did you mean \"format\"?");
  refused("{\"format\": 1}", "unknown format 1");
  check_refused(lifeboat({"run", (source_dir() / "models/platforms/smallest.json").string()}),
                "lifeboat/scenario/1");
}

TEST_CASE("several files are all checked, and one bad one decides the status", "[cli]") {
  const TemporaryFolder folder;
  const std::string bad = folder.write("bad.json", "{").string();
  const std::string good = (source_dir() / "scenarios/traffic/shop.json").string();
  const Outcome outcome = lifeboat({"validate", good, bad, good});
  CHECK(outcome.status == 3);
  CHECK(outcome.out == good + ": sound\n" + good + ": sound\n");
  CHECK(outcome.err.find("bad.json:1:") != std::string::npos);
  CHECK(outcome.err.find("1 error\n") != std::string::npos);
}

TEST_CASE("rates, counts and times that cannot be are refused where they stand", "[cli]") {
  CHECK(validate({}).status == 0);
  const auto rate = [](const std::string& text) {
    return validate({.traffic = R"({ "visit": { "rate": )" + text + " } }"});
  };
  for (const char* bad : {"\"-5/s\"", "\"NaN/s\"", "\"inf/s\"", "\"1e400/s\"", "5", "null", "\"\"",
                          "\"/s\"", "\"5/0s\"", "{}", "[]"}) {
    INFO(bad);
    check_refused(rate(bad), "/traffic/visit/rate");
  }
  for (const char* bad : {"-1", "0", "1.5", "1e30", "\"many\"", "null"}) {
    INFO(bad);
    check_refused(validate({.servers = bad}), "/platform/services/till/servers");
  }
  for (const char* bad : {"\"0s\"", "\"-1h\"", "\"1e300s\"", "\"99999999999999999999h\"", "10"}) {
    INFO(bad);
    check_refused(validate({.duration = bad}), "/duration");
  }
  for (const char* bad : {"\"0ms\"", "\"-1ms\"", "0.01"}) {
    INFO(bad);
    check_refused(validate({.operations = R"("serve": { "demand": { "exponential": { "mean": )" +
                                          std::string{bad} + " } } }"}),
                  "/platform/services/till/operations/serve/demand");
  }
}

TEST_CASE("no traffic at all is sound, and every request of none is answered", "[cli]") {
  const TemporaryFolder folder;
  const std::string file =
      folder.write("small.json", scenario_of({.traffic = R"({ "visit": { "rate": "0/s" } })"}));
  CHECK(lifeboat({"validate", file}).status == 0);
  const Outcome outcome = lifeboat({"run", file, "--trials", "2"});
  INFO(outcome.out);
  INFO(outcome.err);
  CHECK((outcome.status == 0 || outcome.status == 4));
  CHECK(outcome.out.find("nan") == std::string::npos);
}

TEST_CASE("services that wait for each other in a circle are refused with the way round", "[cli]") {
  const Outcome outcome = validate({
      .operations = R"("serve": { "steps": [{ "call": "back.ask" }] })",
      .more_services = R"(,
      "back": {
        "kind": "queue", "region": "home", "servers": 1,
        "operations": { "ask": { "steps": [{ "call": "till.serve" }] } }
      })",
  });
  check_refused(outcome, "till.serve");
  CHECK(outcome.err.find("back.ask") != std::string::npos);
  const Outcome itself =
      validate({.operations = R"("serve": { "steps": [{ "call": "till.serve" }] })"});
  check_refused(itself, "till.serve");
}

TEST_CASE("files that name each other in a circle are refused with the way round", "[cli]") {
  const TemporaryFolder folder;
  const std::string file =
      folder
          .write("loop.json", R"({ "format": "lifeboat/scenario/1", "platform": "loop.json",
                                   "duration": "1s", "traffic": "loop.json" })")
          .string();
  for (const char* command : {"validate", "run"}) {
    const Outcome outcome = lifeboat({command, file});
    check_refused(outcome, "loop.json names ");
    CHECK(outcome.err.find("in a circle") != std::string::npos);
  }
}

TEST_CASE("a file that a scenario names and that is missing is told once", "[cli]") {
  const TemporaryFolder folder;
  folder.write("shop.json", "{}");
  const std::string file =
      folder.write("small.json", scenario_of({.traffic = "\"shpo.json\""})).string();
  const Outcome outcome = lifeboat({"validate", file});
  check_refused(outcome, "small.json:14: /traffic: ");
  CHECK(outcome.err.find("did you mean \"shop.json\"?") != std::string::npos);
  CHECK(lines_of(outcome.err).size() == 2);  // it, and "1 error"
}

TEST_CASE("an option --set with a path that leads nowhere is refused with the nearest name",
          "[cli]") {
  const auto refused = [](const std::string& option, std::string_view expected) {
    INFO(option);
    check_refused(lifeboat({"run", "smallest", "--trials", "1", "--set", option}), expected);
  };
  refused("duratoin=20s", "did you mean \"duration\"?");
  refused("platform.services.til.servers=2", "did you mean \"till\"?");
  refused("platform.services.till.serverss=2", "did you mean \"servers\"?");
  refused("objectives.7=\"x\"", "objectives");
  refused("duration", "--set");
  refused("=", "--set");
  refused("", "--set");
  refused("=1", "--set");
  refused("...=1", "--set");
  refused("duration=", "/duration");
  refused("duration=soon", "soon");
  refused("duration={", "{");
  refused("traffic.visit.rate=-1/s", "/traffic/visit/rate");
  refused("platform.services.till.servers=NaN", "/platform/services/till/servers");
  refused("platform=\xff\xfe", "--set");
  refused(std::string(100'000, 'a') + "=1", "--set");
  std::string deep = "a";
  for (int i = 0; i < 10'000; ++i) deep += ".a";
  refused(deep + "=1", "--set");
}

TEST_CASE("an option --out to where nothing can be written is refused before the run", "[cli]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("file", "mine").string();
  // So long that running it would be noticed.
  const auto refused = [](const std::string& out, std::string_view expected) {
    Call call = lifeboat_call({"run", "smallest", "--trials", "1000000", "--out", out});
    call.timeout = std::chrono::seconds(20);
    check_refused(run(call), expected);
  };
  refused(file, "--out: cannot make the folder");
  refused(file + "/below", "--out: cannot make the folder");
  refused("/proc/none", "--out: cannot make the folder");
  CHECK(content_of(file) == "mine");
}

}  // namespace lifeboat::tests
