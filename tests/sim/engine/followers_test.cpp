// Caches that hold what another one does, as late as a log brings it.
#include <cmath>
#include <functional>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/engine/engine.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

/// Does something at each of some instants.
struct DoAt : ControllerOf<std::uint32_t> {
  using Act = std::function<void(Control&)>;
  std::vector<std::pair<double, Act>> acts;
  explicit DoAt(std::vector<std::pair<double, Act>> all) : acts(std::move(all)) {}
  [[nodiscard]] std::string name() const override { return "script"; }
  [[nodiscard]] bool is_fault() const override { return true; }
  void start_with(std::uint32_t&, Control& control) const override { next(0, control); }
  void wake_with(std::uint32_t& done, Control& control) const override {
    acts[done].second(control);
    next(++done, control);
  }
  void next(std::uint32_t done, Control& control) const {
    if (done < acts.size()) control.wake_at(Instant::from_seconds(acts[done].first));
  }
};

struct Shape {
  std::uint32_t keys = 1;
  std::uint32_t capacity = 1;
  Duration ttl = Duration::infinite();
  Law lag = Law::constant(Duration::seconds(2));
  bool starts_empty = true;
};

/// A cache here, a follower there: "write" puts a key here, "look" asks here, "far" asks there.
struct Pair {
  OneService one;
  CacheId here;
  CacheId there;
  LogId log;
  JourneyId look;
  JourneyId far;

  explicit Pair(const Shape& shape) {
    const RegionId region = one.builder.add_region("far");
    ReplicationLog row;
    row.name = "pages";
    row.from = one.deployment;
    row.to = one.builder.add_deployment("till", region);
    row.lag = one.builder.add_law(shape.lag);
    log = one.builder.add_log(row);
    Cache cache;
    cache.name = "here";
    cache.keys = one.builder.add_key_space("page", shape.keys, 0.8, false);
    cache.capacity = shape.capacity;
    cache.ttl = shape.ttl;
    cache.deployment = one.deployment;
    cache.starts_empty = shape.starts_empty;
    here = one.builder.add_cache(cache);
    cache.name = "there";
    cache.starts_empty = true;
    cache.follows = here;
    there = one.builder.add_cache(cache);
    one.builder.cache(here).followers = {{log, there}};
    Commit commit;
    commit.logs = {log};
    commit.deployment = one.deployment;
    commit.store = one.builder.add_store("pages");
    commit.cache = here;
    PlanBuilder plan = one.builder.define(one.plan);
    plan.commit(commit, "put");
    plan.finish();
    look = reader("look", here);
    far = reader("far", there);
  }
  /// A journey that ends well where it finds its key.
  JourneyId reader(const std::string& name, CacheId cache) {
    Journey row;
    row.name = name;
    row.plan = one.builder.declare_plan("journey." + name, DeploymentId{});
    PlanBuilder plan = one.builder.define(row.plan);
    const auto found = plan.label();
    plan.lookup(cache, found);
    plan.fail(Cause::kDependency);
    plan.place(found);
    plan.finish();
    return one.builder.add_journey(row);
  }
  void stamps(const std::string& name, JourneyId journey, const std::vector<double>& seconds) {
    Source source = constant_source(name, 0, journey);
    source.kind = Source::Kind::kStamps;
    for (const double s : seconds) source.stamps.push_back(Instant::from_seconds(s));
    one.builder.add_source(source);
  }
  void script(std::vector<std::pair<double, DoAt::Act>> acts) {
    one.builder.add_controller(std::make_shared<DoAt>(std::move(acts)));
  }
  TrialResult run(double seconds) {
    return run_trial(*one.builder.build(), run_for(Duration{}, Duration::from_seconds(seconds)), 0);
  }
};

/// Found and not found there, of looks at the given seconds.
std::pair<std::uint64_t, std::uint64_t> looks(Pair& pair, const std::vector<double>& seconds,
                                              double until = 100) {
  pair.stamps("far", pair.far, seconds);
  const JourneyResult far = pair.run(until).journeys[pair.far.index()];
  return {far.succeeded, far.failed};
}

std::vector<bool> held(const State& state, std::uint32_t cache) {
  std::vector<bool> all;
  const CacheState& row = state.caches[cache];
  for (std::uint32_t key = 0; key < row.keys; ++key) {
    all.push_back(row.kind == CacheState::Kind::kRoomy
                      ? ((state.cache_bits[row.first + key / 64] >> (key % 64)) & 1U) != 0
                      : state.cache_fills[row.first + key] != kAbsent);
  }
  return all;
}

}  // namespace

TEST_CASE("a follower has what was put when the log brings it", "[unit]") {
  // Put at 1 s, there at 3 s.
  for (const double at : {2.999, 3.0, 50.0}) {
    Pair pair({});
    pair.stamps("write", pair.one.journey, {1});
    CHECK(looks(pair, {at}).first == (at < 3 ? 0 : 1));
  }
}

TEST_CASE("what a cut log had not brought is lost, there and in the count", "[unit]") {
  // Puts of one key at 1, 4 and 5 s, two seconds of lag, cut at 6 s: those of 4 and 5 arrive at 6
  // and 7. After the flush there at 6.5 s nothing brings the last one.
  Pair pair({});
  pair.stamps("write", pair.one.journey, {1, 4, 5});
  pair.script({{6, [&](Control& c) { c.freeze_log(pair.log); }},
               {6.5, [&](Control& c) { c.flush_cache(pair.there); }},
               {60, [&](Control& c) { c.open_copy(pair.log, Instant::from_seconds(6)); }}});
  pair.stamps("far", pair.far, {3.5, 6.1, 6.6, 7.5, 99});
  const TrialResult r = pair.run(100);
  CHECK(r.journeys[pair.far.index()].succeeded == 2);
  REQUIRE(r.losses.size() == 1);
  CHECK(r.losses[0].writes_lost == 1);
  CHECK(r.losses[0].rpo_seconds == Approx(1));
}

TEST_CASE("a log that ships again brings what waited", "[unit]") {
  // Cut at 2 s with a put of 1 s on its way, thawed at 10 s: there at 12 s.
  Pair pair({});
  pair.stamps("write", pair.one.journey, {1});
  pair.script({{2, [&](Control& c) { c.freeze_log(pair.log); }},
               {10, [&](Control& c) { c.thaw_log(pair.log); }}});
  CHECK(looks(pair, {3.5, 11.9, 12, 13}) == std::pair<std::uint64_t, std::uint64_t>(2, 2));
}

TEST_CASE("an entry dies where it was copied when it dies where it was put", "[unit]") {
  // Put at 1 s with five to live: there from 3 s until 6 s.
  Shape shape;
  shape.ttl = Duration::seconds(5);
  Pair pair(shape);
  pair.stamps("write", pair.one.journey, {1});
  CHECK(looks(pair, {2.9, 3.1, 5.9, 6.1, 7.9}) == std::pair<std::uint64_t, std::uint64_t>(2, 3));
}

TEST_CASE("a flush reaches a follower as late as a write, and is none", "[unit]") {
  // All 100 keys at the start, flushed at 5 s and warmed again with 30 at 20 s.
  Shape shape;
  shape.keys = 100;
  shape.capacity = 100;
  shape.starts_empty = false;
  Pair pair(shape);
  std::vector<std::uint32_t> entries;
  const auto note = [&](Control& c) { entries.push_back(c.cache(pair.there).entries); };
  pair.script({{0, note},
               {5, [&](Control& c) { c.flush_cache(pair.here); }},
               {6.9, note},
               {7, note},
               {20, [&](Control& c) { c.warm_cache(pair.here, 30); }},
               {21.9, note},
               {22, note},
               {30, [&](Control& c) { c.warm_cache(pair.here, 10); }},
               {31, [&](Control& c) { c.open_copy(pair.log, c.now()); }},
               {40, note}});
  const TrialResult r = pair.run(50);
  CHECK(entries == std::vector<std::uint32_t>{100, 100, 0, 0, 30, 30});
  CHECK(r.losses.at(0).writes_lost == 0);
}

TEST_CASE("a follower that is short of memory holds what its source holds", "[property]") {
  // Puts and look-ups of 500 keys in a cache of 60, each second's puts with a lag of their own; at
  // rest both hold the same keys, and a snapshot goes on as the original does.
  for (const bool dies : {false, true}) {
    Shape shape;
    shape.keys = 500;
    shape.capacity = 60;
    shape.lag = Law::exponential(Duration::milliseconds(300));
    shape.starts_empty = false;
    if (dies) shape.ttl = Duration::seconds(1000);
    Pair pair(shape);
    Source puts = constant_source("write", 50, pair.one.journey);
    puts.rate.points = {
        {Instant::origin(), 50}, {Instant::from_seconds(60), 50}, {Instant::from_seconds(60), 0}};
    pair.one.builder.add_source(puts);
    pair.one.builder.add_source(constant_source("look", 20, pair.look));
    pair.one.builder.add_source(constant_source("far", 20, pair.far));
    pair.script({{90, [&](Control& c) { (void)c.cache(pair.there); }}});
    const auto net = pair.one.builder.build();
    const RunOptions options = run_for(Duration{}, Duration::seconds(100));
    Engine original{*net, options, 0};
    CHECK(held(original.state(), 0) == held(original.state(), 1));
    original.run_until(Instant::from_seconds(30));
    CHECK(held(original.state(), 0) != held(original.state(), 1));
    const State snapshot = original.state();
    original.run_until(Instant::from_seconds(91));
    CHECK(held(original.state(), 0) == held(original.state(), 1));
    CHECK(original.state().caches[1].entries == 60);
    Engine copy{*net, options, 0};
    copy.restore(snapshot);
    copy.run_until(Instant::from_seconds(91));
    CHECK(held(copy.state(), 1) == held(original.state(), 1));
    CHECK(copy.state().caches[1].hits == original.state().caches[1].hits);
  }
}

}  // namespace lifeboat::sim::test
