#include "reports/comparison/quantile_difference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "reports/verdict/summary.hpp"
#include "sim/random/luck.hpp"

namespace lifeboat::reports {

namespace {

constexpr std::uint64_t kResamples = 2000;

/// Second subtracted from first, where equal infinities differ by nothing.
double less(double first, double second) { return first == second ? 0 : first - second; }

}  // namespace

std::optional<PairedDifference> quantile_saving(std::span<const std::optional<double>> first,
                                                std::span<const std::optional<double>> second,
                                                double q, double confidence) {
  std::vector<double> a;
  std::vector<double> b;
  const std::size_t trials = std::min(first.size(), second.size());
  for (std::size_t i = 0; i < trials; ++i) {
    if (!first[i] || !second[i]) continue;
    a.push_back(*first[i]);
    b.push_back(*second[i]);
  }
  if (a.empty()) return std::nullopt;
  const double before = sample_quantile(a, q);
  const double after = sample_quantile(b, q);
  if (!std::isfinite(before) && !std::isfinite(after)) return std::nullopt;
  PairedDifference result;
  result.value = before - after;
  result.pairs = a.size();
  result.left_out = trials - a.size();
  if (!std::isfinite(result.value)) return result;
  const auto n = static_cast<double>(a.size());
  if (n * std::min(q, 1 - q) < kLeastTrialsBeyond - 1e-9) return result;
  std::vector<double> differences;
  std::vector<double> one(a.size());
  std::vector<double> two(a.size());
  const std::uint64_t key = sim::mix(sim::hash_name("quantile difference"), a.size());
  for (std::uint64_t resample = 0; resample < kResamples; ++resample) {
    const std::uint64_t own = sim::mix(key, resample);
    for (std::size_t i = 0; i < a.size(); ++i) {
      const auto drawn =
          static_cast<std::size_t>(sim::multiply_wide(sim::mix(own, i), a.size()).high);
      one[i] = a[drawn];
      two[i] = b[drawn];
    }
    differences.push_back(less(sample_quantile(one, q), sample_quantile(two, q)));
  }
  const double low = sample_quantile(differences, (1 - confidence) / 2);
  const double high = sample_quantile(differences, (1 + confidence) / 2);
  if (std::isfinite(low)) result.low = low;
  if (std::isfinite(high)) result.high = high;
  return result;
}

}  // namespace lifeboat::reports
