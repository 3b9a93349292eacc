// Faults as people write them, in the shape and words of AWS Fault Injection Service: targets name
// what is hit, actions say what happens to it, when, for how long and how likely.
//
// An action begins at `at`, or when the actions of `startAfter` have all ended, or when those of
// `startWith` have all begun, or when a step of a runbook begins or ends (`startAt`); then `delay`,
// then a random time within `jitter`, which the actions that depend on it inherit. It grows to its
// whole within `ramp` and ends after `duration` (a law, drawn for each trial), or never. One that
// does not happen in a trial (`probability`) takes those with it that start with or after it.
//
// One with a `life` fails again and again: it works for a time between failures, is repaired for a
// repair time, and so on (an alternating renewal process). Its occurrences are called NAME, NAME#2,
// NAME#3 in the log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "scenarios/scenario/located.hpp"
#include "sim/control/control.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

/// How many of a target's services an action hits, drawn anew for each trial (and occurrence).
struct FaultSelection {
  enum class Mode : std::uint8_t { kAll, kCount, kPercent } mode = Mode::kAll;
  double number = 0;  ///< of kCount, or per cent
  std::string text = "ALL";
  models::io::Place place;

  /// Of so many: at most all of them; a percentage is rounded down, as FIS does.
  [[nodiscard]] std::size_t of(std::size_t all) const;
};

/// What an action hits: a region, deployments of it by service or kind, or a health check.
struct FaultTarget {
  std::string name;
  models::io::Place place;
  std::optional<LocatedName> health_check;
  std::optional<LocatedName> region;
  std::optional<LocatedName> service;  ///< "web@sg", or "web": in every region
  std::optional<LocatedName> kind;     ///< of the region's services only those of this kind
  std::optional<LocatedName> part;     ///< of each of them only this part ("waf")
  std::vector<LocatedName> zones;      ///< of each of them only what stands in these
  FaultSelection selection;            ///< of the services that all this names
};

/// A version of a service that is rolled out when the action begins; when it ends, one without
/// these faults is.
struct BadVersion {
  double unhealthy = 0;  ///< share of its tasks that fail their health checks
  double speed = 1;      ///< of its tasks, of full speed
  double errors = 0;     ///< share of requests that its tasks fail
};

/// What an action does to the network between two regions, or between a zone and the others.
struct NetworkTrouble {
  bool cut = false;                  ///< nothing passes; otherwise everything takes `add` longer
  sim::Duration add;                 ///< of a round trip
  std::optional<LocatedName> other;  ///< region at the other end; empty: every other one
};

/// What it does to the streams of writes that lead to a store's copy, or away from an active one.
struct ReplicationTrouble {
  bool paused = false;  ///< nothing is shipped
  sim::Duration lag;    ///< otherwise: writes arrive so much later
  double replay = 1;    ///< and are replayed at this share of full speed
};

/// A limit of the account that is lower than the platform says.
struct LowQuota {
  LocatedName quota;  ///< "fargateVcpu"
  double value = 0;   ///< where the platform's is lower, that holds
};

/// Configuration that is out of date where it is not used.
struct StaleConfiguration {
  std::string_view item;           ///< "image", "secret", "parameter", "certificate"
  double broken = 0;               ///< share of the tasks that start with it and fail all checks
  double errors = 0;               ///< share of requests that such a task fails
  std::optional<sim::Law> repair;  ///< once found; without it the duration says
};

enum class CheckTrouble : std::uint8_t { kNone, kBlind, kFailing };

/// What an action does while it lasts.
struct FaultEffects {
  std::optional<sim::Effect> effect;  ///< on every deployment that it hits
  std::string_view part;  ///< of each of them this part alone; empty: as the target says
  /// Asked of every deployment that it hits and that has a register of that name ("failover").
  std::string_view asks;
  bool zone_lost = false;               ///< the zones of its targets are lost to what stands there
  bool region_down = false;             ///< the region's registers say so, and its streams freeze
  bool control_plane_down = false;      ///< verbs on the region's resources are refused
  bool metrics_lost = false;            ///< no metrics are published, no alarms evaluated
  bool dns_control_plane_down = false;  ///< records cannot be edited
  bool streams_stop = false;            ///< the streams of writes of its services stop with them
  bool storage_lost = false;            ///< what was only there does not return with the region
  std::optional<double> granted;        ///< share of further launches that the region grants
  /// What it does to parts of a deployment: while it lasts, the register "NAME@REGION/CONDITION" of
  /// each that has one is greater by `amount`.
  struct Condition {
    std::string name;  ///< "zone-b-lost", "nodes-lost", "writes-refused"
    std::int64_t amount = 1;
    std::vector<std::string> kinds;  ///< of services that have such parts
  };
  std::optional<Condition> condition;
  std::optional<BadVersion> version;  ///< rolled out at its services
  std::optional<NetworkTrouble> network;
  std::optional<ReplicationTrouble> replication;
  std::optional<LowQuota> quota;
  std::optional<StaleConfiguration> stale;
  CheckTrouble checks = CheckTrouble::kNone;

  /// Whether it has a size that may grow over time.
  [[nodiscard]] bool can_ramp() const;
};

/// When a fault begins by a runbook.
struct RunbookMoment {
  std::optional<LocatedName> runbook;  ///< may be left out where one runbook has such a step
  LocatedName step;
  bool ends = false;  ///< when the step has ended, well or not; otherwise when its labour begins
};

/// An alternating renewal process.
struct FaultLife {
  sim::Law between;  ///< from a repair, or the start, to the next failure
  sim::Law repair;
};

struct FaultAction {
  std::string name;
  models::io::Place place;
  std::string action_id;
  std::vector<LocatedName> targets;
  std::optional<LocatedClock> at;
  std::vector<LocatedName> start_after;
  std::vector<LocatedName> start_with;
  std::optional<RunbookMoment> start_at;
  std::optional<FaultLife> life;
  sim::Duration delay;
  sim::Duration jitter;
  sim::Duration ramp;
  sim::Duration duration = sim::Duration::infinite();
  std::optional<sim::Law> duration_law;  ///< instead of `duration`, where that varies
  double probability = 1;
  std::optional<double> per_second;  ///< how often such a thing happens, for yearly figures
  FaultEffects effects;
};

struct Faults {
  std::vector<FaultTarget> targets;
  std::vector<FaultAction> actions;
};

/// Reads the format lifeboat/faults/1. Where `inlined`, the format line may be left out.
[[nodiscard]] Faults read_faults(const models::io::Value& value, bool inlined,
                                 models::io::Problems& problems);

/// Joins the faults of several files; a name used twice is an error.
[[nodiscard]] Faults join_faults(std::vector<Faults> parts, models::io::Problems& problems);

/// One line of `lifeboat list` and `lifeboat explain`.
struct FaultKind {
  std::string_view action_id;
  std::string_view summary;
};
/// Everything that `actionId` may be, sorted.
[[nodiscard]] const std::vector<FaultKind>& fault_kinds();

}  // namespace lifeboat::scenarios
