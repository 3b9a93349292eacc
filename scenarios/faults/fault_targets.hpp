// Private to scenarios/faults: what a target names, on a platform.
#pragma once

#include <string>
#include <vector>

#include "models/io/problems.hpp"
#include "scenarios/faults/faults.hpp"
#include "scenarios/scenario/platform_names.hpp"
#include "sim/network/network.hpp"

namespace lifeboat::scenarios::detail {

/// What a target names, on the platform.
struct Hit {
  bool known = true;                           ///< otherwise its mistake has been reported
  std::vector<std::string> regions;            ///< of a region target without kind
  std::vector<sim::DeploymentId> deployments;  ///< with all their parts
  std::string part;                            ///< that it names; empty: none
  std::vector<std::string> zones;              ///< that it names; empty: all of it
  FaultSelection selection;                    ///< of the services; ALL: every one
  bool of_tasks = false;                       ///< rather of the tasks of one that has such
  std::vector<std::string> checks;             ///< health checks: named, or of what is hit
};

/// Reports names that there are not.
[[nodiscard]] Hit resolve_target(const FaultTarget& target, const PlatformNames& names,
                                 const sim::Network& network, models::io::Problems& problems);

/// Empty: it stands in none.
[[nodiscard]] std::string region_of(const sim::Network& network, const sim::Deployment& row);

}  // namespace lifeboat::scenarios::detail
