// MSER-5: how much of the start to leave out.
//
// White (1997) and Spratt: average the series in fives, then cut where the standard error of what
// remains, computed as if it were independent, is least: leaving out a start that is not typical
// gains more than the lost data cost. Here it only warns: the warm-up is a part of the scenario,
// and the test says whether the start still shows after it.
#pragma once

#include <cstddef>
#include <span>

namespace lifeboat::sim {

struct Truncation {
  /// Observations to leave out, a multiple of 5.
  std::size_t cut = 0;
  /// By how many standard errors the mean of what is left out differs from that of the rest (means
  /// of fives, taken as independent). The best cut of pure noise is at least 5 as often as not: a
  /// start that shows has a cut and lies several of these off. 0 without a cut.
  double shift = 0;
  /// False if the best cut lies in the second half, or there are fewer than 50 observations: the
  /// run is too short to tell.
  bool settled = false;
};

/// For a series at equal intervals (or of successive customers), in order of time. O(n).
[[nodiscard]] Truncation mser5(std::span<const double> series);

}  // namespace lifeboat::sim
