// The level of traffic from day to day: a random walk seen through noise.
//
//   z_d = l_d + e_d,   l_d = l_(d-1) + u_d,   e of variance R, u of variance Q
//
// over days, some of them missing: the local level model (Muth 1960, whose forecast is the
// exponentially weighted mean; Harvey, Forecasting, Structural Time Series Models and the Kalman
// Filter, 1989). Q = 0 is a constant level, and stays unless the likelihood ratio against it is
// significant at 5 % (half of a chi-square: Q lies on the edge of its range). So the forecast is
// the plain mean where the level stands still, and forgets the past where it moves; it never goes
// on with a trend.
#pragma once

#include <optional>
#include <vector>

namespace lifeboat::scenarios {

struct LocalLevel {
  bool moves = false;
  double noise = 0;           ///< R
  double drift = 0;           ///< Q, a day
  std::vector<double> level;  ///< smoothed, by day
  double last = 0;            ///< the level of the last day
  double last_variance = 0;   ///< of its estimate
  double slope = 0;           ///< least squares line through the days, a day; descriptive
  std::size_t days = 0;       ///< that have a value

  /// Variance of the mean level over the days `ahead`, about `last`: a walk's mean is off by a
  /// third of how far it gets.
  [[nodiscard]] double forecast_variance(double ahead) const {
    return last_variance + drift * ahead / 3;
  }
  /// Variance of the level of one of those days about that mean: the rest of the half that a walk's
  /// place varies by on average.
  [[nodiscard]] double wander_variance(double ahead) const { return drift * ahead / 6; }
};

/// At least one value is there.
[[nodiscard]] LocalLevel fit_level(const std::vector<std::optional<double>>& days);

}  // namespace lifeboat::scenarios
