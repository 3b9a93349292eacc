#include "scenarios/traffic/fit_shape.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lifeboat::scenarios {

namespace {

constexpr double kDayLength = 86'400;  // seconds
/// Circular weights of the neighbours: a triangle over five cells.
constexpr std::array<double, 5> kKernel{1.0 / 9, 2.0 / 9, 3.0 / 9, 2.0 / 9, 1.0 / 9};
/// Variance of a cell less its smoothed self, over the cell's: (1 - 3/9)^2 + 2 (2/9)^2 + 2 (1/9)^2.
constexpr double kSmoothingResidual = 46.0 / 81;

/// Of 24 cells' spread a share of 0.4 that noise does not explain has a chance of 2 % where nothing
/// is there (a chi-square of 24 degrees of freedom over 40).
constexpr double kLeastContrast = 0.4;

/// A cell's weight, and the variance of that estimate.
struct Cells {
  std::vector<double> mean;
  std::vector<double> variance;
  std::size_t days = 0;
};

double mean_of_all(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// What of a spread of mean square `spread` noise of variance `noise` does not explain.
double kept_share(double spread, double noise) {
  return spread > 0 ? std::clamp(1 - noise / spread, 0.0, 1.0) : 0.0;
}

double cell_share(const WeekShape& shape, int weekday, std::size_t cell, std::size_t cells) {
  // The mean over a cell of nodes at its ends and its middle.
  const std::vector<double>& nodes = is_weekend(weekday) ? shape.weekend : shape.workday;
  if (nodes.size() != 2 * cells) return 1;
  return (nodes[2 * cell] + 2 * nodes[2 * cell + 1] + nodes[(2 * cell + 2) % nodes.size()]) / 4;
}

template <class Chosen>
Cells cells_of(const std::vector<DayCells>& days, std::size_t count, const WeekShape& shape,
               const Chosen& chosen) {
  Cells cells{std::vector<double>(count, 0), std::vector<double>(count, 0), 0};
  std::vector<double> n(count, 0);
  std::vector<double> squares(count, 0);
  for (const DayCells& day : days) {
    const auto level = level_of(day, shape);
    if (!chosen(day.weekday) || !level || !(*level > 0)) continue;
    ++cells.days;
    for (std::size_t c = 0; c < count; ++c) {
      if (day.time[c] < kDayLength / static_cast<double>(count) / 2) continue;
      const double weight = day.count[c] / (day.time[c] * *level);
      n[c] += 1;
      cells.mean[c] += weight;
      squares[c] += weight * weight;
    }
  }
  double pooled = 0;
  double freedom = 0;
  for (std::size_t c = 0; c < count; ++c) {
    if (n[c] > 0) cells.mean[c] /= n[c];
    if (n[c] == 0) cells.mean[c] = 1;
    pooled += std::max(0.0, squares[c] - n[c] * cells.mean[c] * cells.mean[c]);
    freedom += std::max(0.0, n[c] - 1);
  }
  // Of one day nobody knows how much is chance: as much as smoothing takes away.
  const double one = freedom > 0 ? pooled / freedom : 1;
  for (std::size_t c = 0; c < count; ++c) cells.variance[c] = one / std::max(1.0, n[c]);
  const double level = mean_of_all(cells.mean);
  for (double& mean : cells.mean) mean /= level > 0 ? level : 1;
  return cells;
}

std::vector<double> smoothed(const std::vector<double>& cells) {
  const std::size_t n = cells.size();
  std::vector<double> result(n, 0);
  for (std::size_t c = 0; c < n; ++c) {
    for (std::size_t k = 0; k < kKernel.size(); ++k) {
      result[c] += kKernel.at(k) * cells[(c + n * 2 + k - 2) % n];
    }
  }
  return result;
}

double mean_square_between(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum / static_cast<double>(a.size());
}

void move_towards(std::vector<double>& cells, const std::vector<double>& centre, double kept) {
  for (std::size_t c = 0; c < cells.size(); ++c) {
    cells[c] = centre[c] + kept * (cells[c] - centre[c]);
  }
}

std::vector<double> shrunk_to_smooth(std::vector<double> cells, double variance) {
  if (cells.size() < kKernel.size() * 2) return cells;
  const std::vector<double> centre = smoothed(cells);
  move_towards(cells, centre,
               kept_share(mean_square_between(cells, centre), kSmoothingResidual * variance));
  return cells;
}

}  // namespace

double WeekShape::at(int weekday, double second_of_day) const {
  const std::vector<double>& nodes = is_weekend(weekday) ? weekend : workday;
  const double level = week.at(static_cast<std::size_t>(weekday));
  if (nodes.empty()) return level;
  const double place = second_of_day / kDayLength * static_cast<double>(nodes.size());
  const auto below = static_cast<std::size_t>(place) % nodes.size();
  const double part = place - std::floor(place);
  return level * (nodes[below] + part * (nodes[(below + 1) % nodes.size()] - nodes[below]));
}

std::vector<double> nodes_of(const std::vector<double>& cells) {
  const std::size_t n = cells.size();
  std::vector<double> nodes(2 * n);
  for (std::size_t c = 0; c < n; ++c) nodes[2 * c] = (cells[(c + n - 1) % n] + cells[c]) / 2;
  for (std::size_t c = 0; c < n; ++c) {
    // (before + 2 x middle + after) / 4 is the cell's mean.
    nodes[2 * c + 1] =
        std::max(0.0, 2 * cells[c] - (nodes[2 * c] + nodes[(2 * c + 2) % (2 * n)]) / 2);
  }
  const double mean = mean_of_all(nodes);
  for (double& node : nodes) node /= mean > 0 ? mean : 1;
  return nodes;
}

void fit_days(const std::vector<DayCells>& days, std::size_t cells, WeekShape& shape) {
  const Cells all = cells_of(days, cells, shape, [](int) { return true; });
  Cells work = cells_of(days, cells, shape, [](int weekday) { return !is_weekend(weekday); });
  Cells free = cells_of(days, cells, shape, [](int weekday) { return is_weekend(weekday); });
  shape.weekend_differs = false;
  if (work.days >= 2 && free.days >= 2) {
    const double noise = mean_of_all(work.variance) + mean_of_all(free.variance);
    const double kept = kept_share(mean_square_between(work.mean, free.mean), noise);
    shape.weekend_differs = kept > kLeastContrast;
    move_towards(work.mean, all.mean, kept);
    move_towards(free.mean, all.mean, kept);
  }
  if (!shape.weekend_differs) {
    const auto common = shrunk_to_smooth(all.mean, mean_of_all(all.variance));
    shape.workday = shape.weekend = nodes_of(common);
    return;
  }
  shape.workday = nodes_of(shrunk_to_smooth(work.mean, mean_of_all(work.variance)));
  shape.weekend = nodes_of(shrunk_to_smooth(free.mean, mean_of_all(free.variance)));
}

void fit_week(const std::vector<DayCells>& days, const std::vector<std::optional<double>>& relative,
              WeekShape& shape) {
  std::array<double, 7> n{};
  std::array<double, 7> sum{};
  for (std::size_t d = 0; d < days.size(); ++d) {
    if (!relative[d]) continue;
    n.at(static_cast<std::size_t>(days[d].weekday)) += 1;
    sum.at(static_cast<std::size_t>(days[d].weekday)) += *relative[d];
  }
  shape.week.fill(1);
  shape.days_differ = false;
  for (const double seen : n) {
    if (seen == 0) return;  // less than a week: every day is like every other
  }
  std::array<double, 7> mean{};
  for (std::size_t w = 0; w < 7; ++w) mean.at(w) = sum.at(w) / n.at(w);
  const auto group = [&](std::size_t from, std::size_t to) {
    return std::accumulate(mean.begin() + static_cast<std::ptrdiff_t>(from),
                           mean.begin() + static_cast<std::ptrdiff_t>(to), 0.0) /
           static_cast<double>(to - from);
  };
  const std::array<double, 2> groups{group(0, 5), group(5, 7)};
  const auto group_of = [&](std::size_t w) { return w < 5 ? groups[0] : groups[1]; };
  // Within weekdays where weeks repeat, else within the two kinds of days.
  double squares = 0;
  double freedom = 0;
  const bool repeats = *std::min_element(n.begin(), n.end()) >= 2;
  for (std::size_t d = 0; d < days.size(); ++d) {
    if (!relative[d]) continue;
    const auto w = static_cast<std::size_t>(days[d].weekday);
    const double error = *relative[d] - (repeats ? mean.at(w) : group_of(w));
    squares += error * error;
    freedom += 1;
  }
  freedom -= repeats ? 7 : 2;
  const double noise = freedom > 0 ? squares / freedom : 0;
  double spread = 0;
  double own_noise = 0;
  for (std::size_t w = 0; w < 7; ++w) {
    spread += (mean.at(w) - group_of(w)) * (mean.at(w) - group_of(w)) / 5;  // two means taken off
    own_noise += noise / n.at(w) / 7;
  }
  const double days_kept = repeats ? kept_share(spread, own_noise) : 0;
  const double contrast = groups[1] - groups[0];
  const double contrast_noise =
      noise / std::accumulate(n.begin(), n.begin() + 5, 0.0) + noise / (n[5] + n[6]);
  const double kept = kept_share(contrast * contrast, contrast_noise);
  const double level = group(0, 7);
  double total = 0;
  for (std::size_t w = 0; w < 7; ++w) {
    shape.week.at(w) =
        level + kept * (group_of(w) - level) + days_kept * (mean.at(w) - group_of(w));
    shape.week.at(w) = std::max(shape.week.at(w), 0.01 * level);
    total += shape.week.at(w);
  }
  for (double& weight : shape.week) {
    weight *= 7 / total;
    shape.days_differ = shape.days_differ || std::fabs(weight - 1) > 0.005;
  }
}

std::optional<double> level_of(const DayCells& day, const WeekShape& shape) {
  double count = 0;
  double expected = 0;
  const std::size_t cells = day.count.size();
  for (std::size_t c = 0; c < cells; ++c) {
    count += day.count[c];
    expected += day.time[c] * cell_share(shape, day.weekday, c, cells);
  }
  if (expected < kDayLength / 2) return std::nullopt;
  return count / expected;
}

}  // namespace lifeboat::scenarios
