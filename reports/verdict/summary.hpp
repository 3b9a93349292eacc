// What a report prints of a quantity over trials.
//
// Means carry Student's interval (sim/statistics/confidence.hpp). A quantile of a sample is its
// inverse distribution function: the smallest value that at least the share q does not exceed.
// It is always a value that occurred, and infinite values (a trial that did not recover) take
// their place at the end.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "sim/statistics/confidence.hpp"

namespace lifeboat::reports {

/// The part of an interval in which the quantity can lie: a share in [0, 1], anything else that
/// reports print at 0 or above. A Student's interval of few trials knows neither end.
[[nodiscard]] sim::Interval possible_part(const sim::Interval& interval, bool is_share);

/// See the file comment; 0 < q <= 1, and not empty.
[[nodiscard]] double sample_quantile(std::span<const double> values, double q);

struct Summary {
  std::size_t count = 0;
  double mean = 0;
  double p50 = 0;
  double p95 = 0;
  double max = 0;
  std::optional<double> low;  ///< of the mean; absent for fewer than two values
  std::optional<double> high;
};

/// `confidence` is two-sided. All zero where there are no values.
[[nodiscard]] Summary summary_of(std::span<const double> values, double confidence);

}  // namespace lifeboat::reports
