#include "reports/studies/compare_study.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <limits>

#include <fmt/format.h>

#include "models/prices/bill.hpp"
#include "reports/seconds.hpp"
#include "reports/studies/tally.hpp"
#include "reports/verdict/trial_view.hpp"

namespace lifeboat::reports {

namespace {

using scenarios::Objective;

constexpr std::size_t kMostSteps = 120;  // of a series

bool same_figure(const Objective& a, const Objective& b) {
  return a.subject == b.subject && a.name == b.name && a.region == b.region &&
         a.measure == b.measure && a.quantile == b.quantile && a.window == b.window &&
         a.phase == b.phase;
}

/// One row's figures of one variant.
struct RowOfVariant {
  std::optional<Figure> figure;
  const Objective* objective = nullptr;  ///< the variant's own, with its threshold
};

struct Row {
  std::string label;
  bool is_objective = false;
  std::vector<RowOfVariant> variants;
};

/// The objectives of all variants, then the main figures that none of them is.
class RowList {
 public:
  explicit RowList(const std::vector<Variant>& variants) : variants_(variants) {
    for (const Variant& variant : variants) {
      for (const Objective& objective : variant.input.objectives) add(objective, true);
    }
    for (const Variant& variant : variants) {
      for (const Objective& figure : main_figures(variant.input)) add(figure, false);
    }
  }

  [[nodiscard]] std::vector<Row>& rows() { return rows_; }

 private:
  bool has(const Objective& asked, bool is_objective) const {
    return std::any_of(asked_.begin(), asked_.end(), [&](const Objective& known) {
      return is_objective ? known.text == asked.text : same_figure(known, asked);
    });
  }

  void add(const Objective& asked, bool is_objective) {
    if (has(asked, is_objective)) return;
    const Objective& objective = asked_.emplace_back(asked);
    std::vector<std::string> subjects;
    std::vector<std::vector<Figure>> figures;
    for (const Variant& variant : variants_) {
      figures.push_back(figures_of(variant.input, objective));
      for (const Figure& figure : figures.back()) {
        if (std::find(subjects.begin(), subjects.end(), figure.subject()) == subjects.end()) {
          subjects.push_back(figure.subject());
        }
      }
    }
    for (const std::string& subject : subjects) {
      Row row;
      row.is_objective = is_objective;
      row.label = label_of(objective, is_objective);
      if (subjects.size() > 1) row.label += " (" + subject + ")";
      for (std::size_t v = 0; v < variants_.size(); ++v) {
        RowOfVariant one;
        one.objective = &objective;
        for (Figure& figure : figures[v]) {
          if (figure.subject() == subject) one.figure = std::move(figure);
        }
        row.variants.push_back(std::move(one));
      }
      rows_.push_back(std::move(row));
    }
  }

  // A main figure's threshold is nobody's wish.
  static std::string label_of(const Objective& objective, bool is_objective) {
    return is_objective ? objective.text
                        : objective.text.substr(0, objective.text.find_first_of("<>") - 1);
  }

  const std::vector<Variant>& variants_;
  std::deque<Objective> asked_;  // figures point to them
  std::vector<Row> rows_;
};

/// Sums of one variant's trials by time.
class SeriesSums {
 public:
  explicit SeriesSums(const RunInput& input) : journeys_(entry_journeys(*input.network)) {
    const std::int64_t minute = sim::Duration::minutes(1).count();
    const std::int64_t minutes =
        std::max<std::int64_t>(1, (input.options.duration.count() + minute - 1) / minute);
    step_minutes_ = (minutes + static_cast<std::int64_t>(kMostSteps) - 1) /
                    static_cast<std::int64_t>(kMostSteps);
    const auto steps = static_cast<std::size_t>((minutes + step_minutes_ - 1) / step_minutes_);
    for (auto* sums : {&offered_, &good_, &tasks_, &task_minutes_}) sums->assign(steps, 0);
  }

  void add(const sim::TrialResult& result) {
    ++trials_;
    const std::int64_t step = step_minutes_ * sim::Duration::minutes(1).count();
    for (const std::size_t j : journeys_) {
      const auto& bins = result.journeys[j].bins;
      for (std::size_t i = 0; i < bins.size(); ++i) {
        const auto at =
            static_cast<std::size_t>(result.bin.count() * static_cast<std::int64_t>(i) / step);
        if (at >= offered_.size()) break;
        offered_[at] += bins[i].offered;
        good_[at] += bins[i].good;
      }
    }
    for (const sim::GroupResult& group : result.groups) {
      for (std::size_t i = 0; i < group.minutes.size(); ++i) {
        const std::size_t at = i / static_cast<std::size_t>(step_minutes_);
        if (at < tasks_.size()) tasks_[at] += static_cast<double>(group.minutes[i].running);
      }
    }
    std::size_t minutes = 0;
    for (const sim::GroupResult& group : result.groups) {
      minutes = std::max(minutes, group.minutes.size());
    }
    for (std::size_t i = 0; i < minutes; ++i) {
      const std::size_t at = i / static_cast<std::size_t>(step_minutes_);
      if (at < task_minutes_.size()) task_minutes_[at] += 1;
    }
  }

  [[nodiscard]] double step_s() const { return 60.0 * static_cast<double>(step_minutes_); }
  [[nodiscard]] std::vector<std::optional<double>> good_share() const {
    return ratios(good_, offered_, 1);
  }
  /// Requests a second, mean over trials.
  [[nodiscard]] std::vector<std::optional<double>> rate() const {
    std::vector<std::optional<double>> values;
    for (const double offered : offered_) {
      values.emplace_back(trials_ > 0 ? offered / (trials_ * step_s()) : 0);
    }
    return values;
  }
  [[nodiscard]] std::vector<std::optional<double>> running_tasks() const {
    return ratios(tasks_, task_minutes_, 1);
  }

 private:
  static std::vector<std::optional<double>> ratios(const std::vector<double>& above,
                                                   const std::vector<double>& below, double least) {
    std::vector<std::optional<double>> values;
    for (std::size_t i = 0; i < above.size(); ++i) {
      values.push_back(below[i] >= least ? std::optional{above[i] / below[i]} : std::nullopt);
    }
    return values;
  }

  std::vector<std::size_t> journeys_;
  std::int64_t step_minutes_ = 1;
  std::vector<double> offered_, good_, tasks_, task_minutes_;
  double trials_ = 0;
};

Difference found_of(const std::optional<PairedDifference>& difference, bool less_is_better) {
  if (!difference || !difference->low) return Difference::kNone;
  if (difference->value == 0 && *difference->low == 0 && *difference->high == 0) {
    return Difference::kSame;
  }
  if (!difference->is_real()) return Difference::kNoise;
  return (difference->value < 0) == less_is_better ? Difference::kBetter : Difference::kWorse;
}

std::optional<PairedDifference> difference_between(const Row& row, std::size_t a, std::size_t b) {
  const auto& one = row.variants[a].figure;
  const auto& two = row.variants[b].figure;
  if (!one || !two) return std::nullopt;
  return paired_difference(one->way(), one->samples(), two->samples(),
                           row.variants[a].objective->quantile, kComparisonConfidence);
}

ComparedRow compared(const Row& row) {
  ComparedRow result;
  result.label = row.label;
  result.is_objective = row.is_objective;
  result.less_is_better = wants_less(*row.variants.front().objective);
  for (const RowOfVariant& variant : row.variants) {
    ComparedFigure figure;
    if (variant.figure) {
      const ObjectiveReport judged =
          variant.figure->judge((1 - kComparisonConfidence) / 2, Figure::Samples::kTrials);
      figure = {judged.estimate, judged.low, judged.high, std::nullopt};
      result.unit = judged.unit;
      if (row.is_objective) {
        figure.verdict = variant.figure->judge(kError, Figure::Samples::kTrials).verdict;
      }
    }
    result.figures.push_back(figure);
  }
  const std::size_t count = row.variants.size();
  for (std::size_t v = 0; v < count; ++v) {
    result.differences.push_back(v == 0 ? std::nullopt : difference_between(row, 0, v));
    result.found.push_back(v == 0 ? Difference::kNone
                                  : found_of(result.differences.back(), result.less_is_better));
  }
  for (std::size_t v = 0; v < count && !result.winner; ++v) {
    bool beats_all = true;
    for (std::size_t other = 0; other < count && beats_all; ++other) {
      if (other == v) continue;
      beats_all =
          found_of(difference_between(row, other, v), result.less_is_better) == Difference::kBetter;
    }
    if (beats_all) result.winner = v;
  }
  return result;
}

class CompareRunner {
 public:
  CompareRunner(const std::vector<Variant>& variants, const CompareOptions& options,
                const StudyProgress& progress)
      : variants_(variants), options_(options), progress_(progress), rows_(variants) {
    for (const Variant& variant : variants) {
      tallies_.emplace_back(variant.input);
      sums_.emplace_back(variant.input);
    }
  }

  Comparison run() {
    const auto begun = std::chrono::steady_clock::now();
    const auto count = static_cast<std::uint32_t>(variants_.size());
    if (progress_.plan) progress_.plan(options_.trials * count, false);
    // A round of one variant keeps all threads busy; a budget and an interrupt wait for its end.
    const std::uint32_t round = std::max(2U, options_.jobs);
    std::uint32_t done = 0;
    while (done < options_.trials && !interrupted()) {
      const std::uint32_t next = std::min(options_.trials, done + round);
      for (std::size_t v = 0; v < variants_.size() && !interrupted(); ++v) run_round(v, done, next);
      if (interrupted()) break;
      done = next;
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

  void run_round(std::size_t v, std::uint32_t from, std::uint32_t to) {
    const RunInput& input = variants_[v].input;
    const auto add = [&](sim::TrialResult&& result) {
      if (interrupted()) return false;
      tallies_[v].add(result);
      sums_[v].add(result);
      const TrialView view = view_of(input, result);
      for (Row& row : rows_.rows()) {
        RowOfVariant& one = row.variants[v];
        if (one.figure) one.figure->add(sample_of(*one.objective, *one.figure, view));
      }
      return true;
    };
    const auto advance = [&](std::uint32_t trial, double share) {
      if (!progress_.advance) return;
      const auto all = static_cast<std::uint32_t>(variants_.size());
      progress_.advance((trial - options_.first) * all + static_cast<std::uint32_t>(v), share);
    };
    sim::run_trials(*input.network, input.options, options_.first + from, options_.first + to,
                    options_.jobs, add, advance);
  }

  Comparison report() {
    Comparison result;
    result.interrupted = interrupted();
    result.seed = variants_.front().input.options.seed;
    result.trials = std::numeric_limits<std::uint32_t>::max();
    for (std::size_t v = 0; v < variants_.size(); ++v) {
      tallies_[v].look(kError);
      result.trials = std::min(result.trials, tallies_[v].trials());
      result.variants.push_back(variant_of(v));
    }
    for (const Row& row : rows_.rows()) result.rows.push_back(compared(row));
    add_series(result, "Good requests", "share", &SeriesSums::good_share);
    add_series(result, "Requests", "1/s", &SeriesSums::rate);
    add_series(result, "Running tasks", "count", &SeriesSums::running_tasks);
    return result;
  }

  ComparedVariant variant_of(std::size_t v) const {
    const RunInput& input = variants_[v].input;
    const Report report = tallies_[v].report(kError);
    ComparedVariant variant;
    variant.name = variants_[v].name;
    variant.title = report.title;
    variant.given = report.given;
    variant.fingerprint = report.fingerprint;
    variant.verdict = report.verdict;
    variant.objectives = report.objectives;
    variant.findings = report.findings;
    if (input.cost) {
      const models::prices::Bill bill = models::prices::make_bill(*input.cost->billing);
      variant.declared_usd = models::prices::to_double(bill.total.declared);
    }
    return variant;
  }

  void add_series(Comparison& result, const char* measure, const char* unit,
                  std::vector<std::optional<double>> (SeriesSums::*values)() const) const {
    ComparedSeries series{measure, unit, 0, sums_.front().step_s(), {}};
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
  RowList rows_;
  std::vector<Tally> tallies_;
  std::vector<SeriesSums> sums_;
};

}  // namespace

std::vector<Objective> main_figures(const RunInput& input) {
  std::vector<std::string> texts = {"availability >= 99%", "errors < 1%"};
  for (const std::size_t j : critical_journeys(*input.network)) {
    const std::string& name = input.network->journeys[j].name;
    texts.push_back(fmt::format("journey:{} mean < 1s", name));
    texts.push_back(fmt::format("journey:{} p(99) < 1s", name));
  }
  texts.emplace_back("bad-minutes < 1");
  if (!input.given.empty()) {
    texts.emplace_back("rto < 1h");
    texts.emplace_back("rpo < 1h");
  }
  if (input.cost) texts.emplace_back("cost < 1 USD/month");
  std::vector<Objective> figures;
  for (const std::string& text : texts) figures.push_back(scenarios::parse_objective(text).value());
  return figures;
}

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
