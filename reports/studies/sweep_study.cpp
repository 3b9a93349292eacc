#include "reports/studies/sweep_study.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "lifeboat_version.hpp"
#include "models/prices/bill.hpp"
#include "reports/comparison/figure_rows.hpp"
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
    kept_.resize(points_.size(), false);
    for (std::size_t p = 0; p < points_.size() && options_.folder; ++p) take_kept(p);
    plan();
    for (std::size_t p = 0; p < points_.size() && !interrupted(); ++p) {
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun;
      if (options_.budget_s && spent.count() >= *options_.budget_s) break;
      run_point(p);
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
    return fingerprint_of(points_[p].input, {}) + "-" + kVersion;
  }

  [[nodiscard]] std::filesystem::path file_of(std::size_t p) const {
    return *options_.folder / (fingerprint_of(points_[p].input, {}) + ".json");
  }

  void take_kept(std::size_t p) {
    KeptSamples kept = kept_samples(file_of(p), key_of(p), labels_);
    const std::size_t count = std::min<std::size_t>(kept.draws.size(), options_.trials);
    draws_[p].assign(kept.draws.begin(), kept.draws.begin() + static_cast<std::ptrdiff_t>(count));
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
    if (first >= options_.trials) return;
    const auto keep = [&](sim::TrialResult&& result) {
      if (interrupted()) return false;
      draws_[p].push_back(result.draws);
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

  void keep_point(std::size_t p) const {
    KeptSamples kept{key_of(p), labels_, draws_[p], {}};
    for (const FigureRow& row : rows_.rows()) {
      kept.samples.push_back(row.figures[p] ? row.figures[p]->samples() : std::vector<Sample>{});
    }
    std::filesystem::create_directories(*options_.folder);
    keep_samples(file_of(p), kept);
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
    add_frontiers();
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
    if (input.cost) {
      const models::prices::Bill bill = models::prices::make_bill(*input.cost->billing);
      point.declared_usd = models::prices::to_double(bill.total.declared + bill.apart.declared);
    }
    return point;
  }

  SweptRow swept(const FigureRow& row) const {
    SweptRow result;
    result.label = row.label;
    result.unit = FigureRows::unit_of(row);
    result.is_objective = row.is_objective;
    result.less_is_better = wants_less(*row.objective);
    const std::size_t line = sweep_.axes.back().values.size();
    for (std::size_t p = 0; p < points_.size(); ++p) {
      result.figures.push_back(is_whole(p) ? rows_.figure_of(row, p) : ComparedFigure{});
      const bool has_before = p % line > 0 && is_whole(p) && is_whole(p - 1);
      result.steps.push_back(has_before ? difference_between(row, p - 1, p) : std::nullopt);
      result.found.push_back(found_of(result.steps.back(), result.less_is_better));
    }
    if (sweep_.axes.size() == 1) {
      find_knee(result);
      find_turns(result);
    }
    return result;
  }

  void find_knee(SweptRow& row) const {
    const std::vector<double>& x = sweep_.axes.front().numbers;
    if (x.empty()) return;
    std::vector<double> y;
    bool changes = false;
    for (std::size_t p = 0; p < points_.size(); ++p) {
      if (!row.figures[p].estimate || !std::isfinite(*row.figures[p].estimate)) return;
      y.push_back(*row.figures[p].estimate);
      changes =
          changes || row.found[p] == Difference::kBetter || row.found[p] == Difference::kWorse;
    }
    if (changes) row.knee = knee_of(x, y);
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

  void add_findings() {
    for (const SweepPointInput& point : points_) {
      for (const Finding& finding : point.input.findings) {
        const auto same = [&](const Finding& known) { return known.text == finding.text; };
        if (finding.severity == "warning" && finding.code != "input" &&
            std::none_of(sweep_.findings.begin(), sweep_.findings.end(), same)) {
          sweep_.findings.push_back(finding);
        }
      }
    }
  }

  /// Cheapest first; a point stays if its figure is better, by a real difference, than that of
  /// every cheaper one that stays.
  void add_frontiers() {
    std::vector<std::size_t> by_cost;
    for (std::size_t p = 0; p < points_.size(); ++p) {
      if (is_whole(p) && cost_of(sweep_, p)) by_cost.push_back(p);
    }
    std::stable_sort(by_cost.begin(), by_cost.end(), [&](std::size_t a, std::size_t b) {
      return *cost_of(sweep_, a) < *cost_of(sweep_, b);
    });
    if (by_cost.size() < 2 ||
        *cost_of(sweep_, by_cost.front()) == *cost_of(sweep_, by_cost.back())) {
      return;
    }
    for (std::size_t r = 0; r < sweep_.rows.size(); ++r) {
      const SweptRow& row = sweep_.rows[r];
      if (row.is_objective || row.label == "cost") continue;
      Frontier frontier{row.label, row.unit, {}};
      for (const std::size_t p : by_cost) {
        if (!row.figures[p].estimate) continue;
        const bool better = frontier.points.empty() ||
                            found_of(difference_between(rows_.rows()[r], frontier.points.back(), p),
                                     row.less_is_better) == Difference::kBetter;
        if (better) frontier.points.push_back(p);
      }
      if (frontier.points.size() > 1) sweep_.frontiers.push_back(std::move(frontier));
    }
  }

  const std::vector<SweepPointInput>& points_;
  const SweepOptions& options_;
  const StudyProgress& progress_;
  FigureRows rows_;
  std::vector<std::string> labels_;
  std::vector<std::vector<std::uint64_t>> draws_;  // by point and trial
  std::vector<bool> kept_;
  std::uint32_t before_ = 0;  // trials of earlier points that were run
  Sweep sweep_;
};

}  // namespace

std::optional<double> cost_of(const Sweep& sweep, std::size_t point) {
  // What is declared counts where it is what differs: a run that loses a region meters little
  // there.
  const auto& points = sweep.points;
  const bool declared = std::any_of(points.begin(), points.end(), [&](const SweptPoint& other) {
    return other.declared_usd != points.front().declared_usd;
  });
  if (declared) return points[point].declared_usd;
  for (const SweptRow& row : sweep.rows) {
    if (row.label == "cost" && row.figures[point].estimate) return row.figures[point].estimate;
  }
  return sweep.points.empty() ? std::nullopt : sweep.points[point].declared_usd;
}

Sweep sweep_points(std::vector<SweepAxis> axes, const std::vector<SweepPointInput>& points,
                   const SweepOptions& options, const StudyProgress& progress) {
  return SweepRunner(std::move(axes), points, options, progress).run();
}

}  // namespace lifeboat::reports
