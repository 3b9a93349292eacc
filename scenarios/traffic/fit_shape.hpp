// The shape of the days and of the week, by means over comparable cells with shrinkage.
//
// A day is cut into cells (hours, where bins are no longer). A cell's weight is the mean over days
// of its count over what its day's level makes one expect. Two shapes, of Monday to Friday and of
// the weekend, are shrunk towards what they have in common, and each towards itself smoothed over
// the neighbouring cells; the weights of single weekdays towards those of their kind, and the
// weekend's towards that of the other days. How far is the empirical Bayes rule of James and
// Stein (1961) and Efron and Morris (1973): the share of the spread that noise does not explain
// stays. So a trace of a week gives a smooth day, one of months gives its own.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "scenarios/traffic/traffic.hpp"

namespace lifeboat::scenarios {

/// Sums of one day by cell.
struct DayCells {
  int weekday = 0;            ///< 0 is Monday
  std::vector<double> count;  ///< by cell, of the bins that count
  std::vector<double> time;   ///< seconds of such bins
};

struct WeekShape {
  /// Nodes evenly spaced over the day from midnight on, linear between; mean 1.
  std::vector<double> workday;
  std::vector<double> weekend;
  bool weekend_differs = false;
  std::array<double, 7> week{1, 1, 1, 1, 1, 1, 1};  ///< Monday first; mean 1
  bool days_differ = false;

  [[nodiscard]] double at(int weekday, double second_of_day) const;
};

inline constexpr int kFirstWeekendDay = 5;
[[nodiscard]] constexpr bool is_weekend(int weekday) { return weekday >= kFirstWeekendDay; }

/// The weights of cells as nodes, two a cell, such that every cell keeps its mean.
[[nodiscard]] std::vector<double> nodes_of(const std::vector<double>& cells);

/// `shape` is the last one, for days of which a part is missing. Needs two days or more of a kind
/// to tell noise; one stands for itself, smoothed.
void fit_days(const std::vector<DayCells>& days, std::size_t cells, WeekShape& shape);

/// `relative`: by day, its count over what its level and shape make one expect if all weekdays
/// were alike; absent: not known.
void fit_week(const std::vector<DayCells>& days, const std::vector<std::optional<double>>& relative,
              WeekShape& shape);

/// The day's count over the shape of its time of day: a rate. Absent where less than half of the
/// day is known.
[[nodiscard]] std::optional<double> level_of(const DayCells& day, const WeekShape& shape);

}  // namespace lifeboat::scenarios
