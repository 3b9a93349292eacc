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

namespace lifeboat::reports {

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
