// Intervals and bounds: what a finite number of trials can say.
//
// A trial is one independent statistical repetition. Quantities of a trial are judged as chances
// (exact Clopper-Pearson bounds), quantities of requests or time by their expectation over trials
// (Student's t), ratios of such sums by the jackknife over trials, pooled quantiles by inverting
// the interval of the distribution function (Woodruff 1952). `confidence` is two-sided
// throughout: the one-sided bound at error a is an end of the interval at confidence 1 - 2a.
//
// Floating sums run over a fixed binary tree of the trials' indices, so results do not depend on
// who computed what first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "sim/statistics/histogram.hpp"

namespace lifeboat::sim {

/// The sum over a balanced binary tree of the indices: the same bytes for the same values in the
/// same order, and an error that grows with log n.
[[nodiscard]] double tree_sum(std::span<const double> values);

/// Standard normal quantile, p in (0, 1).
[[nodiscard]] double normal_quantile(double p);
/// Quantile of Student's t; p in (0, 1), degrees of freedom > 0 (may be fractional or infinite).
[[nodiscard]] double student_t_quantile(double p, double degrees_of_freedom);

struct Interval {
  double low = 0;
  double high = 0;

  [[nodiscard]] double half_width() const { return 0.5 * (high - low); }
  [[nodiscard]] bool contains(double x) const { return low <= x && x <= high; }
};

/// An estimate with its interval. With fewer than two trials the interval is all numbers.
struct Estimate {
  double value = 0;
  double standard_error = 0;
  Interval interval;
  std::size_t trials = 0;
};

/// The least chance that is not refuted, at one-sided error `error`, by `successes` of `trials`
/// (Clopper and Pearson 1934). 0 if there are no successes or no trials.
[[nodiscard]] double chance_lower_bound(std::uint64_t successes, std::uint64_t trials,
                                        double error);
/// The greatest one. 1 if all succeeded or there are no trials.
[[nodiscard]] double chance_upper_bound(std::uint64_t successes, std::uint64_t trials,
                                        double error);
/// Both, each with half of the error: covers with at least this confidence.
[[nodiscard]] Interval chance_interval(std::uint64_t successes, std::uint64_t trials,
                                       double confidence);

/// How many trials in all would settle whether the chance is at least `required`, at one-sided
/// error `error`, if the share of successes stays as it is (and always at least the trials there
/// are). Ten clean trials and 95 % required: 59 at error 0.05. Empty if more than `limit`.
[[nodiscard]] std::optional<std::uint64_t> trials_to_settle(std::uint64_t successes,
                                                            std::uint64_t trials, double required,
                                                            double error, std::uint64_t limit);

/// Mean over trials, interval by Student's t.
[[nodiscard]] Estimate mean_estimate(std::span<const double> values, double confidence);

/// sum(numerators) / sum(denominators) over trials: a pooled mean, an availability. Standard error
/// by the delete-one jackknife (Efron and Stein 1981), interval by Student's t. Spans of equal
/// length; a denominator sum of zero gives 0 with an interval of all numbers.
[[nodiscard]] Estimate ratio_estimate(std::span<const double> numerators,
                                      std::span<const double> denominators, double confidence);

/// A pooled quantile and its interval, in seconds; infinity where failures reach.
struct QuantileEstimate {
  double value = 0;
  Interval interval;
  std::size_t trials = 0;
  /// Pooled observations (and failures) beyond the quantile: below 20 the estimate says little.
  double beyond = 0;
};

/// The q-quantile of all trials' values together. `infinite[i]` values of trial i count as
/// infinitely slow; the span is empty or as long as `trials`. The interval's ends are the pooled
/// quantiles at q -/+ t s, with s the jackknife error of the pooled share of values up to the
/// estimate: dependence inside a trial is covered, whatever it is. Empty if nothing was counted.
/// With batches of one long steady run in the place of trials it serves batch means too.
[[nodiscard]] std::optional<QuantileEstimate> quantile_estimate(
    std::span<const Histogram> trials, std::span<const std::uint64_t> infinite, double q,
    double confidence);

}  // namespace lifeboat::sim
