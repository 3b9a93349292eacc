#include "scenarios/faults/fault_plan.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/services/fault_points.hpp"
#include "scenarios/faults/fault_reach.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using detail::Hit;

std::uint32_t index_of(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return static_cast<std::uint32_t>(found - names.begin());
}

class Planner {
 public:
  Planner(const Faults& faults, const io::Calendar& calendar, const PlatformNames& names,
          const sim::Network& network, io::Problems& problems)
      : faults_(faults),
        calendar_(calendar),
        names_(names),
        network_(network),
        problems_(problems) {}

  FaultPlan plan() {
    for (const auto& target : faults_.targets) {
      hits_[target.name] = detail::resolve_target(target, names_, network_, problems_);
    }
    for (const auto& action : faults_.actions) add(action);
    return std::move(plan_);
  }

 private:
  /// Adds an action after those that it waits for (there is no cycle: join_faults has checked).
  void add(const FaultAction& action) {
    if (rows_.count(action.name) > 0) return;
    rows_[action.name] = 0;  // against a cycle that was reported
    for (const auto* list : {&action.start_after, &action.start_with}) {
      for (const auto& other : *list) {
        const auto* row = find(other.value);
        if (row != nullptr) add(*row);
      }
    }
    PlannedFault fault = timing(action);
    aim(action, fault);
    describe(action, fault);
    rows_[action.name] = static_cast<std::uint32_t>(plan_.faults.size());
    plan_.faults.push_back(std::move(fault));
  }

  [[nodiscard]] const FaultAction* find(std::string_view name) const {
    for (const auto& action : faults_.actions) {
      if (action.name == name) return &action;
    }
    return nullptr;
  }

  PlannedFault timing(const FaultAction& action) {
    PlannedFault fault;
    fault.name = action.name;
    fault.effects = action.effects;
    fault.delay = action.delay;
    fault.jitter = action.jitter;
    fault.duration = action.duration;
    fault.ramp = action.ramp;
    fault.lasts.law = action.duration_law;
    if (action.effects.stale) fault.mending.law = action.effects.stale->repair;
    if (action.life) {
      fault.recurs = true;
      fault.between.law = action.life->between;
      fault.repair.law = action.life->repair;
    }
    if (action.start_at) plan_moment(*action.start_at, fault);
    fault.probability = action.probability;
    if (action.at) {
      const auto at = calendar_.resolve(action.at->value);
      if (at) {
        fault.at = at.value();
      } else {
        problems_.error(action.at->place, at.complaint());
      }
    }
    for (const auto& other : action.start_after) {
      const auto row = rows_.find(other.value);
      if (row == rows_.end()) continue;
      fault.after.push_back(row->second);
      const auto* before = find(other.value);
      if (before != nullptr && never_ends(*before)) {
        problems_.error(other.place, io::quote(other.value) + " never ends: it has no duration",
                        "\"startWith\" and a delay, or a duration there");
      }
    }
    for (const auto& other : action.start_with) {
      const auto row = rows_.find(other.value);
      if (row != rows_.end()) fault.with.push_back(row->second);
    }
    return fault;
  }

  /// As far as its file says: what is mended once it is found ends some time.
  static bool never_ends(const FaultAction& action) {
    if (action.life) return true;
    const bool mended = action.effects.stale && action.effects.stale->repair;
    return action.duration.is_infinite() && !action.duration_law && !mended;
  }

  void plan_moment(const RunbookMoment& moment, PlannedFault& fault) {
    std::vector<std::string> runbooks;
    std::vector<std::string> steps;
    for (const auto& [runbook, of] : names_.runbook_steps) {
      if (moment.runbook && moment.runbook->value != runbook) continue;
      steps.insert(steps.end(), of.begin(), of.end());
      if (std::find(of.begin(), of.end(), moment.step.value) != of.end()) {
        runbooks.push_back(runbook);
      }
    }
    if (moment.runbook && names_.runbook_steps.count(moment.runbook->value) == 0) {
      std::vector<std::string> known;
      for (const auto& row : names_.runbook_steps) known.push_back(row.first);
      io::unknown_name(problems_, moment.runbook->place, "runbook", moment.runbook->value, known);
      return;
    }
    if (runbooks.empty()) {
      io::unknown_name(problems_, moment.step.place, "step", moment.step.value, steps);
      return;
    }
    if (runbooks.size() > 1) {
      problems_.error(moment.step.place,
                      "several runbooks have a step " + io::quote(moment.step.value),
                      "\"runbook\": " + io::one_of(runbooks));
      return;
    }
    fault.moment =
        PlannedMoment{step_register(runbooks.front(), moment.step.value), {}, moment.ends ? 2 : 1};
  }

  void aim(const FaultAction& action, PlannedFault& fault) {
    const bool whole_region = action.effects.region_down || action.effects.control_plane_down ||
                              action.effects.metrics_lost;
    for (const auto& name : action.targets) {
      const auto found = hits_.find(name.value);
      if (found == hits_.end() || !found->second.known) continue;
      const Hit& hit = found->second;
      const detail::Reach reach{action, name, hit, names_, network_, problems_};
      if (!hit.part.empty() && !acts_on_parts(action.effects)) {
        problems_.error(name.place,
                        io::quote(action.action_id) + " acts on whole services, and " +
                            io::quote(name.value) + " is a part",
                        "a target without \"part\"");
        continue;
      }
      if (hit.of_tasks) {
        detail::reach_tasks(reach, fault);
        continue;
      }
      if (hit.selection.mode != FaultSelection::Mode::kAll) {
        select(hit, name, action, fault);
        continue;
      }
      if (action.effects.network) {
        if (hit.zones.empty()) {
          detail::reach_network(reach, fault);
        } else {
          detail::reach_zone_network(reach, fault);
        }
        continue;
      }
      if (action.effects.zone_lost || !hit.zones.empty()) {
        add_zones(hit, name, action, fault);
        continue;
      }
      if (action.effects.checks != CheckTrouble::kNone) {
        detail::reach_checks(reach, fault);
        continue;
      }
      if (!hit.checks.empty() && hit.deployments.empty() && hit.regions.empty()) {
        problems_.error(name.place, io::quote(action.action_id) + " does not hit health checks",
                        "\"health-checks-blind\", or a target with a \"region\" or \"service\"");
        continue;
      }
      if (whole_region && hit.regions.empty()) {
        problems_.error(name.place,
                        io::quote(action.action_id) + " hits regions, and " +
                            io::quote(name.value) + " is none",
                        "a target with a \"region\" alone");
        continue;
      }
      for (const auto& region : hit.regions) {
        if (whole_region) add_region(region, action, fault);
      }
      if (action.effects.granted) add_granting_regions(hit, name, action, fault);
      if (action.effects.effect) add_deployments(hit, name, action, fault);
      if (action.effects.condition) add_conditions(hit, name, action, fault);
      if (action.effects.replication) detail::reach_streams(reach, fault);
      if (action.effects.streams_stop) detail::stop_streams(reach, fault);
      if (action.effects.quota) detail::reach_quota(reach, plan_, fault);
      if (action.effects.stale) detail::reach_launches(reach, fault);
      if (action.effects.version) add_versions(hit, name, fault);
      if (!action.effects.asks.empty()) add_asks(hit, name, action, fault);
    }
    if (!fault.tasks.empty() && !(fault.deployments.empty() && fault.selected.empty())) {
      problems_.error(action.targets.front().place,
                      "tasks of some services are selected, and others are hit whole",
                      "two actions");
    }
  }

  /// Others would act on the whole, or on nothing.
  static bool acts_on_parts(const FaultEffects& effects) {
    const bool whole = effects.region_down || effects.control_plane_down || effects.metrics_lost ||
                       effects.version || !effects.asks.empty() || effects.replication ||
                       effects.quota || effects.network || effects.zone_lost ||
                       effects.checks != CheckTrouble::kNone;
    return effects.effect && !whole;
  }

  /// Whether all that the action does is done at the gates and stations of services.
  [[nodiscard]] static bool acts_on_services_alone(const FaultEffects& effects) {
    return effects.effect && !effects.network && !effects.zone_lost && !effects.region_down &&
           !effects.control_plane_down && !effects.metrics_lost && !effects.streams_stop &&
           !effects.granted && !effects.condition && !effects.version && !effects.replication &&
           !effects.quota && !effects.stale && effects.asks.empty() &&
           effects.checks == CheckTrouble::kNone;
  }

  void select(const Hit& hit, const LocatedName& name, const FaultAction& action,
              PlannedFault& fault) {
    const std::string mode = io::quote(hit.selection.text);
    if (!acts_on_services_alone(action.effects) || !hit.zones.empty()) {
      problems_.error(name.place,
                      io::quote(action.action_id) + " cannot hit a part of " +
                          io::quote(name.value) + " (" + mode + ")",
                      "\"errors\", \"latency\", \"slow\" or \"throttling\" of services, or "
                      "\"selectionMode\": \"ALL\"");
      return;
    }
    PlannedFault whole;
    add_deployments(hit, name, action, whole);
    SelectedDeployments selected;
    selected.target = name.value;
    std::map<std::pair<std::string, std::string>, std::size_t> places;
    for (const auto deployment : whole.deployments) {
      const sim::Deployment& row = network_.deployments[deployment.index()];
      const auto [at, is_new] = places.try_emplace(
          std::pair(row.service, detail::region_of(network_, row)), selected.services.size());
      if (is_new) selected.services.emplace_back();
      selected.services[at->second].push_back(deployment);
    }
    selected.count = hit.selection.of(selected.services.size());
    if (selected.count == 0 && !selected.services.empty()) {
      problems_.error(hit.selection.place,
                      selected.services.size() == 1
                          ? mode + " of one service is none, and it has no tasks"
                          : mode + " of " + std::to_string(selected.services.size()) +
                                " services is none: percentages are rounded down",
                      "a larger share, \"COUNT(1)\", or \"errors\" of a \"share\" of requests");
      return;
    }
    fault.selected.push_back(std::move(selected));
  }

  /// What stands in a target's zones: the parts of those names, and the registers by which kinds
  /// know that a zone is lost (models/platform/zone_faults.hpp, models/replication/nodes.hpp).
  void add_zones(const Hit& hit, const LocatedName& name, const FaultAction& action,
                 PlannedFault& fault) {
    using Kind = sim::Effect::Kind;
    const auto& effect = action.effects.effect;
    const bool slow = effect && effect->kind == Kind::kSlow;
    const bool gray = effect && action.effects.part.empty() &&
                      (slow || effect->kind == Kind::kLatency || effect->kind == Kind::kErrors);
    if (hit.zones.empty()) {
      problems_.error(
          name.place,
          io::quote(action.action_id) + " hits zones, and " + io::quote(name.value) + " names none",
          "a target with a \"zone\"");
      return;
    }
    if (!action.effects.zone_lost && !gray) {
      problems_.error(name.place, io::quote(action.action_id) + " cannot hit a zone alone",
                      "\"zone-outage\", \"latency\", \"errors\" or \"slow\", or a target without "
                      "\"zone\"");
      return;
    }
    bool any = false;
    bool others = false;
    for (const auto deployment : hit.deployments) {
      const bool is_part = !network_.deployments[deployment.index()].part.empty();
      for (const auto& zone : hit.zones) {
        const bool stands = add_zone(deployment, zone, action, fault);
        any = any || stands;
        others = others || (is_part && !stands && is_zone(deployment, zone));
      }
    }
    // Said once: before the platform is compiled, when there are no registers.
    if (slow && any && others && network_.registers.empty()) {
      problems_.warning(name.place,
                        "in a zone \"slow\" acts on msk and opensearch alone: what else " +
                            io::quote(name.value) + " names there keeps its speed");
    }
    if (any || problems_.has_errors()) return;
    problems_.error(
        name.place, "nothing of " + io::quote(name.value) + " stands in a zone",
        slow ? "a service of a kind whose nodes can be slow by zone (msk, opensearch)"
             : "a service of a kind that has zones (ecs-fargate, alb, rds, elasticache, msk, "
               "opensearch)");
  }

  /// Whether it is the part of a zone of that name.
  [[nodiscard]] bool is_zone(sim::DeploymentId deployment, const std::string& zone) const {
    return network_.deployments[deployment.index()].part == "zone-" + zone;
  }

  bool add_zone(sim::DeploymentId deployment, const std::string& zone, const FaultAction& action,
                PlannedFault& fault) {
    const sim::Deployment& row = network_.deployments[deployment.index()];
    const auto* service = names_.find_service(row.service);
    if (is_zone(deployment, zone)) {
      const bool slow = action.effects.effect->kind == sim::Effect::Kind::kSlow;
      if (slow && !models::has_nodes_in_zones(service == nullptr ? "" : service->kind))
        return false;
      auto& all = fault.deployments;
      if (std::find(all.begin(), all.end(), deployment) == all.end()) all.push_back(deployment);
      return true;
    }
    if (!row.part.empty() || !action.effects.zone_lost) return false;
    const auto reg = network_.find_register(row.service + "@" + detail::region_of(network_, row) +
                                            "/zone-" + zone + "-lost");
    auto& all = fault.conditions;
    if (reg.valid() && std::find(all.begin(), all.end(), reg) == all.end()) all.push_back(reg);
    // Before the platform is compiled there are no registers: then the kind must do.
    return reg.valid() || (network_.registers.empty() && service != nullptr &&
                           models::has_nodes_in_zones(service->kind));
  }

  /// Of a target's deployments, those that have such a part. Which zones they have is known only of
  /// a compiled platform, which has registers.
  void add_conditions(const Hit& hit, const LocatedName& name, const FaultAction& action,
                      PlannedFault& fault) {
    const FaultEffects::Condition& condition = *action.effects.condition;
    bool any = false;
    for (const auto deployment : hit.deployments) {
      const auto& row = network_.deployments[deployment.index()];
      const auto* service = names_.find_service(row.service);
      const auto& kinds = condition.kinds;
      if (service == nullptr ||
          std::find(kinds.begin(), kinds.end(), service->kind) == kinds.end()) {
        continue;
      }
      const auto reg = network_.find_register(row.service + "@" + detail::region_of(network_, row) +
                                              "/" + condition.name);
      any = any || reg.valid() || network_.registers.empty();
      auto& all = fault.conditions;
      if (reg.valid() && std::find(all.begin(), all.end(), reg) == all.end()) all.push_back(reg);
    }
    if (any) return;
    std::string kinds;
    for (const auto& kind : condition.kinds) kinds += (kinds.empty() ? "" : ", ") + kind;
    problems_.error(
        name.place,
        "no service of " + io::quote(name.value) + " can have " + io::quote(condition.name),
        "services of the kinds " + kinds + ", and a zone of theirs");
  }

  void add_region(const std::string& region, const FaultAction& action, PlannedFault& fault) {
    const std::uint32_t index = index_of(names_.regions, region);
    if (std::find(fault.regions.begin(), fault.regions.end(), index) != fault.regions.end()) return;
    fault.regions.push_back(index);
    if (!action.effects.region_down) return;
    for (std::uint32_t i = 0; i < network_.logs.size(); ++i) {
      const auto& log = network_.logs[i];
      const auto stands_here = [&](sim::DeploymentId end) {
        return end.valid() &&
               detail::region_of(network_, network_.deployments[end.index()]) == region;
      };
      // One that only ends here waits: its source is well.
      if (!stands_here(log.from) && !stands_here(log.to)) continue;
      auto& logs = stands_here(log.from) ? fault.logs : fault.paused;
      if (std::find(logs.begin(), logs.end(), sim::LogId(i)) == logs.end()) {
        logs.emplace_back(i);
      }
    }
  }

  /// Capacity is a region's: of a target's deployments, the regions of those that launch tasks.
  void add_granting_regions(const Hit& hit, const LocatedName& name, const FaultAction& action,
                            PlannedFault& fault) {
    bool any = false;
    for (const auto deployment : hit.deployments) {
      const auto& row = network_.deployments[deployment.index()];
      const auto* service = names_.find_service(row.service);
      if (service == nullptr || service->kind != "ecs-fargate") continue;
      any = true;
      add_region(detail::region_of(network_, row), action, fault);
    }
    if (!any) {
      problems_.error(name.place, "no service of " + io::quote(name.value) + " launches tasks",
                      "a region or service with tasks (ecs-fargate)");
    }
  }

  /// A part has a gate of its own, and may have stations. An outage of a service is one of its
  /// parts as well, and so is slowness; what acts at the gate of a service acts once, at its own.
  [[nodiscard]] static bool concerns(const sim::Deployment& row, std::string_view part,
                                     const sim::Effect& effect) {
    if (!part.empty()) return row.part == part;
    return row.part.empty() || effect.kind == sim::Effect::Kind::kOutage ||
           effect.kind == sim::Effect::Kind::kSlow;
  }

  void add_deployments(const Hit& hit, const LocatedName& name, const FaultAction& action,
                       PlannedFault& fault) {
    const std::string part(action.effects.part.empty() ? std::string_view(hit.part)
                                                       : action.effects.part);
    bool any = false;
    for (const auto deployment : hit.deployments) {
      const sim::Deployment& row = network_.deployments[deployment.index()];
      if (!concerns(row, part, *action.effects.effect)) continue;
      any = true;
      auto& all = fault.deployments;
      if (std::find(all.begin(), all.end(), deployment) == all.end()) all.push_back(deployment);
    }
    if (any || problems_.has_errors()) return;
    if (part.empty()) {
      problems_.error(name.place, "nothing runs where " + io::quote(name.value) + " points",
                      "a target with at least one service");
    } else {
      problems_.error(name.place,
                      "nothing of " + io::quote(name.value) + " has the part " + io::quote(part),
                      "a service whose description has one");
    }
  }

  /// Of a target's deployments, those that are deployed to; a service named must be one.
  void add_versions(const Hit& hit, const LocatedName& name, PlannedFault& fault) {
    bool any = false;
    for (const auto deployment : hit.deployments) {
      const auto& row = network_.deployments[deployment.index()];
      if (!row.part.empty()) continue;  // a version is the whole service's
      const std::string prefix =
          row.service + "@" + detail::region_of(network_, row) + "/deployment/";
      const VersionRegisters registers{
          network_.find_register(prefix + "version"), network_.find_register(prefix + "unhealthy"),
          network_.find_register(prefix + "speed"), network_.find_register(prefix + "errors")};
      if (registers.version.valid()) fault.versions.push_back(registers);
      // Before the platform is compiled there are no registers: then the kind must do.
      const auto* service = names_.find_service(row.service);
      any = any || registers.version.valid() ||
            (network_.registers.empty() && service != nullptr && service->kind == "ecs-fargate");
    }
    if (!any) {
      problems_.error(name.place,
                      "no service of " + io::quote(name.value) + " says how it is deployed to",
                      "an ecs-fargate service with \"deployment\": {}");
    }
  }

  [[nodiscard]] bool knows(const sim::Deployment& row, const std::string& word) const {
    const auto* service = names_.find_service(row.service);
    if (service == nullptr) return false;
    const auto words = service->words.find(detail::region_of(network_, row));
    return words != service->words.end() &&
           std::find(words->second.begin(), words->second.end(), word) != words->second.end();
  }

  void add_asks(const Hit& hit, const LocatedName& name, const FaultAction& action,
                PlannedFault& fault) {
    bool any = false;
    for (const auto deployment : hit.deployments) {
      const sim::Deployment& row = network_.deployments[deployment.index()];
      if (!row.part.empty()) continue;
      const sim::RegisterId ask =
          network_.find_register(row.service + "@" + detail::region_of(network_, row) + "/" +
                                 std::string(action.effects.asks));
      if (ask.valid()) fault.asks.push_back(ask);
      // Before the platform is compiled there are no registers: then its description must do.
      any = any || ask.valid() ||
            (network_.registers.empty() && knows(row, std::string(action.effects.asks)));
    }
    if (any || problems_.has_errors()) return;
    problems_.error(
        name.place,
        "nothing of " + io::quote(name.value) + " knows a " + io::quote(action.effects.asks),
        action.effects.asks == "flush" ? "a cache" : "a database or cache that has one");
  }

  /// "zone a of sg is lost"; false where no zone is hit.
  bool describe_zones(const FaultAction& action, PlannedFault& fault) const {
    std::set<std::string> names;
    std::vector<std::string> regions;
    for (const auto& target : action.targets) {
      const auto found = hits_.find(target.value);
      if (found == hits_.end()) continue;
      names.insert(found->second.zones.begin(), found->second.zones.end());
      for (const auto deployment : found->second.deployments) {
        const auto region = detail::region_of(network_, network_.deployments[deployment.index()]);
        if (std::find(regions.begin(), regions.end(), region) == regions.end()) {
          regions.push_back(region);
        }
      }
    }
    if (names.empty()) return false;
    const std::string zones = fmt::format("{}", fmt::join(names, ", "));
    if (regions.size() == 1) fault.region = regions.front();
    const std::string what = "zone " + zones + (fault.region.empty() ? "" : " of " + fault.region);
    fault.begin_text =
        action.effects.zone_lost ? what + " is lost" : action.action_id + " in " + what + " begins";
    fault.end_text =
        action.effects.zone_lost ? what + " is back" : action.action_id + " in " + what + " ends";
    return true;
  }

  void describe(const FaultAction& action, PlannedFault& fault) const {
    std::string where;
    for (const std::uint32_t index : fault.regions) {
      where += (where.empty() ? "" : ", ") + names_.regions[index];
    }
    if (fault.regions.size() == 1) fault.region = where;
    if (describe_zones(action, fault)) return;
    if (action.effects.granted) {
      fault.begin_text = "region " + where + " grants " +
                         io::to_text(io::Ratio{*action.effects.granted}) + " of further launches";
      fault.end_text = "region " + where + " grants launches again";
      return;
    }
    if (action.effects.region_down) {
      fault.begin_text = "region " + where + " is lost";
      fault.end_text = "region " + where + " is back";
      return;
    }
    if (where.empty()) {
      for (const auto& target : action.targets) {
        where += (where.empty() ? "" : ", ") + target.value;
      }
    }
    fault.begin_text = action.action_id + " at " + where + " begins";
    fault.end_text = action.action_id + " at " + where + " ends";
  }

  const Faults& faults_;
  const io::Calendar& calendar_;
  const PlatformNames& names_;
  const sim::Network& network_;
  io::Problems& problems_;
  std::map<std::string, Hit> hits_;
  std::map<std::string, std::uint32_t> rows_;
  FaultPlan plan_;
};

}  // namespace

std::string occurrence_name(const std::string& action, std::int64_t occurrence) {
  return occurrence == 0 ? action : fmt::format("{}#{}", action, occurrence + 1);
}

std::string step_register(std::string_view runbook, std::string_view step) {
  return fmt::format("runbook/{}/step/{}", runbook, step);
}

FaultPlan plan_faults(const Faults& faults, const io::Calendar& calendar,
                      const PlatformNames& names, const sim::Network& network,
                      io::Problems& problems) {
  return Planner(faults, calendar, names, network, problems).plan();
}

}  // namespace lifeboat::scenarios
