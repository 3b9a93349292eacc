#include "sim/network/warm_shares.hpp"

#include <numeric>

#include "sim/network/network.hpp"
#include "sim/random/math.hpp"

namespace lifeboat::sim {
namespace {

std::vector<double> shares_of(const Network& network, const Cache& cache) {
  if (!(cache.lookups_per_second > 0)) return {};
  const KeySpace& keys = network.key_spaces[cache.keys.index()];
  const double life = cache.ttl.to_seconds();
  const double exponent = keys.per_client ? 0 : keys.zipf;
  std::vector<double> shares(keys.count, 1.0);
  if (exponent != 0) {
    for (std::uint32_t k = 0; k < keys.count; ++k) shares[k] = math::pow(k + 1.0, -exponent);
  }
  const double weights = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) {
    const double expected = cache.lookups_per_second * share / weights * life;
    share = expected / (1 + expected);
  }
  return shares;
}

}  // namespace

const std::vector<double>& WarmShares::of(const Network& network, std::uint32_t cache) const {
  const std::lock_guard lock(mutex_);
  const auto [found, added] = shares_.try_emplace(cache);
  if (added) found->second = shares_of(network, network.caches[cache]);
  return found->second;
}

}  // namespace lifeboat::sim
