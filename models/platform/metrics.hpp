// Metrics that many kinds publish in the same way.
#pragma once

#include <string>
#include <vector>

#include "models/platform/kind.hpp"

namespace lifeboat::models {

/// What a register holds: a count, a capacity.
[[nodiscard]] Metric register_metric(std::string name, std::string what, sim::RegisterId id);

/// "hitRatio" since the start, of all the caches together; 0 until one has been asked.
[[nodiscard]] Metric hit_ratio_metric(std::string what, std::vector<sim::CacheId> caches);

}  // namespace lifeboat::models
