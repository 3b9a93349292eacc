#include "reports/comparison/frontier.hpp"

#include <algorithm>
#include <cmath>

namespace lifeboat::reports {

namespace {

using scenarios::Objective;

bool is_cost_row(const FigureRow& row) {
  return row.objective->subject == Objective::Subject::kCost;
}

/// Whether the share that falls short is what the figure is about: nines count there.
bool counts_nines(const Objective& objective) {
  return objective.subject == Objective::Subject::kAvailability ||
         objective.subject == Objective::Subject::kErrors ||
         objective.measure == Objective::Measure::kErrors;
}

/// What the step between two points costs, by what it brings.
std::optional<StepPrice> price_of(const SweptRow& row, const Objective& objective, double before,
                                  double now, double usd) {
  if (counts_nines(objective)) {
    const double short_before = row.less_is_better ? before : 1 - before;
    const double short_now = row.less_is_better ? now : 1 - now;
    if (!(short_now > 0) || !(short_before > short_now)) return std::nullopt;
    return StepPrice{usd / std::log10(short_before / short_now), "nine"};
  }
  const double change = row.less_is_better ? before - now : now - before;
  if (!std::isfinite(change) || !(change > 0)) return std::nullopt;
  if (row.unit == "min") return StepPrice{usd / change, "minute"};
  if (row.unit != "s") return std::nullopt;
  if (std::max(before, now) >= 60) return StepPrice{usd / (change / 60), "minute"};
  return StepPrice{usd / (change * 1000), "millisecond"};
}

/// 1 for each trial with a settled figure, 0 for the others.
std::vector<Sample> settled_of(const Figure& figure) {
  std::vector<Sample> settled(figure.samples().size());
  for (std::size_t i = 0; i < settled.size(); ++i) {
    settled[i].value = is_settled(figure.way(), figure.samples()[i]) ? 1 : 0;
  }
  return settled;
}

bool is_settled_more(const FigureRow& row, std::size_t before, std::size_t now) {
  const auto& one = row.figures[before];
  const auto& two = row.figures[now];
  if (!one || !two || one->samples().size() != two->samples().size()) return false;
  const auto difference = paired_difference(Figure::Way::kMean, settled_of(*one), settled_of(*two),
                                            0, kComparisonConfidence);
  return difference && difference->is_real() && difference->value > 0;
}

bool beats(const SweptRow& row, const FigureRow& samples, std::size_t before, std::size_t now) {
  const auto settled = [&](std::size_t p) { return row.figures[p].share_settled.value_or(1); };
  const bool better =
      found_of(difference_between(samples, before, now), row.less_is_better) == Difference::kBetter;
  return (better && settled(now) >= settled(before)) || is_settled_more(samples, before, now);
}

std::vector<std::size_t> reached_by_cost(const Sweep& sweep) {
  std::vector<std::size_t> points;
  for (std::size_t p = 0; p < sweep.points.size(); ++p) {
    if (sweep.points[p].trials > 0 && cost_of(sweep, p)) points.push_back(p);
  }
  std::stable_sort(points.begin(), points.end(), [&](std::size_t a, std::size_t b) {
    return *cost_of(sweep, a) < *cost_of(sweep, b);
  });
  return points;
}

Frontier frontier_of(const Sweep& sweep, std::size_t r, const FigureRow& samples,
                     const std::vector<std::size_t>& by_cost) {
  const SweptRow& row = sweep.rows[r];
  Frontier frontier{r, {}};
  std::vector<FrontierPoint>& stay = frontier.points;
  for (const std::size_t p : by_cost) {
    if (!row.figures[p].estimate) continue;
    if (!stay.empty() && !beats(row, samples, stay.back().point, p)) continue;
    const double cost = *cost_of(sweep, p);
    while (!stay.empty() && stay.back().monthly_usd == cost) stay.pop_back();
    FrontierPoint point{p, cost, std::nullopt};
    const auto settled = [&](std::size_t at) { return row.figures[at].share_settled.value_or(1); };
    if (!stay.empty() && settled(p) == settled(stay.back().point)) {
      point.price = price_of(row, *samples.objective, *row.figures[stay.back().point].estimate,
                             *row.figures[p].estimate, cost - stay.back().monthly_usd);
    }
    stay.push_back(std::move(point));
  }
  return frontier;
}

}  // namespace

std::vector<Frontier> frontiers_of(const Sweep& sweep, const std::vector<FigureRow>& rows) {
  std::vector<Frontier> frontiers;
  const std::vector<std::size_t> by_cost = reached_by_cost(sweep);
  if (by_cost.size() < 2 || *cost_of(sweep, by_cost.front()) == *cost_of(sweep, by_cost.back())) {
    return frontiers;
  }
  for (std::size_t r = 0; r < sweep.rows.size(); ++r) {
    if (is_cost_row(rows[r])) continue;
    Frontier frontier = frontier_of(sweep, r, rows[r], by_cost);
    if (frontier.points.size() > 1) frontiers.push_back(std::move(frontier));
  }
  return frontiers;
}

std::optional<double> cost_of(const Sweep& sweep, std::size_t point) {
  // What is declared counts where it is what differs: a run that loses a region meters little
  // there.
  const std::vector<SweptPoint>& points = sweep.points;
  const auto declared = [](const SweptPoint& one) -> std::optional<double> {
    if (!one.declared) return std::nullopt;
    return one.declared->together_usd();
  };
  const bool differs = std::any_of(points.begin(), points.end(), [&](const SweptPoint& other) {
    return declared(other) != declared(points.front());
  });
  if (!differs) {
    for (const SweptRow& row : sweep.rows) {
      if (row.is_cost && row.figures[point].estimate) return row.figures[point].estimate;
    }
  }
  return declared(points[point]);
}

}  // namespace lifeboat::reports
