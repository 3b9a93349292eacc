// Caches, buffers, replication, environments, sources.
#include <cmath>
#include <deque>
#include <functional>
#include <queue>
#include <random>

#include "sim/analytic/cache.hpp"
#include "sim/control/control.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

double hit_ratio(const TrialResult& r) {
  return static_cast<double>(r.caches[0].hits) /
         static_cast<double>(r.caches[0].hits + r.caches[0].misses);
}

std::shared_ptr<const Network> look_aside(std::uint32_t keys, double zipf, std::uint32_t capacity,
                                          double per_second, Duration ttl, bool empty = true) {
  OneService one;
  Cache cache;
  cache.name = "pages";
  cache.keys = one.builder.add_key_space("product", keys, zipf, false);
  cache.capacity = capacity;
  cache.ttl = ttl;
  cache.starts_empty = empty;
  cache.deployment = one.deployment;
  const CacheId id = one.builder.add_cache(cache);
  PlanBuilder plan = one.builder.define(one.plan);
  const PlanBuilder::Label hit = plan.label();
  plan.lookup(id, hit);
  plan.fill(id);
  plan.place(hit);
  plan.finish();
  one.builder.add_source(constant_source("visit", per_second, one.journey));
  return one.builder.build();
}

TEST_CASE("least recently used keeps the published share of Zipf keys", "[oracle]") {
  // 5 items, Zipf(1.4), capacity 2: hit ratio .616627 under LRU.
  const auto net = look_aside(5, 1.4, 2, 1000, Duration::infinite());
  check_estimate(estimate(*net, run_for(Duration::seconds(1), Duration::seconds(100)), hit_ratio),
                 0.616627, 0.01);
}

TEST_CASE("a cache that begins with every key finds every key", "[unit]") {
  // Of as many keys as fill words of bits, and of some more; with entries that live on and with
  // such as would die after the run.
  for (const std::uint32_t keys : {1U, 63U, 64U, 70U, 200U}) {
    for (const Duration ttl : {Duration::infinite(), Duration::hours(1)}) {
      CAPTURE(keys, ttl.to_seconds());
      const auto net = look_aside(keys, 0, keys, 1000, ttl, false);
      const TrialResult r = run_trial(*net, run_for(Duration{}, Duration::seconds(10)), 0);
      CHECK(r.caches[0].hits > 9000);
      CHECK(r.caches[0].misses == 0);
    }
  }
}

TEST_CASE("a time to live bounds the hit ratio as renewal theory says", "[oracle]") {
  // An entry lives ttl from its fill: hits of key k are l_k ttl / (1 + l_k ttl).
  const auto net = look_aside(50, 0.9, 50, 100, Duration::seconds(2));
  const std::vector<double> popularity = analytic::zipf_popularities(50, 0.9);
  check_estimate(estimate(*net, run_for(Duration::seconds(20), Duration::seconds(400)), hit_ratio),
                 analytic::ttl_hit_ratio(popularity, 100, 2), 0.02);
}

struct Queue {
  OneService one;
  BufferId buffer;
  StationId worker;
  explicit Queue(const Law& work, Duration visibility, std::uint32_t receives, std::uint32_t batch,
                 std::uint32_t consumers, bool fails, std::vector<double> seconds) {
    NetworkBuilder& b = one.builder;
    Journey followed;
    followed.name = "fulfilment";
    followed.followed = true;
    followed.good_within = Duration::minutes(15);
    const JourneyId journey = b.add_journey(followed);
    Buffer row;
    row.name = "orders";
    row.deployment = one.deployment;
    row.visibility = visibility;
    row.max_receives = receives;
    row.batch = batch;
    row.first_consumers = consumers;
    row.follows = journey.index();
    buffer = b.add_buffer(row);
    Station station;
    station.name = "worker";
    station.servers = 10;
    station.deployment = one.deployment;
    worker = b.add_station(station);
    const PlanId consume = b.declare_plan("consume", one.deployment);
    PlanBuilder loop = b.define(consume);
    const PlanBuilder::Label next = loop.label();
    const PlanBuilder::Label end = loop.label();
    loop.take(buffer);
    loop.place(next);
    loop.next_message(buffer, end);
    loop.visit(worker, b.add_law(work), "pack");
    if (fails) loop.fail(Cause::kReset);
    loop.jump(next);
    loop.place(end);
    loop.acknowledge(buffer);
    loop.finish();
    b.buffer(buffer).consumer = consume;
    PlanBuilder plan = b.define(one.plan);
    plan.put(buffer);
    plan.finish();
    Source source = constant_source("visit", 0, one.journey);
    source.kind = Source::Kind::kStamps;
    for (const double s : seconds) source.stamps.push_back(Instant::from_seconds(s));
    b.add_source(source);
  }
  TrialResult run() {
    const auto net = one.builder.build();
    return run_trial(*net, run_for(Duration{}, Duration::seconds(600)), 0);
  }
};

TEST_CASE("one consumer works through a queue in order", "[unit]") {
  // Three messages at 1, 2 and 3 s, two seconds of work each, one at a time: ages 2, 3, 4.
  const TrialResult r = Queue(Law::constant(Duration::seconds(2)), Duration::minutes(2), kNone, 1,
                              1, false, {1, 2, 3})
                            .run();
  CHECK(r.buffers[0].acknowledged == 3);
  CHECK(r.journeys[1].succeeded == 3);
  CHECK(r.journeys[1].latency.mean_seconds() == Approx(3));
}

TEST_CASE("a batch is acknowledged together", "[unit]") {
  // The first message goes alone (1 s to 3 s); the next two wait and go as a batch: 3 to 7.
  const TrialResult r = Queue(Law::constant(Duration::seconds(2)), Duration::minutes(2), kNone, 10,
                              1, false, {1, 2, 2.5})
                            .run();
  CHECK(r.journeys[1].latency.max()->to_seconds() == Approx(5));
  CHECK(r.journeys[1].latency.mean_seconds() == Approx((2 + 5 + 4.5) / 3));
}

TEST_CASE("a failing consumer sees the message again, then it is dead", "[unit]") {
  const TrialResult r =
      Queue(Law::constant(Duration::seconds(1)), Duration::seconds(30), 3, 1, 5, true, {1}).run();
  CHECK(r.buffers[0].redelivered == 2);
  CHECK(r.buffers[0].dead_lettered == 1);
  CHECK(r.journeys[1].failed == 1);
  CHECK(r.stations[0].completions == 3);
}

TEST_CASE("a slow consumer loses its message when the visibility ends", "[unit]") {
  // 40 s of work with 30 s of visibility and two receives at most: both consumers work in vain,
  // and what they then delete is no longer theirs.
  const TrialResult r =
      Queue(Law::constant(Duration::seconds(40)), Duration::seconds(30), 2, 1, 5, false, {1}).run();
  CHECK(r.buffers[0].redelivered == 1);
  CHECK(r.buffers[0].dead_lettered == 1);
  CHECK(r.buffers[0].acknowledged == 0);
  CHECK(r.stations[0].completions == 2);
}

// Work of 30 s on average against 30 s of visibility: 37 % of all receipts are in vain. A receipt
// has luck of its own, so that a message which was slow once is as quick as any the next time; were
// it the same luck, the unlucky ones would never be done. Of 8 messages none is left after 18
// receipts, but for a probability of 8 x 0.37^18 = 1e-7.
TEST_CASE("a message that comes back meets luck of its own", "[unit]") {
  const TrialResult r = Queue(Law::exponential(Duration::seconds(30)), Duration::seconds(30), kNone,
                              1, 8, false, {1, 2, 3, 4, 5, 6, 7, 8})
                            .run();
  CHECK(r.buffers[0].redelivered > 0);
  CHECK(r.buffers[0].acknowledged == 8);
}

/// Writes at given seconds, shipped with a constant lag; the copy opens at 100 s for a failure at
/// `failed`.
struct Ship : ControllerOf<int> {
  double failed;
  explicit Ship(double at) : failed(at) {}
  [[nodiscard]] std::string name() const override { return "ship"; }
  void start_with(int&, Control& control) const override {
    control.wake_at(Instant::from_seconds(failed));
  }
  void wake_with(int& step, Control& control) const override {
    if (step++ == 0) {
      control.freeze_log(LogId{0});
      control.wake_at(Instant::from_seconds(100));
    } else {
      control.open_copy(LogId{0}, Instant::from_seconds(failed));
    }
  }
};

TrialResult replicate(const std::vector<double>& seconds, double lag_s, double failed_s,
                      double apply_per_second = 0) {
  OneService one;
  ReplicationLog log;
  log.lag = one.builder.add_law(Law::constant(Duration::from_seconds(lag_s)));
  log.apply_per_second = apply_per_second;
  write_to_copy(one, log, true);
  one.builder.add_source(stamps_source(seconds, one.journey));
  one.builder.add_controller(std::make_shared<Ship>(failed_s));
  const auto net = one.builder.build();
  return run_trial(*net, run_for(Duration{}, Duration::seconds(200)), 0);
}

TEST_CASE("the warm-up counts like any other time", "[unit]") {
  // A write during the warm-up is on its way at once: received long before the cut at 1 s.
  OneService one;
  ReplicationLog log;
  log.lag = one.builder.add_law(Law::constant(Duration::seconds(2)));
  write_to_copy(one, log);
  one.builder.add_source(stamps_source({-5}, one.journey));
  one.builder.add_controller(std::make_shared<Ship>(1));
  const auto net = one.builder.build();
  const TrialResult r = run_trial(*net, run_for(Duration::seconds(10), Duration::seconds(200)), 0);
  REQUIRE(r.losses.size() == 1);
  CHECK(r.losses[0].writes_lost == 0);
}

TEST_CASE("what was not received when the stream was cut is lost", "[unit]") {
  // Lag 2 s, cut at 11: the writes of 9.5 and 10.5 are on their way, those of 1 and 8 are there.
  const TrialResult r = replicate({1, 8, 9.5, 10.5}, 2, 11);
  REQUIRE(r.losses.size() == 1);
  CHECK(r.losses[0].writes_lost == 2);
  CHECK(r.losses[0].rpo_seconds == Approx(1.5));
  CHECK(r.records[0].lost == 2);
  CHECK(r.records[0].torn == 0);
}

TEST_CASE("an idle primary loses nothing, however long its last write is ago", "[unit]") {
  const TrialResult r = replicate({1}, 2, 60);
  REQUIRE(r.losses.size() == 1);
  CHECK(r.losses[0].writes_lost == 0);
  CHECK(r.losses[0].rpo_seconds == 0);
}

TEST_CASE("slow replay delays the copy but loses nothing more", "[unit]") {
  const TrialResult quick = replicate({1, 2, 3, 4, 5, 6}, 1, 6.5);
  const TrialResult slow = replicate({1, 2, 3, 4, 5, 6}, 1, 6.5, 0.1);
  CHECK(quick.losses[0].writes_lost == 1);
  CHECK(slow.losses[0].writes_lost == 1);
}

/// Mean number alive in a fleet that reuses the environment idle for the shortest time: a plain
/// event loop of its own, with its own generator.
double fleet_alive(double rate, double work, double expiry, double horizon) {
  std::mt19937_64 generator(7);
  std::exponential_distribution<double> gap(rate);
  std::exponential_distribution<double> service(1 / work);
  std::priority_queue<double, std::vector<double>, std::greater<>> busy;
  std::deque<double> idle;  // since when, oldest first
  double area = 0;
  double last = 0;
  double now = 0;
  const auto advance = [&](double to) {
    while (!idle.empty() && idle.front() + expiry <= to) {
      const double end = idle.front() + expiry;
      area += (end - last) * static_cast<double>(busy.size() + idle.size());
      last = end;
      idle.pop_front();
    }
    area += (to - last) * static_cast<double>(busy.size() + idle.size());
    last = to;
  };
  while (now < horizon) {
    now += gap(generator);
    while (!busy.empty() && busy.top() <= now) {
      const double end = busy.top();
      advance(end);
      busy.pop();
      idle.push_back(end);
    }
    advance(now);
    if (!idle.empty()) idle.pop_back();
    busy.push(now + service(generator));
  }
  return area / last;
}

TEST_CASE("a fleet of environments starts cold as often as published", "[oracle][long]") {
  // Arrivals 0.9/s, warm 1.991 s, cold start 0.253 s on top, idle expiry 600 s: P(cold) .0014
  // (published; recomputed .00131 to .00138). The published mean number alive (7.66) belongs to
  // reusing the environment created last; ours reuses the one used last, so its number is held
  // against an event loop written for this case.
  OneService one;
  Environments fleet;
  fleet.name = "function";
  fleet.deployment = one.deployment;
  fleet.idle_expiry = Duration::seconds(600);
  fleet.cold_start = one.builder.add_law(Law::exponential(Duration::milliseconds(253)));
  const EnvironmentId id = one.builder.add_environments(fleet);
  PlanBuilder plan = one.builder.define(one.plan);
  plan.environment(id, "start");
  plan.delay(one.builder.add_law(Law::exponential(Duration::milliseconds(1991))), "work");
  plan.vacate(id);
  plan.finish();
  one.builder.add_source(constant_source("visit", 0.9, one.journey));
  const auto net = one.builder.build();
  const RunOptions options = run_for(Duration::seconds(10'000), Duration::seconds(150'000));
  const double span = 160'000;
  const Estimate cold = estimate(*net, options, [](const TrialResult& r) {
    return static_cast<double>(r.environments[0].cold_starts) /
           static_cast<double>(r.environments[0].served);
  });
  INFO("cold " << cold.mean << " +- " << cold.error);
  CHECK(std::abs(cold.mean - 0.00135) < 0.0001);
  const Estimate alive = estimate(*net, options, [span](const TrialResult& r) {
    return (r.environments[0].busy_seconds + r.environments[0].idle_seconds) / span;
  });
  INFO("alive " << alive.mean << " +- " << alive.error);
  const double truth = fleet_alive(0.9, 1.991, 600, 4e6);
  CHECK(std::abs(alive.mean - truth) < 0.05);
}

TEST_CASE("arrivals of a linear rate have the profile's integral as mean", "[oracle]") {
  OneService one;
  PlanBuilder plan = one.builder.define(one.plan);
  plan.finish();
  Source source = constant_source("visit", 0, one.journey);
  source.rate.points = {{Instant::origin(), 10},
                        {Instant::from_seconds(50), 110},
                        {Instant::from_seconds(80), 110},
                        {Instant::from_seconds(100), 0}};
  one.builder.add_source(source);
  const auto net = one.builder.build();
  // 50 x 60 + 30 x 110 + 20 x 55 = 7400; Poisson: the standard error is sqrt(7400 / 200).
  const Estimate e = estimate(
      *net, run_for(Duration{}, Duration::seconds(120)),
      [](const TrialResult& r) { return static_cast<double>(r.journeys[0].offered); }, 200);
  check_estimate(e, 7400, 0.01);
  CHECK(e.error == Approx(std::sqrt(7400.0 / 200)).epsilon(0.2));
}

TEST_CASE("a burst factor keeps the mean and adds the stated variability", "[oracle]") {
  OneService one;
  PlanBuilder plan = one.builder.define(one.plan);
  plan.finish();
  Source source = constant_source("visit", 100, one.journey);
  source.burst_cv = 0.5;
  source.burst_correlation = Duration::seconds(10);
  one.builder.add_source(source);
  const auto net = one.builder.build();
  // Over 100 s: ten independent factors of mean 1 and cv .5 on 1000 arrivals each, and Poisson
  // noise: Var N = 10^4 + 10 x (1000 x .5)^2 = 2.51e6.
  const Estimate e = estimate(
      *net, run_for(Duration{}, Duration::seconds(100)),
      [](const TrialResult& r) { return static_cast<double>(r.journeys[0].offered); }, 1000);
  CHECK(std::abs(e.mean - 10'000) < 5 * e.error);
  CHECK(e.error * std::sqrt(1000.0) == Approx(std::sqrt(2.51e6)).epsilon(0.12));
}

TEST_CASE("M(t)/M/infinity holds the mean number that the rate's history gives", "[oracle]") {
  // Rate 100 until 0, then 200; service mean 10 s: m(t) = 2000 - 1000 exp(-t / 10).
  NetworkBuilder builder;
  const RegionId region = builder.add_region("home");
  const DeploymentId place = builder.add_deployment("place", region);
  Station lots;
  lots.name = "lots";
  lots.kind = StationKind::kHold;
  lots.servers = 1'000'000;
  lots.deployment = place;
  const StationId id = builder.add_station(lots);
  Journey row;
  row.name = "stay";
  row.plan = builder.declare_plan("stay", place);
  PlanBuilder plan = builder.define(row.plan);
  plan.acquire(id);
  plan.delay(builder.add_law(Law::exponential(Duration::seconds(10))), "stay");
  plan.release(id);
  plan.finish();
  Source source = constant_source("stay", 0, builder.add_journey(row));
  source.rate.points = {{Instant::from_seconds(-1e-9), 100}, {Instant::origin(), 200}};
  builder.add_source(source);
  const auto net = builder.build();
  // The mean over [0, 20): 2000 - 1000 x 10 (1 - exp(-2)) / 20.
  const double truth = 2000 - 500 * (1 - std::exp(-2.0));
  check_estimate(
      estimate(*net, run_for(Duration::seconds(150), Duration::seconds(20)),
               [](const TrialResult& r) { return r.stations[0].busy_server_seconds / 20; }),
      truth, 0.03);
}

}  // namespace
}  // namespace lifeboat::sim::test
