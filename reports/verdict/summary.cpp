#include "reports/verdict/summary.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace lifeboat::reports {

sim::Interval possible_part(const sim::Interval& interval, bool is_share) {
  const double most = is_share ? 1 : std::numeric_limits<double>::infinity();
  return {std::clamp(interval.low, 0.0, most), std::clamp(interval.high, 0.0, most)};
}

double sample_quantile(std::span<const double> values, double q) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const auto n = static_cast<double>(sorted.size());
  // 0.95 x 20 is a little above 19: the nearest whole number counts as reached.
  const double rank = std::ceil(q * n - 1e-9 * n);
  const auto index = static_cast<std::size_t>(std::clamp(rank, 1.0, n)) - 1;
  return sorted[index];
}

Summary summary_of(std::span<const double> values, double confidence) {
  Summary result;
  if (values.empty()) return result;
  const sim::Estimate mean = sim::mean_estimate(values, confidence);
  result.count = values.size();
  result.mean = mean.value;
  if (values.size() > 1) {
    const sim::Interval interval = possible_part(mean.interval, false);
    result.low = interval.low;
    result.high = interval.high;
  }
  result.p50 = sample_quantile(values, 0.5);
  result.p95 = sample_quantile(values, 0.95);
  result.max = *std::max_element(values.begin(), values.end());
  return result;
}

}  // namespace lifeboat::reports
