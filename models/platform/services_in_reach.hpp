// Services that a deployment watches: those of its own region, and global ones.
#pragma once

#include <string>
#include <vector>

#include "models/io/reader.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models {

/// Reads one name or a list of them; what is not deployed there is a problem.
[[nodiscard]] std::vector<std::string> read_services_in_reach(io::ObjectReader& r,
                                                              const Platform& platform,
                                                              const DeploymentSite& site,
                                                              const io::Parameter& parameter);

/// Their deployments.
[[nodiscard]] std::vector<sim::DeploymentId> deployments_in_reach(
    const Compiler& compiler, const DeploymentSite& site, const std::vector<std::string>& services);

}  // namespace lifeboat::models
