// Policies made from what a load needs: tasks, schedules and histories worked by hand.
#include "reports/studies/policy_candidates.hpp"

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"

namespace lifeboat::reports {

namespace {

using nlohmann::json;

// 2026-11-11T11:40:00Z.
const WallClock kEvening{"2026-11-11T19:40:00", "Asia/Singapore", 28800, 1'794'397'200};

ServiceDemand demand_of(std::vector<double> minutes) {
  ServiceDemand demand;
  demand.processors_per_task = 0.5;
  demand.minutes = {std::move(minutes)};
  return demand;
}

json policies_of(const std::vector<PolicyCandidate>& all, const std::string& name) {
  for (const PolicyCandidate& one : all) {
    if (one.name == name) return json::parse(one.policies);
  }
  return {};
}

}  // namespace

TEST_CASE("tasks are what processors need at the target, rounded up", "[unit]") {
  const ServiceDemand demand = demand_of({1});
  CHECK(demand.tasks_for(1.2, 0.6) == 4);  // exactly: 1.2 / 0.3
  CHECK(demand.tasks_for(1.21, 0.6) == 5);
  CHECK(demand.tasks_for(0, 0.6) == 1);
}

TEST_CASE("the mean demand is over the trials that have the minute", "[unit]") {
  ServiceDemand demand = demand_of({1, 2, 3});
  demand.minutes.push_back({3, 4});
  CHECK(demand.mean() == std::vector<double>{2, 3, 3});
}

// 30 minutes at 0.9 processors (3 tasks), then at 6 (20 tasks): the stretch from minute 20 on is
// set for the next one too, ten minutes ahead. Bounded by the maximum of 18.
TEST_CASE("a schedule is ten minutes ahead of each stretch, within the limits", "[unit]") {
  std::vector<double> minutes(30, 0.9);
  minutes.insert(minutes.end(), 20, 6);
  const auto all = policy_candidates(demand_of(minutes), {2, 18, 0.6, ""}, kEvening);
  const json schedule = policies_of(all, "schedule");
  REQUIRE(schedule.size() == 3);  // tracking and two minima
  CHECK(schedule[0].at("targetValue") == "60%");
  CHECK(schedule[1].at("schedule") == "at(2026-11-11T11:40:00)");
  CHECK(schedule[1].at("scalableTargetAction").at("minCapacity") == 3);
  CHECK(schedule[2].at("schedule") == "at(2026-11-11T12:00:00)");
  CHECK(schedule[2].at("scalableTargetAction").at("minCapacity") == 18);
  CHECK(policies_of(all, "tracking, 20 s")[0].at("period") == "20s");
  CHECK(policies_of(all, "steps, 60 s")[0].at("alarm").at("threshold") == "76%");
  // Without a clock nobody can foresee anything.
  for (const PolicyCandidate& one : policy_candidates(demand_of(minutes), {2, 18, 0.6, ""}, {})) {
    CHECK_FALSE(one.foreseen);
  }
}

// The run from 11:40 to 13:40 UTC: of the hour from 11 it has 20 minutes at 1 processor, 12 is all
// at 2, of 13 it has 40 minutes at 4. All other hours are like the first minute.
TEST_CASE("a history has two weeks of days like the run's", "[unit]") {
  std::vector<double> minutes(20, 1);
  minutes.insert(minutes.end(), 60, 2);
  minutes.insert(minutes.end(), 40, 4);
  const auto all = policy_candidates(demand_of(minutes), {2, 18, 0.6, ""}, kEvening);
  const json history = policies_of(all, "forecast")[1].at("history");
  CHECK(history.at("from") == "2026-10-28T11:00");
  CHECK(history.at("timeZone") == "UTC");
  const json& hourly = history.at("hourly");
  REQUIRE(hourly.size() == 14 * 24);  // the last is 2026-11-11 10:00
  CHECK(hourly[0] == 1.0);            // 11:00, of which the run has 20 minutes
  CHECK(hourly[1] == 2.0);
  CHECK(hourly[13 * 24 + 2] == 4.0);
  CHECK(hourly[14 * 24 - 8] == 1.0);
}

TEST_CASE("a platform's own schedule or forecast needs foresight too", "[unit]") {
  CHECK_FALSE(needs_foresight(""));
  CHECK_FALSE(needs_foresight(R"([{"type": "target-tracking"}, {"type": "step"}])"));
  CHECK(needs_foresight(R"([{"type": "target-tracking"}, {"type": "scheduled"}])"));
  CHECK(needs_foresight(R"([{"type": "predictive"}])"));
  const CandidateLimits limits{2, 18, 0.6, R"([{"type": "scheduled"}])"};
  CHECK(policy_candidates(demand_of({1}), limits, kEvening)[0].foreseen);
}

}  // namespace lifeboat::reports
