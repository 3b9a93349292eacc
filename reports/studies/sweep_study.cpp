#include "reports/studies/sweep_study.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "models/prices/bill.hpp"
#include "reports/comparison/figure_rows.hpp"
#include "reports/comparison/frontier.hpp"
#include "reports/comparison/knee.hpp"
#include "reports/studies/kept_samples.hpp"
#include "reports/studies/standby_rows.hpp"
#include "reports/studies/tally.hpp"

namespace lifeboat::reports {

namespace {

class SweepRunner {
 public:
  SweepRunner(std::vector<SweepAxis> axes, const std::vector<SweepPointInput>& points,
              const SweepOptions& options, const StudyProgress& progress)
      : points_(points), options_(options), progress_(progress), rows_(inputs_of(points)) {
    sweep_.axes = std::move(axes);
    for (const FigureRow& row : rows_.rows()) labels_.push_back(row.label);
  }

  Sweep run() {
    const auto begun = std::chrono::steady_clock::now();
    draws_.resize(points_.size());
    overloaded_.resize(points_.size());
    kept_.resize(points_.size(), false);
    for (std::size_t p = 0; p < points_.size() && options_.folder; ++p) take_kept(p);
    plan();
    bool has_run = false;
    for (std::size_t p = 0; p < points_.size() && !interrupted(); ++p) {
      if (is_whole(p)) continue;
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun;
      if (has_run && options_.budget_s && spent.count() >= *options_.budget_s) break;
      run_point(p);
      has_run = true;
    }
    report();
    return std::move(sweep_);
  }

 private:
  [[nodiscard]] bool interrupted() const {
    const auto* flag = points_.front().input.options.interrupted;
    return flag != nullptr && flag->load();
  }

  [[nodiscard]] std::string key_of(std::size_t p) const {
    return fingerprint_of(points_[p].input, {}) + "-" + options_.program;
  }

  [[nodiscard]] std::filesystem::path file_of(std::size_t p) const {
    return *options_.folder / (fingerprint_of(points_[p].input, {}) + ".json");
  }

  void take_kept(std::size_t p) {
    KeptSamples kept = kept_samples(file_of(p), key_of(p), labels_);
    const std::size_t count = std::min<std::size_t>(kept.draws.size(), options_.trials);
    kept.draws.resize(count);
    kept.overloaded.resize(count);
    draws_[p] = std::move(kept.draws);
    overloaded_[p] = std::move(kept.overloaded);
    for (std::size_t r = 0; r < labels_.size(); ++r) {
      std::optional<Figure>& figure = rows_.rows()[r].figures[p];
      if (!figure) continue;
      for (std::size_t i = 0; i < std::min(count, kept.samples[r].size()); ++i) {
        figure->add(std::move(kept.samples[r][i]));
      }
    }
    kept_[p] = count == options_.trials;
  }

  /// Trials that are left, of all points.
  void plan() {
    std::uint32_t left = 0;
    for (const auto& draws : draws_)
      left += options_.trials - static_cast<std::uint32_t>(draws.size());
    if (progress_.plan) progress_.plan(left, false);
  }

  void run_point(std::size_t p) {
    const RunInput& input = points_[p].input;
    const auto first = static_cast<std::uint32_t>(draws_[p].size());
    const auto keep = [&](sim::TrialResult&& result) {
      if (interrupted()) return false;
      draws_[p].push_back(result.draws);
      overloaded_[p].push_back(result.overloaded);
      rows_.add(p, result);
      return true;
    };
    const auto advance = [&](std::uint32_t trial, double share) {
      if (progress_.advance) progress_.advance(before_ + (trial - first), share);
    };
    sim::run_trials(*input.network, input.options, first, options_.trials, options_.jobs, keep,
                    advance);
    before_ += options_.trials - first;
    if (options_.folder) keep_point(p);
  }

  void keep_point(std::size_t p) {
    KeptSamples kept{key_of(p), labels_, draws_[p], overloaded_[p], {}};
    for (const FigureRow& row : rows_.rows()) {
      kept.samples.push_back(row.figures[p] ? row.figures[p]->samples() : std::vector<Sample>{});
    }
    try {
      keep_samples(file_of(p), kept);
    } catch (const std::runtime_error& error) {
      // A full disk must not lose hours of trials.
      if (not_kept_.empty()) not_kept_ = error.what();
    }
  }

  [[nodiscard]] bool is_whole(std::size_t p) const { return draws_[p].size() == options_.trials; }

  void report() {
    const RunInput& first = points_.front().input;
    sweep_.scenario = first.scenario;
    sweep_.title = first.title;
    sweep_.seed = first.options.seed;
    sweep_.trials = options_.trials;
    sweep_.interrupted = interrupted();
    for (const FigureRow& row : rows_.rows()) sweep_.rows.push_back(swept(row));
    for (std::size_t p = 0; p < points_.size(); ++p) sweep_.points.push_back(point_of(p));
    for (std::size_t p = 0; p < points_.size(); ++p) {
      const SweptPoint& point = sweep_.points[p];
      if (point.trials > 0 && point.has_objectives && point.verdict == Verdict::kMet) {
        if (!sweep_.first_met) sweep_.first_met = p;
        sweep_.last_met = p;
      }
    }
    add_findings();
    sweep_.frontiers = frontiers_of(sweep_, rows_.rows());
    if (sweep_.axes.size() == 1 && sweep_.axes.front().path == kStandbyAxis) {
      std::vector<bool> whole;
      for (std::size_t p = 0; p < points_.size(); ++p) whole.push_back(is_whole(p));
      add_standby_rows(sweep_, rows_, whole);
    }
  }

  SweptPoint point_of(std::size_t p) const {
    const RunInput& input = points_[p].input;
    SweptPoint point;
    point.at = points_[p].at;
    point.name = points_[p].name;
    point.trials = is_whole(p) ? options_.trials : 0;
    point.kept = kept_[p];
    point.has_objectives = !input.objectives.empty();
    std::vector<Verdict> verdicts;
    for (const SweptRow& row : sweep_.rows) {
      if (row.figures[p].verdict) verdicts.push_back(*row.figures[p].verdict);
    }
    point.verdict = point.trials > 0 ? worst(verdicts) : Verdict::kInconclusive;
    point.met =
        static_cast<std::size_t>(std::count(verdicts.begin(), verdicts.end(), Verdict::kMet));
    if (point.trials > 0) point.fingerprint = fingerprint_of(input, draws_[p]);
    if (input.cost) point.declared = declared_cost(*input.cost);
    return point;
  }

  SweptRow swept(const FigureRow& row) const {
    SweptRow result;
    result.label = row.label;
    result.unit = unit_of(*row.objective);
    result.is_objective = row.is_objective;
    result.less_is_better = wants_less(*row.objective);
    result.is_cost = row.objective->subject == scenarios::Objective::Subject::kCost;
    const std::size_t line = sweep_.axes.back().values.size();
    for (std::size_t p = 0; p < points_.size(); ++p) {
      result.figures.push_back(is_whole(p) ? rows_.figure_of(row, p) : ComparedFigure{});
      const bool has_before = p % line > 0 && is_whole(p) && is_whole(p - 1);
      result.steps.push_back(has_before ? difference_between(row, p - 1, p) : std::nullopt);
      result.found.push_back(found_of(result.steps.back(), result.less_is_better));
    }
    if (sweep_.axes.size() == 1) {
      find_turns(result);
      find_knee(result);
    }
    return result;
  }

  void find_knee(SweptRow& row) const {
    const std::vector<double>& x = sweep_.axes.front().numbers;
    if (x.empty() || !row.turns.empty()) return;
    std::vector<double> y;
    // "More brings little" is said of what more betters.
    bool improves = false;
    for (std::size_t p = 0; p < points_.size(); ++p) {
      if (!row.figures[p].estimate || !std::isfinite(*row.figures[p].estimate)) return;
      y.push_back(*row.figures[p].estimate);
      improves = improves || row.found[p] == Difference::kBetter;
    }
    if (improves) row.knee = knee_of(x, y);
  }

  /// Only steps that are real count.
  static void find_turns(SweptRow& row) {
    Difference last = Difference::kNone;
    for (std::size_t p = 0; p < row.found.size(); ++p) {
      const Difference found = row.found[p];
      if (found != Difference::kBetter && found != Difference::kWorse) continue;
      if (last != Difference::kNone && found != last) row.turns.push_back(p - 1);
      last = found;
    }
  }

  /// A warning of every point is told as it is, one of some with their names.
  void add_findings() {
    struct Told {
      Finding finding;
      std::vector<std::string> points;
    };
    std::vector<Told> told;
    for (std::size_t p = 0; p < points_.size(); ++p) {
      std::vector<Finding> findings = points_[p].input.findings;
      const auto count =
          static_cast<std::size_t>(std::count(overloaded_[p].begin(), overloaded_[p].end(), true));
      if (count > 0) findings.push_back(overloaded_finding(count, overloaded_[p].size()));
      for (Finding& finding : findings) {
        if (finding.severity != "warning" || finding.code == "input") continue;
        auto known = std::find_if(told.begin(), told.end(), [&](const Told& one) {
          return one.finding.text == finding.text;
        });
        if (known == told.end()) known = told.insert(told.end(), {std::move(finding), {}});
        if (known->points.empty() || known->points.back() != points_[p].name) {
          known->points.push_back(points_[p].name);
        }
      }
    }
    for (Told& one : told) {
      if (one.points.size() < points_.size()) {
        one.finding.text = fmt::format("{}: {}", fmt::join(one.points, "; "), one.finding.text);
      }
      sweep_.findings.push_back(std::move(one.finding));
    }
    if (!not_kept_.empty()) {
      sweep_.findings.push_back(
          {"warning", "not-kept", "What was run could not be kept: " + not_kept_ + "."});
    }
  }

  const std::vector<SweepPointInput>& points_;
  const SweepOptions& options_;
  const StudyProgress& progress_;
  FigureRows rows_;
  std::vector<std::string> labels_;
  std::vector<std::vector<std::uint64_t>> draws_;  // by point and trial
  std::vector<std::vector<bool>> overloaded_;      // by point and trial
  std::string not_kept_;                           // why, where points could not be kept
  std::vector<bool> kept_;
  std::uint32_t before_ = 0;  // trials of earlier points that were run
  Sweep sweep_;
};

}  // namespace

Sweep sweep_points(std::vector<SweepAxis> axes, const std::vector<SweepPointInput>& points,
                   const SweepOptions& options, const StudyProgress& progress) {
  return SweepRunner(std::move(axes), points, options, progress).run();
}

}  // namespace lifeboat::reports
