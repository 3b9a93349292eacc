#include "reports/gameday/injections.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "reports/gameday/fis_actions.hpp"
#include "reports/seconds.hpp"
#include "scenarios/faults/fault_times.hpp"

namespace lifeboat::reports::gameday {
namespace {

using scenarios::FaultAction;
using scenarios::FaultTarget;
using scenarios::PlannedFault;
using scenarios::Scenario;

constexpr double kShortest = 60;
constexpr double kLongest = 12 * 3600;
/// AWS's own example account: to be replaced.
constexpr const char* kAccount = "111122223333";

/// What a target names in one region, by kind; the region as a whole has no kind.
struct Part {
  const models::RegionSpec* region = nullptr;
  std::string kind;
  std::vector<std::string> services;
};

class Planner {
 public:
  Planner(const Scenario& scenario, const scenarios::FaultPlan& plan)
      : scenario_(scenario), plan_(plan), times_(scenarios::fault_times(plan)) {
    for (const PlannedFault& fault : plan_.faults) {
      if (!fault.at) continue;
      const double at = seconds_of(*fault.at);
      origin_ = origin_ ? std::min(*origin_, at) : at;
    }
  }

  Injections plan() {
    for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
      const PlannedFault& fault = plan_.faults[i];
      const auto action =
          std::find_if(scenario_.faults.actions.begin(), scenario_.faults.actions.end(),
                       [&](const FaultAction& one) { return one.name == fault.name; });
      if (action != scenario_.faults.actions.end()) add(*action, fault, times_[i]);
    }
    drop_empty();
    return std::move(made_);
  }

 private:
  void add(const FaultAction& action, const PlannedFault& fault, const scenarios::FaultTime& time) {
    Injection injection;
    injection.name = action.name;
    injection.action_id = action.action_id;
    injection.what = fault.begin_text.empty() ? action.name : fault.begin_text;
    injection.probability = action.probability;
    if (time.lasts) injection.lasts_s = seconds_of(*time.lasts);
    if (fault.moment) {
      injection.moment = fmt::format("when the step \"{}\" {}", action.start_at->step.value,
                                     action.start_at->ends ? "has ended" : "begins");
    } else if (time.begins) {
      // After the first fault, without jitter.
      injection.at_s = std::max(0.0, seconds_of(*time.begins) - origin_.value_or(0));
    } else {
      injection.moment = "at a moment that nobody knows";
    }
    bool missing = false;
    for (const auto& name : action.targets) {
      const auto target =
          std::find_if(scenario_.faults.targets.begin(), scenario_.faults.targets.end(),
                       [&](const FaultTarget& one) { return one.name == name.value; });
      if (target == scenario_.faults.targets.end()) continue;
      missing = !inject(action, *target, injection) || missing;
    }
    if (missing || action.targets.empty()) {
      const ByHand way = by_hand(action.action_id);
      injection.by_hand.push_back(way.does + "; afterwards: " + way.undoes);
    }
    made_.all.push_back(std::move(injection));
  }

  /// Whether FIS does all of it.
  bool inject(const FaultAction& action, const FaultTarget& target, Injection& injection) {
    bool whole = true;
    bool any = false;
    for (const Part& part : parts_of(target)) {
      FisReach reach;
      reach.code = part.region->code;
      reach.other_code = other_code(action, part);
      for (const auto& zone : target.zones) reach.zones.push_back(zone.value);
      const auto choices = fis_choices(action, part.kind, reach);
      if (choices.empty()) {
        // A region or a zone as a whole has its action; kinds add theirs where FIS has some.
        whole = whole && (part.kind.empty() ? false : acts_on_whole(action));
        continue;
      }
      // Without a time of its own, or without a place of its own, nobody can be asked to do it.
      if (!injection.at_s) {
        for (const FisChoice& choice : choices) note_once(injection.fis, choice.action_id);
        any = true;
        continue;
      }
      for (const FisChoice& choice : choices) place(action, target, part, choice, injection);
      any = true;
    }
    return any && whole;
  }

  static bool acts_on_whole(const FaultAction& action) {
    return action.action_id == "region-outage" || action.action_id == "zone-outage" ||
           action.action_id == "network-partition" || action.action_id == "control-plane-outage";
  }

  static void note_once(std::vector<std::string>& all, const std::string& one) {
    if (!one.empty() && std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
  }

  /// The region at the other end of a cut, or the one that a store is replicated to.
  [[nodiscard]] std::string other_code(const FaultAction& action, const Part& part) const {
    std::string other;
    if (action.effects.network && action.effects.network->other) {
      other = action.effects.network->other->value;
    }
    for (const models::RegionSpec& region : scenario_.platform->regions) {
      if (&region == part.region) continue;
      if (!other.empty() && region.name != other) continue;
      if (!part.kind.empty() && !has_kind(part, region.name)) continue;
      return region.code;
    }
    return {};
  }

  [[nodiscard]] bool has_kind(const Part& part, const std::string& region) const {
    return std::any_of(part.services.begin(), part.services.end(), [&](const std::string& name) {
      return scenario_.platform->find_deployment(name, region) != nullptr;
    });
  }

  [[nodiscard]] std::vector<Part> parts_of(const FaultTarget& target) const {
    std::vector<Part> parts;
    std::string service = target.service ? target.service->value : std::string{};
    std::string in = target.region ? target.region->value : std::string{};
    if (const std::size_t at = service.find('@'); at != std::string::npos) {
      in = service.substr(at + 1);
      service.resize(at);
    }
    for (const models::RegionSpec& region : scenario_.platform->regions) {
      if (!in.empty() && region.name != in) continue;
      if (target.health_check) continue;
      const bool is_whole = service.empty() && !target.kind;
      if (is_whole) parts.push_back({&region, {}, {}});
      std::map<std::string, std::vector<std::string>> kinds;
      for (const models::ServiceSpec& spec : scenario_.platform->services) {
        if (!service.empty() && spec.name != service) continue;
        const std::string kind(spec.kind->name());
        if (target.kind && target.kind->value != kind) continue;
        const bool here = std::any_of(
            spec.deployments.begin(), spec.deployments.end(),
            [&](const auto& deployment) { return deployment.site.region == region.name; });
        if (here) kinds[kind].push_back(spec.name);
      }
      for (auto& [kind, services] : kinds) parts.push_back({&region, kind, std::move(services)});
    }
    return parts;
  }

  FisTemplate& template_of(const models::RegionSpec& region) {
    for (FisTemplate& one : made_.templates) {
      if (one.region == region.name) return one;
    }
    made_.templates.emplace_back();
    FisTemplate& made = made_.templates.back();
    made.region = region.name;
    made.code = region.code;
    made.description = "Game day " + scenario_.name + ", in " + region.code;
    return made;
  }

  void place(const FaultAction& action, const FaultTarget& target, const Part& part,
             const FisChoice& choice, Injection& injection) {
    const models::RegionSpec* region = part.region;
    for (const models::RegionSpec& other : scenario_.platform->regions) {
      if (choice.at_other_end && other.code == other_code(action, part)) region = &other;
    }
    FisTemplate& made = template_of(*region);
    FisAction step;
    step.name = unique_name(made, action.name + (part.kind.empty() ? "" : "-" + part.kind));
    step.action_id = choice.action_id;
    step.description = injection.what;
    step.parameters = choice.parameters;
    if (choice.lasts) {
      step.parameters["duration"] = fis_duration(injection.lasts_s.value_or(kLongest));
    }
    step.targets[choice.target_key] = target_of(made, target, part, choice);
    step.start_after = after(made, action, *injection.at_s);
    made.actions.push_back(std::move(step));
    note_once(injection.fis, choice.action_id);
    note_once(injection.notes, choice.note);
    if (choice.lasts && injection.lasts_s.value_or(INFINITY) > kLongest) {
      note_once(injection.notes, "an action of FIS lasts 12 hours at most: start it again");
    }
  }

  static std::string unique_name(const FisTemplate& made, const std::string& wanted) {
    const auto taken = [&](const std::string& name) {
      return std::any_of(made.actions.begin(), made.actions.end(),
                         [&](const FisAction& one) { return one.name == name; });
    };
    std::string name = wanted;
    for (int i = 2; taken(name); ++i) name = fmt::format("{}-{}", wanted, i);
    return name;
  }

  /// Zones of one target are targets of their own.
  static std::string target_of(FisTemplate& made, const FaultTarget& target, const Part& part,
                               const FisChoice& choice) {
    FisTarget wanted;
    wanted.resource_type = choice.resource_type;
    wanted.parameters = choice.target_parameters;
    wanted.selection = target.selection.text;
    wanted.name = target.name + (part.kind.empty() ? "" : "-" + part.kind);
    for (const auto& [key, value] : choice.target_parameters) wanted.name += "-" + value;
    if (choice.needs_arn) {
      wanted.arns.push_back(fmt::format("arn:aws:iam::{}:role/deployer", kAccount));
    } else {
      wanted.tags["game-day"] = target.name;
    }
    for (const FisTarget& one : made.targets) {
      if (one.name == wanted.name && one.resource_type == wanted.resource_type) return one.name;
    }
    for (const FisTarget& one : made.targets) {
      if (one.name == wanted.name) wanted.name += "-" + choice.target_key;
    }
    made.targets.push_back(wanted);
    return wanted.name;
  }

  /// What FIS waits for: the actions that it comes after where they end just then, otherwise a
  /// waiting action.
  std::vector<std::string> after(FisTemplate& made, const FaultAction& action, double at) {
    if (at <= 0) return {};
    std::vector<std::string> names;
    const bool follows = !action.start_after.empty() && action.start_with.empty() && !action.at &&
                         action.delay == sim::Duration{};
    for (const FisAction& one : made.actions) {
      for (const auto& before : action.start_after) {
        const bool is = one.name == before.value || one.name.starts_with(before.value + "-");
        if (follows && is && one.parameters.contains("duration")) names.push_back(one.name);
      }
    }
    if (!names.empty()) return names;
    const std::string name = "wait-" + action.name;
    for (const FisAction& one : made.actions) {
      if (one.name == name) return {name};
    }
    FisAction wait;
    wait.name = name;
    wait.action_id = "aws:fis:wait";
    wait.description = "until \"" + action.name + "\" begins";
    wait.parameters["duration"] = fis_duration(at);
    made.actions.push_back(std::move(wait));
    return {name};
  }

  void drop_empty() {
    auto& all = made_.templates;
    all.erase(std::remove_if(all.begin(), all.end(),
                             [](const FisTemplate& one) { return one.actions.empty(); }),
              all.end());
  }

  const Scenario& scenario_;
  const scenarios::FaultPlan& plan_;
  Injections made_;
  std::vector<scenarios::FaultTime> times_;  ///< by row of the plan
  std::optional<double> origin_;             ///< of the first that has an instant
};

}  // namespace

std::string fis_duration(double seconds) {
  const auto whole =
      static_cast<std::int64_t>(std::llround(std::clamp(seconds, kShortest, kLongest)));
  std::string text = "PT";
  if (whole / 3600 > 0) text += fmt::format("{}H", whole / 3600);
  if (whole % 3600 / 60 > 0) text += fmt::format("{}M", whole % 3600 / 60);
  if (whole % 60 > 0) text += fmt::format("{}S", whole % 60);
  return text;
}

Injections injections_of(const Scenario& scenario, const scenarios::FaultPlan& plan) {
  return Planner(scenario, plan).plan();
}

}  // namespace lifeboat::reports::gameday
