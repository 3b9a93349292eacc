#include "reports/studies/runbook_path.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "models/platform/load.hpp"
#include "models/replication/opening.hpp"
#include "models/replication/provisioning.hpp"
#include "reports/seconds.hpp"

namespace lifeboat::reports {
namespace {

using scenarios::CompiledScenario;
using scenarios::Runbook;
using scenarios::RunbookStep;
using scenarios::Scenario;

/// Mean seconds that the platform takes to do something with a deployment, by its name.
std::map<std::string, double> platform_times(const sim::Network& network) {
  std::map<std::string, double> times;
  const auto add = [&](const std::string& subject, sim::LawId law) {
    if (!law.valid()) return;
    const double mean = network.laws[law.index()].mean_seconds();
    times[subject] = std::max(times[subject], mean);
  };
  for (const auto& controller : network.controllers) {
    if (const auto* opening = dynamic_cast<const models::OpeningController*>(controller.get())) {
      add(opening->policy().subject, opening->policy().takes);
    } else if (const auto* creation =
                   dynamic_cast<const models::ProvisioningController*>(controller.get())) {
      add(creation->policy().subject, creation->policy().takes);
    }
  }
  return times;
}

class PathFinder {
 public:
  PathFinder(const Runbook& runbook, const sim::Network& network, double names_s)
      : runbook_(runbook), times_(platform_times(network)), names_s_(names_s) {}

  RunbookPath longest() {
    const bool has_names =
        std::any_of(runbook_.steps.begin(), runbook_.steps.end(), reports::moves_names);
    RunbookPath best;
    for (const RunbookStep& step : runbook_.steps) {
      // What only looks at the end does not keep anybody from being served.
      const bool needed = step.acts() && step.on_failure != RunbookStep::OnFailure::kContinue;
      if (has_names ? !reports::moves_names(step) : !needed) continue;
      const Way way = to_end_of(step);
      if (way.path.seconds() > best.seconds()) best = way.path;
    }
    return best;
  }

 private:
  struct Way {
    RunbookPath path;
    std::set<std::string> there;  ///< groups of people that have come, and stay
  };

  // Runbooks are checked for cycles when they are read.
  Way to_end_of(const RunbookStep& step) {
    if (const auto known = known_.find(step.name); known != known_.end()) return known->second;
    Way way;
    for (const scenarios::LocatedName& name : step.after) {
      const auto before = std::find_if(runbook_.steps.begin(), runbook_.steps.end(),
                                       [&](const auto& one) { return one.name == name.value; });
      if (before == runbook_.steps.end()) continue;
      Way earlier = to_end_of(*before);
      if (earlier.path.seconds() > way.path.seconds()) way = std::move(earlier);
    }
    if (runbook_.trigger.pages) way.there.insert(runbook_.trigger.pages->value);
    if (step.by && way.there.insert(step.by->value).second) {
      if (const scenarios::People* people = runbook_.find_people(step.by->value)) {
        way.path.labour_s += people->answers.mean_seconds();
      }
    }
    if (step.takes) way.path.labour_s += step.takes->mean_seconds();
    way.path.platform_s += platform_seconds(step);
    if (reports::moves_names(step)) way.path.names_s = names_s_;
    way.path.steps.push_back(step.name);
    known_.emplace(step.name, way);
    return way;
  }

  /// Its services are worked on at once.
  double platform_seconds(const RunbookStep& step) const {
    double longest = 0;
    if (step.block == "fence") return longest;  // the old copy: another thing than its opening
    for (const scenarios::LocatedName& service : step.services) {
      const auto found = times_.find(service.value);
      if (found != times_.end()) longest = std::max(longest, found->second);
    }
    return longest;
  }

  const Runbook& runbook_;
  std::map<std::string, double> times_;
  double names_s_;
  std::map<std::string, Way> known_;
};

/// Time by which that share of a resolver's clients has asked again.
double believed_until(const sim::Network& network, const sim::Resolver& resolver, double share) {
  const auto moved = [&](double seconds) {
    double sum = 0;
    for (const auto& cohort : resolver.cohorts) {
      sum += cohort.share * network.laws[cohort.delay.index()].cdf(seconds);
    }
    return sum;
  };
  if (resolver.cohorts.empty() || moved(0) >= share) return 0;
  double low = 0;
  double high = 1;
  while (moved(high) < share && high < 1e8) high *= 2;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (moved(middle) < share ? low : high) = middle;
  }
  return high;
}

/// The resolvers that requests of one journey pass as the run begins.
std::set<std::uint32_t> resolvers_of(const sim::Network& network, std::size_t journey) {
  std::vector<double> rates(network.journeys.size(), 0);
  rates[journey] = 1;
  const models::NetworkLoad load = models::network_load(network, rates);
  std::vector<std::pair<std::uint32_t, std::size_t>> plans;  // first step, plan
  for (std::size_t plan = 0; plan < network.plan_entry.size(); ++plan) {
    if (network.plan_entry[plan] != sim::kNone) plans.emplace_back(network.plan_entry[plan], plan);
  }
  std::sort(plans.begin(), plans.end());
  std::set<std::uint32_t> found;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (load.plan_rate[plans[i].second] <= 0) continue;
    const std::size_t end = i + 1 < plans.size() ? plans[i + 1].first : network.steps.size();
    for (std::size_t at = plans[i].first; at < end; ++at) {
      const sim::Step& step = network.steps[at];
      if (step.code == sim::StepCode::kResolve) found.insert(step.a);
    }
  }
  return found;
}

}  // namespace

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

double names_move_within(const Scenario& scenario, const CompiledScenario& compiled) {
  const sim::Network& network = *compiled.network;
  double slowest = 0;
  for (const std::string& name : scenario.recovery.journeys) {
    const auto journey = compiled.platform->journeys.find(name);
    if (journey == compiled.platform->journeys.end()) continue;
    for (const std::uint32_t resolver : resolvers_of(network, journey->second.index())) {
      slowest = std::max(
          slowest, believed_until(network, network.resolvers[resolver], scenario.recovery.good));
    }
  }
  return slowest;
}

bool moves_names(const RunbookStep& step) {
  return step.block == "route53HealthCheck" || step.block == "route53ChangeRecords";
}

RunbookPath longest_path(const Scenario& scenario, const CompiledScenario& compiled,
                         const Runbook& runbook) {
  return PathFinder(runbook, *compiled.network, names_move_within(scenario, compiled)).longest();
}

}  // namespace lifeboat::reports
