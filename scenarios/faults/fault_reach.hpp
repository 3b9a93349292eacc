// Private to scenarios/faults: how far an action reaches beyond the services that it hits: the
// network between regions, streams of writes, quotas, what starts later, health checks.
#pragma once

#include <string>

#include "models/io/problems.hpp"
#include "scenarios/faults/fault_plan.hpp"
#include "scenarios/faults/fault_targets.hpp"

namespace lifeboat::scenarios::detail {

/// What the functions below work on. `name` is the target as the action says it.
struct Reach {
  const FaultAction& action;
  const LocatedName& name;
  const Hit& hit;
  const PlatformNames& names;
  const sim::Network& network;
  models::io::Problems& problems;

  /// Before the platform is compiled there are no registers, links or streams.
  [[nodiscard]] bool compiled() const { return !network.registers.empty(); }
};

/// Of a service that a target selects tasks of.
void reach_tasks(const Reach& reach, PlannedFault& fault);
void reach_network(const Reach& reach, PlannedFault& fault);
/// The same of the target's zone.
void reach_zone_network(const Reach& reach, PlannedFault& fault);
void reach_streams(const Reach& reach, PlannedFault& fault);
/// Streams that end or begin at what is hit stop with it.
void stop_streams(const Reach& reach, PlannedFault& fault);
void reach_quota(const Reach& reach, FaultPlan& plan, PlannedFault& fault);
void reach_launches(const Reach& reach, PlannedFault& fault);
void reach_checks(const Reach& reach, PlannedFault& fault);

}  // namespace lifeboat::scenarios::detail
