// Steady hit ratio of a cache with a lifetime and a limited size.
//
// With room for all keys, an entry lives for `ttl` from its fill, so that a key asked for at rate l
// misses once per cycle of ttl + 1 / l: h = l ttl / (1 + l ttl). With less room the least recently
// used goes first; Che's approximation gives each entry a characteristic time T that solves
// sum (1 - exp(-l_i T)) = capacity, and h_i = 1 - exp(-l_i T). Where both bind, the smaller of the
// two ratios is taken for each key. Popularity is Zipf's; ranks are summed in growing steps, so
// that a million keys cost a few hundred terms (relative error below 1e-3).
#pragma once

#include <cstdint>

#include "sim/time.hpp"

namespace lifeboat::models {

struct CacheShape {
  std::uint32_t keys = 1;
  double zipf = 0;
  std::uint32_t capacity = 0;
  sim::Duration ttl = sim::Duration::infinite();
};

/// `rate`: look-ups a second of all keys together. 0 to 1.
[[nodiscard]] double steady_hit_ratio(const CacheShape& cache, double rate);

}  // namespace lifeboat::models
