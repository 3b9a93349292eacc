// Retries that keep an overload alive: a service of 10/s with room for 100 that wait, callers
// with a patience of 3 s who try up to four times more (metafor, arXiv 2510.03551).
//
// What a caller has given up is served all the same. With 100 waiting every answer takes 10 s, so
// nobody hears in time and every request becomes five: any load above 2/s then keeps the queue
// full, and any load below 10/s is served well from an empty one.
#include <cmath>
#include <vector>

#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

std::shared_ptr<const Network> impatient(std::uint32_t attempts,
                                         const std::vector<Profile::Point>& rate) {
  OneService one;
  Station station;
  station.name = "till";
  station.queue_limit = 100;
  station.deployment = one.deployment;
  const StationId id = one.builder.add_station(station);
  PlanBuilder plan = one.builder.define(one.plan);
  plan.visit(id, one.builder.add_law(Law::exponential(Duration::milliseconds(100))), "demand");
  plan.finish();
  Journey row;
  row.name = "impatient";
  row.plan = one.builder.declare_plan("journey.impatient", DeploymentId{});
  PlanBuilder root = one.builder.define(row.plan);
  CallPolicy policy;
  policy.timeout = Duration::seconds(3);
  policy.max_attempts = attempts;
  policy.retry_on =
      1U << static_cast<unsigned>(Cause::kTimeout) | 1U << static_cast<unsigned>(Cause::kRejected);
  root.call(one.plan, policy, "entry");
  root.finish();
  Source source = constant_source("impatient", 0, one.builder.add_journey(row));
  source.rate.points = rate;
  one.builder.add_source(source);
  return one.builder.build();
}

TEST_CASE("without retries, those who give up are those who find a long queue", "[oracle][long]") {
  // M/M/1/101 at 9.5/s: an arrival that finds n there hears after n + 1 exponential services, so
  // it gives up with chance P[Poisson(10 x 3) <= n], or is refused at n = 101.
  double p = 1;
  double sum = 0;
  double failing = 0;
  double term = std::exp(-30.0);
  double late = 0;  // P[Poisson(30) <= n]
  for (int n = 0; n <= 101; ++n, p *= 0.95) {
    late += term;
    term *= 30.0 / (n + 1);
    sum += p;
    failing += p * (n == 101 ? 1 : late);
  }
  const auto net = impatient(1, {{Instant::origin(), 9.5}});
  check_estimate(
      estimate(*net, run_for(Duration::seconds(1000), Duration::seconds(40'000)), failed_of(1)),
      failing / sum, kOfRare);
}

/// The share of requests answered in time among those that came between 800 and 1,000 s.
double answered_late_in(const Network& net, std::uint32_t trial) {
  const TrialResult r =
      run_trial(net, run_for(Duration::seconds(10), Duration::seconds(1000)), trial);
  double offered = 0;
  double succeeded = 0;
  for (std::size_t i = 80; i < 100; ++i) {
    offered += r.journeys[1].bins[i].offered;
    succeeded += r.journeys[1].bins[i].succeeded;
  }
  return succeeded / offered;
}

std::vector<Profile::Point> surge_over(double per_second) {
  return {{Instant::from_seconds(100), per_second},
          {Instant::from_seconds(100), 40},
          {Instant::from_seconds(160), 40},
          {Instant::from_seconds(160), per_second}};
}

TEST_CASE("after a surge the same load has another state, and only retries hold it", "[property]") {
  // 6/s is well served by 10/s, for ever if nothing happens. A minute of 40/s fills the queue;
  // afterwards 6/s x 5 attempts keep it full. Without retries, or where five times the load is
  // below the capacity (1.5/s), the queue drains: both states are the retries' doing.
  const auto calm = impatient(5, {{Instant::origin(), 6}});
  const auto surge = impatient(5, surge_over(6));
  const auto patient = impatient(1, surge_over(6));
  const auto light = impatient(5, surge_over(1.5));
  for (std::uint32_t trial = 0; trial < 5; ++trial) {
    CAPTURE(trial);
    CHECK(answered_late_in(*calm, trial) > 0.99);
    CHECK(answered_late_in(*surge, trial) < 0.05);
    CHECK(answered_late_in(*patient, trial) > 0.99);
    CHECK(answered_late_in(*light, trial) > 0.99);
  }
}

TEST_CASE("a slow ramp up and down goes back by another way", "[property]") {
  // From 1/s to 15/s in 1,000 s and back: at 7/s on the way up nearly all are answered, at 7/s on
  // the way down nearly none.
  const auto net = impatient(5, {{Instant::origin(), 1},
                                 {Instant::from_seconds(1000), 15},
                                 {Instant::from_seconds(2000), 1}});
  const auto answered = [](const TrialResult& r, std::size_t from) {
    double offered = 0;
    double succeeded = 0;
    for (std::size_t i = from; i < from + 10; ++i) {
      offered += r.journeys[1].bins[i].offered;
      succeeded += r.journeys[1].bins[i].succeeded;
    }
    return succeeded / offered;
  };
  for (std::uint32_t trial = 0; trial < 5; ++trial) {
    CAPTURE(trial);
    const TrialResult r =
        run_trial(*net, run_for(Duration::seconds(10), Duration::seconds(2000)), trial);
    CHECK(answered(r, 38) > 0.99);
    CHECK(answered(r, 152) < 0.05);
  }
}

}  // namespace
}  // namespace lifeboat::sim::test
