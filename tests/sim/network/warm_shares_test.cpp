// Which entries of a warm cache are there: one that lives T and is asked for l times a second is so
// for T of every T + 1/l seconds.
#include "sim/network/warm_shares.hpp"

#include <cmath>

#include "sim/engine/engine.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

struct WarmCaches {
  NetworkBuilder builder;

  std::uint32_t add(std::uint32_t keys, double zipf, bool per_client, double lookups_per_second) {
    Cache cache;
    cache.name = "cache";
    cache.keys = builder.add_key_space("keys", keys, zipf, per_client);
    cache.capacity = keys;
    cache.ttl = Duration::seconds(3);
    cache.lookups_per_second = lookups_per_second;
    return builder.add_cache(cache).index();
  }
};

TEST_CASE("the share of time that a warm entry is there follows its key's popularity", "[oracle]") {
  WarmCaches caches;
  // Two keys, asked for 2 to 1 (1 / k): 4 and 2 times a second for 6 in all, living 3 s.
  const std::uint32_t popular = caches.add(2, 1, false, 6);
  // All alike, whatever the exponent says: of 50 clients each twice a second.
  const std::uint32_t of_clients = caches.add(50, 1, true, 100);
  const std::uint32_t unknown = caches.add(2, 1, false, 0);
  const auto net = caches.builder.build();
  const std::vector<double>& shares = net->warm_shares->of(*net, popular);
  REQUIRE(shares.size() == 2);
  CHECK(shares[0] == Approx(12.0 / 13).epsilon(1e-12));
  CHECK(shares[1] == Approx(6.0 / 7).epsilon(1e-12));
  const std::vector<double>& each = net->warm_shares->of(*net, of_clients);
  REQUIRE(each.size() == 50);
  CHECK(each.front() == Approx(6.0 / 7).epsilon(1e-12));
  CHECK(each.back() == Approx(6.0 / 7).epsilon(1e-12));
  CHECK(net->warm_shares->of(*net, unknown).empty());
  CHECK(&net->warm_shares->of(*net, popular) == &shares);
}

TEST_CASE("a warm cache counts those of its entries that are there", "[unit]") {
  WarmCaches caches;
  caches.add(4000, 1, false, 100);
  const auto net = caches.builder.build();
  RunOptions options;
  options.duration = Duration::seconds(10);
  const Engine engine(*net, options, 0);
  const CacheState& cache = engine.state().caches[0];
  const auto is_there = [&](std::uint32_t key) {
    return engine.state().cache_fills[cache.first + key] != kAbsent;
  };
  std::uint32_t there = 0;
  std::uint32_t first_gone = cache.keys;
  for (std::uint32_t key = cache.keys; key-- > 0;) {
    if (is_there(key)) {
      ++there;
    } else {
      first_gone = key;
    }
  }
  CHECK(cache.entries == there);
  CHECK(cache.all_there_below == first_gone);
  double expected = 0;
  double variance = 0;
  for (const double share : net->warm_shares->of(*net, 0)) {
    expected += share;
    variance += share * (1 - share);
  }
  // A sum of independent draws: 4.9 standard deviations.
  CHECK(std::abs(there - expected) < 4.9 * std::sqrt(variance));
}

}  // namespace
}  // namespace lifeboat::sim::test
