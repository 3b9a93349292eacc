// Token buckets, partitions and gates against closed forms. The false-failure probability of one
// comparison is 1.3e-5 (estimate.hpp); no case makes more than four.
//
// A bucket that holds b tokens and gains one every T lets a request pass when at most b - 1 were
// taken within what T has not yet given back: the queue M/D/1 with room for b, service T, nobody
// of which waits for anything. So its losses are those of M/D/1/b, and a request that waits for
// its token waits for the work beyond (b - 1) T in M/D/1.
#include <cmath>
#include <vector>

#include "sim/control/control.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

Bucket bucket(double per_second, double burst) {
  Bucket row;
  row.name = "bucket";
  row.per_second = per_second;
  row.burst = burst;
  return row;
}

std::shared_ptr<const Network> throttled(double arrivals, double per_second, double burst) {
  OneService one;
  const BucketId id = one.builder.add_bucket(bucket(per_second, burst));
  PlanBuilder plan = one.builder.define(one.plan);
  plan.throttle(id);
  plan.finish();
  one.builder.add_source(constant_source("visit", arrivals, one.journey));
  return one.builder.build();
}

std::shared_ptr<const Network> paced(double arrivals, double per_second, double burst) {
  OneService one;
  const BucketId id = one.builder.add_bucket(bucket(per_second, burst));
  PlanBuilder plan = one.builder.define(one.plan);
  plan.pace(id);
  plan.finish();
  one.builder.add_source(constant_source("visit", arrivals, one.journey));
  return one.builder.build();
}

/// Loss of M/D/1 with room for `places`: the chain of what departures leave behind, cut at the
/// room, gives the chance p0 that one leaves nobody; the loss is 1 - 1 / (p0 + rho) (Gross and
/// Harris, section 5.1.8).
double mdk_loss(double rho, int places) {
  std::vector<double> arrivals;  // Poisson(rho) during a service
  double p = std::exp(-rho);
  for (int k = 0; k <= places; p *= rho / ++k) arrivals.push_back(p);
  std::vector<double> left{1.0};
  for (int j = 0; j + 1 < places; ++j) {
    const auto at = static_cast<std::size_t>(j);
    double next = left[at] - left[0] * arrivals[at];
    for (std::size_t i = 1; i <= at; ++i) next -= left[i] * arrivals[at - i + 1];
    left.push_back(next / arrivals[0]);
  }
  double sum = 0;
  for (const double x : left) sum += x;
  return 1 - 1 / (1 / sum + rho);
}

TEST_CASE("a bucket of one token lets pass one a cycle of refill and arrival", "[oracle]") {
  // After a token is taken none is there for 1/r, then the next comes after 1/lambda on average.
  const auto net = throttled(150, 100, 1);
  const double accepted = 1 / (1.0 / 150 + 1.0 / 100);
  check_estimate(estimate(*net, run_for(Duration::seconds(1), Duration::seconds(200)), throughput),
                 accepted, kOfMean);
}

TEST_CASE("a deeper bucket loses what M/D/1 with that room loses", "[oracle]") {
  CHECK(mdk_loss(1.5, 1) == Approx(1 - 1 / 2.5));
  const RunOptions options = run_for(Duration::seconds(5), Duration::seconds(200));
  for (const auto& [rho, burst] : {std::pair<double, int>{0.8, 3}, {1.2, 5}, {1.0, 10}}) {
    const auto net = throttled(100 * rho, 100, burst);
    check_estimate(estimate(*net, options, failed_of(0)), mdk_loss(rho, burst), kOfRare);
  }
}

TEST_CASE("a request that takes several tokens empties the bucket as several do", "[oracle]") {
  // Two tokens each of a bucket of two: as one token of a bucket of one at half the rate.
  OneService one;
  const BucketId id = one.builder.add_bucket(bucket(200, 2));
  PlanBuilder plan = one.builder.define(one.plan);
  plan.throttle(id, 2);
  plan.finish();
  one.builder.add_source(constant_source("visit", 150, one.journey));
  const auto net = one.builder.build();
  check_estimate(estimate(*net, run_for(Duration::seconds(1), Duration::seconds(200)), throughput),
                 60, kOfMean);
}

TEST_CASE("pacing without a burst waits as M/D/1 does", "[oracle]") {
  // Pollaczek and Khinchine: rho T / (2 (1 - rho)); rho = 0.7, T = 10 ms.
  const auto net = paced(70, 100, 1);
  check_estimate(
      estimate(*net, run_for(Duration::seconds(10), Duration::seconds(2000)), mean_latency),
      0.7 * 0.010 / (2 * 0.3), kOfMean);
}

TEST_CASE("pacing with a burst waits for the work beyond the burst", "[oracle]") {
  // P[work of M/D/1 <= t] = (1 - rho) sum over k <= t/T of (-x)^k / k! e^x with x = lambda
  // (t - k T) (Erlang 1909); the mean excess over T is the mean less the integral of
  // P[work > t] up to T, here by Simpson's rule.
  const double rate = 70;
  const double service = 0.010;
  const double rho = rate * service;
  const auto above = [&](double t) {
    double sum = 0;
    double factorial = 1;
    for (int k = 0; k * service <= t; factorial *= ++k) {
      const double x = rate * (t - k * service);
      sum += std::pow(-x, k) / factorial * std::exp(x);
    }
    return 1 - (1 - rho) * sum;
  };
  double excess = rho * service / (2 * (1 - rho));
  constexpr int kPanels = 200;
  for (int i = 0; i < kPanels; ++i) {
    const double h = service / kPanels;
    const double a = i * h + 1e-12;  // within the panel's own branch of the sum
    const double b = (i + 1) * h - 1e-12;
    excess -= h / 6 * (above(a) + 4 * above(0.5 * (a + b)) + above(b));
  }
  const auto net = paced(rate, 100, 2);
  check_estimate(
      estimate(*net, run_for(Duration::seconds(10), Duration::seconds(5000)), mean_latency), excess,
      kOfMean);
}

std::shared_ptr<const Network> partitioned(double arrivals, double per_second, std::uint32_t keys,
                                           std::uint32_t partitions) {
  OneService one;
  const BucketId first = one.builder.add_partitions(bucket(per_second, 1), partitions);
  const KeySpaceId space = one.builder.add_key_space("product", keys, 0, false);
  PlanBuilder plan = one.builder.define(one.plan);
  plan.partition(first, partitions, space);
  plan.finish();
  one.builder.add_source(constant_source("visit", arrivals, one.journey));
  return one.builder.build();
}

TEST_CASE("partitions of many keys each serve their share", "[oracle]") {
  // A million keys over four partitions of 100/s, 400 requests a second in all: each partition
  // sees 100/s (within 0.2 %, which its throughput halves) and lets pass 1 / (1/100 + 1/100).
  const auto net = partitioned(400, 100, 1'000'000, 4);
  check_estimate(estimate(*net, run_for(Duration::seconds(1), Duration::seconds(100)), throughput),
                 200, kOfMean);
}

TEST_CASE("one hot key has one partition, however many there are", "[oracle]") {
  const auto net = partitioned(400, 100, 1, 4);
  check_estimate(estimate(*net, run_for(Duration::seconds(1), Duration::seconds(100)), throughput),
                 1 / (1.0 / 400 + 1.0 / 100), kOfMean);
}

/// Begins one effect at the start of the run.
struct Begin : ControllerOf<int> {
  Begin(DeploymentId on, const Effect& what) : deployment(on), effect(what) {}
  [[nodiscard]] std::string name() const override { return "begin"; }
  [[nodiscard]] bool is_fault() const override { return true; }
  void start_with(int&, Control& control) const override {
    control.begin_effect({deployment}, effect);
  }
  void wake_with(int&, Control&) const override {}
  DeploymentId deployment;
  Effect effect;
};

/// A door that is under an effect, before a delay of 10 ms; patience 100 ms.
std::shared_ptr<const Network> door_under(const std::vector<Effect>& effects) {
  OneService one;
  PlanBuilder plan = one.builder.define(one.plan);
  plan.gate();
  plan.delay(one.builder.add_law(Law::constant(Duration::milliseconds(10))), "work");
  plan.finish();
  Journey row;
  row.name = "patient";
  row.plan = one.builder.declare_plan("journey.patient", DeploymentId{});
  PlanBuilder root = one.builder.define(row.plan);
  CallPolicy patience;
  patience.timeout = Duration::milliseconds(100);
  patience.timeout_cause = Cause::kAbandoned;
  root.call(one.plan, patience, "entry");
  root.finish();
  one.builder.add_source(constant_source("patient", 500, one.builder.add_journey(row)));
  for (const Effect& effect : effects) {
    one.builder.add_controller(std::make_shared<Begin>(one.deployment, effect));
  }
  return one.builder.build();
}

Figure failed_by(Cause cause) {
  return [cause](const TrialResult& r) {
    return static_cast<double>(r.journeys[1].failed_by[static_cast<std::size_t>(cause)]) /
           static_cast<double>(r.journeys[1].offered);
  };
}

TEST_CASE("a gate under two errors fails the share that neither lets pass", "[oracle]") {
  // Shares of 0.2 and 0.5 act one after the other: 1 - 0.8 x 0.5 fail. Late by 3 ms and by 4 ms.
  Effect errors;
  errors.kind = Effect::Kind::kErrors;
  errors.share = 0.2;
  Effect more = errors;
  more.share = 0.5;
  Effect late;
  late.kind = Effect::Kind::kLatency;
  late.delay = Duration::milliseconds(3);
  Effect later = late;
  later.delay = Duration::milliseconds(4);
  const auto net = door_under({errors, more, late, later});
  const RunOptions options = run_for(Duration::seconds(1), Duration::seconds(50));
  check_estimate(estimate(*net, options, failed_of(1)), 0.6, kOfMean);
  const TrialResult r = run_trial(*net, options, 0);
  CHECK(r.journeys[1].latency.min() == Duration::milliseconds(17));
  CHECK(r.journeys[1].latency.max() == Duration::milliseconds(17));
}

TEST_CASE("a dead gate refuses its share and leaves the rest hanging", "[oracle]") {
  Effect outage;
  outage.kind = Effect::Kind::kOutage;
  outage.refuse_share = 0.3;
  const auto net = door_under({outage});
  const RunOptions options = run_for(Duration::seconds(1), Duration::seconds(50));
  check_estimates(*net, options,
                  {{failed_by(Cause::kReset), 0.3}, {failed_by(Cause::kAbandoned), 0.7}});
}

}  // namespace
}  // namespace lifeboat::sim::test
