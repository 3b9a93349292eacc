// Faults on a platform and a clock, and the controller that makes them happen.
//
// All instants of a trial are drawn at its start, from luck that belongs to the action's name: an
// action added to a file moves none of the others. What several actions do at once is kept as
// counts (how many hold this region down, how many freeze this stream), so they may end in any
// order and leave the same state.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/io/clock.hpp"
#include "models/io/problems.hpp"
#include "scenarios/faults/faults.hpp"
#include "scenarios/scenario/platform_names.hpp"
#include "sim/control/controller.hpp"
#include "sim/network/network.hpp"

namespace lifeboat::scenarios {

/// Registers by which one service in one region is deployed to (models/services/ecs_fargate).
struct VersionRegisters {
  sim::RegisterId version;
  sim::RegisterId unhealthy;  ///< this and the next two in millionths
  sim::RegisterId speed;
  sim::RegisterId errors;
};

/// An action on a platform and a clock. Indices `after` and `with` point to earlier rows.
struct PlannedFault {
  std::string name;
  std::string region;      ///< the one region that it hits; empty: several or none
  std::string begin_text;  ///< for the incident log
  std::string end_text;
  FaultEffects effects;
  std::vector<sim::DeploymentId> deployments;
  std::vector<std::uint32_t> regions;       ///< whose registers it sets
  std::vector<sim::LogId> logs;             ///< that it freezes
  std::vector<sim::RegisterId> conditions;  ///< that it raises while it lasts
  std::vector<VersionRegisters> versions;   ///< of those that it deploys to
  std::vector<sim::RegisterId> asks;  ///< set to 1 when it begins, unless something runs there
  std::optional<sim::Instant> at;
  std::vector<std::uint32_t> after;
  std::vector<std::uint32_t> with;
  sim::Duration delay;
  sim::Duration jitter;
  sim::Duration duration = sim::Duration::infinite();
  double probability = 1;
};

/// Registers that faults set, by region.
struct RegionRegisters {
  std::string name;
  sim::RegisterId up;             ///< 1 while the data plane runs
  sim::RegisterId control_plane;  ///< 1 while verbs are taken
  sim::RegisterId cloudwatch;     ///< 1 while metrics are published; may be invalid
  sim::RegisterId failed_at;      ///< nanoseconds of the last outage's beginning; may be invalid
  sim::RegisterId grant;          ///< thousandths of further launches granted; may be invalid
};

struct FaultPlan {
  std::vector<PlannedFault> faults;  ///< those that an action waits for stand before it
  std::vector<RegionRegisters> regions;
  sim::RegisterId begun;    ///< how many actions have begun
  sim::RegisterId last;     ///< 1 + row of the one that began last; 0: none
  sim::RegisterId waiting;  ///< how many are still to begin in this trial
};

/// Puts actions on a platform and a clock; errors stand at the actions. `regions` and the two
/// registers of the plan are left to the caller.
[[nodiscard]] FaultPlan plan_faults(const Faults& faults, const models::io::Calendar& calendar,
                                    const PlatformNames& names, const sim::Network& network,
                                    models::io::Problems& problems);

/// The controller of a complete plan, named "faults".
[[nodiscard]] std::shared_ptr<const sim::Controller> make_fault_controller(FaultPlan plan);

}  // namespace lifeboat::scenarios
