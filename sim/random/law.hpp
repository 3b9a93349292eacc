// Laws: the probability distributions of durations (and, written in seconds, of pure factors).
//
// A Law is an immutable value: a family with its parameters, then an optional scale, shift and
// clamping, in this order: value = min(max(shift + X, lower), upper). A duration is never
// negative, so what falls below zero counts as zero. Clamping keeps the probability at the bound
// (it does not redraw) and so moves the mean; mean and variance are those of the clamped law,
// integrated numerically where there is no closed form. A mixture hands its shift and bounds down
// to its components, which is the same thing.
//
// Parameters are checked by the factories, which throw std::invalid_argument with a text that
// says what was expected. Drawing is the business of LawTable; this class is the truth that the
// table is built from and held against.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/time.hpp"

namespace lifeboat::sim {

class Law {
 public:
  /// The longest duration a parameter may have: a hundred years.
  static constexpr Duration kLongest = Duration::days(36525);
  /// Draws end here, so that a draw added to the clock of any run does not overflow.
  static constexpr Duration kLongestDraw = Duration::days(2 * 36525);
  static constexpr int kMostErlangStages = 1000;
  static constexpr double kMostVariable = 100.0;
  /// Below this shape a Pareto law's mean rests on draws that are too rare or too long to be met.
  static constexpr double kLeastParetoShape = 1.3;
  static constexpr std::size_t kMostComponents = 256;
  static constexpr std::size_t kMostValues = std::size_t{1} << 20;

  struct Component;
  class Body;  // private to the implementation

  /// Always zero.
  Law() : Law(constant(Duration{})) {}

  static Law constant(Duration value);
  static Law exponential(Duration mean);
  /// Sum of `stages` exponentials; squared coefficient of variation 1 / stages.
  static Law erlang(Duration mean, int stages);
  /// Two exponentials of balanced means (each contributes half of the mean); cv from 1 to 100.
  static Law hyperexponential(Duration mean, double cv);
  static Law lognormal(Duration mean, double cv);
  /// The lognormal with these quantiles; p50 < p99.
  static Law lognormal_quantiles(Duration p50, Duration p99);
  /// P[X > x] = exp(-(x / scale)^shape); shape from 0.1 to 100.
  static Law weibull(Duration mean, double shape);
  /// Pareto of type I: P[X > x] = (m / x)^shape above its minimum m = mean (shape - 1) / shape.
  /// The variance is infinite for shape <= 2.
  static Law pareto(Duration mean, double shape);
  static Law uniform(Duration low, Duration high);
  static Law triangular(Duration low, Duration mode, Duration high);
  /// One of the components, each with its probability; the weights sum to 1 within 1e-6.
  static Law mixture(const std::vector<Component>& components);
  /// One of the values, all equally likely (no interpolation between them).
  static Law empirical(const std::vector<Duration>& values);

  /// The law of factor x X (bounds are scaled too); factor from 1e-9 to 1e9.
  [[nodiscard]] Law scaled(double factor) const;
  /// The law of X + shift (bounds move too), but never below zero; the shift may be negative.
  [[nodiscard]] Law shifted(Duration shift) const;
  /// The law of max(X, bound).
  [[nodiscard]] Law at_least(Duration bound) const;
  /// The law of min(X, bound).
  [[nodiscard]] Law at_most(Duration bound) const;

  [[nodiscard]] double mean_seconds() const;
  [[nodiscard]] Duration mean() const { return Duration::from_seconds(mean_seconds()); }
  /// In seconds squared; infinity where the law has none.
  [[nodiscard]] double variance() const;
  /// Variance over squared mean; 0 for a constant.
  [[nodiscard]] double squared_cv() const;

  /// P[X <= x].
  [[nodiscard]] double cdf(double seconds) const;
  /// P[X > x], accurate in relative terms far out.
  [[nodiscard]] double survival(double seconds) const;
  /// The smallest x with P[X <= x] >= p; p in [0, 1] (infinity at 1 if the law is unbounded).
  [[nodiscard]] double quantile_seconds(double p) const;
  /// The x with P[X > x] = survival: quantile(1 - survival) without the loss of digits.
  [[nodiscard]] double upper_quantile_seconds(double survival) const;
  [[nodiscard]] Duration quantile(double p) const {
    return Duration::from_seconds(quantile_seconds(p));
  }

  /// Whether every draw is the same.
  [[nodiscard]] bool is_constant() const;
  /// The sorted values of an empirical law in seconds; empty for every other law.
  [[nodiscard]] const std::vector<double>& values() const;

  /// For people: "exponential, mean 10 ms", "lognormal, p50 150 ms, p99 900 ms, at most 2 s".
  [[nodiscard]] std::string describe() const;

 private:
  explicit Law(std::shared_ptr<const Body> body) : body_(std::move(body)) {}

  std::shared_ptr<const Body> body_;
};

/// A part of a mixture and its probability, which is positive.
struct Law::Component {
  double weight;
  Law law;
};

}  // namespace lifeboat::sim
