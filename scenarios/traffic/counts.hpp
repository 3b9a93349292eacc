// A trace as counts in bins of equal width: what a traffic model is fitted to.
//
// Rows of counts or rates become a bin each, on the grid of the first row; single arrivals are
// counted in bins. What the trace has no row for is a gap: not a number, and never filled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "scenarios/traffic/traffic.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

struct CountSeries {
  /// Of the first bin: nanoseconds since 1970 on the trace's own wall clock where dated; otherwise
  /// time 0 of the trace is kFirstMonday, as it is of a scenario without a start.
  std::int64_t start_ns = 0;
  sim::Duration bin;
  bool dated = false;
  std::vector<double> counts;  ///< NaN: a gap

  [[nodiscard]] std::int64_t at_ns(std::size_t i) const {
    return start_ns + static_cast<std::int64_t>(i) * bin.count();
  }
  /// The bins [from, to).
  [[nodiscard]] CountSeries part(std::size_t from, std::size_t to) const;
};

/// 1970-01-05T00:00.
inline constexpr std::int64_t kFirstMonday = 4LL * 86'400 * 1'000'000'000;

/// The most bins that a series may have.
inline constexpr std::size_t kMostBins = 4'000'000;

/// `bin` counts for single arrivals: the width in which they are counted; absent: the least of
/// 1 s, 10 s, 1 min, 5 min and 1 h in which five arrive on average. Nothing where the trace would
/// need more than kMostBins. The replay has rows.
[[nodiscard]] std::optional<CountSeries> counts_of(const Replay& replay,
                                                   std::optional<sim::Duration> bin = std::nullopt);

}  // namespace lifeboat::scenarios
