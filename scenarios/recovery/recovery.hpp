// When a platform counts as recovered: the settings, and the controller that ends a run early.
//
// Reports judge recovery from the series of arrivals. The watch here only decides when a run with
// `"endsWhen": "recovered"` may stop, and errs on the late side: it counts requests when they end,
// and asks that no fault is still to begin, that no runbook is under way, that some critical
// journey has been bad since the last fault, and that all of them have then been good for the
// hold and two bins more.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/io/reader.hpp"
#include "scenarios/scenario/platform_names.hpp"
#include "sim/control/controller.hpp"
#include "sim/network/ids.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

/// What `"recovery"` says.
struct RecoverySettings {
  double good = 0.99;
  sim::Duration bin = sim::Duration::seconds(30);
  std::uint32_t min_requests = 20;
  double slack = 2;  ///< bad attempts that a bin may always have
  sim::Duration hold = sim::Duration::minutes(5);
  /// How long after a fault's start a breach may begin and still be its own; absent: until an hour
  /// after its end.
  std::optional<sim::Duration> attribution;
  std::vector<std::string> journeys;  ///< that must be good
};

/// Reads the value of `"recovery"`; without one, the defaults with the critical journeys.
[[nodiscard]] RecoverySettings read_recovery(const std::optional<models::io::Value>& value,
                                             const PlatformNames& names,
                                             models::io::Problems& problems);

/// What the watch needs to know of a compiled scenario.
struct RecoveryWatchPlan {
  std::string scenario;
  RecoverySettings settings;
  std::vector<sim::JourneyId> journeys;
  sim::RegisterId faults_begun;
  sim::RegisterId faults_waiting;
  std::vector<sim::RegisterId> runbooks;  ///< their progress
};

/// The controller "recovery-watch".
[[nodiscard]] std::shared_ptr<const sim::Controller> make_recovery_watch(RecoveryWatchPlan plan);

}  // namespace lifeboat::scenarios
