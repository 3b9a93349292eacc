// The models of --growth, written as the files of a platform and a scenario.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lifeboat::bench {

struct GrowthFiles {
  std::string platform;
  std::string scenario;  ///< names its platform "platform.json"
};

struct GrowthDimension {
  std::string what;
  std::vector<std::uint32_t> counts;  ///< of it, in growing order; tiny runs take the first two
  /// Files for `count` of it, of about `hops` hops.
  GrowthFiles (*files)(std::uint32_t count, double hops);
};

[[nodiscard]] const std::vector<GrowthDimension>& growth_dimensions();

}  // namespace lifeboat::bench
