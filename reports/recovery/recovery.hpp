// Recovery time of one trial, read from its series of arrivals.
//
// The rule counts attempts by their arrival in bins of `bin`. A bin with fewer than
// `min_requests` joins the next. A bin is bad when its bad attempts exceed both the allowed share
// (1 - good) x n and `slack`; otherwise it is good. After a fault, a journey has recovered at the
// start of the first run of good bins that lasts `hold` and begins after the first bad bin.
//
// Three choices that the rule leaves open:
// - Bins start at time 0. The one in which a fault begins counts as after it, and so does the one
//   before if those who arrived in its last seconds could still be inside when the fault struck
//   (`inside`): their failures are the fault's. Neither joins bins before it; so a fault's first
//   bad bin may start up to two bins before the fault, and the recovery time is at least 0.
// - Already failing means that a bad bin lies within `hold` before the fault: by the same rule,
//   the journey had not recovered from whatever was wrong.
// - Of several faults, each has its own first breach. A fault that strikes while a breach of an
//   earlier one lasts is part of that incident. A journey's time is the longest of its incidents.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/time.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::reports {

/// What a scenario's "recovery" says; see the file comment.
struct RecoveryRule {
  double good = 0.99;
  sim::Duration bin = sim::Duration::seconds(30);
  std::uint32_t min_requests = 20;
  double slack = 2;  ///< bad attempts that a bin may always have
  sim::Duration hold = sim::Duration::minutes(5);
  /// How long after a fault's start a breach may begin and still be its own; unset: until an hour
  /// after its end.
  std::optional<sim::Duration> attribution;
  /// How long before a fault an attempt may have arrived and still be inside when it strikes (a
  /// journey's `goodWithin`, at most a bin): a bin that holds such arrivals counts as after it.
  sim::Duration inside;
};

/// A fault as it struck in one trial. `to` is never for one that lasts beyond the end.
struct FaultSpan {
  std::string name;
  sim::Instant from;
  sim::Instant to = sim::Instant::never();
};

enum class RecoveryOutcome : std::uint8_t {
  kNoFault,      ///< nothing struck within the measured window
  kNotBreached,  ///< no bad bin belongs to a fault: the time is 0
  kRecovered,
  kAlreadyFailing,  ///< bad before the fault: no time can be read
  kCensored,        ///< not recovered by the end: the time is at least `rto`
};
/// "recovered", "not breached", ...
[[nodiscard]] std::string_view name_of(RecoveryOutcome outcome);

/// What became of one journey, or of the whole.
struct Recovery {
  RecoveryOutcome outcome = RecoveryOutcome::kNoFault;
  sim::Duration rto;                                  ///< see RecoveryOutcome
  sim::Instant fault_at = sim::Instant::never();      ///< the fault of the longest incident
  sim::Instant breached_at = sim::Instant::never();   ///< start of its first bad bin
  sim::Instant recovered_at = sim::Instant::never();  ///< never: not within the trial
  std::uint32_t relapses = 0;  ///< runs of bad bins after a recovery, without a fault of their own
};

/// A stretch of time judged as one: several bins where one had too few attempts.
struct JudgedBin {
  sim::Instant from;
  sim::Instant to;
  std::uint64_t offered = 0;
  std::uint64_t bad = 0;
  bool is_bad = false;
};

/// Joins and judges the bins of a series that ends at `end` (fine bins of `width`, the first at
/// time 0). No joined bin reaches across an instant of `cuts` (ascending), rounded down to a bin.
/// Attempts that arrive in a bin and are not good are bad. A rule's bin that is no multiple of
/// `width` is rounded up to one.
[[nodiscard]] std::vector<JudgedBin> judge_bins(std::span<const sim::ArrivalBin> series,
                                                sim::Duration width, sim::Instant end,
                                                const RecoveryRule& rule,
                                                std::span<const sim::Instant> cuts = {});

/// The recovery of one journey. `faults` ascend by start; those at or after `end` are ignored.
[[nodiscard]] Recovery assess_recovery(std::span<const sim::ArrivalBin> series, sim::Duration width,
                                       sim::Instant end, std::span<const FaultSpan> faults,
                                       const RecoveryRule& rule);

/// The whole's recovery: the latest of its journeys. Censored if any is, else already failing if
/// any is, else the longest time.
[[nodiscard]] Recovery latest_recovery(std::span<const Recovery> journeys);

/// Minutes, counted from time 0, in which at least one of the series is bad by the rule with bins
/// of one minute. Each element is the series of one journey; all have bins of `width`.
[[nodiscard]] double bad_minutes(std::span<const std::span<const sim::ArrivalBin>> journeys,
                                 sim::Duration width, sim::Instant end, const RecoveryRule& rule);

}  // namespace lifeboat::reports
