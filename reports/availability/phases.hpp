// Phases: stretches of a run that figures can be asked for ("during steady").
//
//   steady         before the first fault, and after the last recovery and its hold
//   incident       from a fault to recovered
//   recovery-tail  the hour after
//   NAME           a named window of the scenario, or an event of its traffic
//
// A request belongs to the phase of its arrival. Series are kept in bins (10 s for counts, a
// minute for latencies): a bin belongs to a phase if its middle does. The built-in phases follow
// the trial's own recovery, so they differ from trial to trial; a journey that never recovered
// leaves the incident open to the end, and one that was never breached has an empty incident.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reports/document/report.hpp"
#include "reports/recovery/recovery.hpp"
#include "sim/time.hpp"

namespace lifeboat::reports {

/// [from, to)
struct Window {
  sim::Instant from;
  sim::Instant to;
  [[nodiscard]] bool contains(sim::Instant t) const { return from <= t && t < to; }
};

/// Disjoint and ascending.
using Windows = std::vector<Window>;

/// Whether the middle of bin i lies in one of the windows.
[[nodiscard]] bool in_windows(const Windows& windows, sim::Duration width, std::size_t i);

/// All of [0, end) if `phase` is empty. Named windows are clipped to the run. A name that does not
/// exist gives nothing.
[[nodiscard]] Windows phase_windows(std::string_view phase, std::span<const NamedWindow> named,
                                    std::span<const FaultSpan> faults, const Recovery& whole,
                                    sim::Duration hold, sim::Instant end);

/// All phases of a trial with their windows, for reports.
[[nodiscard]] std::vector<NamedWindow> all_phases(std::span<const NamedWindow> named,
                                                  std::span<const FaultSpan> faults,
                                                  const Recovery& whole, sim::Duration hold,
                                                  sim::Instant end);

/// Equal parts of [0, end): the batches of a steady run.
[[nodiscard]] std::vector<Windows> batches(sim::Instant end, std::size_t count);

}  // namespace lifeboat::reports
