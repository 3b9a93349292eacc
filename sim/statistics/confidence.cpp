#include "sim/statistics/confidence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace lifeboat::sim {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Interval kAllNumbers{-kInfinity, kInfinity};

double t_for(double confidence, std::size_t trials) {
  return student_t_quantile(0.5 + 0.5 * confidence, static_cast<double>(trials - 1));
}

}  // namespace

double tree_sum(std::span<const double> values) {
  if (values.size() <= 2) {
    double sum = 0.0;
    for (const double v : values) sum += v;
    return sum;
  }
  // The left half is the largest power of two below the size, so that more trials extend the
  // tree and never rearrange it.
  std::size_t half = 1;
  while (2 * half < values.size()) half *= 2;
  return tree_sum(values.first(half)) + tree_sum(values.subspan(half));
}

double normal_quantile(double p) {
  return boost::math::quantile(boost::math::normal_distribution<double>(), p);
}

double student_t_quantile(double p, double degrees_of_freedom) {
  if (degrees_of_freedom == kInfinity) return normal_quantile(p);
  return boost::math::quantile(boost::math::students_t_distribution<double>(degrees_of_freedom), p);
}

double chance_lower_bound(std::uint64_t successes, std::uint64_t trials, double error) {
  if (successes == 0 || trials == 0) return 0.0;
  const double a = static_cast<double>(successes);
  const double b = static_cast<double>(trials - successes) + 1.0;
  return boost::math::quantile(boost::math::beta_distribution<double>(a, b), error);
}

double chance_upper_bound(std::uint64_t successes, std::uint64_t trials, double error) {
  return 1.0 - chance_lower_bound(trials - successes, trials, error);
}

Interval chance_interval(std::uint64_t successes, std::uint64_t trials, double confidence) {
  const double error = 0.5 * (1.0 - confidence);
  return {chance_lower_bound(successes, trials, error),
          chance_upper_bound(successes, trials, error)};
}

std::optional<std::uint64_t> trials_to_settle(std::uint64_t successes, std::uint64_t trials,
                                              double required, double error, std::uint64_t limit) {
  const double share =
      trials == 0 ? 1.0 : static_cast<double>(successes) / static_cast<double>(trials);
  const auto settled = [&](std::uint64_t n) {
    const std::uint64_t s = static_cast<std::uint64_t>(share * static_cast<double>(n) + 0.5);
    return chance_lower_bound(s, n, error) >= required ||
           chance_upper_bound(s, n, error) < required;
  };
  // Rounding makes `settled` flicker near its border; a search that doubles, then halves, finds
  // the border well enough for advice.
  std::uint64_t high = std::max<std::uint64_t>(trials, 1);
  if (high > limit) return std::nullopt;
  if (settled(high)) return high;
  std::uint64_t low = high;
  while (!settled(high)) {
    low = high;
    if (high >= limit) return std::nullopt;
    high = std::min(limit, 2 * high);
  }
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    (settled(middle) ? high : low) = middle;
  }
  return high;
}

Estimate mean_estimate(std::span<const double> values, double confidence) {
  const std::size_t n = values.size();
  if (n == 0) return {0.0, kInfinity, kAllNumbers, 0};
  const double count = static_cast<double>(n);
  const double mean = tree_sum(values) / count;
  if (n == 1) return {mean, kInfinity, kAllNumbers, 1};
  std::vector<double> squares;
  squares.reserve(n);
  for (const double v : values) squares.push_back((v - mean) * (v - mean));
  const double error = std::sqrt(tree_sum(squares) / (count * (count - 1.0)));
  const double reach = t_for(confidence, n) * error;
  return {mean, error, {mean - reach, mean + reach}, n};
}

Estimate ratio_estimate(std::span<const double> numerators, std::span<const double> denominators,
                        double confidence) {
  const std::size_t n = std::min(numerators.size(), denominators.size());
  const double top = tree_sum(numerators.first(n));
  const double bottom = tree_sum(denominators.first(n));
  if (n == 0 || bottom == 0) return {0.0, kInfinity, kAllNumbers, n};
  const double ratio = top / bottom;
  if (n == 1) return {ratio, kInfinity, kAllNumbers, 1};
  // Leaving out trial i moves the ratio by (ratio x_i - y_i) / (bottom - x_i), with y_i over x_i
  // its own numerator and denominator.
  std::vector<double> squares;
  squares.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double rest = bottom - denominators[i];
    if (rest == 0) return {ratio, kInfinity, kAllNumbers, n};  // one trial holds everything
    const double shift = (ratio * denominators[i] - numerators[i]) / rest;
    squares.push_back(shift * shift);
  }
  const double count = static_cast<double>(n);
  const double error = std::sqrt((count - 1.0) / count * tree_sum(squares));
  const double reach = t_for(confidence, n) * error;
  return {ratio, error, {ratio - reach, ratio + reach}, n};
}

std::optional<QuantileEstimate> quantile_estimate(std::span<const Histogram> trials,
                                                  std::span<const std::uint64_t> infinite, double q,
                                                  double confidence) {
  Histogram pooled;
  std::uint64_t failures = 0;
  for (const Histogram& h : trials) pooled.merge(h);
  for (const std::uint64_t n : infinite) failures += n;
  const auto value_at = [&](double share) {
    const Duration d = *pooled.quantile_with_infinite(std::clamp(share, 0.0, 1.0), failures);
    return d.is_infinite() ? kInfinity : d.to_seconds();
  };
  if (pooled.count() + failures == 0) return std::nullopt;

  const double total = static_cast<double>(pooled.count()) + static_cast<double>(failures);
  QuantileEstimate estimate{value_at(q), kAllNumbers, trials.size(), (1.0 - q) * total};
  // Where the quantile is itself infinite, the share of finite values is what varies.
  const Duration cut =
      estimate.value == kInfinity ? Duration::infinite() : Duration::from_seconds(estimate.value);
  std::vector<double> up_to;
  std::vector<double> all;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const double finite = static_cast<double>(trials[i].count());
    up_to.push_back(finite - trials[i].count_above(cut));
    all.push_back(finite + (infinite.empty() ? 0.0 : static_cast<double>(infinite[i])));
  }
  const Estimate share = ratio_estimate(up_to, all, confidence);
  if (share.standard_error == kInfinity) return estimate;
  const double reach = share.interval.half_width();
  estimate.interval = {q - reach <= 0 ? 0.0 : value_at(q - reach),
                       q + reach >= 1 ? kInfinity : value_at(q + reach)};
  return estimate;
}

}  // namespace lifeboat::sim
