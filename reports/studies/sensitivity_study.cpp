#include "reports/studies/sensitivity_study.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <numeric>
#include <utility>

#include "reports/comparison/figure_rows.hpp"

namespace lifeboat::reports {

namespace {

constexpr double kUsualShareOfTrials = 0.95;  // as judge.cpp has it
constexpr int kFlipHalvings = 7;              // the range by 128
constexpr std::uint32_t kHalvingsPlanned = 3;

/// What a point said: a figure a row, and its difference to the base.
struct PointFigures {
  std::vector<ComparedFigure> figures;
  std::vector<std::optional<PairedDifference>> differences;
};

class SensitivityRunner {
 public:
  SensitivityRunner(const RunInput& base, const PrepareVariant& prepare,
                    std::vector<VariedParameter> parameters, const SensitivityOptions& options,
                    const StudyProgress& progress)
      : base_(base),
        prepare_(prepare),
        options_(options),
        progress_(progress),
        begun_(std::chrono::steady_clock::now()) {
    result_.scenario = base.scenario;
    result_.title = base.title;
    result_.seed = base.options.seed;
    result_.trials = options.trials;
    result_.trajectories_asked = options.trajectories;
    result_.parameters = std::move(parameters);
  }

  Sensitivity run() {
    plan();
    if (!run_base()) return std::move(result_);
    for (std::size_t p = 0; p < result_.parameters.size() && goes_on(); ++p) run_ends(p);
    for (std::size_t p = 0; p < result_.parameters.size() && options_.flips && goes_on(); ++p) {
      seek_flips(p);
    }
    run_trajectories();
    for (SensitiveRow& row : result_.rows) rank(row);
    result_.interrupted = interrupted();
    return std::move(result_);
  }

 private:
  [[nodiscard]] bool interrupted() const {
    return base_.options.interrupted != nullptr && base_.options.interrupted->load();
  }
  [[nodiscard]] bool goes_on() {
    if (interrupted()) return false;
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun_;
    if (!options_.budget_s || spent.count() < *options_.budget_s) return true;
    result_.out_of_time = true;
    return false;
  }

  void plan() {
    const auto k = static_cast<std::uint32_t>(result_.parameters.size());
    planned_ =
        1 + 2 * k + (options_.flips ? kHalvingsPlanned * k : 0) + options_.trajectories * (k + 1);
    if (progress_.plan) progress_.plan(planned_ * options_.trials, false);
  }

  bool run_base() {
    base_rows_ = std::make_unique<FigureRows>(std::vector<const RunInput*>{&base_});
    if (!run_trials_of(base_, *base_rows_)) {
      result_.interrupted = interrupted();
      return false;
    }
    const bool any = std::any_of(base_rows_->rows().begin(), base_rows_->rows().end(),
                                 [](const FigureRow& row) { return row.is_objective; });
    for (std::size_t r = 0; r < base_rows_->rows().size(); ++r) {
      const FigureRow& row = base_rows_->rows()[r];
      if (any && !row.is_objective) continue;
      rows_.push_back(r);
      SensitiveRow& shown = result_.rows.emplace_back();
      shown.label = row.label;
      shown.unit = unit_of(*row.objective);
      shown.is_objective = row.is_objective;
      shown.less_is_better = wants_less(*row.objective);
      shown.base = base_rows_->figure_of(row, 0);
      shown.holds = holds(rows_.size() - 1, shown.base);
      shown.swings.resize(result_.parameters.size());
      tallies_.emplace_back(result_.parameters.size());
    }
    return true;
  }

  bool run_trials_of(const RunInput& input, FigureRows& rows) {
    std::uint32_t kept = 0;
    const auto keep = [&](sim::TrialResult&& result) {
      if (interrupted()) return false;
      rows.add(0, result);
      ++kept;
      return true;
    };
    const auto before = static_cast<std::uint32_t>(result_.points) * options_.trials;
    const auto advance = [&](std::uint32_t trial, double share) {
      if (progress_.advance) progress_.advance(before + trial, share);
    };
    sim::run_trials(*input.network, input.options, 0, options_.trials, options_.jobs, keep,
                    advance);
    if (kept < options_.trials) return false;
    ++result_.points;
    // Flips need more points or fewer than was thought.
    if (result_.points >= planned_ && progress_.plan) {
      planned_ = static_cast<std::uint32_t>(result_.points) + 1;
      progress_.plan(planned_ * options_.trials, false);
    }
    return true;
  }

  /// The scenario with these options; null where it was refused or did not end. Kept, since ends
  /// and bisections come back to the same values.
  const PointFigures* run_point(const std::vector<std::string>& set) {
    std::string key;
    for (const std::string& option : set) key += option + "\n";
    const auto known = points_.find(key);
    if (known != points_.end()) return known->second ? &*known->second : nullptr;
    std::optional<PointFigures> figures;
    const auto input = prepare_(set);
    if (input) {
      FigureRows rows({&*input});
      if (!run_trials_of(*input, rows)) return nullptr;
      figures.emplace();
      for (const std::size_t r : rows_) {
        const FigureRow& base = base_rows_->rows()[r];
        ComparedFigure figure;
        std::optional<PairedDifference> difference;
        for (const FigureRow& row : rows.rows()) {
          if (row.label != base.label || row.is_objective != base.is_objective) continue;
          figure = rows.figure_of(row, 0);
          if (base.figures[0] && row.figures[0]) {
            difference = paired_difference(base.figures[0]->way(), base.figures[0]->samples(),
                                           row.figures[0]->samples(), base.objective->quantile,
                                           kComparisonConfidence);
          }
        }
        figures->figures.push_back(figure);
        figures->differences.push_back(difference);
      }
    }
    const auto entry = points_.emplace(std::move(key), std::move(figures)).first;
    return entry->second ? &*entry->second : nullptr;
  }

  [[nodiscard]] std::vector<std::string> set_of(std::size_t p, double number) const {
    const VariedParameter& parameter = result_.parameters[p];
    std::vector<std::string> set;
    for (const std::string& path : parameter.paths) {
      set.push_back(path + "=" + value_text(parameter, number));
    }
    return set;
  }

  void run_ends(std::size_t p) {
    const VariedParameter& parameter = result_.parameters[p];
    const PointFigures* low = run_point(set_of(p, parameter.low));
    if (low == nullptr || !goes_on()) return;
    const PointFigures* high = run_point(set_of(p, parameter.high));
    if (high == nullptr) return;
    for (std::size_t r = 0; r < result_.rows.size(); ++r) {
      Swing& swing = result_.rows[r].swings[p];
      swing.reached = true;
      swing.low = low->figures[r];
      swing.high = high->figures[r];
      swing.to_low = low->differences[r];
      swing.to_high = high->differences[r];
    }
  }

  /// Whether the estimate meets the objective: of a chance, the share of trials that do. Nothing
  /// where there is no such figure, of a phase that did not come.
  [[nodiscard]] std::optional<bool> holds(std::size_t r, const ComparedFigure& figure) const {
    const scenarios::Objective& objective = *base_rows_->rows()[rows_[r]].objective;
    if (figure.share_met) {
      return *figure.share_met >= objective.share_of_trials.value_or(kUsualShareOfTrials);
    }
    if (figure.estimate) return objective.met_by(*figure.estimate);
    // Without an end: requests that were never answered, by which the verdict is known.
    if (figure.verdict == Verdict::kMet) return true;
    if (figure.verdict == Verdict::kMissed) return false;
    return std::nullopt;
  }

  /// Whether the figure's whole interval lies where its estimate does.
  [[nodiscard]] bool certain(std::size_t r, const ComparedFigure& figure) const {
    const scenarios::Objective& objective = *base_rows_->rows()[rows_[r]].objective;
    if (figure.share_met || !figure.low || !figure.high) return false;
    return objective.met_by(*figure.low) == objective.met_by(*figure.high);
  }

  void seek_flips(std::size_t p) {
    const VariedParameter& parameter = result_.parameters[p];
    for (std::size_t r = 0; r < result_.rows.size(); ++r) {
      SensitiveRow& row = result_.rows[r];
      Swing& swing = row.swings[p];
      if (!row.is_objective || !swing.reached) continue;
      const auto low = holds(r, swing.low);
      const auto high = holds(r, swing.high);
      if (!row.holds || !low || !high) continue;
      if (parameter.base) {
        if (low != row.holds) seek(p, r, *parameter.base, row.base, parameter.low, swing.low);
        if (high != row.holds) seek(p, r, *parameter.base, row.base, parameter.high, swing.high);
      } else if (low != high) {
        seek(p, r, parameter.low, swing.low, parameter.high, swing.high);
      }
      // Where the base is no number and both ends differ from it, the flips lie somewhere between.
      const bool hidden = !parameter.base && low == high && low != row.holds;
      swing.flips_sought = !hidden && goes_on();
    }
  }

  /// Bisects between a value on one side and one on the other.
  void seek(std::size_t p, std::size_t r, double from, const ComparedFigure& at_from, double to,
            const ComparedFigure& at_to) {
    const VariedParameter& parameter = result_.parameters[p];
    Flip flip{from, to, std::nullopt, std::nullopt};
    const auto side = holds(r, at_from);
    if (certain(r, at_from)) flip.certain_before = from;
    if (certain(r, at_to)) flip.certain_after = to;
    for (int i = 0; i < kFlipHalvings && goes_on(); ++i) {
      double middle = (flip.from + flip.to) / 2;
      if (parameter.whole) {
        if (std::fabs(flip.to - flip.from) <= 1) break;
        middle = std::round(middle);
      }
      const PointFigures* point = run_point(set_of(p, middle));
      if (point == nullptr) break;
      const ComparedFigure& figure = point->figures[r];
      const auto now = holds(r, figure);
      if (!now) break;
      const bool same = now == side;
      (same ? flip.from : flip.to) = middle;
      if (certain(r, figure)) (same ? flip.certain_before : flip.certain_after) = middle;
    }
    result_.rows[r].swings[p].flips.push_back(flip);
  }

  void run_trajectories() {
    const std::size_t k = result_.parameters.size();
    if (k == 0) return;
    for (std::uint32_t n = 0; n < options_.trajectories; ++n) {
      const Trajectory trajectory = make_trajectory(k, result_.seed, n);
      std::vector<std::vector<std::optional<double>>> values(result_.rows.size());
      for (const std::vector<double>& at : trajectory.points) {
        if (!goes_on()) return;
        std::vector<std::string> set;
        for (std::size_t p = 0; p < k; ++p) {
          const VariedParameter& parameter = result_.parameters[p];
          const double number = parameter.low + at[p] * (parameter.high - parameter.low);
          for (std::string& option : set_of(p, number)) set.push_back(std::move(option));
        }
        const PointFigures* point = run_point(set);
        if (interrupted()) return;
        for (std::size_t r = 0; r < result_.rows.size(); ++r) {
          auto value = point == nullptr ? std::nullopt : point->figures[r].estimate;
          if (value && !std::isfinite(*value)) value.reset();
          values[r].push_back(value);
        }
      }
      ++result_.trajectories;
      for (std::size_t r = 0; r < result_.rows.size(); ++r) {
        tallies_[r].add(trajectory, values[r]);
        for (std::size_t p = 0; p < k; ++p) result_.rows[r].swings[p].effect = tallies_[r].of(p);
      }
    }
  }

  static void rank(SensitiveRow& row) {
    row.ranking.resize(row.swings.size());
    std::iota(row.ranking.begin(), row.ranking.end(), std::size_t{0});
    std::stable_sort(row.ranking.begin(), row.ranking.end(), [&](std::size_t a, std::size_t b) {
      return width_of(row, row.swings[a]) > width_of(row, row.swings[b]);
    });
  }

  const RunInput& base_;
  const PrepareVariant& prepare_;
  const SensitivityOptions& options_;
  const StudyProgress& progress_;
  std::chrono::steady_clock::time_point begun_;
  std::uint32_t planned_ = 0;
  std::unique_ptr<FigureRows> base_rows_;
  std::vector<std::size_t> rows_;  // of base_rows_, by row of the result
  std::vector<EffectTally> tallies_;
  std::map<std::string, std::optional<PointFigures>> points_;
  Sensitivity result_;
};

}  // namespace

Sensitivity study_sensitivity(const RunInput& base, const PrepareVariant& prepare,
                              std::vector<VariedParameter> parameters,
                              const SensitivityOptions& options, const StudyProgress& progress) {
  return SensitivityRunner(base, prepare, std::move(parameters), options, progress).run();
}

}  // namespace lifeboat::reports
