// The zones of a deployment as faults hit them.
//
// A zone that is lost to a deployment raises the register "NAME@REGION/zone-Z-lost" (faults that
// act at once add up), and what acts on requests there (an outage, latency, errors) acts on the
// part "zone-Z", which has a gate of its own. What the deployment makes of it (a failover, tasks
// that start elsewhere) is its kind's. Only where a scenario's faults may hit zones
// (Compiler::zones_may_fail): elsewhere there are neither registers nor parts, and no step for
// them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/platform/compiler.hpp"
#include "sim/control/control.hpp"

namespace lifeboat::models {

class ZoneFaults {
 public:
  /// No AWS region has as many zones; read_platform refuses more.
  static constexpr std::uint32_t kMostZones = 16;

  /// Of a deployment that no fault hits by zone.
  ZoneFaults() = default;
  /// Adds the registers and the parts of the deployment at `site`.
  ZoneFaults(Compiler& compiler, const DeploymentSite& site);

  /// Whether zones may be lost.
  [[nodiscard]] bool any() const { return !lost_.empty(); }
  [[nodiscard]] std::uint32_t zones() const { return static_cast<std::uint32_t>(lost_.size()); }
  [[nodiscard]] bool lost(const sim::Control& control, std::uint32_t zone) const {
    return zone < lost_.size() && control.value(lost_[zone]) > 0;
  }
  /// The part of a zone; those of all zones stand in a row.
  [[nodiscard]] sim::DeploymentId gate(std::uint32_t zone) const { return gates_[zone]; }
  [[nodiscard]] const std::string& name(std::uint32_t zone) const { return names_[zone]; }
  /// Registers whose change means that a zone is lost or back.
  [[nodiscard]] const std::vector<sim::RegisterId>& watches() const { return lost_; }

  /// Steps that pass the gate of the zone whose index `zone` holds; any other value passes none.
  void gate_of(sim::PlanBuilder& plan, sim::RegisterId zone) const;

 private:
  std::vector<std::string> names_;
  std::vector<sim::RegisterId> lost_;
  std::vector<sim::DeploymentId> gates_;
};

}  // namespace lifeboat::models
