// Which entries of a cache that begins warm are there, where entries die after a time to live.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

namespace lifeboat::sim {

struct Network;

/// A network's tables of them, made when the first trial asks for one, for all that follow.
class WarmShares {
 public:
  /// By key of the cache: the probability that its entry is there. One whose time to live T ends
  /// comes back with the next look-up, of which there are l a second: l T / (1 + l T). Empty where
  /// nobody knows how often the cache is asked: then all are there. The network must be the same at
  /// each call, and built.
  [[nodiscard]] const std::vector<double>& of(const Network& network, std::uint32_t cache) const;

 private:
  mutable std::mutex mutex_;
  mutable std::map<std::uint32_t, std::vector<double>> shares_;  ///< by cache
};

}  // namespace lifeboat::sim
