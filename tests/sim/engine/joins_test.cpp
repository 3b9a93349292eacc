// Branches and calls: forks that wait for k of n, work that goes on after an answer, timeouts,
// attempts and what they cost. The false-failure probability of one comparison is 1.3e-5
// (estimate.hpp); no case makes more than five.
#include <cmath>
#include <vector>

#include "sim/analytic/queues.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

Station single_server(DeploymentId deployment) {
  Station station;
  station.name = "till";
  station.deployment = deployment;
  return station;
}

/// A fork of n exponential delays of 10 ms, each failing with the given chance, that waits for k.
std::shared_ptr<const Network> fork_of(std::uint32_t n, std::uint32_t k, double failing) {
  OneService one;
  std::vector<PlanId> branches;
  const LawId law = one.builder.add_law(Law::exponential(kTenMs));
  for (std::uint32_t i = 0; i < n; ++i) {
    branches.push_back(one.builder.declare_plan("leaf " + std::to_string(i), one.deployment));
    PlanBuilder leaf = one.builder.define(branches.back());
    const PlanBuilder::Label bad = leaf.label();
    const PlanBuilder::Label end = leaf.label();
    leaf.delay(law, "work");
    leaf.branch(failing, bad, "fails");
    leaf.jump(end);
    leaf.place(bad);
    leaf.fail(Cause::kReset);
    leaf.place(end);
    leaf.finish();
  }
  PlanBuilder plan = one.builder.define(one.plan);
  plan.fork(branches, k, "fork");
  plan.finish();
  one.builder.add_source(constant_source("visit", 200, one.journey));
  return one.builder.build();
}

TEST_CASE("waiting for k of n takes the k-th order statistic", "[oracle]") {
  // Exponential: the sum of 1 / (n - i) for i < k, times the mean; variance by squares.
  const RunOptions options = run_for(Duration::seconds(1), Duration::seconds(60));
  for (const auto& [n, k] : {std::pair<std::uint32_t, std::uint32_t>{3, 2}, {5, 1}, {5, 4}}) {
    double mean = 0;
    double variance = 0;
    for (std::uint32_t i = 0; i < k; ++i) {
      mean += 0.010 / (n - i);
      variance += 0.010 * 0.010 / (n - i) / (n - i);
    }
    const auto net = fork_of(n, k, 0);
    check_estimates(
        *net, options,
        {{mean_latency, mean}, {mean_square_of(0), variance + mean * mean, 2 * kOfMean}});
  }
}

TEST_CASE("a quorum fails when too many of its branches do", "[oracle]") {
  // Two of three with branches that fail with chance 0.3: 0.3^3 + 3 x 0.7 x 0.3^2 = 0.216.
  const auto net = fork_of(3, 2, 0.3);
  check_estimate(estimate(*net, run_for(Duration::seconds(1), Duration::seconds(60)), failed_of(0)),
                 0.216, 2 * kOfMean);
}

TEST_CASE("a fork over two queues joins as Flatto and Hahn say", "[oracle]") {
  // Poisson arrivals to both of two exponential servers at once: the mean time until both have
  // served is (12 - rho) / 8 that of M/M/1 (Flatto and Hahn 1984; Nelson and Tantawi 1988).
  OneService one;
  std::vector<PlanId> branches;
  const LawId law = one.builder.add_law(Law::exponential(kTenMs));
  for (int i = 0; i < 2; ++i) {
    const StationId station = one.builder.add_station(single_server(one.deployment));
    branches.push_back(one.builder.declare_plan("leaf " + std::to_string(i), one.deployment));
    PlanBuilder leaf = one.builder.define(branches.back());
    leaf.visit(station, law, "demand");
    leaf.finish();
  }
  PlanBuilder plan = one.builder.define(one.plan);
  plan.fork(branches, 2, "fork");
  plan.finish();
  one.builder.add_source(constant_source("visit", 60, one.journey));
  const auto net = one.builder.build();
  check_estimate(
      estimate(*net, run_for(Duration::seconds(10), Duration::seconds(1200)), mean_latency),
      (12 - 0.6) / 8 * analytic::mm1(60, 0.010).mean_sojourn, kOfMean);
}

TEST_CASE("what follows an answer keeps its place but not its customer", "[oracle]") {
  // The first half (10 ms) is answered for; the second (10 ms, in a call) and a spawned task
  // (exponential, 10 ms) are not. A single place is held for both halves: M/G/1 with Erlang-2
  // service of mean 20 ms, rho = 0.6, whose customers hear after the wait and the first half.
  OneService one;
  const StationId place = hold(one.builder, one.deployment, "place", 1);
  const StationId many = hold(one.builder, one.deployment, "many", 1000);
  const LawId law = one.builder.add_law(Law::exponential(kTenMs));
  const PlanId extra = one.builder.declare_plan("extra", one.deployment);
  PlanBuilder aside = one.builder.define(extra);
  aside.acquire(many);
  aside.delay(law, "aside");
  aside.finish();
  PlanBuilder plan = one.builder.define(one.plan);
  plan.acquire(place);
  plan.delay(law, "first");
  plan.spawn(extra, "aside");
  plan.reply();
  plan.delay(law, "second");
  plan.finish();
  one.builder.add_source(constant_source("visit", 30, one.journey));
  const auto net = one.builder.build();
  check_estimates(*net, run_for(Duration::seconds(10), Duration::seconds(2500)),
                  {{mean_latency, analytic::mg1(30, 0.020, 0.5).mean_wait + 0.010},
                   {busy_at(0), 0.6},
                   {busy_at(1), 0.3}});
}

TEST_CASE("a caller's patience does not shorten the queue", "[oracle]") {
  // Orphans work on: the station stays M/M/1, a share e^(-(mu - lambda) t) of callers gives up.
  OneService one;
  const StationId station = one.builder.add_station(single_server(one.deployment));
  PlanBuilder plan = one.builder.define(one.plan);
  plan.visit(station, one.builder.add_law(Law::exponential(kTenMs)), "demand");
  plan.finish();
  Journey row;
  row.name = "hasty";
  row.plan = one.builder.declare_plan("journey.hasty", DeploymentId{});
  PlanBuilder root = one.builder.define(row.plan);
  CallPolicy policy;
  policy.timeout = Duration::milliseconds(50);
  root.call(one.plan, policy, "entry");
  root.finish();
  one.builder.add_source(constant_source("hasty", 60, one.builder.add_journey(row)));
  const auto net = one.builder.build();
  check_estimates(*net, run_for(Duration::seconds(10), Duration::seconds(2500)),
                  {{failed_of(1), std::exp(-40 * 0.050), kOfRare},
                   {waiting_at(0), analytic::mm1(60, 0.010).mean_waiting, 2 * kOfMean}});
}

/// A call that fails with a chance, up to so many attempts, with the standard back-off.
struct Attempts {
  OneService one;
  JourneyId journey;

  Attempts(double failing, std::uint32_t attempts, std::uint32_t budget, double per_second,
           bool refunds = false) {
    const StationId tries = hold(one.builder, one.deployment, "tries", 1000);
    PlanBuilder plan = one.builder.define(one.plan);
    const PlanBuilder::Label bad = plan.label();
    const PlanBuilder::Label end = plan.label();
    plan.acquire(tries);
    plan.branch(failing, bad, "fails");
    plan.jump(end);
    plan.place(bad);
    plan.fail(Cause::kReset);
    plan.place(end);
    plan.finish();
    Journey row;
    row.name = "stubborn";
    row.plan = one.builder.declare_plan("journey.stubborn", DeploymentId{});
    PlanBuilder root = one.builder.define(row.plan);
    CallPolicy policy;
    policy.max_attempts = attempts;
    policy.retry_on = 1U << static_cast<unsigned>(Cause::kReset);
    policy.backoff_base = Duration::milliseconds(50);
    policy.backoff_cap = Duration::milliseconds(150);
    if (budget > 0) {
      RetryBudget quota;
      quota.tokens = budget;
      quota.retry_cost = 5;
      quota.success_gain = 1;
      quota.refunds = refunds;
      policy.budget = one.builder.add_budget(quota);
    }
    root.call(one.plan, policy, "entry");
    root.finish();
    journey = one.builder.add_journey(row);
    one.builder.add_source(constant_source("stubborn", per_second, journey));
  }
};

double tries_each(const TrialResult& r) {
  return static_cast<double>(r.stations[0].arrivals) /
         static_cast<double>(r.journeys[1].succeeded + r.journeys[1].failed);
}

TEST_CASE("attempts fail independently and wait with full jitter between", "[oracle]") {
  // Each attempt fails with chance 0.5, four at most: 1/16 fail, 1 + 1/2 + 1/4 + 1/8 tries each.
  // Waits are uniform up to 50, 100 and 150 ms (the cap): 25, 50, 75 ms on average, so success at
  // the second, third and fourth try (chances 1/4, 1/8, 1/16) takes 25, 75 and 150 ms, with
  // variances of (50^2 + 100^2 + 150^2) / 12 as far as they go.
  const double squared =
      (25 * 25 + 2500.0 / 12) / 4 + (75 * 75 + 12500.0 / 12) / 8 + (150 * 150 + 35000.0 / 12) / 16;
  Attempts stubborn(0.5, 4, 0, 500);
  const auto net = stubborn.one.builder.build();
  const RunOptions options = run_for(Duration::seconds(2), Duration::seconds(100));
  check_estimates(*net, options,
                  {{failed_of(1), 1.0 / 16, kOfRare},
                   {tries_each, 1.875},
                   {latency_of(1), 0.001 * (25.0 / 4 + 75.0 / 8 + 150.0 / 16) * 16 / 15},
                   {mean_square_of(1), 1e-6 * squared * 16 / 15, 2 * kOfMean}});
}

TEST_CASE("a spent retry budget pays for as many retries as successes earn", "[oracle]") {
  // Each try fails with chance 0.6 and a retry costs 5 where a success earns 1: with y retries a
  // request, 5 y = (1 + y) 0.4, so y = 0.4 / 4.6; without the budget it would be 1.5.
  Attempts stubborn(0.6, 100, 20, 500);
  const auto net = stubborn.one.builder.build();
  check_estimate(estimate(*net, run_for(Duration::seconds(5), Duration::seconds(200)), tries_each),
                 1 + 0.4 / 4.6, kOfMean);
}

TEST_CASE("a retry that goes well returns what it cost", "[oracle]") {
  // As before, but a retry's success returns 5: with y retries a request, of which 0.4 go well,
  // 5 y = 0.4 + 5 x 0.4 y, so y = 0.4 / 3.
  Attempts stubborn(0.6, 100, 20, 500, true);
  const auto net = stubborn.one.builder.build();
  check_estimate(estimate(*net, run_for(Duration::seconds(5), Duration::seconds(200)), tries_each),
                 1 + 0.4 / 3, kOfMean);
}

TEST_CASE("in a total outage the retry quota pays for 100 retries and no more", "[unit]") {
  // Three attempts each at 10 a second: the quota of 500 pays 100 retries at 5. The first 50
  // requests are made three times (or less, where pauses overlap), and nobody after that.
  Attempts stubborn(1, 3, 500, 10);
  const auto net = stubborn.one.builder.build();
  RunOptions options = run_for(Duration{}, Duration::seconds(200));
  options.quantile_bin = Duration::infinite();
  const TrialResult r = run_trial(*net, options, 0);
  CHECK(r.journeys[1].succeeded == 0);
  CHECK(r.stations[0].arrivals == r.journeys[1].failed + 100);
}

}  // namespace
}  // namespace lifeboat::sim::test
