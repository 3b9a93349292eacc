#include "models/platform/hit_ratio.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/random/math.hpp"

namespace lifeboat::models {
namespace {

/// Neighbouring ranks of nearly the same popularity, taken as one.
struct Ranks {
  double count = 0;
  double share = 0;  // of all requests, of each single key
};

std::vector<Ranks> popularity(std::uint32_t keys, double zipf) {
  std::vector<Ranks> groups;
  double total = 0;
  for (double first = 1; first <= keys;) {
    const double width = std::max(1.0, std::floor(first / 64));
    const double last = std::min<double>(keys, first + width - 1);
    const double weight = sim::math::pow(0.5 * (first + last), -zipf);
    const double count = last - first + 1;
    groups.push_back({count, weight});
    total += count * weight;
    first = last + 1;
  }
  for (Ranks& group : groups) group.share /= total;
  return groups;
}

double filled(const std::vector<Ranks>& groups, double rate, double seconds) {
  double sum = 0;
  for (const Ranks& group : groups) {
    sum += group.count * (1 - sim::math::exp(-group.share * rate * seconds));
  }
  return sum;
}

/// Che's characteristic time: by bisection on its logarithm.
double characteristic_time(const std::vector<Ranks>& groups, double rate, double capacity) {
  double low = -30;
  double high = 60;
  for (int i = 0; i < 60; ++i) {
    const double middle = 0.5 * (low + high);
    (filled(groups, rate, sim::math::exp(middle)) < capacity ? low : high) = middle;
  }
  return sim::math::exp(0.5 * (low + high));
}

}  // namespace

double steady_hit_ratio(const CacheShape& cache, double rate) {
  if (!(rate > 0) || cache.keys == 0 || cache.capacity == 0) return 0;
  const std::vector<Ranks> groups = popularity(cache.keys, cache.zipf);
  const bool limited = cache.capacity < cache.keys;
  const double time = limited ? characteristic_time(groups, rate, cache.capacity) : 0;
  const double ttl = cache.ttl.is_infinite() ? 0 : cache.ttl.to_seconds();
  double ratio = 0;
  for (const Ranks& group : groups) {
    const double key_rate = group.share * rate;
    double hit = 1;
    if (limited) hit = 1 - sim::math::exp(-key_rate * time);
    if (!cache.ttl.is_infinite()) hit = std::min(hit, key_rate * ttl / (1 + key_rate * ttl));
    ratio += group.count * group.share * hit;
  }
  return std::clamp(ratio, 0.0, 1.0);
}

}  // namespace lifeboat::models
