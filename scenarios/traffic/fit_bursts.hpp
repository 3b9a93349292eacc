// Burstiness from the variance-time curve.
//
// With arrivals that are Poisson given a rate m(t) X(t), X of mean 1, the counts in windows of
// width T have variance M + M^2 v(T), where M is the expected count and v(T) the variance of the
// mean of X over T: the index of dispersion of counts is 1 + M v(T). What the curve v says of X is
// its variance on each time scale. The model's X is a sum of parts of which part k holds a value
// for c_k = `correlation` and then forgets it, so over windows of any phase
//
//   v(T) = sum of cv_k^2 b(T / c_k),   b(x) = 1 - x / 3 for x <= 1,   1 / x - 1 / (3 x^2) beyond
//
// and the cv_k^2 >= 0 follow by least squares of relative errors over a ladder of time scales
// (Fano 1947 and Cox and Lewis 1966 on the index; Gusella 1991 on fitting it).
#pragma once

#include <vector>

#include "scenarios/traffic/traffic.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

/// A point of the curve.
struct DispersionPoint {
  double window_s = 0;
  double relative_variance = 0;  ///< v(T), the Poisson part taken off
  double mean_count = 0;         ///< mean of M, weighted by M: 1 + this x v is the index
  std::size_t windows = 0;
};

/// The curve of counts about what was expected of them, for windows of 1, 2, 4, ... bins up to
/// `longest`. Windows with a gap (not a number) are left out, and widths with fewer than four.
/// `spread`: by how much squares are too small because the expectation was fitted to them.
[[nodiscard]] std::vector<DispersionPoint> dispersion_of(const std::vector<double>& counts,
                                                         const std::vector<double>& expected,
                                                         sim::Duration bin, sim::Duration longest,
                                                         double spread = 1);

/// b(T / c) of the file comment.
[[nodiscard]] double burst_share(double window_s, double correlation_s);

/// The parts that make the curve, each of a cv up to kMostBurstCv; none where counts vary no more
/// than Poisson's. `longest`: of the correlations.
[[nodiscard]] std::vector<Burst> fit_bursts(const std::vector<DispersionPoint>& curve,
                                            sim::Duration bin, sim::Duration longest);

/// At most kMostBursts: the smallest part beyond them goes into its neighbour.
void merge_bursts(std::vector<Burst>& parts);

}  // namespace lifeboat::scenarios
