// The nodes of a cluster over the zones of a region, and which of them a fault has taken.
//
// Node i stands in zone i modulo the zones. Faults write two kinds of registers (scenarios/faults,
// "nodes-lost"): "NAME@REGION/zone-Z-lost" is above 0 while zone Z is lost to the cluster, and
// "NAME@REGION/nodes-lost" holds thousandths of its nodes that are lost, the first ones, rounded to
// whole nodes. What the cluster makes of it (elections, copies that take over) is the kind's.
//
// Where a scenario's faults may hit zones (Compiler::zones_may_fail) each zone is a part "zone-Z"
// of the deployment as well: it has a gate, which requests to its nodes pass (latency, errors), and
// its nodes' stations are its own (slowness). Elsewhere there are neither parts nor steps for them.
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
  /// Adds the registers and the parts of the deployment at `site`.
  NodeFaults(Compiler& compiler, const DeploymentSite& site, std::uint32_t nodes);

  [[nodiscard]] std::uint32_t zones() const {
    return static_cast<std::uint32_t>(zone_lost_.size());
  }
  [[nodiscard]] std::uint32_t zone_of(std::uint32_t node) const { return node % zones(); }
  [[nodiscard]] bool zone_lost(const sim::Control& control, std::uint32_t zone) const {
    return control.value(zone_lost_[zone]) > 0;
  }
  [[nodiscard]] bool lost(const sim::Control& control, std::uint32_t node) const;
  /// Whether zones have parts.
  [[nodiscard]] bool has_parts() const { return !parts_.empty(); }
  /// By zone.
  [[nodiscard]] const std::vector<sim::DeploymentId>& parts() const { return parts_; }
  /// To whom a node's stations and its work belong: its zone's part, where it has one.
  [[nodiscard]] sim::DeploymentId owner(std::uint32_t node) const {
    return has_parts() ? parts_[zone_of(node)] : whole_;
  }
  /// A step through the gate of the node's zone.
  void pass(sim::PlanBuilder& plan, std::uint32_t node) const {
    if (has_parts()) plan.gate_of(owner(node), "zone-" + names_[zone_of(node)]);
  }
  /// Registers whose change may change what is lost.
  [[nodiscard]] std::vector<sim::RegisterId> watches() const;

 private:
  std::uint32_t nodes_ = 0;
  sim::DeploymentId whole_;
  std::vector<std::string> names_;
  std::vector<sim::RegisterId> zone_lost_;
  std::vector<sim::DeploymentId> parts_;
  sim::RegisterId share_lost_;
};

}  // namespace lifeboat::models
