#include "reports/studies/standby_rows.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "reports/text/words.hpp"
#include "sim/statistics/confidence.hpp"

namespace lifeboat::reports {

namespace {

using scenarios::Objective;

/// Whether each trial meets the objective by itself: 1 or 0; not by the end counts as not.
std::vector<Sample> met_by_trial(const Objective& objective, const Figure& figure) {
  std::vector<Sample> met;
  for (const Sample& sample : figure.samples()) {
    Sample one;
    one.value = sample.value && !sample.unsettled && objective.met_by(*sample.value) ? 1.0 : 0.0;
    met.push_back(std::move(one));
  }
  return met;
}

/// The objective without what it says about trials: "rto < 4h".
std::string brief(const Objective& objective) {
  const std::size_t in = objective.text.find(" in ");
  return objective.share_of_trials && in != std::string::npos ? objective.text.substr(0, in)
                                                              : objective.text;
}

SweptRow chance_row(const FigureRow& row, const std::vector<bool>& whole) {
  SweptRow result;
  result.label = "P(" + brief(*row.objective) + ")";
  result.unit = "share";
  result.is_objective = true;  // shown also where all points agree
  result.less_is_better = false;
  std::vector<std::vector<Sample>> met(whole.size());
  for (std::size_t p = 0; p < whole.size(); ++p) {
    ComparedFigure figure;
    if (whole[p] && row.figures[p]) {
      met[p] = met_by_trial(*row.objective, *row.figures[p]);
      const auto count = static_cast<std::uint64_t>(std::count_if(
          met[p].begin(), met[p].end(), [](const Sample& sample) { return *sample.value > 0.5; }));
      const auto interval = sim::chance_interval(count, met[p].size(), kComparisonConfidence);
      figure.estimate = static_cast<double>(count) / static_cast<double>(met[p].size());
      figure.low = interval.low;
      figure.high = interval.high;
    }
    result.figures.push_back(figure);
    const bool has_before = p > 0 && !met[p].empty() && !met[p - 1].empty();
    result.steps.push_back(has_before ? paired_difference(Figure::Way::kMean, met[p - 1], met[p], 0,
                                                          kComparisonConfidence)
                                      : std::nullopt);
    result.found.push_back(found_of(result.steps.back(), false));
  }
  return result;
}

/// Figures that more capacity should never make worse.
bool should_be_monotone(const Objective& objective) {
  switch (objective.subject) {
    case Objective::Subject::kAvailability:
    case Objective::Subject::kErrors:
    case Objective::Subject::kRto:
    case Objective::Subject::kBadMinutes:
      return true;
    case Objective::Subject::kRpo:
    case Objective::Subject::kLost:
    case Objective::Subject::kCost:
    case Objective::Subject::kJourney:
    case Objective::Subject::kService:
      break;
  }
  return false;
}

/// A figure against the best of the points with less standby.
template <class DifferenceOf>
void find_violation(Sweep& sweep, const SweptRow& row, const DifferenceOf& difference_of) {
  std::optional<std::size_t> best;
  for (std::size_t p = 0; p < row.figures.size(); ++p) {
    const auto& estimate = row.figures[p].estimate;
    if (!estimate || !std::isfinite(*estimate)) continue;
    if (best) {
      const auto difference = difference_of(*best, p);
      if (found_of(difference, row.less_is_better) == Difference::kWorse) {
        sweep.findings.push_back(
            {"warning", "standby-not-monotone",
             fmt::format(
                 "{} is worse with a standby of {} than of {}, by {} ({} to {}): more "
                 "standby should hurt nothing.",
                 row.label, sweep.points[p].name, sweep.points[*best].name,
                 quantity_words(std::abs(difference->value), row.unit),
                 quantity_words(std::min(std::abs(*difference->low), std::abs(*difference->high)),
                                row.unit),
                 quantity_words(std::max(std::abs(*difference->low), std::abs(*difference->high)),
                                row.unit))});
        return;
      }
    }
    const bool better = !best || (row.less_is_better ? *estimate < *row.figures[*best].estimate
                                                     : *estimate > *row.figures[*best].estimate);
    if (better) best = p;
  }
}

}  // namespace

void add_standby_rows(Sweep& sweep, const FigureRows& rows, const std::vector<bool>& whole) {
  std::vector<std::string> seen;
  const std::size_t known = sweep.rows.size();
  for (std::size_t r = 0; r < known; ++r) {
    const FigureRow& row = rows.rows()[r];
    if (should_be_monotone(*row.objective)) {
      const std::string figure =
          brief(*row.objective).substr(0, brief(*row.objective).find_first_of("<>"));
      const std::string phase = row.objective->phase;
      const std::string key = figure + phase;
      if (std::find(seen.begin(), seen.end(), key) == seen.end()) {
        seen.push_back(key);
        find_violation(sweep, sweep.rows[r], [&](std::size_t best, std::size_t p) {
          return difference_between(row, best, p);
        });
      }
    }
    if (!row.is_objective) continue;
    SweptRow chance = chance_row(row, whole);
    if (should_be_monotone(*row.objective)) {
      find_violation(sweep, chance, [&](std::size_t best, std::size_t p) {
        return paired_difference(
            Figure::Way::kMean, met_by_trial(*row.objective, *row.figures[best]),
            met_by_trial(*row.objective, *row.figures[p]), 0, kComparisonConfidence);
      });
    }
    sweep.rows.push_back(std::move(chance));
  }
}

}  // namespace lifeboat::reports
