// lifeboat twin: what it takes, what it prints, and that a scenario runs on what it writes.
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

TEST_CASE("the README's twin of the shipped week runs in a scenario", "[cli]") {
  REQUIRE(holds(content_of(source_dir() / "README.md"),
                "lifeboat twin scenarios/traffic/retail-week.csv --out twin"));
  const TemporaryFolder folder;
  const std::string trace = (source_dir() / "scenarios" / "traffic" / "retail-week.csv").string();
  const std::string out = (folder.path() / "twin").string();
  // Of the shipped week half is held back: the weekend is not in the fit, and that is said.
  const Outcome outcome =
      lifeboat({"twin", trace, "--out", out, "--trials", "10", "--no-progress"});
  CHECK(holds(outcome.out, "are less than a week"));
  CHECK(outcome.status == 0);
  check_text(outcome.out);
  CHECK(holds(outcome.out, "foretold"));
  const auto document = nlohmann::json::parse(content_of(folder.path() / "twin" / "twin.json"));
  CHECK(document.at("format") == "lifeboat/twin/1");
  CHECK(document.at("check").at("profile_error") < 0.1);
  // retail-week.csv: 38/s over the week (scenarios/traffic/README.md).
  CHECK(document.at("model").at("per_second").get<double>() == Approx(38).epsilon(0.12));
  CHECK(holds(content_of(folder.path() / "twin" / "twin.md"), "| window |"));
  CHECK(holds(content_of(folder.path() / "twin" / "twin.html"), "lifeboat/twin/1"));
  const std::string traffic = (folder.path() / "twin" / "traffic.json").string();
  CHECK(content_of(traffic) == document.at("traffic"));
  const std::string platform = (source_dir() / "models" / "platforms" / "smallest.json").string();
  std::ofstream(folder.path() / "twin.json")
      << R"({ "format": "lifeboat/scenario/1", "name": "twin", "platform": ")" << platform
      << R"(", "duration": "20m", "traffic": "twin/traffic.json", "objectives": ["errors < 1%"] })";
  const Outcome ran =
      lifeboat({"run", (folder.path() / "twin.json").string(), "--trials", "10", "--no-progress"});
  CHECK(ran.err.empty());
  CHECK(ran.status == 0);  // nothing fails at a till without limits
  // The first midnight after the trace, a Monday.
  CHECK(holds(content_of(traffic), "\"start\": \"2026-11-09T00:00\""));
}

TEST_CASE("a column of arrival times is taken as such", "[cli]") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "arrivals.csv";
  std::ofstream out(file);
  for (int i = 0; i < 6000; ++i) out << i * 0.1 + (i % 7) * 0.01 << "\n";
  out.close();
  const Outcome outcome =
      lifeboat({"twin", file.string(), "--format", "json", "--no-progress", "--bin", "10s"});
  CHECK(outcome.status == 0);
  const auto document = nlohmann::json::parse(outcome.out);
  CHECK(document.at("model").at("has_day") == false);
  CHECK(document.at("model").at("per_second").get<double>() == Approx(10).epsilon(0.01));
  check_text(lifeboat({"twin", file.string(), "--no-progress", "--hold-back", "0"}).out);
}

TEST_CASE("a twin refuses what it cannot take", "[cli]") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "t.csv";
  std::ofstream(file) << "time,n\n0,1\n60,2\n120,3\n";
  const auto twin = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"twin", file.string()});
    return lifeboat(more);
  };
  check_refused(lifeboat({"twin"}), "name a CSV file");
  check_refused(lifeboat({"twin", "nowhere.csv"}), "nowhere.csv");
  check_refused(twin({"--scale", "-1"}), "--scale");
  check_refused(twin({"--hold-back", "95%"}), "--hold-back");
  check_refused(twin({"--add-sale", "20:00,facto=3"}), "did you mean factor");
  check_refused(twin({"--add-sale", "noon"}), "is no time");
  check_refused(twin({"--mix", "a=0.5,b=0.6"}), "sum to");
  check_refused(twin({"--stream", "No Name"}), "--stream");
  check_refused(twin({"--shift", "2 parsecs"}), "--shift");
  check_refused(twin({"--time-zone", "Asia/Singapura"}), "--time-zone");
  check_refused(twin({"--value", "m"}), "m");
  std::ofstream(file) << "time,n\n0,0\n60,0\n120,0\n";
  check_refused(twin({}), "without requests");
}

}  // namespace lifeboat::tests
