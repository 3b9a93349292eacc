// Faults on a platform and a clock, and the controller that makes them happen.
//
// What an action draws (whether, when, for how long) comes from luck that belongs to its name: an
// action added to a file moves none of the others. What several actions do at once is kept as
// counts (how many hold this region down), or computed anew from all that act (the least of the
// quotas, the sum of lags), so they may end in any order and leave the same state.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

/// A law and its row in the network; the row is left to the caller.
struct PlannedLaw {
  std::optional<sim::Law> law;
  sim::LawId id;
};

/// A moment of a runbook: its step's register (step_register) has reached a value.
struct PlannedMoment {
  std::string name;     ///< of the register
  sim::RegisterId reg;  ///< left to the caller
  std::int64_t from = 0;
};

/// Tasks of one service in one region as they start.
struct LaunchRegisters {
  sim::RegisterId launched;
  sim::RegisterId broken;
  sim::RegisterId errors;
  sim::RegisterId faults;  ///< a bit for each that acts
};

/// What holds a quota: a register, or a bucket.
struct QuotaRow {
  std::string name;
  sim::RegisterId reg;
  sim::BucketId bucket;
  double unit = 1;      ///< of the holder in one of the quota
  double standard = 0;  ///< in the holder's units: what it is without faults
  double burst = 0;     ///< of a bucket
};

/// Services of a target of which some are hit, drawn when the action begins.
struct SelectedDeployments {
  std::string target;
  std::vector<std::vector<sim::DeploymentId>> services;  ///< each with its parts
  std::size_t count = 0;                                 ///< so many of them
};

/// Tasks of a service of which some are hit, drawn when the action begins.
struct SelectedTasks {
  std::string service;  ///< "web@sg"
  FaultSelection selection;
  sim::TaskGroupId group;
  sim::DeploymentId deployment;
  std::vector<sim::DeploymentId> gates;  ///< of its zones, behind its balancer
};

/// An action on a platform and a clock. Indices `after` and `with` point to earlier rows.
struct PlannedFault {
  std::string name;
  std::string region;      ///< the one region that it hits; empty: several or none
  std::string begin_text;  ///< for the incident log
  std::string end_text;
  FaultEffects effects;
  std::vector<sim::DeploymentId> deployments;
  std::vector<SelectedDeployments> selected;  ///< beside `deployments`
  std::vector<SelectedTasks> tasks;           ///< instead of both
  /// Of a zone whose network is in trouble: `deployments` are the gates in it, which callers from
  /// other zones cannot pass, and these the gates of other zones, for callers from it.
  std::vector<sim::DeploymentId> across;
  std::uint32_t zone = sim::kNone;     ///< its index; kNone: no such trouble
  std::vector<std::uint32_t> regions;  ///< whose registers it sets
  std::vector<sim::LogId> logs;        ///< whose source is gone
  std::vector<sim::LogId> paused;      ///< that stop for another reason
  std::vector<sim::LogId> impeded;     ///< that have the next two
  sim::Duration lag;
  double replay = 1;
  std::vector<std::uint32_t> quotas;      ///< rows of FaultPlan::quotas that it lowers
  std::vector<LaunchRegisters> launches;  ///< of tasks that start with what is out of date
  /// Such a thing is found by a rule at the latest; infinite: by none.
  sim::Duration drift_found_within = sim::Duration::infinite();
  std::vector<sim::RegisterId> conditions;  ///< that it raises while it lasts
  std::vector<VersionRegisters> versions;   ///< of those that it deploys to
  std::vector<sim::RegisterId> asks;  ///< set to 1 when it begins, unless something runs there
  std::optional<sim::Instant> at;
  std::vector<std::uint32_t> after;
  std::vector<std::uint32_t> with;
  std::optional<PlannedMoment> moment;
  bool recurs = false;  ///< a life: the next two laws
  PlannedLaw between;
  PlannedLaw repair;   ///< of a life
  PlannedLaw mending;  ///< of what was found
  PlannedLaw lasts;    ///< instead of `duration`
  sim::Duration ramp;
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
  bool edits_dns = false;         ///< Route 53's control plane stands here (us-east-1)
};

struct FaultPlan {
  std::vector<PlannedFault> faults;  ///< those that an action waits for stand before it
  std::vector<RegionRegisters> regions;
  std::vector<QuotaRow> quotas;
  sim::RegisterId dns;    ///< 1 while records can be edited; may be invalid
  sim::RegisterId begun;  ///< how many actions have begun
  /// 1 + row, + kOccurrences per occurrence, of the one to blame for what is seen: of those that
  /// act the one that takes most away (a region, then service, then speed), the earliest of
  /// several; where none acts any more, the one that began last.
  sim::RegisterId blamed;
  sim::RegisterId waiting;  ///< how many are still to begin in this trial
};

/// In `blamed`: 0 is none, and the second occurrence of a row adds this once.
inline constexpr std::int64_t kOccurrences = 1 << 20;
/// What the log calls an occurrence (0: the first): NAME, NAME#2.
[[nodiscard]] std::string occurrence_name(const std::string& action, std::int64_t occurrence);

/// Register of a runbook's step for those who wait for it: 1 from the beginning of its labour on, 2
/// once it has ended.
[[nodiscard]] std::string step_register(std::string_view runbook, std::string_view step);

/// Puts actions on a platform and a clock; errors stand at the actions. `regions`, the plan's
/// registers and the rows of laws are left to the caller.
[[nodiscard]] FaultPlan plan_faults(const Faults& faults, const models::io::Calendar& calendar,
                                    const PlatformNames& names, const sim::Network& network,
                                    models::io::Problems& problems);

/// Registers whose change may begin an action or bring one to light.
[[nodiscard]] std::vector<sim::RegisterId> watched_registers(const FaultPlan& plan);

/// The controller of a complete plan, named "faults".
[[nodiscard]] std::shared_ptr<const sim::Controller> make_fault_controller(FaultPlan plan);

}  // namespace lifeboat::scenarios
