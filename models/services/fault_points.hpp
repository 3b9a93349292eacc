// What a fault may name of a deployment, read off its description: a scenario is checked before
// anything is compiled.
//
// Parts have a gate of their own ("waf", "replica-1"). What may be asked for is a register
// "SERVICE@REGION/WORD" that the deployment's controllers watch ("failover", "flush").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/platform/platform.hpp"

namespace lifeboat::models {

/// Whether its nodes stand in zones for good (models/replication/nodes.hpp): a zone may then be
/// slow.
[[nodiscard]] bool has_nodes_in_zones(std::string_view kind);

/// Parts of a deployment of that kind.
[[nodiscard]] std::vector<std::string> fault_parts(std::string_view kind,
                                                   const DeploymentSpec& deployment);

/// Words of what may be asked of it.
[[nodiscard]] std::vector<std::string> fault_words(std::string_view kind,
                                                   const DeploymentSpec& deployment);

}  // namespace lifeboat::models
