#include "reports/comparison/paired.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "reports/seconds.hpp"
#include "sim/statistics/confidence.hpp"

namespace lifeboat::reports {

namespace {

/// One variant's figure, and by how much each of its trials moves it: influences sum to nothing.
struct Influences {
  double value = 0;
  std::vector<double> of_trial;
};

double mean_of(std::span<const double> values) {
  return sim::tree_sum(values) / static_cast<double>(values.size());
}

Influences of_mean(const std::vector<double>& values) {
  Influences result{mean_of(values), {}};
  for (const double value : values) result.of_trial.push_back(value - result.value);
  return result;
}

/// Delete-one jackknife: what is left without a trial, mirrored about their mean.
std::optional<Influences> of_ratio(const std::vector<double>& numerators,
                                   const std::vector<double>& denominators) {
  const double above = sim::tree_sum(numerators);
  const double below = sim::tree_sum(denominators);
  if (!(below > 0)) return std::nullopt;
  const auto n = static_cast<double>(numerators.size());
  Influences result{above / below, {}};
  std::vector<double> without;
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    const double rest = below - denominators[i];
    without.push_back(rest > 0 ? (above - numerators[i]) / rest : result.value);
  }
  const double centre = mean_of(without);
  for (const double value : without) result.of_trial.push_back((n - 1) * (centre - value));
  return result;
}

/// By which the pooled quantile grows with its share, in seconds a share: a secant over as much as
/// the share is unsure of, at most half way to the nearer end. Nothing where failures lie that
/// near.
std::optional<double> slope_at(const sim::Histogram& pooled, std::uint64_t infinite, double q,
                               double unsure) {
  const double reach = std::min({unsure, (1 - q) / 2, q / 2});
  if (!(reach > 0)) return 0.0;
  const sim::Duration low = *pooled.quantile_with_infinite(q - reach, infinite);
  const sim::Duration high = *pooled.quantile_with_infinite(q + reach, infinite);
  if (high.is_infinite()) return std::nullopt;
  return (seconds_of(high) - seconds_of(low)) / (2 * reach);
}

std::optional<Influences> of_quantile(std::span<const Sample* const> samples, double q,
                                      double confidence) {
  sim::Histogram pooled;
  std::uint64_t infinite = 0;
  for (const Sample* sample : samples) {
    pooled.merge(sample->latencies);
    infinite += sample->infinite;
  }
  const double beyond =
      (1 - q) * (static_cast<double>(pooled.count()) + static_cast<double>(infinite));
  const auto value = pooled.quantile_with_infinite(q, infinite);
  if (!value || value->is_infinite() || beyond < kLeastBeyond) return std::nullopt;
  std::vector<double> up_to;
  std::vector<double> all;
  for (const Sample* sample : samples) {
    const auto finite = static_cast<double>(sample->latencies.count());
    up_to.push_back(finite - sample->latencies.count_above(*value));
    all.push_back(finite + static_cast<double>(sample->infinite));
  }
  auto share = of_ratio(up_to, all);
  if (!share) return std::nullopt;
  const double unsure = sim::ratio_estimate(up_to, all, confidence).interval.half_width();
  const auto slope = slope_at(pooled, infinite, q, unsure);
  if (!slope) return std::nullopt;
  share->value = seconds_of(*value);
  for (double& influence : share->of_trial) influence *= -*slope;
  return share;
}

double half_width_of(double variance, double n, double confidence) {
  return sim::student_t_quantile(0.5 + confidence / 2, n - 1) * std::sqrt(variance / n);
}

double variance_of(std::span<const double> influences) {
  std::vector<double> squares;
  for (const double x : influences) squares.push_back(x * x);
  return sim::tree_sum(squares) / (static_cast<double>(influences.size()) - 1);
}

PairedDifference difference_of(const Influences& first, const Influences& second,
                               double confidence) {
  PairedDifference result;
  result.value = second.value - first.value;
  result.pairs = first.of_trial.size();
  if (result.pairs < 2) return result;
  std::vector<double> differences;
  for (std::size_t i = 0; i < result.pairs; ++i) {
    differences.push_back(second.of_trial[i] - first.of_trial[i]);
  }
  const auto n = static_cast<double>(result.pairs);
  const double half = half_width_of(variance_of(differences), n, confidence);
  result.low = result.value - half;
  result.high = result.value + half;
  result.unpaired_half_width =
      half_width_of(variance_of(first.of_trial) + variance_of(second.of_trial), n, confidence);
  return result;
}

std::optional<Influences> influences_of(Figure::Way way, std::span<const Sample* const> samples,
                                        double q, double confidence) {
  if (way == Figure::Way::kQuantile) return of_quantile(samples, q, confidence);
  const bool is_ratio = way == Figure::Way::kRatio;
  std::vector<double> values;
  std::vector<double> denominators;
  for (const Sample* sample : samples) {
    values.push_back(is_ratio ? sample->numerator : *sample->value);
    denominators.push_back(sample->denominator);
  }
  if (is_ratio) return of_ratio(values, denominators);
  return of_mean(values);
}

}  // namespace

std::optional<PairedDifference> paired_difference(Figure::Way way, std::span<const Sample> first,
                                                  std::span<const Sample> second, double q,
                                                  double confidence) {
  const std::size_t trials = std::min(first.size(), second.size());
  std::vector<const Sample*> a;
  std::vector<const Sample*> b;
  for (std::size_t i = 0; i < trials; ++i) {
    if (!is_settled(way, first[i]) || !is_settled(way, second[i])) continue;
    a.push_back(&first[i]);
    b.push_back(&second[i]);
  }
  if (a.empty()) return std::nullopt;
  const auto one = influences_of(way, a, q, confidence);
  const auto two = influences_of(way, b, q, confidence);
  if (!one || !two) return std::nullopt;
  PairedDifference result = difference_of(*one, *two, confidence);
  result.left_out = trials - a.size();
  return result;
}

}  // namespace lifeboat::reports
