// The traffic model fitted to a trace: level, week, day, events, burstiness.
//
//   expected count of a bin = level(day) x week(weekday) x shape(time of day) x width
//
// by turns: the shapes with the levels given, and the levels with the shapes given (fit_shape,
// fit_level), each time without what does not belong to an ordinary day:
//   - gaps: rows that are missing, and silences (runs of zeros that a Poisson stream of the
//     expected rate would show with a chance below e^-40);
//   - events: hours whose count stands more than four robust standard deviations (of logarithms)
//     and a factor 1.5 from what is expected. They are listed, not repeated.
// What is left over of variance is burstiness (fit_bursts). The level stands at the end of the
// trace, by the local level model; how far the mean of the days to come may be from it is the
// forecast error, and how far single days wander from that mean the slowest part of burstiness.
//
// Bins over 6 h show no shape of a day: a level from day to day and the week remain. Bins over a
// day, and a trace of less than a day and a half, leave one level and burstiness.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/traffic/counts.hpp"
#include "scenarios/traffic/fit_bursts.hpp"
#include "scenarios/traffic/fit_level.hpp"
#include "scenarios/traffic/fit_shape.hpp"

namespace lifeboat::scenarios {

/// A stretch of the trace that is no ordinary traffic.
struct TraceStretch {
  std::int64_t at_ns = 0;  ///< on the trace's clock
  double length_s = 0;
};

struct FoundEvent {
  TraceStretch where;
  double factor = 1;  ///< of the hour that stands out most: its count over the expected one
  double excess = 0;  ///< requests more (or fewer) than expected, in all
};

struct FoundGap {
  TraceStretch where;
  bool silent = false;  ///< rows of zeros; otherwise there are no rows
};

struct TrafficFit {
  double per_second = 0;  ///< mean over a week at the level of the trace's end
  WeekShape shape;
  bool has_levels = false;  ///< days have levels, and the week a rhythm
  bool has_day = false;     ///< and days have a shape
  std::string no_day;       ///< why they have none, as the start of a sentence
  std::vector<Burst> bursts;
  double forecast_cv = 0;  ///< of the mean level over the horizon
  double horizon_days = 0;
  LocalLevel level;  ///< of the logarithm
  std::vector<FoundEvent> events;
  std::vector<FoundGap> gaps;
  double mean_per_second = 0;  ///< of what is known, events included

  /// Requests a second at a time of the trace's clock, at the level of its end.
  [[nodiscard]] double rate_at(std::int64_t at_ns) const;
};

/// The series has at least one count above zero. `horizon_days`: how far ahead the model is to
/// hold, for the forecast error.
[[nodiscard]] TrafficFit fit_traffic(const CountSeries& series, double horizon_days);

/// Gaps of a series about an expectation of each bin, and the bins that they cover.
[[nodiscard]] std::vector<FoundGap> find_gaps(const CountSeries& series,
                                              const std::vector<double>& expected,
                                              std::vector<bool>& gap);

}  // namespace lifeboat::scenarios
