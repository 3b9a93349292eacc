// lifeboat policies: what it takes, and that policies do what is published of them.
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/main/temporary_folder.hpp"
#include "tests/tools/lifeboat.hpp"

namespace lifeboat::tests {

namespace {

using nlohmann::json;

json policy_of(const json& document, const std::string& name) {
  for (const json& row : document.at("policies")) {
    if (row.at("policy") == name) return row;
  }
  FAIL("no policy " << name);
  return {};
}

}  // namespace

// Five times 24/s of 50 ms on tasks of half a processor: 120 x 0.05 / (0.5 x 0.6) = 20 tasks, and
// the error of the forecast on top. Tracking on 20 s metrics begins 277 s sooner than on 60 s ones
// (published: 86 s against 363 s), so it is short of tasks for some five to ten minutes less.
TEST_CASE("the README's workbench tells a flash sale's policies apart", "[cli]") {
  REQUIRE(holds(content_of(source_dir() / "README.md"), "lifeboat policies flash-target-tracking"));
  const TemporaryFolder folder;
  const std::string out = (folder.path() / "report").string();
  const Outcome text = lifeboat(
      {"policies", "flash-target-tracking", "--trials", "4", "--no-progress", "--out", out});
  CHECK(text.status == 0);
  check_text(text.out);
  CHECK(holds(text.out, "Suggested for web@sg: "));
  CHECK(holds(text.out, "Where nobody knows the day beforehand: "));
  const json document = json::parse(content_of(folder.path() / "report" / "policies.json"));
  CHECK(document.at("format") == "lifeboat/policies/1");
  CHECK(document.at("needed").at("most_tasks") >= 18);
  CHECK(document.at("needed").at("most_tasks") <= 23);
  // The platform's own is tracking on 60 s metrics, which is not tried twice.
  CHECK(document.at("policies").size() == 8);
  const json slow = policy_of(document, "as it is");
  const json fast = policy_of(document, "tracking, 20 s");
  const double gain = slow.at("shortfall_minutes").at("mean").get<double>() -
                      fast.at("shortfall_minutes").at("mean").get<double>();
  CHECK(gain > 4);
  CHECK(gain < 12);
  const double sooner = slow.at("step").at("minutes").at("mean").get<double>() -
                        fast.at("step").at("minutes").at("mean").get<double>();
  CHECK(sooner > 4);
  // Whoever knows the day is never short, and runs more than the load needs.
  const json planned = policy_of(document, "schedule");
  CHECK(planned.at("shortfall_minutes").at("mean") == 0);
  CHECK(planned.at("needs_foresight") == true);
  CHECK(planned.at("verdict") == "met");
  CHECK(planned.at("task_hours").at("mean") > document.at("needed").at("task_hours"));
  CHECK_FALSE(planned.contains("step"));
  CHECK(policy_of(document, "forecast").at("shortfall_minutes").at("mean") < 1);
  CHECK(policy_of(document, document.at("suggested_without_foresight")).at("needs_foresight") ==
        false);
  CHECK(holds(content_of(folder.path() / "report" / "policies.html"), "lifeboat/policies/1"));
  CHECK(holds(content_of(folder.path() / "report" / "policies.md"), "| tracking, 20 s | "));
}

TEST_CASE("the workbench: the same bytes once more, and with any number of jobs", "[cli]") {
  const auto run = [](const char* jobs) {
    return lifeboat({"policies", "flash-target-tracking", "--trials", "2", "--format", "json",
                     "--jobs", jobs})
        .out;
  };
  const std::string one = run("1");
  CHECK(json::parse(one).at("trials") == 2);
  CHECK(one == run("1"));
  CHECK(one == run("3"));
}

// With at most 6 tasks the load is cut off: what it needs is measured with ever more, and is 20
// tasks still.
TEST_CASE("what a load needs does not depend on the policies that it has", "[cli]") {
  const json document = json::parse(
      lifeboat({"policies", "flash-target-tracking", "--trials", "2", "--step", "1", "--format",
                "json", "--set", "platform.services.web.scaling.maxCapacity=6"})
          .out);
  CHECK(document.at("needed").at("most_tasks") >= 18);
  CHECK(document.at("needed").at("most_tasks") <= 23);
}

TEST_CASE("a platform whose own policies know the day is told apart", "[cli]") {
  const json document = json::parse(
      lifeboat({"policies", "flash-scheduled", "--trials", "2", "--step", "1", "--format", "json"})
          .out);
  CHECK(policy_of(document, "as it is").at("needs_foresight") == true);
  CHECK(policy_of(document, "tracking, 20 s").at("needs_foresight") == false);
}

TEST_CASE("policies are refused what they cannot try", "[cli]") {
  check_refused(lifeboat({"policies"}), "name a scenario");
  check_refused(lifeboat({"policies", "smallest"}), "no service of \"smallest\" scales");
  check_refused(lifeboat({"policies", "flash-target-tracking", "wep"}), "did you mean web");
  check_refused(lifeboat({"policies", "flash-target-tracking", "--target", "120%"}),
                "is no utilization between 5% and 95%");
  check_refused(lifeboat({"policies", "flash-target-tracking", "--step", "fast"}), "--step");
  CHECK(holds(lifeboat({"policies", "--help"}).out, "catch up"));
}

}  // namespace lifeboat::tests
