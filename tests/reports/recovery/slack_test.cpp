// Slack of a runbook's steps, read backwards from a trial.
#include "reports/recovery/slack.hpp"

#include <cmath>

#include "tests/catch.hpp"

namespace lifeboat::reports {
namespace {

scenarios::RunbookStep planned_step(const std::string& name,
                                    const std::vector<std::string>& after) {
  scenarios::RunbookStep step;
  step.name = name;
  for (const std::string& before : after) step.after.push_back({before, {}});
  return step;
}

FailoverRow done_step(const std::string& name, double ready, double start, double end, bool acts) {
  FailoverRow row;
  row.name = name;
  row.kind = "step";
  row.ready = sim::Instant::from_seconds(ready);
  row.start = sim::Instant::from_seconds(start);
  row.end = sim::Instant::from_seconds(end);
  row.acts = acts;
  return row;
}

}  // namespace

TEST_CASE("A step's slack is what its followers leave it", "[unit]") {
  // declare ends at 100. fence waits for a person until 130 and ends at 180; promote takes 60 after
  // it (240). compute, after declare alone, ends at 200. warm, after compute, takes 10 (210). shift
  // comes after promote and warm at 240 and takes 5: the last that acts. verify looks, later.
  scenarios::Runbook runbook;
  runbook.steps = {planned_step("declare", {}),        planned_step("fence", {"declare"}),
                   planned_step("promote", {"fence"}), planned_step("compute", {"declare"}),
                   planned_step("warm", {"compute"}),  planned_step("shift", {"promote", "warm"}),
                   planned_step("verify", {"shift"})};
  const std::vector<FailoverRow> rows{
      done_step("declare", 0, 0, 100, false),    done_step("fence", 100, 130, 180, true),
      done_step("promote", 180, 180, 240, true), done_step("compute", 100, 100, 200, true),
      done_step("warm", 200, 200, 210, true),    done_step("shift", 240, 240, 245, true),
      done_step("verify", 245, 245, 400, false)};
  const auto slacks = slacks_of({runbook}, rows, sim::Instant::from_seconds(300));
  CHECK(slacks.at("shift") == Approx(0));
  CHECK(slacks.at("promote") == Approx(0));
  CHECK(slacks.at("fence") == Approx(0));
  CHECK(slacks.at("declare") == Approx(0));
  CHECK(slacks.at("warm") == Approx(30));
  CHECK(slacks.at("compute") == Approx(30));
  CHECK(std::isinf(slacks.at("verify")));
}

TEST_CASE("Without a step that acts before the recovery nothing is pressing", "[unit]") {
  scenarios::Runbook runbook;
  runbook.steps = {planned_step("look", {})};
  const std::vector<FailoverRow> rows{done_step("look", 0, 0, 100, false)};
  CHECK(std::isinf(slacks_of({runbook}, rows, sim::Instant::from_seconds(300)).at("look")));
  CHECK(slacks_of({runbook}, {}, sim::Instant::from_seconds(300)).empty());
}

}  // namespace lifeboat::reports
