// Queues without waiting under a rate that changes: M(t)/M/infinity and M(t)/G/infinity.
//
// The number present at time t is Poisson with mean m(t), the arrivals of the past that are still
// there: m(t) = integral of rate(t - u) P[service > u] du (Eick, Massey, Whitt 1993), if it was
// Poisson or empty at the start. With exponential services m' = rate - m / mean_service, solved
// here in closed form between the corners of a piecewise linear rate.
#pragma once

#include <functional>
#include <span>

namespace lifeboat::sim::analytic {

/// A corner of a rate that is linear in between; two corners at one time make a step.
struct RatePoint {
  double time;
  double rate;
};

/// Mean number present at time t, from `initial_mean` at the first corner's time. The rate stays
/// at its last value after the last corner. Corners in order of time; t not before the first.
[[nodiscard]] double infinite_server_mean(std::span<const RatePoint> rate, double mean_service,
                                          double initial_mean, double t);

/// Mean number present at t for any service law, from an empty start at time `begin`:
/// the integral of rate(s) x survival(t - s) over [begin, t], by composite Gauss quadrature on
/// `panels` equal panels.
[[nodiscard]] double infinite_server_mean(const std::function<double(double)>& rate,
                                          const std::function<double(double)>& survival,
                                          double begin, double t, int panels = 256);

}  // namespace lifeboat::sim::analytic
