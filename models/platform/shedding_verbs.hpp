// Verbs that shed traffic at a front door's gate, so that what stands behind it can recover.
#pragma once

#include <vector>

#include "models/platform/compiler.hpp"
#include "models/platform/kind.hpp"

namespace lifeboat::models {

/// `shedTraffic` refuses a share of the ordinary requests (503, cause "rejected"), `shedAllTraffic`
/// of critical ones as well, `admitTraffic` ends either. A later one replaces the one before.
[[nodiscard]] std::vector<Verb> shedding_verbs(Compiler& compiler, const DeploymentSite& site);

}  // namespace lifeboat::models
