// The hit ratio's window and the warming's rate, worked by hand.
#include "models/services/elasticache/warming.hpp"

#include "models/replication/opening.hpp"
#include "tests/catch.hpp"
#include "tests/models/replication/fake_control.hpp"

using namespace lifeboat;
using namespace lifeboat::models;
using lifeboat::models::elasticache::HitRatioController;
using lifeboat::models::elasticache::Popularity;
using lifeboat::models::elasticache::WarmingController;
using lifeboat::models::elasticache::WatchedCache;
using lifeboat::tests::FakeControl;
using lifeboat::tests::FakeNetwork;
using sim::Instant;

namespace {

WatchedCache watched(std::uint32_t id, std::uint32_t keys, double zipf) {
  return {sim::CacheId{id}, keys, std::make_shared<const Popularity>(keys, zipf), {}};
}

}  // namespace

TEST_CASE("the hit ratio is that of the last minute's look-ups", "[unit]") {
  FakeNetwork world;
  const sim::RegisterId ratio = world.reg(0);
  const HitRatioController controller("pages@sg", {watched(0, 1000, 0)}, ratio);
  FakeControl control(world.network, controller, {});
  // 100 look-ups a second that all miss for two minutes, then all hit.
  for (int second = 1; second <= 120; ++second) {
    control.caches[0].misses += 100;
    control.run_until(Instant::from_seconds(second));
  }
  CHECK(control.value(ratio) == 0);
  for (int second = 121; second <= 150; ++second) {
    control.caches[0].hits += 100;
    control.run_until(Instant::from_seconds(second));
  }
  // Half a minute of hits in a minute's window, as of the last sample (at most 10 s ago).
  CHECK(static_cast<double>(control.value(ratio)) / 1e6 == Approx(0.42).margin(0.09));
  for (int second = 151; second <= 200; ++second) {
    control.caches[0].hits += 100;
    control.run_until(Instant::from_seconds(second));
  }
  CHECK(control.value(ratio) == 1000000);
}

TEST_CASE("a cache that nobody asks shows what its entries would find", "[unit]") {
  FakeNetwork world;
  const sim::RegisterId ratio = world.reg(0);
  const HitRatioController controller("pages@syd", {watched(0, 1000, 0)}, ratio);
  FakeControl control(world.network, controller, {});
  control.caches[0].entries = 600;
  control.run_until(Instant::from_seconds(30));
  CHECK(control.value(ratio) == 600000);
}

TEST_CASE("warming adds keys at its rate until the caches are full", "[unit]") {
  FakeNetwork world;
  const sim::RegisterId rate = world.reg(500 * 1000);
  const sim::RegisterId progress = world.reg(0);
  const WarmingController controller("pages@syd", "syd",
                                     {watched(0, 3000, 0.9), watched(1, 1000, 0)}, rate, progress);
  FakeControl control(world.network, controller, {progress});
  const Verb verb = progress_verb("warmCache", "", progress, true);
  control.act([&](sim::Control& c) { verb.begin(c, {}); });
  CHECK(control.caches[0].entries + control.caches[1].entries == 0);
  control.run_until(Instant::from_seconds(4));
  // 500 a second, three quarters of them for the larger one.
  CHECK(control.caches[0].entries == 1500);
  CHECK(control.caches[1].entries == 500);
  CHECK(verb.status(control, {}) == VerbStatus::kRunning);
  control.run_until(Instant::from_seconds(30));
  CHECK(control.caches[0].entries == 3000);
  CHECK(control.caches[1].entries == 1000);
  CHECK(verb.status(control, {}) == VerbStatus::kDone);
  // Flushed and warmed again.
  control.caches[0].entries = 0;
  control.act([&](sim::Control& c) { verb.begin(c, {}); });
  control.run_until(Instant::from_seconds(32));
  CHECK(control.caches[0].entries == 1000);
}
