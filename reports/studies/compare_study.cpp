#include "reports/studies/compare_study.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "reports/comparison/declared_row.hpp"
#include "reports/comparison/figure_rows.hpp"
#include "reports/cost/cost.hpp"
#include "reports/seconds.hpp"
#include "reports/studies/tally.hpp"
#include "reports/verdict/trial_view.hpp"

namespace lifeboat::reports {

namespace {

constexpr std::size_t kMostSteps = 120;  // of a series

/// Sums of one variant's trials by time.
class SeriesSums {
 public:
  explicit SeriesSums(const RunInput& input) : journeys_(entry_journeys(*input.network)) {
    const std::int64_t minute = sim::Duration::minutes(1).count();
    const std::int64_t minutes =
        std::max<std::int64_t>(1, (input.options.duration.count() + minute - 1) / minute);
    const auto most = static_cast<std::int64_t>(kMostSteps);
    step_ = sim::Duration::minutes((minutes + most - 1) / most);
    const auto steps =
        static_cast<std::size_t>((minutes * minute + step_.count() - 1) / step_.count());
    for (auto* sums : {&offered_, &good_, &tasks_, &task_minutes_, &seconds_})
      sums->assign(steps, 0);
  }

  void add(const sim::TrialResult& result) {
    for (std::size_t at = 0; at < seconds_.size(); ++at) {
      const sim::Duration left = result.measured - step_ * static_cast<std::int64_t>(at);
      seconds_[at] += std::clamp(seconds_of(left), 0.0, step_s());
    }
    for (const std::size_t j : journeys_) {
      const auto& bins = result.journeys[j].bins;
      for (std::size_t i = 0; i < bins.size(); ++i) {
        const std::size_t at = step_at(result.bin, i);
        if (at >= offered_.size()) break;
        offered_[at] += bins[i].offered;
        good_[at] += bins[i].good;
      }
    }
    add_tasks(result);
  }

  [[nodiscard]] double step_s() const { return seconds_of(step_); }
  [[nodiscard]] std::vector<std::optional<double>> good_share() const {
    return ratios(good_, offered_);
  }
  /// Requests a second.
  [[nodiscard]] std::vector<std::optional<double>> rate() const {
    return ratios(offered_, seconds_);
  }
  [[nodiscard]] std::vector<std::optional<double>> running_tasks() const {
    return ratios(tasks_, task_minutes_);
  }

 private:
  [[nodiscard]] std::size_t step_at(sim::Duration bin, std::size_t index) const {
    return static_cast<std::size_t>((bin * static_cast<std::int64_t>(index)) / step_);
  }

  void add_tasks(const sim::TrialResult& result) {
    std::size_t minutes = 0;
    for (const sim::GroupResult& group : result.groups) {
      minutes = std::max(minutes, group.minutes.size());
      for (std::size_t i = 0; i < group.minutes.size(); ++i) {
        const std::size_t at = step_at(sim::Duration::minutes(1), i);
        if (at < tasks_.size()) tasks_[at] += static_cast<double>(group.minutes[i].running);
      }
    }
    for (std::size_t i = 0; i < minutes; ++i) {
      const std::size_t at = step_at(sim::Duration::minutes(1), i);
      if (at < task_minutes_.size()) task_minutes_[at] += 1;
    }
  }

  static std::vector<std::optional<double>> ratios(const std::vector<double>& above,
                                                   const std::vector<double>& below) {
    std::vector<std::optional<double>> values;
    for (std::size_t i = 0; i < above.size(); ++i) {
      values.push_back(below[i] > 0 ? std::optional{above[i] / below[i]} : std::nullopt);
    }
    return values;
  }

  std::vector<std::size_t> journeys_;
  sim::Duration step_;
  std::vector<double> offered_, good_, tasks_, task_minutes_;
  std::vector<double> seconds_;  // measured
};

/// The variant that is better than every other; `found` are its differences to the first.
std::optional<std::size_t> winner_of(const FigureRow& row, const ComparedRow& compared) {
  for (std::size_t v = 0; v < row.figures.size(); ++v) {
    bool best = true;
    for (std::size_t other = 0; other < row.figures.size() && best; ++other) {
      if (other == v) continue;
      const Difference found =
          other == 0 ? compared.found[v]
                     : found_of(difference_between(row, other, v), compared.less_is_better);
      best = found == Difference::kBetter;
    }
    if (best) return v;
  }
  return std::nullopt;
}

ComparedRow compared(const FigureRows& rows, const FigureRow& row) {
  ComparedRow result;
  result.label = row.label;
  result.unit = unit_of(*row.objective);
  result.is_objective = row.is_objective;
  result.less_is_better = wants_less(*row.objective);
  for (std::size_t v = 0; v < row.figures.size(); ++v) {
    result.figures.push_back(rows.figure_of(row, v));
    result.differences.push_back(v == 0 ? std::nullopt : difference_between(row, 0, v));
    result.found.push_back(v == 0 ? Difference::kNone
                                  : found_of(result.differences.back(), result.less_is_better));
  }
  result.winner = winner_of(row, result);
  return result;
}

class CompareRunner {
 public:
  CompareRunner(const std::vector<Variant>& variants, const CompareOptions& options,
                const StudyProgress& progress)
      : variants_(variants),
        options_(options),
        progress_(progress),
        rows_(inputs_of(variants)),
        draws_(variants.size()),
        overloaded_(variants.size()) {
    for (const Variant& variant : variants) sums_.emplace_back(variant.input);
  }

  Comparison run() {
    const auto begun = std::chrono::steady_clock::now();
    if (progress_.plan) {
      progress_.plan(options_.trials * static_cast<std::uint32_t>(variants_.size()), false);
    }
    // A round of one variant keeps all threads busy; a budget waits for its end.
    const std::uint32_t round = std::max(2U, options_.jobs);
    while (done_ < options_.trials) {
      const std::uint32_t next = std::min(options_.trials, done_ + round);
      std::vector<std::vector<sim::TrialResult>> results;
      for (std::size_t v = 0; v < variants_.size() && !interrupted(); ++v) {
        results.push_back(run_round(v, next));
      }
      if (interrupted()) break;
      for (std::size_t v = 0; v < variants_.size(); ++v) {
        for (const sim::TrialResult& result : results[v]) add(v, result);
      }
      done_ = next;
      const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun;
      if (options_.budget_s && spent.count() >= *options_.budget_s) break;
    }
    return report();
  }

 private:
  [[nodiscard]] bool interrupted() const {
    const auto* flag = variants_.front().input.options.interrupted;
    return flag != nullptr && flag->load();
  }

  /// The variant's trials from those that count already to `to`.
  std::vector<sim::TrialResult> run_round(std::size_t v, std::uint32_t to) {
    const RunInput& input = variants_[v].input;
    std::vector<sim::TrialResult> results;
    const auto keep = [&](sim::TrialResult&& result) {
      results.push_back(std::move(result));
      return !interrupted();
    };
    const auto advance = [&](std::uint32_t trial, double share) {
      if (!progress_.advance) return;
      const auto all = static_cast<std::uint32_t>(variants_.size());
      progress_.advance(trial * all + static_cast<std::uint32_t>(v), share);
    };
    sim::run_trials(*input.network, input.options, done_, to, options_.jobs, keep, advance);
    return results;
  }

  void add(std::size_t v, const sim::TrialResult& result) {
    draws_[v].push_back(result.draws);
    overloaded_[v] += result.overloaded ? 1U : 0U;
    sums_[v].add(result);
    rows_.add(v, result);
    if (options_.see) options_.see(v, result);
  }

  Comparison report() {
    Comparison result;
    result.interrupted = interrupted();
    result.seed = variants_.front().input.options.seed;
    result.trials = done_;
    for (const FigureRow& row : rows_.rows()) result.rows.push_back(compared(rows_, row));
    for (std::size_t v = 0; v < variants_.size(); ++v) {
      result.variants.push_back(variant_of(v, result.rows));
    }
    set_declared_row(result);
    add_series(result, "Good requests", "share", &SeriesSums::good_share);
    add_series(result, "Requests", "1/s", &SeriesSums::rate);
    add_series(result, "Running tasks", "count", &SeriesSums::running_tasks);
    return result;
  }

  ComparedVariant variant_of(std::size_t v, const std::vector<ComparedRow>& rows) const {
    const RunInput& input = variants_[v].input;
    ComparedVariant variant;
    variant.name = variants_[v].name;
    variant.title = input.title;
    variant.given = input.given;
    variant.fingerprint = fingerprint_of(input, draws_[v]);
    variant.has_objectives = !input.objectives.empty();
    std::vector<Verdict> verdicts;
    for (const ComparedRow& row : rows) {
      if (row.figures[v].verdict) verdicts.push_back(*row.figures[v].verdict);
    }
    variant.verdict = worst(verdicts);
    variant.findings = input.findings;
    if (overloaded_[v] > 0) variant.findings.push_back(overloaded_finding(overloaded_[v], done_));
    if (input.cost) variant.declared = declared_cost(*input.cost);
    return variant;
  }

  void add_series(Comparison& result, const char* measure, const char* unit,
                  std::vector<std::optional<double>> (SeriesSums::*values)() const) const {
    ComparedSeries series{measure, unit, sums_.front().step_s(), {}};
    for (const SeriesSums& sums : sums_) {
      if (sums.step_s() != series.step_s) return;  // scenarios of different lengths
      series.values.push_back((sums.*values)());
    }
    const auto has_values = [](const auto& one) {
      return std::any_of(one.begin(), one.end(),
                         [](const auto& value) { return value.has_value(); });
    };
    if (std::any_of(series.values.begin(), series.values.end(), has_values)) {
      result.series.push_back(std::move(series));
    }
  }

  const std::vector<Variant>& variants_;
  const CompareOptions& options_;
  const StudyProgress& progress_;
  FigureRows rows_;
  std::vector<SeriesSums> sums_;
  std::vector<std::vector<std::uint64_t>> draws_;  // by variant
  std::vector<std::size_t> overloaded_;            // trials of a variant
  std::uint32_t done_ = 0;                         // trials of every variant
};

}  // namespace

DifferenceCount count_differences(const Comparison& comparison, std::size_t variant) {
  DifferenceCount count;
  for (const ComparedRow& row : comparison.rows) {
    switch (row.found[variant]) {
      case Difference::kNone:
        break;
      case Difference::kSame:
        ++count.same;
        break;
      case Difference::kNoise:
        ++count.apart;
        break;
      case Difference::kBetter:
        ++count.better;
        break;
      case Difference::kWorse:
        ++count.worse;
        break;
    }
  }
  return count;
}

Comparison compare_variants(const std::vector<Variant>& variants, const CompareOptions& options,
                            const StudyProgress& progress) {
  return CompareRunner(variants, options, progress).run();
}

}  // namespace lifeboat::reports
