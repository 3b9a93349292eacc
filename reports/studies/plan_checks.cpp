#include "reports/studies/plan_checks.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>

#include "models/platform/load_table.hpp"
#include "reports/seconds.hpp"
#include "reports/studies/runbook_path.hpp"
#include "reports/text/words.hpp"

namespace lifeboat::reports {
namespace {

using scenarios::CompiledScenario;
using scenarios::Objective;
using scenarios::PlannedFault;
using scenarios::Runbook;
using scenarios::RunbookStep;
using scenarios::Scenario;

// ---- The time that it takes

Finding detection_finding(const Objective& rto, const Runbook& runbook, double detection) {
  return {"warning", "rto-against-detection",
          fmt::format("\"{}\" is shorter than it takes to notice: {} of failed checks and of the "
                      "trigger's \"for\" pass before {} begins. Check more often, lower the "
                      "thresholds, or ask for more than that.",
                      rto.text, duration_words(detection), runbook.name)};
}

Finding names_finding(const Objective& rto, double detection, double names, double good) {
  return {"warning", "rto-against-names",
          fmt::format("\"{}\": {} pass until somebody notices, and {} more until {} of all clients "
                      "have asked for the name again, {} in all. Lower the TTL, let a proxy that "
                      "moves at once (a CDN, an accelerator) stand in front, or ask for more than "
                      "that.",
                      rto.text, duration_words(detection), duration_words(names), share_words(good),
                      duration_words(detection + names))};
}

Finding runbook_finding(const Objective& rto, double detection, double people,
                        const RunbookPath& path) {
  std::string parts = fmt::format("detection ({}), the page ({}) and the labour of {} ({})",
                                  duration_words(detection), duration_words(people),
                                  fmt::join(path.steps, ", "), duration_words(path.labour_s));
  if (path.platform_s > 0) {
    parts +=
        fmt::format(", what the platform takes for them ({})", duration_words(path.platform_s));
  }
  if (path.names_s > 0) parts += fmt::format(", and names ({})", duration_words(path.names_s));
  return {"warning", "rto-against-runbook",
          fmt::format("\"{}\": {} come to {} on average, and starts of tasks and retries come on "
                      "top. Automate or shorten these steps, keep more of it ready beforehand, or "
                      "ask for more than that.",
                      rto.text, parts, duration_words(detection + people + path.seconds()))};
}

void check_recovery_time(const Scenario& scenario, const CompiledScenario& compiled,
                         std::vector<Finding>& findings) {
  // A journey of its own may recover without the runbook, by names that move by themselves.
  const Objective* rto = strictest_objective(scenario, Objective::Subject::kRto, true);
  if (rto == nullptr) return;
  for (const Runbook& runbook : scenario.runbooks) {
    if (runbook.in_place) continue;
    const auto detection = detection_of(scenario, runbook);
    if (!detection) continue;
    if (rto->threshold < *detection) {
      findings.push_back(detection_finding(*rto, runbook, *detection));
      continue;
    }
    const double names = names_move_within(scenario, compiled);
    const bool by_step =
        std::any_of(runbook.steps.begin(), runbook.steps.end(), reports::moves_names);
    // Names that follow their check by themselves do not wait for the trigger's time.
    const double noticed = by_step ? *detection : *detection - seconds_of(runbook.trigger.lasting);
    if (rto->threshold < noticed + names) {
      findings.push_back(names_finding(*rto, noticed, names, scenario.recovery.good));
      continue;
    }
    double people = 0;
    if (runbook.trigger.pages) {
      if (const scenarios::People* paged = runbook.find_people(runbook.trigger.pages->value)) {
        people = paged->answers.mean_seconds();
      }
    }
    const RunbookPath path = longest_path(scenario, compiled, runbook);
    if (rto->threshold >= *detection + people + path.seconds()) continue;
    findings.push_back(runbook_finding(*rto, *detection, people, path));
  }
}

// ---- Quotas

/// What is asked for in one region.
struct Asked {
  double tasks = 0;
  double vcpu = 0;
  std::set<std::string> steps;  ///< "compute of pilot-light"
};

class QuotaCheck {
 public:
  QuotaCheck(const Scenario& scenario, const CompiledScenario& compiled,
             std::vector<Finding>& findings)
      : scenario_(scenario),
        compiled_(compiled),
        network_(*compiled.network),
        findings_(findings) {}

  void check() {
    for (const models::RegionSpec& region : scenario_.platform->regions) check_region(region);
  }

 private:
  /// Tasks of a service that run in a region when a run begins.
  [[nodiscard]] double standing(const std::string& service, const std::string& region) const {
    const auto* deployment = compiled_.platform->find(service, region);
    if (deployment == nullptr || !deployment->handles().desired) return 0;
    return static_cast<double>(network_.registers[deployment->handles().desired->index()].initial);
  }

  [[nodiscard]] double amount(const scenarios::Amount& to, const std::string& service) const {
    if (to.number) return *to.number;
    return std::ceil(to.share * standing(service, to.region) - 1e-6);
  }

  [[nodiscard]] Asked asked_in(const std::string& region) const {
    std::map<std::string, double> tasks;  // by service
    Asked asked;
    for (const Runbook& runbook : scenario_.runbooks) {
      for (const RunbookStep& step : runbook.steps) {
        if (!step.to) continue;
        for (const scenarios::LocatedName& name : step.services) {
          const std::string& text = name.value;
          if (!text.ends_with("@" + region)) continue;
          const std::string service = text.substr(0, text.size() - region.size() - 1);
          tasks[service] = std::max(tasks[service], amount(step.to->value, service));
          asked.steps.insert("\"" + step.name + "\" of " + runbook.name);
        }
      }
    }
    for (const models::CompiledDeployment& deployment : compiled_.platform->deployments) {
      if (deployment.site.region != region || deployment.kind != "ecs-fargate") continue;
      const std::string& service = deployment.site.service;
      const double count = std::max(tasks[service], standing(service, region));
      const auto station = deployment.handles().headline;
      if (!station) continue;
      asked.tasks += count;
      asked.vcpu += count * network_.stations[station->index()].capacity_milli / 1000.0;
    }
    return asked;
  }

  /// Processors that the peak keeps busy where everybody goes to that region.
  [[nodiscard]] double busy_at_peak(const std::string& region) const {
    std::map<std::string, double, std::less<>> rates;
    for (std::size_t i = 0; i < scenario_.loads.size(); ++i) {
      rates[scenario_.targets.journeys[i]] = scenario_.loads[i].peak;
    }
    double busy = 0;
    for (const auto& row : models::load_table(*compiled_.platform, network_, rates, {region, {}})) {
      const auto* service = scenario_.names.find_service(row.service);
      const bool counts = service != nullptr && service->kind == "ecs-fargate";
      if (counts && row.region == region && row.station.empty()) busy += row.offered;
    }
    return busy;
  }

  /// In vCPU, with what a fault leaves of it; nothing where no task is launched there.
  [[nodiscard]] std::optional<double> quota_of(const std::string& region, std::string& why) const {
    const std::string name = "region/" + region + "/fargate-vcpu-quota";
    const auto reg = network_.find_register(name);
    if (!reg.valid()) return std::nullopt;
    double quota = static_cast<double>(network_.registers[reg.index()].initial) / 1000;
    for (const PlannedFault& fault : compiled_.faults.faults) {
      if (!fault.effects.quota || fault.effects.quota->value >= quota) continue;
      const bool here = std::any_of(fault.quotas.begin(), fault.quotas.end(), [&](auto row) {
        return compiled_.faults.quotas[row].reg == reg;
      });
      if (!here) continue;
      quota = fault.effects.quota->value;
      why = " while the fault \"" + fault.name + "\" lasts";
    }
    return quota;
  }

  [[nodiscard]] static double default_quota() {
    for (const models::QuotaDefault& quota : models::quota_defaults()) {
      if (quota.name == "fargateVcpu") return quota.value;
    }
    return 0;
  }

  void check_region(const models::RegionSpec& region) {
    std::string why;
    const auto quota = quota_of(region.name, why);
    if (!quota) return;
    const Asked asked = asked_in(region.name);
    const bool takes_over = std::any_of(
        scenario_.runbooks.begin(), scenario_.runbooks.end(),
        [&](const Runbook& book) { return !book.in_place && book.activate == region.name; });
    const double busy = takes_over ? busy_at_peak(region.name) : 0;
    const double needed = std::max(asked.vcpu, busy);
    if (needed <= *quota) return;
    if (why.empty() && *quota == default_quota()) why = " (the default of an unused region)";
    std::string need = fmt::format("{:.0f} tasks of {} vCPU are to run there", asked.tasks,
                                   number_words(asked.vcpu));
    if (!asked.steps.empty()) need = fmt::format("with {} {}", fmt::join(asked.steps, ", "), need);
    if (busy > asked.vcpu) {
      need += fmt::format(", and everybody at the peak keeps {} busy", number_words(busy));
    }
    findings_.push_back(
        {"warning", "quota-against-runbook",
         fmt::format("{} may run {} vCPU of Fargate tasks{}, and {}: the rest of the launches is "
                     "refused. Have fargateVcpu of {} raised to {:.0f} or more beforehand, or plan "
                     "with fewer or smaller tasks.",
                     region.name, number_words(*quota), why, need, region.name,
                     std::ceil(needed))});
  }

  const Scenario& scenario_;
  const CompiledScenario& compiled_;
  const sim::Network& network_;
  std::vector<Finding>& findings_;
};

// ---- Control planes that a fault takes away

/// What a step cannot do without.
struct Need {
  std::string text;  ///< "the control plane of syd"
  std::string region;
  bool data_plane = false;  ///< of the region; otherwise its control plane
  bool dns = false;
  bool waits = true;  ///< the step tries until its timeout; otherwise the attempt fails
};

std::vector<Need> needs_of(const Runbook& runbook, const RunbookStep& step) {
  if (!step.acts()) return {};
  const std::string from = step.runs_from ? step.runs_from->value : runbook.activate;
  if (step.block == "route53ChangeRecords") return {{"Route 53's control plane", {}, false, true}};
  if (step.block == "route53HealthCheck") return {{from, from, true}};
  std::vector<Need> needs{{"the control plane of " + from, from}};
  for (const scenarios::LocatedName& service : step.services) {
    const std::size_t at = service.value.find('@');
    if (at == std::string::npos) continue;
    const std::string region = service.value.substr(at + 1);
    if (region == from) continue;
    // What is left behind does not answer, and the runbook says that it goes on.
    const bool expected =
        region == runbook.deactivate && step.on_failure != RunbookStep::OnFailure::kStop;
    if (!expected) needs.push_back({"the control plane of " + region, region, false, false, false});
  }
  return needs;
}

bool takes_away(const CompiledScenario& compiled, const PlannedFault& fault, const Need& need) {
  const auto& effects = fault.effects;
  for (const std::uint32_t row : fault.regions) {
    const scenarios::RegionRegisters& region = compiled.faults.regions[row];
    if (need.dns && effects.control_plane_down && region.edits_dns) return true;
    if (need.dns || region.name != need.region) continue;
    if (need.data_plane ? effects.region_down : effects.control_plane_down) return true;
  }
  return need.dns && effects.dns_control_plane_down;
}

std::string outlook(const PlannedFault& fault, const Need& need, const RunbookStep& step) {
  if (!need.waits) return "the attempt fails";
  const sim::Duration patience = step.timeout.value_or(scenarios::kStandardTimeout);
  if (fault.lasts.law || fault.recurs || fault.duration > patience) {
    return fmt::format("it waits, and gives up after {}", duration_words(seconds_of(patience)));
  }
  return fmt::format("it waits up to {}", duration_words(seconds_of(fault.duration)));
}

/// Whether the fault is over before the runbook begins at its instant.
bool is_over_before(const Scenario& scenario, const PlannedFault& fault, const Runbook& runbook) {
  if (!runbook.trigger.at || !fault.at || fault.recurs || fault.lasts.law) return false;
  if (fault.duration.is_infinite()) return false;
  const auto begins = scenario.calendar.resolve(runbook.trigger.at->value);
  return begins && *fault.at + fault.delay + fault.jitter + fault.duration <= begins.value();
}

void check_planes(const Scenario& scenario, const CompiledScenario& compiled,
                  std::vector<Finding>& findings) {
  for (const Runbook& runbook : scenario.runbooks) {
    for (const RunbookStep& step : runbook.steps) {
      for (const Need& need : needs_of(runbook, step)) {
        for (const PlannedFault& fault : compiled.faults.faults) {
          if (!takes_away(compiled, fault, need)) continue;
          if (is_over_before(scenario, fault, runbook)) continue;
          findings.push_back(
              {"warning", "runbook-against-faults",
               fmt::format(
                   "The step \"{}\" of {} needs {}, which the fault \"{}\" takes away{}: {} "
                   "if it comes to it meanwhile. {}",
                   step.name, runbook.name, need.text, fault.name,
                   fault.probability < 1
                       ? fmt::format(" in {} of trials", share_words(fault.probability))
                       : "",
                   outlook(fault, need, step),
                   need.dns ? "Flip a health check instead of editing records: that needs "
                              "no control plane."
                            : "Have what it asks for there beforehand, or let it run from "
                              "and act on a region that is up.")});
        }
      }
    }
  }
}

}  // namespace

const Objective* strictest_objective(const Scenario& scenario, Objective::Subject subject,
                                     bool whole) {
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

std::vector<Finding> plan_findings(const Scenario& scenario, const CompiledScenario& compiled) {
  std::vector<Finding> findings;
  check_recovery_time(scenario, compiled, findings);
  QuotaCheck(scenario, compiled, findings).check();
  check_planes(scenario, compiled, findings);
  return findings;
}

}  // namespace lifeboat::reports
