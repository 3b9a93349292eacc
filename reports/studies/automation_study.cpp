#include "reports/studies/automation_study.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "reports/comparison/quantile_difference.hpp"
#include "reports/recovery/failover.hpp"
#include "reports/recovery/slack.hpp"
#include "reports/seconds.hpp"
#include "reports/studies/tally.hpp"
#include "reports/verdict/trial_view.hpp"
#include "reports/verdict/verdict.hpp"

namespace lifeboat::reports {

namespace {

using scenarios::AutomaticStep;
using scenarios::Automation;
using scenarios::Objective;
using scenarios::Runbook;

constexpr double kInfinite = std::numeric_limits<double>::infinity();

const Objective* recovery_target(const RunInput& input) {
  for (const Objective& objective : input.objectives) {
    if (objective.subject == Objective::Subject::kRto && objective.name.empty()) return &objective;
  }
  return nullptr;
}

/// What a design's trials said.
struct Automated {
  std::vector<AutomaticStep> steps;
  std::vector<std::optional<double>> rto_s;  ///< by trial; infinite: not by the end
  std::vector<double> at_least_s;            ///< by trial: what is known in any case
  std::map<std::string, double> on_path;     ///< by key of a step, trials
  double with_path = 0;
  std::map<std::string, std::vector<double>> slacks;
};

std::string key_of(const AutomaticStep& step) { return step.runbook + "/" + step.step; }

/// Names of the steps (empty: the trigger's page) for which people of a group were paged.
std::map<std::string, std::set<std::string>> pages_of(const sim::TrialResult& result) {
  std::map<std::string, std::set<std::string>> pages;
  for (const sim::IncidentEvent& event : result.events) {
    if (event.kind != "person-paged") continue;
    const bool for_step = event.cause.starts_with("step:");
    pages[event.subject].insert(for_step ? event.cause.substr(5) : std::string{});
  }
  return pages;
}

class AutomationRunner {
 public:
  AutomationRunner(const std::vector<Runbook>& runbooks, const PrepareAutomation& prepare,
                   const AutomationOptions& options, const StudyProgress& progress)
      : runbooks_(runbooks), prepare_(prepare), options_(options), progress_(progress) {
    list_steps();
  }

  AutomationStudy run() {
    const RunInput input = prepare_({});
    describe(input);
    planned_ = static_cast<std::uint32_t>(2 + people_.size());
    const auto base = run_design(input, {});
    if (!base) return std::move(study_);
    study_.trials = static_cast<std::uint32_t>(base->rto_s.size());
    if (study_.trials == 0) return std::move(study_);
    base_ = *base;
    study_.as_it_is = figures_of(base_);
    describe_steps();
    if (!stopped()) run_alone();
    if (!stopped()) run_turns();
    if (!stopped()) run_everything();
    return std::move(study_);
  }

 private:
  void list_steps() {
    for (const Runbook& runbook : runbooks_) {
      if (runbook.trigger.pages) add_step({runbook.name, {}}, runbook.trigger.pages->value);
      for (const scenarios::RunbookStep& step : runbook.steps) {
        add_step({runbook.name, step.name}, step.by ? step.by->value : std::string{});
      }
    }
  }

  void add_step(const AutomaticStep& which, std::string owner) {
    AutomationStep row;
    row.runbook = which.runbook;
    row.step = which.step;
    row.owner = std::move(owner);
    if (!row.owner.empty()) people_.push_back(study_.steps.size());
    study_.steps.push_back(std::move(row));
  }

  void describe(const RunInput& input) {
    study_.scenario = input.scenario;
    study_.title = input.title;
    study_.given = input.given;
    study_.strategy = input.strategy;
    study_.script = options_.script;
    study_.seed = input.options.seed;
    interrupted_ = input.options.interrupted;
    if (const Objective* target = recovery_target(input)) {
      study_.target = target->text;
      target_ = *target;
    }
    for (const Finding& finding : input.findings) {
      if (finding.severity == "warning" && finding.code != "input") {
        study_.findings.push_back(finding);
      }
    }
  }

  bool stopped() {
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begun_;
    study_.interrupted = interrupted_ != nullptr && interrupted_->load();
    study_.out_of_budget = options_.budget_s && spent.count() >= *options_.budget_s;
    return study_.interrupted || study_.out_of_budget;
  }

  /// All trials of one design. Nothing where it was interrupted, but for the first design: that
  /// counts with the trials that were whole.
  std::optional<Automated> run_design(const RunInput& input, std::vector<AutomaticStep> steps) {
    Automated design;
    design.steps = std::move(steps);
    const bool is_first = done_ == 0;
    const std::uint32_t trials = is_first ? options_.trials : study_.trials;
    if (progress_.plan) progress_.plan(planned_ * trials, true);
    const auto add = [&](sim::TrialResult&& result) {
      if (interrupted_ != nullptr && interrupted_->load()) return false;
      add_trial(design, input, result);
      return true;
    };
    const auto advance = [&](std::uint32_t trial, double share) {
      if (progress_.advance) progress_.advance(done_ * trials + trial, share);
    };
    sim::run_trials(*input.network, input.options, 0, trials, options_.jobs, add, advance);
    ++done_;
    if (design.rto_s.size() < trials && !is_first) return std::nullopt;
    return design;
  }

  void add_trial(Automated& design, const RunInput& input, const sim::TrialResult& result) const {
    const TrialView view = view_of(input, result);
    const double rto = seconds_of(view.whole.rto);
    std::optional<double> value = rto;
    if (view.whole.outcome == RecoveryOutcome::kCensored) value = kInfinite;
    if (view.whole.outcome == RecoveryOutcome::kAlreadyFailing ||
        view.whole.outcome == RecoveryOutcome::kNoFault) {
      value.reset();
    }
    design.rto_s.push_back(value);
    design.at_least_s.push_back(rto);
    const std::vector<FailoverRow> rows = failover_rows(result.events);
    const std::vector<PathStretch> path = path_of(view, rows);
    if (path.empty()) return;
    ++design.with_path;
    std::set<std::string> named;
    for (const PathStretch& stretch : path) named.insert(stretch.segment);
    auto pages = pages_of(result);
    for (const AutomationStep& step : study_.steps) {
      const bool waited = named.count(step.owner + " answers") > 0 &&
                          pages[step.owner].count(step.step) > 0 && !step.owner.empty();
      if (waited || (!step.step.empty() && named.count(step.step) > 0)) {
        ++design.on_path[key_of({step.runbook, step.step})];
      }
    }
    for (const auto& [name, slack] : slacks_of(runbooks_, rows, view.whole.recovered_at)) {
      design.slacks[name].push_back(slack);
    }
  }

  [[nodiscard]] RecoveryFigures figures_of(const Automated& design) const {
    RecoveryFigures figures;
    std::vector<double> times;
    Chance chance;
    for (std::size_t i = 0; i < design.rto_s.size(); ++i) {
      ++chance.trials;
      if (!design.rto_s[i]) {
        ++chance.unsettled;
        continue;
      }
      times.push_back(*design.rto_s[i]);
      if (target_ && target_->met_by(*design.rto_s[i])) {
        ++chance.met;
      } else if (std::isinf(*design.rto_s[i]) &&
                 (!target_ || target_->met_by(design.at_least_s[i]))) {
        ++chance.unsettled;
      }
    }
    const auto quantile = [&](double q) -> std::optional<double> {
      if (times.empty()) return std::nullopt;
      const double value = sample_quantile(times, q);
      return std::isfinite(value) ? std::optional{value} : std::nullopt;
    };
    figures.p50_s = quantile(0.5);
    figures.p95_s = quantile(0.95);
    figures.unsettled = chance.unsettled;
    if (target_) {
      const ChanceVerdict judged = judge_chance(chance, 0.95, (1 - kSavingConfidence) / 2);
      figures.share_met = judged.share;
      figures.share_low = judged.share_low;
      figures.share_high = judged.share_high;
    }
    return figures;
  }

  [[nodiscard]] double path_share(const Automated& design, std::size_t step) const {
    const auto found =
        design.on_path.find(key_of({study_.steps[step].runbook, study_.steps[step].step}));
    return found == design.on_path.end() ? 0 : found->second / design.with_path;
  }

  /// Paths and slacks as the runbook is; then those most often on the path first.
  void describe_steps() {
    study_.with_path = static_cast<std::uint32_t>(base_.with_path);
    for (std::size_t i = 0; i < study_.steps.size(); ++i) {
      AutomationStep& step = study_.steps[i];
      step.on_path = path_share(base_, i);
      const auto slacks = base_.slacks.find(step.step);
      if (slacks == base_.slacks.end()) continue;
      const double median = sample_quantile(slacks->second, 0.5);
      if (std::isfinite(median)) step.slack_s = median;
    }
    std::stable_sort(
        study_.steps.begin(), study_.steps.end(),
        [](const AutomationStep& a, const AutomationStep& b) { return a.on_path > b.on_path; });
    people_.clear();
    for (std::size_t i = 0; i < study_.steps.size(); ++i) {
      if (!study_.steps[i].owner.empty()) people_.push_back(i);
    }
  }

  std::optional<Automated> run_with(const std::vector<AutomaticStep>& steps) {
    return run_design(prepare_({steps, options_.script}), steps);
  }

  [[nodiscard]] AutomaticStep which(std::size_t step) const {
    return {study_.steps[step].runbook, study_.steps[step].step};
  }

  void run_alone() {
    for (const std::size_t i : people_) {
      if (stopped()) return;
      const auto design = run_with({which(i)});
      if (!design) return;
      AutomationStep& step = study_.steps[i];
      step.alone = figures_of(*design);
      step.saves_p50 = quantile_saving(base_.rto_s, design->rto_s, 0.5, kSavingConfidence);
      step.saves_p95 = quantile_saving(base_.rto_s, design->rto_s, 0.95, kSavingConfidence);
      alone_[i] = *design;
    }
  }

  /// What a design saves against another, for the choice between several.
  static std::pair<double, double> savings(const Automated& from, const Automated& to) {
    const auto one = quantile_saving(from.rto_s, to.rto_s, 0.5, kSavingConfidence);
    const auto two = quantile_saving(from.rto_s, to.rto_s, 0.95, kSavingConfidence);
    return {one ? one->value : 0, two ? two->value : 0};
  }

  void run_turns() {
    Automated current = base_;
    std::set<std::size_t> left(people_.begin(), people_.end());
    while (!left.empty()) {
      std::vector<std::size_t> candidates;
      for (const std::size_t i : left) {
        if (path_share(current, i) > 0) candidates.push_back(i);
      }
      if (!study_.order.empty()) planned_ += static_cast<std::uint32_t>(candidates.size());
      std::optional<std::size_t> best;
      Automated best_design;
      std::pair<double, double> best_saving{0, 0};
      for (const std::size_t i : candidates) {
        if (stopped()) return;
        std::optional<Automated> design;
        if (study_.order.empty()) {
          design = alone_.at(i);
        } else {
          auto steps = current.steps;
          steps.push_back(which(i));
          design = run_with(steps);
        }
        if (!design) {
          stopped();
          return;
        }
        const auto saving = savings(current, *design);
        if (saving > best_saving) {
          best = i;
          best_saving = saving;
          best_design = std::move(*design);
        }
      }
      if (!best) break;
      AutomationTurn turn;
      turn.step = *best;
      turn.with = figures_of(best_design);
      turn.further_p50 = quantile_saving(current.rto_s, best_design.rto_s, 0.5, kSavingConfidence);
      turn.further_p95 = quantile_saving(current.rto_s, best_design.rto_s, 0.95, kSavingConfidence);
      study_.order.push_back(turn);
      current = std::move(best_design);
      left.erase(*best);
    }
    study_.order_is_whole = true;
  }

  void run_everything() {
    if (study_.order.size() == people_.size()) {
      study_.everything = study_.order.empty() ? study_.as_it_is : study_.order.back().with;
      return;
    }
    std::vector<AutomaticStep> steps;
    for (const std::size_t i : people_) steps.push_back(which(i));
    const auto design = run_with(steps);
    if (design) study_.everything = figures_of(*design);
    stopped();
  }

  const std::vector<Runbook>& runbooks_;
  const PrepareAutomation& prepare_;
  const AutomationOptions& options_;
  const StudyProgress& progress_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  const std::atomic<bool>* interrupted_ = nullptr;
  std::optional<Objective> target_;
  std::vector<std::size_t> people_;  // of study_.steps, those that a person does
  std::map<std::size_t, Automated> alone_;
  Automated base_;
  std::uint32_t planned_ = 0;  // designs
  std::uint32_t done_ = 0;
  AutomationStudy study_;
};

}  // namespace

std::string AutomationStep::name() const { return step.empty() ? "answer the page" : step; }

AutomationStudy study_automation(const std::vector<Runbook>& runbooks,
                                 const PrepareAutomation& prepare, const AutomationOptions& options,
                                 const StudyProgress& progress) {
  return AutomationRunner(runbooks, prepare, options, progress).run();
}

}  // namespace lifeboat::reports
