// Verdicts: met, missed or inconclusive, and how many trials would settle one.
//
// A quantity of a trial (rto, rpo, lost) is judged as a chance: the share of trials that meet the
// threshold against the share that is needed, by one-sided Clopper-Pearson bounds. A trial whose
// value is not settled (it did not recover by the end, and the threshold had not passed) counts
// against the lower bound and for the upper.
//
// A quantity of requests or of time is judged on its expectation, by one-sided Student-t bounds.
//
// With one look, at the end, a bound errs with probability 5 %. Without a given number of trials
// there are planned looks, after 10, 20, 40, 80, 100 and 200 trials, each with a sixth of that;
// a verdict that a look settled stays.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/statistics/confidence.hpp"

namespace lifeboat::reports {

enum class Verdict : std::uint8_t { kMet, kMissed, kInconclusive };
[[nodiscard]] std::string_view name_of(Verdict verdict);

/// The whole's: missed beats inconclusive beats met; met for no objectives.
[[nodiscard]] Verdict worst(std::span<const Verdict> verdicts);

inline constexpr double kError = 0.05;
inline constexpr std::uint32_t kLooks[] = {10, 20, 40, 80, 100, 200};

/// Error probability of one bound: kError for one look, a sixth for planned ones.
[[nodiscard]] double error_of_a_look(bool planned);

/// What a look at n trials saw of a chance objective.
struct Chance {
  std::uint32_t trials = 0;
  std::uint32_t met = 0;
  std::uint32_t unsettled = 0;
};

struct ChanceVerdict {
  Verdict verdict = Verdict::kInconclusive;
  double share = 0;       ///< trials that meet it; unsettled ones do not
  double share_low = 0;   ///< lower bound
  double share_high = 1;  ///< upper bound, unsettled ones taken as met
  /// Trials in all that would settle it if the shares stay; nothing if too many.
  std::optional<std::uint32_t> trials_to_settle;
};

/// `needed` is the share of trials that must meet it (0.95); `error` that of one bound.
[[nodiscard]] ChanceVerdict judge_chance(const Chance& seen, double needed, double error);

/// An expectation should lie on one side of a threshold.
struct Threshold {
  double value = 0;
  bool below = true;      ///< below it, else above
  bool or_equal = false;  ///< "<=" and ">=": a mean without spread may equal it
};

struct ExpectationVerdict {
  Verdict verdict = Verdict::kInconclusive;
  std::optional<std::uint32_t> trials_to_settle;
};

/// Judges an estimate whose interval has `error` on each side. With fewer than two trials:
/// inconclusive.
[[nodiscard]] ExpectationVerdict judge_expectation(const sim::Estimate& estimate,
                                                   const Threshold& threshold, double error);

}  // namespace lifeboat::reports
