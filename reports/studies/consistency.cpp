#include "reports/studies/consistency.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>

#include "models/platform/load.hpp"
#include "models/services/sla.hpp"
#include "reports/rpo/rpo.hpp"
#include "reports/seconds.hpp"
#include "reports/text/words.hpp"

namespace lifeboat::reports {
namespace {

using scenarios::Objective;
using scenarios::Runbook;
using scenarios::RunbookStep;
using scenarios::Scenario;

constexpr double kYear = 365 * 86'400.0;  // seconds, without leap days, as agreements count

const Objective* strictest(const Scenario& scenario, Objective::Subject subject, bool whole) {
  const Objective* found = nullptr;
  for (const Objective& objective : scenario.objectives) {
    if (objective.subject != subject) continue;
    const bool is_part =
        !objective.phase.empty() || (!objective.name.empty() && objective.name != "*");
    if (whole && is_part) continue;
    const bool stricter = found == nullptr || (subject == Objective::Subject::kAvailability
                                                   ? objective.threshold > found->threshold
                                                   : objective.threshold < found->threshold);
    if (stricter) found = &objective;
  }
  return found;
}

void check_allowance(const Scenario& scenario, std::vector<Finding>& findings) {
  const Objective* availability = strictest(scenario, Objective::Subject::kAvailability, true);
  const Objective* rto = strictest(scenario, Objective::Subject::kRto, true);
  if (availability == nullptr || rto == nullptr) return;
  const double allowed = (1 - availability->threshold) * kYear;
  if (rto->threshold <= allowed) return;
  findings.push_back(
      {"warning", "availability-against-rto",
       fmt::format("\"{}\" allows {} a year, and one recovery within \"{}\" may take {}: ask for a "
                   "recovery within {}, for an availability of {} in a year with such an incident, "
                   "or for the availability of a phase without it (\"during steady\").",
                   availability->text, duration_words(allowed), rto->text,
                   duration_words(rto->threshold), duration_words(allowed),
                   share_words(1 - rto->threshold / kYear))});
}

/// A stream whose typical write is on its way for longer than may be lost.
void check_lag(const Scenario& scenario, const sim::Network& network,
               std::vector<Finding>& findings) {
  for (const Objective& objective : scenario.objectives) {
    if (objective.subject != Objective::Subject::kRpo) continue;
    const std::set<std::string> concerned = stores_of_rpo(network, objective.name);
    std::set<std::string> told;
    for (const sim::ReplicationLog& log : network.logs) {
      if (!concerned.contains(log.name)) continue;
      const double typical = network.laws[log.lag.index()].quantile_seconds(0.5);
      if (typical <= objective.threshold || !told.insert(log.name).second) continue;
      findings.push_back(
          {"warning", "rpo-against-lag",
           fmt::format(
               "\"{}\": half of the writes to {} take {} or longer to reach the other copy, "
               "so that much is missing there at any moment: replicate it faster, or ask "
               "for more than that.",
               objective.text, log.name, duration_words(typical))});
    }
  }
}

/// From the fault to the trigger, at best: all checks but the first fail, then the trigger lasts.
std::optional<double> detection_of(const Scenario& scenario, const Runbook& runbook) {
  if (!runbook.trigger.health_check) return std::nullopt;
  double seconds = seconds_of(runbook.trigger.lasting);
  for (const models::HealthCheckSpec& check : scenario.platform->health_checks) {
    if (check.name != runbook.trigger.health_check->value) continue;
    if (check.kind == models::HealthCheckSpec::Kind::kProbe && check.failure_threshold > 0) {
      seconds += seconds_of(check.request_interval) * (check.failure_threshold - 1);
    }
  }
  return seconds;
}

/// The longest path of mean labour through a runbook's steps; people who are not there yet come
/// once.
class LongestPath {
 public:
  explicit LongestPath(const Runbook& runbook) : runbook_(runbook) {}

  struct Way {
    double seconds = 0;
    std::vector<std::string> steps;
    std::set<std::string> there;  ///< groups of people that have come, and stay
  };

  Way longest() {
    Way best;
    for (const RunbookStep& step : runbook_.steps) {
      // What only looks at the end does not keep anybody from being served.
      if (!step.acts()) continue;
      Way way = to_end_of(step);
      if (way.seconds > best.seconds) best = std::move(way);
    }
    return best;
  }

 private:
  // Runbooks are checked for cycles when they are read.
  Way to_end_of(const RunbookStep& step) {
    if (const auto known = known_.find(step.name); known != known_.end()) return known->second;
    Way way;
    for (const scenarios::LocatedName& name : step.after) {
      const auto before = std::find_if(runbook_.steps.begin(), runbook_.steps.end(),
                                       [&](const auto& one) { return one.name == name.value; });
      if (before == runbook_.steps.end()) continue;
      Way earlier = to_end_of(*before);
      if (earlier.seconds > way.seconds) way = std::move(earlier);
    }
    if (runbook_.trigger.pages) way.there.insert(runbook_.trigger.pages->value);
    if (step.by && way.there.insert(step.by->value).second) {
      if (const scenarios::People* people = runbook_.find_people(step.by->value)) {
        way.seconds += people->answers.mean_seconds();
      }
    }
    if (step.takes) way.seconds += step.takes->mean_seconds();
    way.steps.push_back(step.name);
    known_.emplace(step.name, way);
    return way;
  }

  const Runbook& runbook_;
  std::map<std::string, Way> known_;
};

void check_recovery(const Scenario& scenario, std::vector<Finding>& findings) {
  // A journey of its own may recover without the runbook, by names that move by themselves.
  const Objective* rto = strictest(scenario, Objective::Subject::kRto, true);
  if (rto == nullptr) return;
  for (const Runbook& runbook : scenario.runbooks) {
    if (runbook.in_place) continue;
    const auto detection = detection_of(scenario, runbook);
    if (!detection) continue;
    if (rto->threshold < *detection) {
      findings.push_back(
          {"warning", "rto-against-detection",
           fmt::format("\"{}\" is shorter than it takes to notice: {} of failed checks and of the "
                       "trigger's \"for\" pass before {} begins. Check more often, lower the "
                       "thresholds, or ask for more than that.",
                       rto->text, duration_words(*detection), runbook.name)});
      continue;
    }
    double people = 0;
    if (runbook.trigger.pages) {
      if (const scenarios::People* paged = runbook.find_people(runbook.trigger.pages->value)) {
        people = paged->answers.mean_seconds();
      }
    }
    const LongestPath::Way way = LongestPath(runbook).longest();
    const double least = *detection + people + way.seconds;
    if (rto->threshold >= least) continue;
    findings.push_back(
        {"warning", "rto-against-runbook",
         fmt::format(
             "\"{}\": detection ({}), the page ({}) and the labour of {} ({}) come to {} on "
             "average, before anything on the platform takes its own time. Automate or "
             "shorten these steps, or ask for more than that.",
             rto->text, duration_words(*detection), duration_words(people),
             fmt::format("{}", fmt::join(way.steps, ", ")), duration_words(way.seconds),
             duration_words(least))});
  }
}

/// The kinds that requests pass on average, those of followed journeys too.
std::set<std::string> kinds_passed(const Scenario& scenario,
                                   const scenarios::CompiledScenario& compiled) {
  const sim::Network& network = *compiled.network;
  std::vector<double> rates;
  for (const scenarios::JourneyLoad& load : scenario.loads) rates.push_back(load.mean);
  const models::NetworkLoad load = models::network_load(network, rates);
  std::set<std::string> kinds;
  for (const models::CompiledDeployment& deployment : compiled.platform->deployments) {
    for (std::size_t plan = 0; plan < load.plan_rate.size(); ++plan) {
      const bool here = network.plan_deployment[plan] == deployment.id;
      if (here && load.plan_rate[plan] > 0) kinds.insert(deployment.kind);
    }
  }
  return kinds;
}

void check_service_levels(const Scenario& scenario, const scenarios::CompiledScenario& compiled,
                          std::vector<Finding>& findings) {
  const Objective* availability = strictest(scenario, Objective::Subject::kAvailability, false);
  if (availability == nullptr) return;
  const std::set<std::string> kinds = kinds_passed(scenario, compiled);
  double product = 1;
  std::vector<std::string> counted;
  for (const std::string& kind : kinds) {
    const auto level = models::service_level(kind);
    if (!level) continue;
    product *= level->monthly_uptime;
    const bool guess = level->source.starts_with("guess");
    counted.push_back(
        fmt::format("{} {}{}", kind, share_words(level->monthly_uptime), guess ? " (guess)" : ""));
  }
  if (counted.size() < 2 || product >= availability->threshold) return;
  findings.push_back(
      {"info", "availability-against-service-levels",
       fmt::format(
           "\"{}\" is more than the service levels of what requests pass come to, one after the "
           "other in one region: {} ({}). They are thresholds of credits and no forecast, but "
           "nobody else promises the rest.",
           availability->text, share_words(product), fmt::join(counted, ", "))});
}

}  // namespace

std::vector<Finding> consistency_findings(const Scenario& scenario,
                                          const scenarios::CompiledScenario& compiled) {
  std::vector<Finding> findings;
  check_allowance(scenario, findings);
  check_lag(scenario, *compiled.network, findings);
  check_recovery(scenario, findings);
  check_service_levels(scenario, compiled, findings);
  return findings;
}

bool is_consistency(const Finding& finding) {
  return finding.code.find("-against-") != std::string::npos;
}

}  // namespace lifeboat::reports
