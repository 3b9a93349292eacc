// Faults that hit some of the services that their target names.
#include <cstdlib>
#include <map>

#include "tests/catch.hpp"
#include "tests/scenarios/faults/stage.hpp"

namespace lifeboat::scenarios {
namespace {

/// Errors at services of Singapore (web, db, log), selected so.
std::string some_errors(const std::string& mode, const std::string& action = R"("errors")",
                        const std::string& parameters = R"({ "share": "10%" })") {
  return R"({ "targets": { "some": { "region": "sg", "selectionMode": ")" + mode + R"(" } },
             "actions": { "part": { "actionId": )" +
         action + R"(, "targets": ["some"], "at": "+10s", "jitter": "0s", "duration": "60s",
                       "parameters": )" +
         parameters + " } } }";
}

std::vector<std::string> mistakes(const Stage& stage, const std::string& text) {
  models::io::Problems problems;
  const auto faults = read(text, problems);
  const auto made =
      plan_faults(faults, models::io::Calendar(), stage.names, *stage.network, problems);
  return problems.lines();
}

}  // namespace

TEST_CASE("a selection counts services and rounds percentages down", "[unit]") {
  FaultSelection selection;
  CHECK(selection.of(3) == 3);
  selection.mode = FaultSelection::Mode::kCount;
  selection.number = 2;
  CHECK(selection.of(3) == 2);
  CHECK(selection.of(1) == 1);
  selection.mode = FaultSelection::Mode::kPercent;
  selection.number = 50;
  CHECK(selection.of(3) == 1);
  CHECK(selection.of(4) == 2);
  selection.number = 30;
  CHECK(selection.of(3) == 0);
  selection.number = 100;
  CHECK(selection.of(7) == 7);
}

TEST_CASE("a plan keeps a target's services apart, with how many are hit", "[unit]") {
  const Stage stage = make_stage();
  const FaultPlan made = plan(stage, some_errors("COUNT(2)"));
  REQUIRE(made.faults.size() == 1);
  CHECK(made.faults[0].deployments.empty());
  REQUIRE(made.faults[0].selected.size() == 1);
  CHECK(made.faults[0].selected[0].services.size() == 3);
  CHECK(made.faults[0].selected[0].count == 2);
  CHECK(plan(stage, some_errors("PERCENT(70)")).faults[0].selected[0].count == 2);
  // Without a selection all are hit, as ever.
  CHECK(plan(stage, some_errors("ALL")).faults[0].selected.empty());
  CHECK(plan(stage, some_errors("ALL")).faults[0].deployments.size() == 3);
}

// 600 occurrences of COUNT(2) of three services: each is hit in 400 of them, give or take 5 x
// sqrt(600 x 2/9) = 58 (false failure below 1e-5 for the three).
TEST_CASE("each service is hit as often as any other, and never twice at once", "[oracle]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(
      plan(stage, R"json({ "targets": { "some": { "region": "sg", "selectionMode": "COUNT(2)" } },
        "actions": { "part": { "actionId": "errors", "targets": ["some"], "jitter": "0s",
          "life": { "timeBetweenFailures": "100s", "repairTime": "20s" },
          "parameters": { "share": "10%" } } } })json")));
  world.start(sim::Instant::origin());
  std::map<std::uint32_t, int> hits;
  for (int i = 0; i < 600; ++i) {
    world.run_until(sim::Instant::from_seconds(100 + 120 * i + 5));
    REQUIRE(world.effects.size() == 1);
    const auto& deployments = world.effects.begin()->second.first;
    REQUIRE(deployments.size() == 2);
    REQUIRE(deployments[0].index() != deployments[1].index());
    for (const auto deployment : deployments) ++hits[deployment.index()];
  }
  REQUIRE(hits.size() == 3);
  for (const auto& [deployment, count] : hits) {
    CAPTURE(deployment);
    CHECK(std::abs(count - 400) < 58);
  }
}

TEST_CASE("what cannot be selected is an error that says what can", "[unit]") {
  const Stage stage = make_stage();
  const auto says = [&](const std::string& text, const std::string& part) {
    for (const std::string& line : mistakes(stage, text)) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  };
  for (const char* mode :
       {"SOME", "COUNT(0)", "COUNT(x)", "COUNT(2", "PERCENT(101)", "COUNT(-1)"}) {
    CAPTURE(mode);
    CHECK(says(some_errors(mode), "selects nothing"));
  }
  CHECK(says(some_errors("PERCENT(20)"), "of 3 services is none"));
  CHECK(says(some_errors("COUNT(1)", R"("region-outage")", "{}"), "cannot hit a part of"));
}

}  // namespace lifeboat::scenarios
