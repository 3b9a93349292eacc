// The interval that a report shows of one steady run, through the engine and the judge.
#include <thread>

#include "reports/verdict/judge.hpp"
#include "sim/network/builder.hpp"
#include "sim/trial/trial.hpp"
#include "tests/catch.hpp"

namespace lifeboat::reports {
namespace {

/// M/M/1: 0.5 arrivals a second, an exponential second of service.
std::shared_ptr<const sim::Network> half_busy_queue() {
  sim::NetworkBuilder builder;
  const sim::DeploymentId till = builder.add_deployment("till", builder.add_region("home"));
  sim::Station station;
  station.name = "till";
  station.deployment = till;
  const sim::StationId id = builder.add_station(station);
  sim::Journey row;
  row.name = "visit";
  row.plan = builder.declare_plan("visit", till);
  sim::PlanBuilder plan = builder.define(row.plan);
  plan.visit(id, builder.add_law(sim::Law::exponential(sim::Duration::seconds(1))), "demand");
  plan.finish();
  sim::Source source;
  source.name = "visit";
  source.rate.points = {{sim::Instant::origin(), 0.5}};
  sim::Profile whole;
  whole.points = {{sim::Instant::origin(), 1.0}};
  source.mix = {{builder.add_journey(row), sim::kNone, whole}};
  builder.add_source(source);
  return builder.build();
}

TEST_CASE("A steady run's interval covers the true mean sojourn as often as it says", "[oracle]") {
  // 1,000 runs of 70 minutes, 2,100 customers each; true mean 1 / (1 - 0.5) = 2 s. A 95 % interval
  // covers in 922 to 975 of them but for 8e-5 (binomial).
  constexpr std::uint32_t kRuns = 1000;
  const auto network = half_busy_queue();
  RunInput input;
  input.scenario = "half busy";
  input.network = network;
  input.steady = true;
  input.options.seed = 1;
  input.options.warmup = sim::Duration::minutes(5);
  input.options.duration = sim::Duration::minutes(70);
  const auto objective = scenarios::parse_objective("journey:visit mean < 2s");
  REQUIRE(objective.ok());
  input.objectives.push_back(objective.value());
  int covered = 0;
  sim::run_trials(*network, input.options, 0, kRuns, std::thread::hardware_concurrency(),
                  [&](sim::TrialResult&& trial) {
                    ObjectiveJudge judge(input, input.objectives[0]);
                    judge.add(view_of(input, trial));
                    const ObjectiveReport report = judge.report(0.025);  // on either side
                    REQUIRE(report.low);
                    REQUIRE(report.high);
                    covered += *report.low <= 2 && 2 <= *report.high ? 1 : 0;
                    return true;
                  });
  CAPTURE(covered);
  CHECK(covered >= 922);
  CHECK(covered <= 975);
}

}  // namespace
}  // namespace lifeboat::reports
