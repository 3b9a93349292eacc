// Differences between two variants that met the same customers with the same luck.
//
// Trial i of one variant is paired with trial i of the other, so what both have in common (a busy
// evening, slow people) cancels. Per way of a figure (reports/verdict/judge.hpp):
//
//   mean, chance  the mean of the trials' differences, Student's t with n - 1 degrees of freedom;
//                 pairs in which either value is not finite or not settled are left out
//   ratio         the difference of the two ratios of sums; delete-one jackknife over pairs (Efron
//                 and Stein 1981), t
//   quantile      the difference of the two pooled quantiles. Each is linear in its trials' shares
//                 up to it, near enough, with the slope of its own pooled distribution around it
//                 (Woodruff 1952), so a trial has an influence on each, and the pairs' differences
//                 of influence give the standard error; t. Nothing where failures reach so near to
//                 the quantile that its slope is not known
//
// The unpaired half width is what the same trials would show if their luck were not the same.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "reports/verdict/judge.hpp"

namespace lifeboat::reports {

struct PairedDifference {
  double value = 0;  ///< second less first
  std::optional<double> low;
  std::optional<double> high;
  std::size_t pairs = 0;     ///< that count
  std::size_t left_out = 0;  ///< that have no settled figure in one of the two
  std::optional<double> unpaired_half_width;

  /// Whether the interval leaves zero out.
  [[nodiscard]] bool is_exact() const { return low == value && high == value; }
  [[nodiscard]] bool is_real() const { return low && high && (*low > 0 || *high < 0); }
};

/// Of equally many samples of each. `q` of kQuantile; `confidence` is two-sided. Nothing where one
/// of the two has no figure at all.
[[nodiscard]] std::optional<PairedDifference> paired_difference(Figure::Way way,
                                                                std::span<const Sample> first,
                                                                std::span<const Sample> second,
                                                                double q, double confidence);

}  // namespace lifeboat::reports
