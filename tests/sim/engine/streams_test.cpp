// Replication streams, environments, consumers and sources in the steady state, against closed
// forms. The false-failure probability of one comparison is 1.3e-5 (estimate.hpp); no case makes
// more than five.
#include <cmath>
#include <vector>

#include "sim/analytic/erlang.hpp"
#include "sim/analytic/queues.hpp"
#include "sim/control/control.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

/// Cuts the first stream at time zero and opens its copy at once.
struct Fail : ControllerOf<int> {
  [[nodiscard]] std::string name() const override { return "fail"; }
  void start_with(int&, Control& control) const override { control.wake_at(Instant::origin()); }
  void wake_with(int&, Control& control) const override {
    control.freeze_log(LogId{0});
    control.open_copy(LogId{0}, Instant::origin());
  }
};

std::shared_ptr<const Network> shipping(double writes, const Law& lag, bool ordered) {
  OneService one;
  ReplicationLog log;
  log.ordered = ordered;
  log.lag = one.builder.add_law(lag);
  write_to_copy(one, log);
  one.builder.add_source(constant_source("visit", writes, one.journey));
  one.builder.add_controller(std::make_shared<Fail>());
  return one.builder.build();
}

double writes_lost(const TrialResult& r) { return static_cast<double>(r.losses[0].writes_lost); }

RunOptions failure_after(Duration warmup) {
  RunOptions options = run_for(warmup, Duration::milliseconds(1));
  options.follow = Duration{};
  return options;
}

TEST_CASE("writes that travel alone lose those on their way, whatever the lag's law", "[oracle]") {
  // In flight: M/G/infinity, so a Poisson number of mean rate x mean lag; over n trials the mean
  // lies within 5 sqrt(m / n), and the variance over m within 5 sqrt(2 / n + 1 / (n m)) of 1.
  constexpr int kFailures = 20'000;
  for (const Law& lag : {Law::exponential(Duration::seconds(1)),
                         Law::lognormal(Duration::seconds(1), 1.5).at_most(Duration::seconds(20)),
                         Law::constant(Duration::seconds(1))}) {
    const auto net = shipping(10, lag, false);
    const double m = 10 * lag.mean_seconds();
    const Estimate e = estimate(*net, failure_after(Duration::seconds(20)), writes_lost, kFailures);
    const double variance = e.error * e.error * kFailures;
    INFO(lag.describe() << ": " << e.mean << ", variance " << variance << ", truth " << m);
    CHECK(std::abs(e.mean - m) <= 5 * std::sqrt(m / kFailures));
    CHECK(std::abs(variance / m - 1) <= 5 * std::sqrt(2.0 / kFailures + 1 / (kFailures * m)));
  }
}

TEST_CASE("writes in order lose also what a slower one ahead holds up", "[oracle]") {
  // Exponential lags of mean m at rate l: a write of age u has arrived if its own lag is below u
  // and nothing older is on its way: (1 - e^(-u/m)) e^(-l m e^(-u/m)). Substituting x = e^(-u/m),
  // the mean number lost is l m times the integral over (0, 1) of (1 - (1 - x) e^(-l m x)) / x.
  // The oldest on its way is older than a with chance 1 - e^(-l m e^(-a/m)): the RPO's mean is m
  // times the integral over (0, 1) of (1 - e^(-l m x)) / x, whether in order or not.
  const double rate = 10;
  const double mean = 1;
  double lost = 0;
  double age = 0;
  constexpr int kPanels = 10'000;
  for (int i = 0; i < kPanels; ++i) {
    const double x = (i + 0.5) / kPanels;
    lost += rate * mean * (1 - (1 - x) * std::exp(-rate * mean * x)) / x / kPanels;
    age += mean * (1 - std::exp(-rate * mean * x)) / x / kPanels;
  }
  const auto rpo = [](const TrialResult& r) { return r.losses[0].rpo_seconds; };
  const RunOptions options = failure_after(Duration::seconds(15));
  for (const bool ordered : {true, false}) {
    const auto net = shipping(rate, Law::exponential(Duration::from_seconds(mean)), ordered);
    const std::vector<Estimate> all = estimates(*net, options, {writes_lost, rpo}, 35'000);
    check_estimate(all[0], ordered ? lost : rate * mean, ordered ? 2 * kOfMean : kOfMean);
    check_estimate(all[1], age, kOfMean);
  }
}

TEST_CASE("environments up to a limit refuse what Erlang says", "[oracle]") {
  // Ten at once, kept for good once started, each busy for a lognormal 100 ms: M/G/c/c.
  OneService one;
  Environments fleet;
  fleet.name = "function";
  fleet.deployment = one.deployment;
  fleet.limit = 10;
  fleet.idle_expiry = Duration::hours(10);
  const EnvironmentId id = one.builder.add_environments(fleet);
  PlanBuilder plan = one.builder.define(one.plan);
  plan.environment(id, "start");
  plan.delay(one.builder.add_law(Law::lognormal(Duration::milliseconds(100), 1.5)), "work");
  plan.vacate(id);
  plan.finish();
  one.builder.add_source(constant_source("visit", 80, one.journey));
  const auto net = one.builder.build();
  const RunOptions options = run_for(Duration::seconds(5), Duration::seconds(400));
  check_estimate(estimate(*net, options, failed_of(0)), analytic::erlang_b(10, 8), kOfRare);
  const TrialResult r = run_trial(*net, options, 0);
  CHECK(r.journeys[0].failed_by[static_cast<std::size_t>(Cause::kThrottled)] ==
        r.journeys[0].failed);
  CHECK(r.environments[0].cold_starts == 10);
}

TEST_CASE("consumers of a buffer are the servers of an M/M/c queue", "[oracle]") {
  // Three at once, one message each: the age at acknowledgement is the sojourn of M/M/3.
  OneService one;
  Journey followed;
  followed.name = "fulfilment";
  followed.followed = true;
  const JourneyId journey = one.builder.add_journey(followed);
  Buffer row;
  row.name = "orders";
  row.deployment = one.deployment;
  row.visibility = Duration::minutes(10);
  row.first_consumers = 3;
  row.follows = journey.index();
  const BufferId buffer = one.builder.add_buffer(row);
  const PlanId consume = one.builder.declare_plan("consume", one.deployment);
  PlanBuilder loop = one.builder.define(consume);
  const PlanBuilder::Label next = loop.label();
  const PlanBuilder::Label end = loop.label();
  loop.take(buffer);
  loop.place(next);
  loop.next_message(buffer, end);
  loop.delay(one.builder.add_law(Law::exponential(Duration::milliseconds(10))), "pack");
  loop.jump(next);
  loop.place(end);
  loop.acknowledge(buffer);
  loop.finish();
  one.builder.buffer(buffer).consumer = consume;
  PlanBuilder plan = one.builder.define(one.plan);
  plan.put(buffer);
  plan.finish();
  one.builder.add_source(constant_source("visit", 210, one.journey));
  const auto net = one.builder.build();
  check_estimate(
      estimate(*net, run_for(Duration::seconds(10), Duration::seconds(400)), latency_of(1)),
      analytic::mmc(210, 0.010, 3).mean_sojourn, kOfMean);
}

TEST_CASE("a forecast error multiplies all arrivals of a trial", "[oracle]") {
  // Factor uniform on 0.5 to 1.5 (variance 1/12): N has mean m = 1000 and variance m + m^2 / 12.
  // Over 4,000 trials the standard deviation is off by at most 1 / sqrt(2 n) x 5 = 5.6 % (less, as
  // a uniform law has light tails).
  OneService one;
  PlanBuilder plan = one.builder.define(one.plan);
  plan.finish();
  Source source = constant_source("visit", 100, one.journey);
  source.factor =
      one.builder.add_law(Law::uniform(Duration::milliseconds(500), Duration::milliseconds(1500)));
  one.builder.add_source(source);
  const auto net = one.builder.build();
  const Estimate e = estimate(
      *net, run_for(Duration{}, Duration::seconds(10)),
      [](const TrialResult& r) { return static_cast<double>(r.journeys[0].offered); }, 4000);
  check_estimate(e, 1000, 2 * kOfMean);
  CHECK(e.error * std::sqrt(4000.0) == Approx(std::sqrt(1000 + 1e6 / 12)).epsilon(0.056));
}

TEST_CASE("a trace is replayed to the nanosecond, its mix by its shares", "[oracle]") {
  // Stamps with gaps of 1, 2, 3, ... microseconds, two at one instant, one before the run: each
  // of the run arrives once. Those that are charged with a delay of a third of them are binomial:
  // 3,000 arrivals, sd sqrt(3000 x 2/9) = 25.8; 4.5 of them leave 7e-6.
  OneService one;
  PlanBuilder plan = one.builder.define(one.plan);
  plan.finish();
  Journey other;
  other.name = "other";
  other.plan = one.builder.declare_plan("other", one.deployment);
  PlanBuilder empty = one.builder.define(other.plan);
  empty.delay(one.builder.add_law(Law::constant(Duration::nanoseconds(1))), "tick");
  empty.finish();
  Source source = constant_source("visit", 0, one.journey);
  source.kind = Source::Kind::kStamps;
  source.mix[0].share.points[0].value = 2;
  Profile third;
  third.points = {{Instant::origin(), 1.0}};
  source.mix.push_back({one.builder.add_journey(other), kNone, third});
  source.stamps.push_back(Instant::from_seconds(-100));
  std::int64_t at = 0;
  for (int i = 0; i < 2999; ++i) {
    at += 1000 * i;
    source.stamps.push_back(Instant::from_nanoseconds(at));
  }
  source.stamps.push_back(Instant::from_nanoseconds(at));
  const std::vector<Instant> stamps = source.stamps;
  one.builder.add_source(source);

  struct Hear : Listener {
    std::vector<Instant> began;
    void request_began(Instant now, JourneyId, std::uint64_t) override { began.push_back(now); }
  };
  const auto hear = std::make_shared<Hear>();
  RunOptions options = run_for(Duration::seconds(1), Duration::seconds(10));
  options.listen = [&](std::uint32_t) { return hear; };
  const auto net = one.builder.build();
  const TrialResult r = run_trial(*net, options, 0);
  CHECK(hear->began == std::vector<Instant>(stamps.begin() + 1, stamps.end()));
  CHECK(r.journeys[0].offered + r.journeys[1].offered == 3000);
  CHECK(std::abs(static_cast<double>(r.journeys[1].offered) - 1000) <= 4.5 * 25.8);
}

}  // namespace
}  // namespace lifeboat::sim::test
