// The load that the traffic's starting rates put on each deployment, from the plans alone.
#pragma once

#include <map>
#include <string>

#include "models/platform/compile.hpp"
#include "models/platform/platform_compiler.hpp"

namespace lifeboat::models {

/// Journey rates times visit ratios; caches at their steady hit ratio, everybody in the region that
/// registers name at the start.
[[nodiscard]] ExpectedLoad expected_load(
    CompiledPlatform& platform, const std::map<std::string, double, std::less<>>& journey_rates);

}  // namespace lifeboat::models
