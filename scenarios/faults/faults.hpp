// Faults as people write them, in the shape and words of AWS Fault Injection Service: targets name
// what is hit, actions say what happens to it, when, for how long and how likely.
//
// An action begins at `at`, or when the actions of `startAfter` have all ended, or when those of
// `startWith` have all begun; then `delay`, then a random time within `jitter`, which the actions
// that depend on it inherit. It ends after `duration`, or never. One that does not happen in a
// trial (`probability`) takes those with it that start with or after it.
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
#include "sim/time.hpp"

namespace lifeboat::scenarios {

/// What an action hits: a region, or deployments of it by service or kind.
struct FaultTarget {
  std::string name;
  models::io::Place place;
  std::optional<LocatedName> region;
  std::optional<LocatedName> service;  ///< "web@sg", or "web": in every region
  std::optional<LocatedName> kind;     ///< of the region's services only those of this kind
  std::optional<LocatedName> part;     ///< of each of them only this part ("waf")
  std::vector<LocatedName> zones;      ///< of each of them only what stands in these
};

/// A version of a service that is rolled out when the action begins; when it ends, one without
/// these faults is.
struct BadVersion {
  double unhealthy = 0;  ///< share of its tasks that fail their health checks
  double speed = 1;      ///< of its tasks, of full speed
  double errors = 0;     ///< share of requests that its tasks fail
};

/// What an action does while it lasts.
struct FaultEffects {
  std::optional<sim::Effect> effect;  ///< on every deployment that it hits
  std::string_view part;  ///< of each of them this part alone; empty: as the target says
  /// Asked of every deployment that it hits and that has a register of that name ("failover").
  std::string_view asks;
  bool zone_lost = false;           ///< the zones of its targets are lost to what stands there
  bool region_down = false;         ///< the region's registers say so, and its streams freeze
  bool control_plane_down = false;  ///< verbs on the region's resources are refused
  bool metrics_lost = false;        ///< no metrics are published, no alarms evaluated
  bool storage_lost = false;        ///< what was only there does not return with the region
  std::optional<double> granted;    ///< share of further launches that the region grants
  /// What it does to parts of a deployment: while it lasts, the register "NAME@REGION/CONDITION" of
  /// each that has one is greater by `amount`.
  struct Condition {
    std::string name;  ///< "zone-b-lost", "nodes-lost", "writes-refused"
    std::int64_t amount = 1;
    std::vector<std::string> kinds;  ///< of services that have such parts
  };
  std::optional<Condition> condition;
  std::optional<BadVersion> version;  ///< rolled out at its services
};

struct FaultAction {
  std::string name;
  models::io::Place place;
  std::string action_id;
  std::vector<LocatedName> targets;
  std::optional<LocatedClock> at;
  std::vector<LocatedName> start_after;
  std::vector<LocatedName> start_with;
  sim::Duration delay;
  sim::Duration jitter;
  sim::Duration duration = sim::Duration::infinite();
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
