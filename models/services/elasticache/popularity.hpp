// How often the keys of a key space are asked for: sums of the Zipf law.
//
// Key i (from 0) has popularity (i + 1)^-s / H(n, s). Sums of popularities come from H(k, s), the
// first 4,096 terms added up and the rest by the midpoint rule (relative error below 1e-7), so that
// nothing is stored per key.
#pragma once

#include <cstdint>
#include <vector>

namespace lifeboat::models::elasticache {

class Popularity {
 public:
  /// `count` keys (at least 1); `zipf` 0 means that all are equally popular.
  Popularity(std::uint32_t count, double zipf);

  [[nodiscard]] std::uint32_t count() const { return count_; }
  /// Share of requests that ask for one of the `keys` most popular.
  [[nodiscard]] double of_top(double keys) const;
  /// Share of requests for each of `shards` shards, over which keys are spread by a hash. The most
  /// popular keys are placed one by one; the rest, of which each shard has very many, is level.
  [[nodiscard]] std::vector<double> by_shard(std::uint32_t shards) const;

 private:
  [[nodiscard]] double harmonic(double keys) const;

  std::uint32_t count_;
  double zipf_;
  std::vector<double> head_;  // head_[k]: sum of the first k terms
};

}  // namespace lifeboat::models::elasticache
