#include "reports/studies/policy_study.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "reports/comparison/figure_rows.hpp"
#include "reports/studies/compare_study.hpp"
#include "reports/verdict/shortfall.hpp"
#include "sim/statistics/confidence.hpp"

namespace lifeboat::reports {

namespace {

constexpr std::size_t kDipMinutes = 30;

const std::vector<sim::GroupMinute>& minutes_of(const RunInput& input,
                                                const sim::TrialResult& result,
                                                const PolicyOptions& options) {
  const DeploymentView* deployment = find_deployment(input, options.service, options.region);
  return result.groups[deployment->tasks->index()].minutes;
}

/// What a candidate's trials said, by trial.
struct Seen {
  std::vector<double> shortfall;
  std::vector<double> idle;
  std::vector<double> tasks;
  std::vector<double> dips;
  std::vector<std::optional<double>> catch_up;
};

/// How often the number of tasks fell by one or more and was back within half an hour.
double count_dips(const std::vector<sim::GroupMinute>& minutes) {
  double dips = 0;
  for (std::size_t i = 1; i < minutes.size(); ++i) {
    const double before = std::round(static_cast<double>(minutes[i - 1].running));
    if (std::round(static_cast<double>(minutes[i].running)) >= before) continue;
    std::size_t end = i;
    const std::size_t last = std::min(minutes.size(), i + kDipMinutes);
    while (end < last && std::round(static_cast<double>(minutes[end].running)) < before) ++end;
    if (end == last) continue;  // it stayed down, or the run ended
    ++dips;
    i = end;
  }
  return dips;
}

double left_of(const PolicyOptions& options) {
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - options.begun;
  return std::max(0.0, options.budget_s.value_or(HUGE_VAL) - spent.count());
}

PolicyFigure figure_of(const std::vector<double>& values) {
  PolicyFigure figure;
  if (values.empty()) return figure;
  const sim::Estimate estimate = sim::mean_estimate(values, kComparisonConfidence);
  figure.mean = estimate.value;
  if (values.size() < 2) return figure;
  // None of these is ever below zero.
  figure.low = std::max(0.0, estimate.interval.low);
  figure.high = estimate.interval.high;
  return figure;
}

std::vector<Sample> samples_of(const std::vector<double>& values) {
  std::vector<Sample> samples(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) samples[i].value = values[i];
  return samples;
}

class PolicyRunner {
 public:
  PolicyRunner(const std::vector<PolicyTrial>& candidates, const ServiceDemand& demand,
               const PolicyOptions& options, const StudyProgress& progress)
      : candidates_(candidates),
        demand_(demand),
        options_(options),
        progress_(progress),
        seen_(candidates.size()) {}

  PolicyBench run() {
    plan();
    compare();
    for (std::size_t c = 0; c < candidates_.size(); ++c) {
      if (candidates_[c].step && !interrupted() && left_of(options_) > 0) test_step(c);
    }
    report();
    return std::move(bench_);
  }

 private:
  [[nodiscard]] bool interrupted() const {
    const auto* flag = candidates_.front().input.options.interrupted;
    return flag != nullptr && flag->load();
  }

  [[nodiscard]] std::uint32_t trials() const {
    return static_cast<std::uint32_t>(demand_.minutes.size());
  }

  void plan() {
    const auto steps = std::count_if(candidates_.begin(), candidates_.end(),
                                     [](const PolicyTrial& one) { return one.step.has_value(); });
    compared_ = trials() * static_cast<std::uint32_t>(candidates_.size());
    if (progress_.plan) {
      progress_.plan(compared_ + trials() * static_cast<std::uint32_t>(steps), false);
    }
  }

  void compare() {
    std::vector<Variant> variants;
    for (const PolicyTrial& one : candidates_) variants.push_back({one.name, one.input});
    CompareOptions options{trials(), options_.jobs, {}, {}};
    if (options_.budget_s) options.budget_s = left_of(options_);
    options.see = [&](std::size_t c, const sim::TrialResult& result) { look(c, result); };
    StudyProgress progress;
    progress.advance = progress_.advance;
    bench_.comparison = compare_variants(variants, options, progress);
  }

  void look(std::size_t c, const sim::TrialResult& result) {
    Seen& seen = seen_[c];
    const auto& minutes = minutes_of(candidates_[c].input, result, options_);
    const std::vector<double>& needs = demand_.minutes.at(seen.shortfall.size());
    double shortfall = 0;
    double idle = 0;
    double tasks = 0;
    for (std::size_t i = 0; i < minutes.size(); ++i) {
      const auto running = static_cast<double>(minutes[i].running);
      shortfall += falls_short(minutes[i]) ? 1 : 0;
      tasks += running / 60;
      if (i >= needs.size()) continue;
      idle += std::max(0.0, running - demand_.tasks_for(needs[i], options_.target)) / 60;
    }
    seen.shortfall.push_back(shortfall);
    seen.idle.push_back(idle);
    seen.tasks.push_back(tasks);
    seen.dips.push_back(count_dips(minutes));
  }

  void test_step(std::size_t c) {
    const RunInput& input = *candidates_[c].step;
    const std::uint32_t most = bench_.comparison.trials;
    const auto keep = [&](sim::TrialResult&& result) {
      if (interrupted()) return false;
      seen_[c].catch_up.push_back(catch_up(minutes_of(input, result, options_)));
      return left_of(options_) > 0;
    };
    const auto advance = [&](std::uint32_t trial, double share) {
      if (progress_.advance) progress_.advance(compared_ + trial, share);
    };
    sim::run_trials(*input.network, input.options, 0, most, options_.jobs, keep, advance);
    compared_ += most;
  }

  [[nodiscard]] std::optional<double> catch_up(const std::vector<sim::GroupMinute>& minutes) const {
    const auto step = static_cast<std::size_t>((options_.step_at - sim::Instant::origin()) /
                                               sim::Duration::minutes(1));
    double caught = 0;
    for (std::size_t i = step; i < minutes.size(); ++i) {
      if (falls_short(minutes[i])) caught = static_cast<double>(i + 1 - step);
    }
    if (minutes.size() > step && falls_short(minutes.back())) return std::nullopt;
    return caught;
  }

  void report() {
    const RunInput& first = candidates_.front().input;
    bench_.scenario = first.scenario;
    bench_.title = first.title;
    bench_.service = options_.service;
    bench_.region = options_.region;
    bench_.target = options_.target;
    bench_.step_factor = options_.step_factor;
    report_needs();
    for (std::size_t c = 0; c < candidates_.size(); ++c) bench_.rows.push_back(row_of(c));
    bench_.suggested = suggest(true);
    bench_.suggested_unseen = suggest(false);
  }

  void report_needs() {
    // Of the trials that the rows are of.
    ServiceDemand counted = demand_;
    counted.minutes.resize(bench_.comparison.trials);
    bench_.needs_more = demand_.is_cut;
    std::vector<double> hours;
    for (const auto& trial : counted.minutes) {
      double sum = 0;
      for (const double processors : trial) {
        sum += demand_.tasks_for(processors, options_.target) / 60.0;
      }
      hours.push_back(sum);
    }
    bench_.needed_task_hours = figure_of(hours).mean;
    for (const double processors : counted.mean()) {
      bench_.needed_most =
          std::max(bench_.needed_most, demand_.tasks_for(processors, options_.target));
    }
  }

  PolicyRow row_of(std::size_t c) const {
    const Seen& seen = seen_[c];
    PolicyRow row;
    row.name = candidates_[c].name;
    row.foreseen = candidates_[c].foreseen;
    const ComparedVariant& variant = bench_.comparison.variants[c];
    row.verdict = variant.verdict;
    row.has_objectives = variant.has_objectives;
    row.shortfall_minutes = figure_of(seen.shortfall);
    row.idle_task_hours = figure_of(seen.idle);
    row.task_hours = figure_of(seen.tasks);
    row.dips = figure_of(seen.dips);
    for (const ComparedRow& figure : bench_.comparison.rows) {
      if (figure.unit == "USD/month") row.monthly_usd = figure.figures[c].estimate;
    }
    std::vector<double> caught;
    for (const auto& one : seen.catch_up) {
      if (one) caught.push_back(*one);
    }
    row.step_trials = static_cast<std::uint32_t>(seen.catch_up.size());
    row.caught_up = static_cast<std::uint32_t>(caught.size());
    if (!caught.empty()) row.catch_up = figure_of(caught);
    row.to_least = found_of(difference(*least(true), c), true);
    return row;
  }

  [[nodiscard]] bool counts(std::size_t c, bool with_foresight) const {
    return with_foresight || !candidates_[c].foreseen;
  }

  /// The candidate with the least shortfall; of equals the first.
  [[nodiscard]] std::optional<std::size_t> least(bool with_foresight) const {
    std::optional<std::size_t> best;
    for (std::size_t c = 0; c < candidates_.size(); ++c) {
      if (!counts(c, with_foresight)) continue;
      if (!best || figure_of(seen_[c].shortfall).mean < figure_of(seen_[*best].shortfall).mean) {
        best = c;
      }
    }
    return best;
  }

  [[nodiscard]] std::optional<PairedDifference> difference(std::size_t from, std::size_t to) const {
    return paired_difference(Figure::Way::kMean, samples_of(seen_[from].shortfall),
                             samples_of(seen_[to].shortfall), 0, kComparisonConfidence);
  }

  [[nodiscard]] std::optional<std::size_t> suggest(bool with_foresight) const {
    const auto best = least(with_foresight);
    if (!best || seen_.front().shortfall.size() < 2) return std::nullopt;
    std::size_t chosen = *best;
    for (std::size_t c = 0; c < candidates_.size(); ++c) {
      if (!counts(c, with_foresight)) continue;
      const auto worse = difference(*best, c);
      if (!worse || !worse->high || *worse->high > kTolerated) continue;
      if (figure_of(seen_[c].tasks).mean < figure_of(seen_[chosen].tasks).mean) chosen = c;
    }
    return chosen;
  }

  const std::vector<PolicyTrial>& candidates_;
  const ServiceDemand& demand_;
  const PolicyOptions& options_;
  const StudyProgress& progress_;
  std::vector<Seen> seen_;
  std::uint32_t compared_ = 0;
  PolicyBench bench_;
};

}  // namespace

const DeploymentView* find_deployment(const RunInput& input, const std::string& service,
                                      const std::string& region) {
  for (const DeploymentView& one : input.deployments) {
    if (one.service == service && one.region == region) return &one;
  }
  return nullptr;
}

ServiceDemand measure_demand(const RunInput& plenty, const PolicyOptions& options,
                             const StudyProgress& progress) {
  const DeploymentView* deployment = find_deployment(plenty, options.service, options.region);
  if (deployment == nullptr || !deployment->tasks) {
    throw std::invalid_argument(options.service + " has no tasks");
  }
  const sim::TaskGroup& group = plenty.network->groups[deployment->tasks->index()];
  ServiceDemand demand;
  for (std::uint32_t i = 0; i < group.stations_per_task; ++i) {
    const auto& station = plenty.network->stations[group.first_station + i];
    demand.processors_per_task += static_cast<double>(station.capacity_milli) * 1e-3;
  }
  if (progress.plan) progress.plan(options.trials, false);
  const auto* interrupted = plenty.options.interrupted;
  const auto keep = [&](sim::TrialResult&& result) {
    if (interrupted != nullptr && interrupted->load()) return false;
    std::vector<double>& minutes = demand.minutes.emplace_back();
    for (const sim::GroupMinute& minute : minutes_of(plenty, result, options)) {
      minutes.push_back(static_cast<double>(minute.cpu_used));
      demand.is_cut = demand.is_cut || falls_short(minute);
    }
    return demand.minutes.size() < 2 || left_of(options) > 0;
  };
  const auto advance = [&](std::uint32_t trial, double share) {
    if (progress.advance) progress.advance(trial, share);
  };
  sim::run_trials(*plenty.network, plenty.options, 0, options.trials, options.jobs, keep, advance);
  return demand;
}

PolicyBench try_policies(const std::vector<PolicyTrial>& candidates, const ServiceDemand& demand,
                         const PolicyOptions& options, const StudyProgress& progress) {
  return PolicyRunner(candidates, demand, options, progress).run();
}

}  // namespace lifeboat::reports
