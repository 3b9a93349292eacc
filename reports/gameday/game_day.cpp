#include "reports/gameday/game_day.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "reports/recovery/failover.hpp"
#include "reports/seconds.hpp"
#include "reports/text/words.hpp"
#include "reports/verdict/summary.hpp"
#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::reports::gameday {
namespace {

using scenarios::Runbook;
using scenarios::RunbookStep;
using scenarios::Scenario;

Moment moment_of(const std::vector<double>& values) {
  return {sample_quantile(values, 0.5), sample_quantile(values, 0.95)};
}

/// One row's moments over trials.
struct Collected {
  ExpectedRow row;
  std::vector<double> begins;
  std::vector<double> ends;
};

class Collector {
 public:
  void add_trial(const std::vector<sim::IncidentEvent>& events) {
    const std::vector<FailoverRow> rows = failover_rows(events);
    const auto first = std::find_if(rows.begin(), rows.end(),
                                    [](const FailoverRow& row) { return row.kind == "fault"; });
    if (first == rows.end()) return;
    ++trials_;
    std::map<std::string, int> seen;
    for (const FailoverRow& row : rows) {
      // A detection stands from the fault on; it is made at its end.
      const bool instant = row.kind == "detection";
      const sim::Instant begins = instant ? row.end : row.start;
      if (begins.is_never() || begins < first->start) continue;
      const int number = ++seen[row.kind + "/" + row.name];
      const std::string key = fmt::format("{}/{}#{}", row.kind, row.name, number);
      Collected& one = collected(key, row);
      one.begins.push_back(seconds_of(begins - first->start));
      if (!instant && !row.end.is_never()) one.ends.push_back(seconds_of(row.end - first->start));
    }
  }

  void add_customers(const std::vector<TrialReport>& trials) {
    FailoverRow row;
    row.kind = "customers";
    for (const TrialReport& trial : trials) {
      const Recovery& whole = trial.whole;
      if (whole.breached_at.is_never() || whole.fault_at.is_never()) continue;
      row.name = "bad";
      row.label = "customers are served badly";
      Collected& bad = collected("customers/bad", row);
      bad.begins.push_back(std::max(0.0, seconds_of(whole.breached_at - whole.fault_at)));
      if (whole.recovered_at.is_never()) continue;
      bad.ends.push_back(seconds_of(whole.recovered_at - whole.fault_at));
    }
  }

  std::vector<ExpectedRow> take() {
    std::vector<ExpectedRow> rows;
    for (const std::string& key : order_) {
      Collected& one = all_.at(key);
      one.row.begins = moment_of(one.begins);
      if (!one.ends.empty()) one.row.ends = moment_of(one.ends);
      one.row.share = static_cast<double>(one.begins.size()) / std::max(1, trials_);
      rows.push_back(std::move(one.row));
    }
    std::stable_sort(rows.begin(), rows.end(), [](const ExpectedRow& a, const ExpectedRow& b) {
      return a.begins.p50_s < b.begins.p50_s;
    });
    return rows;
  }

 private:
  Collected& collected(const std::string& key, const FailoverRow& row) {
    const auto [at, is_new] = all_.try_emplace(key);
    if (is_new) {
      order_.push_back(key);
      at->second.row.name = row.name;
      at->second.row.label = row.label;
      at->second.row.owner = row.owner;
      at->second.row.kind = row.kind;
    }
    return at->second;
  }

  std::map<std::string, Collected> all_;
  std::vector<std::string> order_;  ///< as they first appeared
  int trials_ = 0;
};

void add_role(Preparation& made, const scenarios::People& people, const Runbook& runbook) {
  std::vector<std::string> steps;
  for (const RunbookStep& step : runbook.steps) {
    if (step.by && step.by->value == people.name) steps.push_back(step.name);
  }
  const bool paged = runbook.trigger.pages && runbook.trigger.pages->value == people.name;
  std::string what = fmt::format("{} of them", people.count);
  if (paged) what += ", paged first";
  if (!steps.empty()) what += fmt::format("; does {}", fmt::join(steps, ", "));
  for (Role& role : made.roles) {
    if (role.name != people.name) continue;
    role.what += "; " + what;
    return;
  }
  made.roles.push_back({people.name, what});
}

Preparation preparation_of(const Scenario& scenario) {
  Preparation made;
  std::set<std::string> switches;
  for (const Runbook& runbook : scenario.runbooks) {
    for (const scenarios::People& people : runbook.people) add_role(made, people, runbook);
    if (!runbook.in_place) {
      made.leaves = runbook.deactivate;
      made.activates = runbook.activate;
    }
    if (runbook.trigger.health_check) {
      const auto* check = scenario.platform->find_health_check(runbook.trigger.health_check->value);
      std::string text = fmt::format("the health check {} is on and pages whoever {} names",
                                     runbook.trigger.health_check->value, runbook.name);
      if (check != nullptr && check->kind == models::HealthCheckSpec::Kind::kProbe) {
        text += fmt::format(" (every {}, {} failures)",
                            duration_words(seconds_of(check->request_interval)),
                            check->failure_threshold);
      }
      made.checks.push_back(std::move(text));
    }
    for (const RunbookStep& step : runbook.steps) {
      for (const auto& flip : step.switches) switches.insert(flip.name.value);
      if (!step.acts()) continue;
      const std::string region = step.runs_from ? step.runs_from->value : runbook.activate;
      made.checks.push_back(
          fmt::format("{} ({} of {}): whoever does it can, from {}, with the rights that it needs",
                      step.name, step.block, runbook.name, region));
    }
  }
  made.switches.assign(switches.begin(), switches.end());
  return made;
}

}  // namespace

std::vector<ExpectedRow> expected_rows(
    const std::vector<std::pair<std::uint32_t, std::vector<sim::IncidentEvent>>>& trials,
    const std::vector<TrialReport>& recoveries) {
  Collector collector;
  for (const auto& trial : trials) collector.add_trial(trial.second);
  collector.add_customers(recoveries);
  return collector.take();
}

std::optional<PreparedGameDay> prepare_game_day(const std::filesystem::path& file,
                                                const PrepareOptions& options,
                                                models::io::Problems& problems) {
  auto input = prepare_run(file, options, problems);
  if (!input) return std::nullopt;
  // The run's input keeps no scenario: what people wrote of faults and steps is read once more.
  models::io::Problems again;
  const auto scenario = scenarios::load_scenario(file, {options.set, options.strategy}, again);
  if (!scenario) return std::nullopt;
  const scenarios::CompiledScenario compiled = scenarios::compile_scenario(*scenario, again);
  PreparedGameDay prepared;
  prepared.input = std::move(*input);
  prepared.injections = injections_of(*scenario, compiled.faults);
  prepared.preparation = preparation_of(*scenario);
  return prepared;
}

GameDay rehearse(const PreparedGameDay& prepared, const StudyOptions& options,
                 const StudyProgress& progress) {
  StudyOptions with_events = options;
  with_events.all_events = true;
  Study study = run_study(prepared.input, with_events, progress);
  GameDay day;
  day.rows = expected_rows(study.events, study.report.trial_rows);
  day.report = std::move(study.report);
  day.injections = prepared.injections;
  day.preparation = prepared.preparation;
  day.seed = prepared.input.options.seed;
  if (prepared.input.clock) {
    day.starts = prepared.input.clock->start + " " + prepared.input.clock->time_zone;
  }
  return day;
}

}  // namespace lifeboat::reports::gameday
