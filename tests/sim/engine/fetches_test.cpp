// Fetches for a cache: one at a time for each key, shared by all who come meanwhile.
#include <cmath>

#include "sim/control/control.hpp"
#include "sim/engine/engine.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

/// A cache of `keys` keys, whose entries live 2 s, before an origin that takes 1 s.
struct Edge {
  OneService one;
  DeploymentId origin = one.builder.add_deployment("origin", one.region);
  StationId station;

  struct Options {
    std::uint32_t keys = 1;
    bool fails = false;
    Duration patience = Duration::infinite();
    bool collapses = true;
  };

  Edge(double per_second, Options options) {
    Cache cache;
    cache.name = "edge";
    cache.keys = one.builder.add_key_space("object", options.keys, 0, false);
    cache.capacity = options.keys;
    cache.ttl = Duration::seconds(2);
    cache.starts_empty = true;
    cache.deployment = one.deployment;
    const CacheId edge = one.builder.add_cache(cache);
    Station row;
    row.name = "origin";
    row.servers = 4096;
    row.deployment = origin;
    station = one.builder.add_station(row);
    const PlanId get = one.builder.declare_plan("origin.get", origin);
    PlanBuilder inner = one.builder.define(get);
    inner.gate();
    inner.visit(station, one.builder.add_law(Law::constant(Duration::seconds(1))), "demand");
    if (options.fails) inner.fail(Cause::kDependency);
    inner.finish();
    const PlanId fill = one.builder.declare_plan("edge.fill", one.deployment);
    PlanBuilder fetch = one.builder.define(fill);
    fetch.call(get, CallPolicy{}, "get");
    fetch.fill(edge);
    fetch.finish();
    const PlanId ask = one.builder.declare_plan("edge.get", one.deployment);
    PlanBuilder lookup = one.builder.define(ask);
    const PlanBuilder::Label found = lookup.label();
    lookup.gate();
    lookup.lookup(edge, found);
    if (options.collapses) {
      lookup.fetch(edge, fill, "fetch");
    } else {
      lookup.call(fill, CallPolicy{}, "fetch");
    }
    lookup.place(found);
    lookup.finish();
    PlanBuilder plan = one.builder.define(one.plan);
    CallPolicy policy;
    policy.timeout = options.patience;
    plan.call(ask, policy, "edge");
    plan.finish();
    one.builder.add_source(constant_source("visit", per_second, one.journey));
  }
};

/// An outage of a deployment from 10.5 s to 20 s that resets and refuses a share of the work; the
/// rest hangs.
struct OutageOf : ControllerOf<EffectId> {
  OutageOf(DeploymentId which, double reset) : deployment(which), share(reset) {}
  [[nodiscard]] std::string name() const override { return "outage"; }
  [[nodiscard]] bool is_fault() const override { return true; }
  void start_with(EffectId& effect, Control& control) const override {
    effect = {};
    control.wake_at(Instant::from_seconds(10.5));
  }
  void wake_with(EffectId& effect, Control& control) const override {
    if (effect.index == kNone) {
      Effect outage;
      outage.kind = Effect::Kind::kOutage;
      outage.share = share;
      outage.refuse_share = share;
      effect = control.begin_effect({deployment}, outage);
      control.wake_at(Instant::from_seconds(20));
    } else {
      control.end_effect(effect);
    }
  }
  DeploymentId deployment;
  double share;
};

}  // namespace

// Renewal at each fetch: D = 1 s of it, T = 2 s of the entry's life and 1/l until the next request.
// Its own request waits D; l D others wait a uniform part of it, D/2 on average; the l T that come
// while the entry lives wait for nothing.
TEST_CASE("one fetch serves all who come while it is under way", "[oracle]") {
  const double rate = 5;
  Edge edge(rate, {});
  const auto net = edge.one.builder.build();
  const double cycle = 1 + 2 + 1 / rate;
  const double mean_wait = (1 + rate * 0.5) / (rate * cycle);
  check_estimates(*net, run_for(Duration::seconds(10), Duration::seconds(3000)),
                  {{arrival_rate_at(edge.station.index()), 1 / cycle}, {mean_latency, mean_wait}});
}

// Without it each of the l D others fetches too; each of these fills anew, up to D after the first,
// so that the entry dies T after the last of them.
TEST_CASE("requests that do not wait for another's fetch all ask the origin", "[oracle]") {
  Edge edge(5, {.collapses = false});
  const auto net = edge.one.builder.build();
  const Estimate each = estimate(*net, run_for(Duration::seconds(10), Duration::seconds(3000)),
                                 arrival_rate_at(edge.station.index()));
  // Of a cycle of at least 3.2 s and at most 4.2 s, 6 requests.
  CHECK(each.mean > 6 / 4.2);
  CHECK(each.mean < 6 / 3.2);
}

// Each key is fetched by itself: two keys at half the rate each.
TEST_CASE("fetches of different keys do not wait for each other", "[oracle]") {
  Edge edge(4, {.keys = 2});
  const auto net = edge.one.builder.build();
  check_estimates(*net, run_for(Duration::seconds(10), Duration::seconds(3000)),
                  {{arrival_rate_at(edge.station.index()), 2 / (3 + 1 / 2.0)}});
}

// A thousand keys, each fetched for 1 s: some hundreds at once, far more than there were buckets.
TEST_CASE("many fetches are under way at once", "[oracle]") {
  Edge edge(400, {.keys = 1000});
  const auto net = edge.one.builder.build();
  check_estimates(*net, run_for(Duration::seconds(10), Duration::seconds(30)),
                  {{arrival_rate_at(edge.station.index()), 1000 / (3 + 1000 / 400.0)}});
}

// Half of them give up after 0.5 s: who began the fetch, and who came in its first half. It goes on
// all the same: as many fetches as with patience.
TEST_CASE("a fetch goes on though who began it has given up", "[oracle]") {
  const double rate = 5;
  Edge edge(rate, {.patience = Duration::milliseconds(500)});
  const auto net = edge.one.builder.build();
  const double cycle = 3 + 1 / rate;
  check_estimates(*net, run_for(Duration::seconds(10), Duration::seconds(3000)),
                  {{arrival_rate_at(edge.station.index()), 1 / cycle},
                   {failed_of(0), (1 + rate * 0.5) / (rate * cycle), kOfRare}});
}

// Renewal at each fetch that fails: D and 1/l; all of its 1 + l D requests fail, so that none
// succeeds.
TEST_CASE("a failed fetch fails all who wait for it", "[oracle]") {
  Edge edge(5, {.fails = true});
  const auto net = edge.one.builder.build();
  const RunOptions options = run_for(Duration::seconds(10), Duration::seconds(3000));
  check_estimates(*net, options, {{arrival_rate_at(edge.station.index()), 1 / 1.2}});
  const TrialResult result = run_trial(*net, options, 0);
  CHECK(result.journeys[0].succeeded == 0);
  CHECK(result.journeys[0].failed_by[static_cast<std::size_t>(Cause::kDependency)] ==
        result.journeys[0].failed);
}

// 10.5 s: with 50 requests a second a fetch (every 3.02 s, for 1 s) may be under way. Whatever is
// cut off fails, nothing hangs, and from 20 s on all is as before.
TEST_CASE("an outage of the origin or of the edge ends the fetch", "[unit]") {
  for (const bool of_origin : {true, false}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      Edge edge(50, {});
      edge.one.builder.add_controller(
          std::make_shared<OutageOf>(of_origin ? edge.origin : edge.one.deployment, 1));
      const auto net = edge.one.builder.build();
      const TrialResult result =
          run_trial(*net, run_for(Duration{}, Duration::seconds(60), seed), 0);
      const JourneyResult& visits = result.journeys[0];
      CHECK(visits.failed > 0);
      CHECK(visits.failed <= visits.offered / 4);
      CHECK(visits.succeeded + visits.failed + 60 >= visits.offered);
      CHECK(visits.latency.quantile(1)->to_seconds() < 1.01);
    }
  }
}

// The origin hangs from 10.5 s to 20 s: a fetch does not end, and of 50 requests a second each
// waits its 2 s and is gone. What is in flight follows the patience, not the outage: 50 x 2 s, a
// call of four frames each, and never the 475 that came.
TEST_CASE("who gives up waiting for a fetch leaves its line", "[unit]") {
  Edge edge(50, {.patience = Duration::seconds(2)});
  edge.one.builder.add_controller(std::make_shared<OutageOf>(edge.origin, 0));
  const auto net = edge.one.builder.build();
  Engine engine(*net, run_for(Duration{}, Duration::seconds(60)), 0);
  engine.run_until(Instant::from_seconds(19.9));
  CHECK(engine.state().tokens.live() < 150);
  CHECK(engine.state().tokens.live() > 50);
  const TrialResult result = engine.run();
  CHECK(result.journeys[0].failed > 300);
  // Once the origin is back all is as before.
  CHECK(result.journeys[0].failed < 600);
}

TEST_CASE("a snapshot within a fetch goes on as the original does", "[unit]") {
  Edge edge(50, {});
  const auto net = edge.one.builder.build();
  const RunOptions options = run_for(Duration{}, Duration::seconds(60));
  for (const double at : {0.5, 3.6, 7.1}) {
    Engine original(*net, options, 0);
    original.run_until(Instant::from_seconds(at));
    Engine copy(*net, options, 0);
    copy.restore(original.state());
    for (Engine* engine : {&original, &copy}) engine->run_until(Instant::from_seconds(30));
    CHECK(original.state().hops == copy.state().hops);
    CHECK(original.state().now == copy.state().now);
    CHECK(original.state().tokens.live() == copy.state().tokens.live());
  }
}

}  // namespace lifeboat::sim::test
