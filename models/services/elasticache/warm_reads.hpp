// What a warm-up reads of the stores behind a cache.
//
// To put a key into the cache a warm-up does what a caller does that misses it: the calls of its
// "onMiss", those to the cache itself left out, and none of the caller's own processor time. The
// calls meet the stores as any others do: they take connections, processors, IOs and capacity
// units, count on the stores' meters, and may be throttled or fail; then the key is not there.
#pragma once

#include <string>

#include "models/platform/compiler.hpp"

namespace lifeboat::models::elasticache {

/// In the define pass: the plan that reads one key of a space, after the first caller in the
/// cache's region whose miss reads something; invalid where none does. Calls of stores go without a
/// key: a warm-up goes through keys one by one, so that they are spread evenly.
[[nodiscard]] sim::PlanId warm_read(Compiler& compiler, const DeploymentSite& cache,
                                    const std::string& key_space);

}  // namespace lifeboat::models::elasticache
