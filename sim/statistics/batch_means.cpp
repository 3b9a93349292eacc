#include "sim/statistics/batch_means.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace lifeboat::sim {
namespace {

constexpr double kSuspicious = 1.645;  // one-sided 5 %
constexpr double kMostCorrelation = 0.8;

void widen(Estimate& estimate, double factor) {
  if (estimate.trials < 2) return;
  estimate.standard_error *= factor;
  estimate.interval.low = estimate.value + factor * (estimate.interval.low - estimate.value);
  estimate.interval.high = estimate.value + factor * (estimate.interval.high - estimate.value);
}

std::vector<double> join_pairs(std::span<const double> means) {
  std::vector<double> joined;
  for (std::size_t i = 0; i + 1 < means.size(); i += 2) {
    joined.push_back(0.5 * (means[i] + means[i + 1]));
  }
  return joined;
}

}  // namespace

NeighbourCorrelation neighbour_correlation(std::span<const double> values) {
  const std::size_t n = values.size();
  if (n < 4) return {};
  const double mean = tree_sum(values) / static_cast<double>(n);
  double spread = 0;
  double steps = 0;
  for (std::size_t i = 0; i < n; ++i) {
    spread += (values[i] - mean) * (values[i] - mean);
    if (i > 0) steps += (values[i] - values[i - 1]) * (values[i] - values[i - 1]);
  }
  if (spread == 0) return {};
  // C = 1 - steps / (2 spread) has mean 0 and variance (n - 2) / (n^2 - 1) under independence.
  const double correlation = 1.0 - steps / (2.0 * spread);
  const double count = static_cast<double>(n);
  return {correlation, correlation / std::sqrt((count - 2.0) / (count * count - 1.0))};
}

double widening_by_correlation(std::span<const double> batches) {
  const std::size_t n = batches.size();
  if (n < 4) return 1;
  const double mean = tree_sum(batches) / static_cast<double>(n);
  double spread = 0;
  double together = 0;
  for (std::size_t i = 0; i < n; ++i) {
    spread += (batches[i] - mean) * (batches[i] - mean);
    if (i > 0) together += (batches[i] - mean) * (batches[i - 1] - mean);
  }
  if (spread == 0) return 1;
  const double correlation =
      std::clamp(together / spread + 1.0 / static_cast<double>(n), 0.0, kMostCorrelation);
  return std::sqrt((1 + correlation) / (1 - correlation));
}

Estimate ratio_estimate_from_batches(std::span<const double> numerators,
                                     std::span<const double> denominators, double confidence) {
  Estimate estimate = ratio_estimate(numerators, denominators, confidence);
  std::vector<double> off;  // the ratio's own error comes from these
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    off.push_back(numerators[i] - estimate.value * denominators[i]);
  }
  widen(estimate, widening_by_correlation(off));
  return estimate;
}

BatchEstimate estimate_from_batches(std::span<const double> means, double confidence) {
  std::vector<double> batches(means.begin(), means.end());
  BatchEstimate result;
  result.neighbours = neighbour_correlation(batches);
  while (result.neighbours.z > kSuspicious && batches.size() >= 2 * BatchMeans::kLeastBatches) {
    batches = join_pairs(batches);
    result.neighbours = neighbour_correlation(batches);
  }
  result.estimate = mean_estimate(batches, confidence);
  widen(result.estimate, widening_by_correlation(batches));
  result.adequate =
      batches.size() >= BatchMeans::kLeastBatches && result.neighbours.z <= kSuspicious;
  return result;
}

void BatchMeans::close_batch() {
  sums_[batches_++] = open_;
  open_ = 0;
  in_open_ = 0;
  if (batches_ < kMostBatches) return;
  for (std::size_t i = 0; i < kMostBatches / 2; ++i) sums_[i] = sums_[2 * i] + sums_[2 * i + 1];
  batches_ = kMostBatches / 2;
  batch_length_ *= 2;
}

std::uint64_t BatchMeans::count() const { return batches_ * batch_length_ + in_open_; }

double BatchMeans::mean() const {
  const std::uint64_t n = count();
  return n == 0 ? 0.0 : (tree_sum(batch_sums()) + open_) / static_cast<double>(n);
}

BatchEstimate BatchMeans::estimate(double confidence) const {
  std::vector<double> means;
  for (const double sum : batch_sums()) means.push_back(sum / static_cast<double>(batch_length_));
  BatchEstimate result = estimate_from_batches(means, confidence);
  const double shift = mean() - result.estimate.value;
  result.estimate.value += shift;
  result.estimate.interval.low += shift;
  result.estimate.interval.high += shift;
  return result;
}

}  // namespace lifeboat::sim
