#include "reports/studies/consistency.hpp"

#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "models/platform/load.hpp"
#include "models/services/sla.hpp"
#include "reports/rpo/rpo.hpp"
#include "reports/studies/plan_checks.hpp"
#include "reports/text/words.hpp"

namespace lifeboat::reports {
namespace {

using scenarios::Objective;
using scenarios::Scenario;

constexpr double kYear = 365 * 86'400.0;  // seconds, without leap days, as agreements count

void check_allowance(const Scenario& scenario, std::vector<Finding>& findings) {
  const Objective* availability =
      strictest_objective(scenario, Objective::Subject::kAvailability, true);
  const Objective* rto = strictest_objective(scenario, Objective::Subject::kRto, true);
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
  const Objective* availability =
      strictest_objective(scenario, Objective::Subject::kAvailability, false);
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
  for (Finding& finding : plan_findings(scenario, compiled)) findings.push_back(std::move(finding));
  check_service_levels(scenario, compiled, findings);
  return findings;
}

bool is_consistency(const Finding& finding) {
  return finding.code.find("-against-") != std::string::npos;
}

}  // namespace lifeboat::reports
