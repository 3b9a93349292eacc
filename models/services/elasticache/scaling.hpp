// Auto scaling of a cache's shards, or of the replicas of each.
//
// The plans are laid out for the most nodes; a register that holds how many there are picks the
// shares of the keys that each node then has.
#pragma once

#include <string>
#include <vector>

#include "models/platform/compiler.hpp"
#include "models/scaling/delayed_capacity.hpp"
#include "models/scaling/scaler.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models::elasticache {

/// elasticache:replication-group:NodeGroups and elasticache:replication-group:Replicas.
extern const ScalableDimension kShards;
extern const ScalableDimension kReplicas;

/// What scales, and the nodes whose command threads are watched.
struct NodeScaling {
  ScalingMetric metric = ScalingMetric::kPrimaryEngineCpu;
  std::string unit;           ///< "shards"
  double nodes_per_unit = 1;  ///< watched nodes that one unit of capacity has
  std::vector<sim::StationId> watched;
  CapacityRegisters registers;
  sim::Law takes;
  double nodes = 0;          ///< that do not scale, and ...
  double nodes_of_unit = 1;  ///< nodes that one unit adds, for the bill
  sim::RegisterId node_seconds;
};

/// Adds the capacity's controller and the scaler.
void define_node_scaling(Compiler& compiler, const DeploymentSite& site, const NodeScaling& nodes,
                         const ScalingSpec& spec);

}  // namespace lifeboat::models::elasticache
