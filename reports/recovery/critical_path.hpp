// The critical path of a failover: what took the time from the fault to recovered.
//
// A failover is a set of rows, one for each thing that happened between the two: the fault, its
// detection, a person who answers, a step of the runbook. A row starts when the last of those
// that it waited for has ended. The path is read from the realised trial, backwards: from
// recovered to the end of the last row that acts on the platform, from there along the row that
// released each, down to the fault. So its stretches meet end to end and add up to the recovery
// time. The stretch after the last acting row has no owner; it is named by the dominant cause of
// the bad requests in it:
//
//   drain      clients still went to the dead region (stale-region, reset)
//   scale-out  there were too few places (no-capacity, rejected, throttled)
//   backlog    answers came too late (timeout, abandoned, and answered but not in time)
//   dependency something that a service calls failed
//
// What shortening a row would save is not its share of the path: another path may be hardly
// shorter. Running again with the same luck tells.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/network/step.hpp"
#include "sim/time.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::reports {

/// One thing that happened in a failover.
struct FailoverRow {
  std::string name;   ///< of a step, a person, a check: unique within the failover
  std::string label;  ///< in words
  std::string owner;  ///< the person who did it; empty: nobody
  std::string kind;   ///< fault, detection, person or step
  /// When it could have begun, had its owner been free; unset: at `start`.
  std::optional<sim::Instant> ready;
  sim::Instant start;
  sim::Instant end = sim::Instant::never();  ///< never: not within the trial
  std::vector<std::string> waited_for;       ///< names of rows
  bool acts = false;      ///< changes the platform; what only decides or looks does not
  bool critical = false;  ///< on the path; set by mark_critical
};

/// One stretch of a trial's path.
struct PathStretch {
  std::string segment;  ///< a row's name, "wait for OWNER", or the name of the last stretch
  sim::Instant from;
  sim::Instant to;
};

/// Bad requests of a stretch by what was wrong: failures by cause, and answers that came too late.
struct BadBy {
  std::array<std::uint64_t, sim::kCauseCount> cause{};
  std::uint64_t late = 0;
};

/// Bad attempts of a journey that arrived in [from, to), by bins that begin in it.
[[nodiscard]] BadBy bad_between(std::span<const sim::ArrivalBin> series, sim::Duration width,
                                sim::Instant from, sim::Instant to);

/// See the file comment; "drain" where there are none.
[[nodiscard]] std::string_view name_of_last_stretch(const BadBy& bad);

/// The row that ended last, by `recovered`, among those that act; or nothing.
[[nodiscard]] const FailoverRow* last_acting(std::span<const FailoverRow> rows,
                                             sim::Instant recovered);

/// The path of one trial, from the fault on. Empty if nothing recovered after the fault.
/// `last_stretch` names what follows the last acting row.
[[nodiscard]] std::vector<PathStretch> critical_path(std::span<const FailoverRow> rows,
                                                     sim::Instant fault, sim::Instant recovered,
                                                     std::string_view last_stretch);

/// Marks the rows that the path names.
void mark_critical(std::span<FailoverRow> rows, std::span<const PathStretch> path);

/// A stretch over trials.
struct PathSegment {
  std::string segment;
  double share_of_trials = 0;  ///< of the trials with a path, those that have it
  double p50_s = 0;            ///< over the trials that have it
  double p95_s = 0;
  double mean_start_s = 0;  ///< after the fault; segments are sorted by it
};

/// Merges the paths of trials, in trial order. Empty paths do not count.
[[nodiscard]] std::vector<PathSegment> merge_paths(
    std::span<const std::vector<PathStretch>> trials);

}  // namespace lifeboat::reports
