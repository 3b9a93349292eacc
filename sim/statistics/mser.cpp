#include "sim/statistics/mser.hpp"

#include <cmath>
#include <limits>
#include <vector>

namespace lifeboat::sim {

Truncation mser5(std::span<const double> series) {
  constexpr std::size_t kGroup = 5;
  constexpr std::size_t kLeastGroups = 10;
  const std::size_t groups = series.size() / kGroup;
  if (groups < kLeastGroups) return {};
  std::vector<double> means(groups);
  for (std::size_t g = 0; g < groups; ++g) {
    for (std::size_t i = 0; i < kGroup; ++i) means[g] += series[kGroup * g + i] / kGroup;
  }
  const auto mean_of = [&](std::size_t from, std::size_t to) {
    double sum = 0;
    for (std::size_t g = from; g < to; ++g) sum += means[g];
    return sum / static_cast<double>(to - from);
  };
  // From the end, so that mean and spread of what remains grow by one group a step (Welford).
  double best = std::numeric_limits<double>::infinity();
  std::size_t cut = 0;
  double mean = 0;
  double spread = 0;
  for (std::size_t left = 1; left <= groups; ++left) {
    const double count = static_cast<double>(left);
    const double off = means[groups - left] - mean;
    mean += off / count;
    spread += off * (means[groups - left] - mean);
    const double marginal_error = spread / (count * count);
    // The last few groups alone say nothing: five values can agree by chance.
    if (left >= kGroup && marginal_error <= best) {
      best = marginal_error;
      cut = groups - left;
    }
  }
  Truncation result{.cut = kGroup * cut, .settled = 2 * cut <= groups};
  if (cut == 0) return result;
  const double rest = mean_of(cut, groups);
  double squares = 0;
  for (std::size_t g = cut; g < groups; ++g) squares += (means[g] - rest) * (means[g] - rest);
  const auto out = static_cast<double>(cut);
  const auto in = static_cast<double>(groups - cut);
  const double error = std::sqrt(squares / (in - 1) * (1 / out + 1 / in));
  const double difference = std::abs(mean_of(0, cut) - rest);
  result.shift = difference > 0 ? difference / error : 0;
  return result;
}

}  // namespace lifeboat::sim
