// How much stands by: the tasks of the region that takes over as a share of those of the region
// that it takes over from.
//
// Each service whose tasks are counted (`desiredCount`) in both gets that share of the other
// region's count, rounded up to whole tasks, and as many at least. Declared usage that is metered
// by those tasks (`*@syd.vcpu-hours`, `*@syd.memory-gb-hours`) becomes that of the tasks, so that
// the declared bill follows. Data, caches, search and whatever else a strategy keeps there stay as
// its overlay says.
#pragma once

#include "models/io/document.hpp"
#include "models/io/problems.hpp"

namespace lifeboat::scenarios {

/// `scenario` has its platform and runbooks inline; `share` from 0 to 1. An error where no runbook
/// leaves one region for another, or nothing is counted in both.
[[nodiscard]] models::io::Value with_standby(const models::io::Value& scenario, double share,
                                             models::io::Problems& problems);

}  // namespace lifeboat::scenarios
