// The nodes of a cluster over the zones of a region, and which of them a fault has taken.
//
// Node i stands in zone i modulo the zones. Faults write two kinds of registers (scenarios/faults,
// "nodes-lost"): "NAME@REGION/zone-Z-lost" is above 0 while zone Z is lost to the cluster, and
// "NAME@REGION/nodes-lost" holds thousandths of its nodes that are lost, the first ones, rounded to
// whole nodes. What the cluster makes of it (elections, copies that take over) is the kind's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/platform/compiler.hpp"
#include "sim/control/control.hpp"

namespace lifeboat::models {

class NodeFaults {
 public:
  NodeFaults() = default;
  /// Adds the registers of the deployment at `site`.
  NodeFaults(sim::NetworkBuilder& network, const DeploymentSite& site, std::uint32_t nodes);

  [[nodiscard]] std::uint32_t zones() const {
    return static_cast<std::uint32_t>(zone_lost_.size());
  }
  [[nodiscard]] std::uint32_t zone_of(std::uint32_t node) const { return node % zones(); }
  [[nodiscard]] bool zone_lost(const sim::Control& control, std::uint32_t zone) const {
    return control.value(zone_lost_[zone]) > 0;
  }
  [[nodiscard]] bool lost(const sim::Control& control, std::uint32_t node) const;
  /// Registers whose change may change what is lost.
  [[nodiscard]] std::vector<sim::RegisterId> watches() const;

 private:
  std::uint32_t nodes_ = 0;
  std::vector<sim::RegisterId> zone_lost_;
  sim::RegisterId share_lost_;
};

}  // namespace lifeboat::models
