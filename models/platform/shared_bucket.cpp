#include "models/platform/shared_bucket.hpp"

#include <algorithm>

namespace lifeboat::models {

sim::BucketId shared_bucket(Compiler& compiler, const std::string& name, double per_second,
                            double burst) {
  const std::vector<sim::Bucket>& buckets = compiler.network().so_far().buckets;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    if (buckets[i].name == name) return sim::BucketId{static_cast<std::uint32_t>(i)};
  }
  constexpr double kNextToNothing = 1.0 / 3600;
  return compiler.network().add_bucket(
      {name, std::max(per_second, kNextToNothing), std::max(burst, 1.0)});
}

}  // namespace lifeboat::models
