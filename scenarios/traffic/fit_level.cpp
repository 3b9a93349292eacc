#include "scenarios/traffic/fit_level.hpp"

#include <algorithm>

#include "sim/random/math.hpp"

namespace lifeboat::scenarios {

namespace {

using Days = std::vector<std::optional<double>>;

constexpr double kSignificant = 2.706;  // 95 % of half a chi-square with one degree of freedom
constexpr std::size_t kLeastDays = 6;   // fewer do not tell a walk from noise
constexpr double kLeastNoise = 1e-8;

/// Filters and smooths with Q = ratio x R; R is what makes the innovations likeliest.
class Filter {
 public:
  Filter(const Days& days, double ratio) : days_(days), ratio_(ratio) {
    const auto first =
        std::find_if(days.begin(), days.end(), [](const auto& day) { return day.has_value(); });
    begin_ = static_cast<std::size_t>(first - days.begin());
    means_.assign(days.size(), **first);
    variances_.assign(days.size(), 1);
    run();
  }

  [[nodiscard]] double noise() const { return noise_; }
  [[nodiscard]] double likelihood() const { return likelihood_; }
  [[nodiscard]] double last_variance() const { return variances_.back() * noise_; }

  /// Rauch, Tung and Striebel (1965), backwards.
  [[nodiscard]] std::vector<double> smoothed() const {
    std::vector<double> level = means_;
    for (std::size_t d = days_.size() - 1; d > begin_; --d) {
      const double gain = variances_[d - 1] / (variances_[d - 1] + ratio_);
      level[d - 1] = means_[d - 1] + gain * (level[d] - means_[d - 1]);
    }
    for (std::size_t d = 0; d < begin_; ++d) level[d] = level[begin_];
    return level;
  }

 private:
  void run() {
    double squares = 0;
    double logs = 0;
    std::size_t steps = 0;
    for (std::size_t d = begin_ + 1; d < days_.size(); ++d) {
      double mean = means_[d - 1];
      double variance = variances_[d - 1] + ratio_;
      if (days_[d]) {
        const double total = variance + 1;
        const double error = *days_[d] - mean;
        squares += error * error / total;
        logs += sim::math::log(total);
        ++steps;
        mean += variance / total * error;
        variance /= total;
      }
      means_[d] = mean;
      variances_[d] = variance;
    }
    if (steps == 0) return;
    noise_ = std::max(kLeastNoise, squares / static_cast<double>(steps));
    likelihood_ = -0.5 * (static_cast<double>(steps) * sim::math::log(noise_) + logs);
  }

  const Days& days_;
  double ratio_;
  std::size_t begin_ = 0;
  std::vector<double> means_;
  std::vector<double> variances_;  // over R
  double noise_ = 0;
  double likelihood_ = 0;
};

double slope_of(const Days& days) {
  double n = 0;
  double x = 0;
  double y = 0;
  for (std::size_t d = 0; d < days.size(); ++d) {
    if (!days[d]) continue;
    n += 1;
    x += static_cast<double>(d);
    y += *days[d];
  }
  double xy = 0;
  double xx = 0;
  for (std::size_t d = 0; d < days.size(); ++d) {
    if (!days[d]) continue;
    const double dx = static_cast<double>(d) - x / n;
    xy += dx * (*days[d] - y / n);
    xx += dx * dx;
  }
  return xx > 0 ? xy / xx : 0;
}

}  // namespace

LocalLevel fit_level(const Days& days) {
  LocalLevel result;
  result.days = static_cast<std::size_t>(
      std::count_if(days.begin(), days.end(), [](const auto& day) { return day.has_value(); }));
  const Filter constant(days, 0);
  double ratio = 0;
  double best = constant.likelihood();
  if (result.days >= kLeastDays) {
    // From a walk of a thirtieth of the noise a day to one that is all there is.
    for (double tried = 0x1p-10; tried <= 0x1p6; tried *= 1.25) {
      const double likelihood = Filter(days, tried).likelihood();
      if (likelihood <= best) continue;
      best = likelihood;
      ratio = tried;
    }
  }
  result.moves = 2 * (best - constant.likelihood()) > kSignificant;
  const Filter filter(days, result.moves ? ratio : 0);
  result.noise = filter.noise();
  result.drift = result.moves ? ratio * result.noise : 0;
  result.level = filter.smoothed();
  result.last = result.level.back();
  result.last_variance = filter.last_variance();
  result.slope = slope_of(days);
  return result;
}

}  // namespace lifeboat::scenarios
