#include "scenarios/runbooks/plan_runbook.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "models/io/level.hpp"
#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/services/ecs_fargate/capacity.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using models::CompiledDeployment;
using models::VerbArguments;
using models::VerbStatus;
using sim::Control;

bool compare(double value, Until::Compare how, double threshold) {
  switch (how) {
    case Until::Compare::kLess:
      return value < threshold;
    case Until::Compare::kLessOrEqual:
      return value <= threshold;
    case Until::Compare::kGreater:
      return value > threshold;
    case Until::Compare::kGreaterOrEqual:
      return value >= threshold;
  }
  return false;
}

class Planner {
 public:
  Planner(const Runbook& runbook, const PlatformNames& names, models::CompiledPlatform& platform,
          io::Problems& problems)
      : runbook_(runbook), names_(names), platform_(platform), problems_(problems) {
    for (std::uint32_t i = 0; i < runbook.steps.size(); ++i) rows_[runbook.steps[i].name] = i;
    for (std::uint32_t i = 0; i < runbook.people.size(); ++i) {
      people_[runbook.people[i].name] = i;
    }
  }

  RunbookPlan plan(const io::Calendar& calendar, const FaultPlan& faults) {
    RunbookPlan plan;
    plan.name = runbook_.name;
    plan.luck = runbook_.luck;
    plan.calendar = calendar;
    for (const auto& people : runbook_.people) plan.people.push_back(plan_people(people));
    for (const auto& step : runbook_.steps) plan.steps.push_back(plan_step(step));
    for (const auto& step : runbook_.steps) {
      if (step.on_failure != RunbookStep::OnFailure::kStep) continue;
      const auto row = rows_.find(step.fallback.value);
      if (row != rows_.end()) plan.steps[row->second].only_as_fallback = true;
    }
    plan_trigger(plan);
    plan.faults_begun = faults.begun;
    plan.blamed = faults.blamed;
    for (const auto& fault : faults.faults) plan.faults.push_back(fault.name);
    plan.progress = platform_.network().add_register("runbook/" + runbook_.name + "/progress", 0);
    return plan;
  }

 private:
  PlannedPeople plan_people(const People& people) {
    PlannedPeople planned;
    planned.name = people.name;
    planned.count = people.count;
    planned.answers = platform_.network().add_law(people.answers);
    if (people.asleep) {
      planned.asleep =
          PlannedPeople::Asleep{people.asleep->from_second_of_day, people.asleep->to_second_of_day,
                                platform_.network().add_law(people.asleep->answers)};
    }
    return planned;
  }

  void plan_trigger(RunbookPlan& plan) {
    const Trigger& trigger = runbook_.trigger;
    if (trigger.health_check) {
      plan.check = trigger.health_check->value;
      const auto* check = platform_.find_health_check(plan.check);
      if (check != nullptr) plan.watched = check->status;
      plan.fires_at_value = trigger.when_healthy ? 1 : 0;
      plan.lasting = trigger.lasting;
    }
    if (trigger.at) {
      const auto at = plan.calendar.resolve(trigger.at->value);
      if (at) {
        plan.at = at.value();
      } else {
        problems_.error(trigger.at->place, at.complaint());
      }
    }
    if (trigger.pages) plan.pages = people_.at(trigger.pages->value);
  }

  PlannedStep plan_step(const RunbookStep& step) {
    PlannedStep planned;
    planned.name = step.name;
    planned.block = step.block;
    planned.region = step.runs_from ? step.runs_from->value : runbook_.activate;
    if (step.by) planned.people = people_.at(step.by->value);
    for (const auto& before : step.after) planned.after.push_back(rows_.at(before.value));
    if (step.takes) planned.takes = platform_.network().add_law(*step.takes);
    planned.timeout = step.timeout;
    planned.max_attempts = step.max_attempts;
    planned.retry_wait = step.retry_wait;
    planned.success = step.success;
    planned.on_failure = step.on_failure;
    if (step.on_failure == RunbookStep::OnFailure::kStep) {
      planned.fallback = rows_.at(step.fallback.value);
    }
    if (const auto* region = platform_.find_region(planned.region)) {
      // Flipping a switch is a call of the data plane; the rest change resources.
      if (step.acts()) {
        planned.needs = step.block == "route53HealthCheck" ? region->up : region->control_plane;
      }
    }
    const sim::Network& network = platform_.network().so_far();
    // Records are edited in one place for the whole world.
    if (step.block == "route53ChangeRecords") {
      planned.needs = network.find_register("dns/control-plane");
      planned.needs_of = "dns";
    }
    planned.tells = network.find_register(step_register(runbook_.name, step.name));
    for (const auto& flip : step.switches) {
      const auto* check = platform_.find_health_check(flip.name.value);
      if (check != nullptr) planned.sets.push_back({check->status, flip.healthy ? 1 : 0});
    }
    if (step.acts() && step.block != "route53HealthCheck") {
      for (const auto& service : step.services) plan_action(step, service, planned);
    }
    return planned;
  }

  void plan_action(const RunbookStep& step, const LocatedName& service, PlannedStep& planned) {
    const auto name = resolve_deployment(service, names_, true, problems_);
    if (!name) return;
    const auto* deployment = platform_.find(name->service, name->region);
    if (deployment == nullptr) return;
    PlannedAction action;
    action.deployment = name->region.empty() ? name->service : name->service + "@" + name->region;
    action.region = name->region;
    // A fence finds out by itself that nobody answers.
    if (name->region != planned.region && step.block != "fence") {
      if (const auto* region = platform_.find_region(name->region)) {
        action.own_control_plane = region->control_plane;
      }
    }
    if (!find_block(step, service, *deployment, action)) return;
    if (step.shifts_zone()) plan_zone(step, *deployment, action);
    plan_amount(step, *deployment, action);
    plan_until(step, *deployment, action);
    if (action.until && step.block == "warmCache") never_waits_for_its_end(action);
    planned.actions.push_back(std::move(action));
  }

  /// A cache is warm when `until` says so: the last of all its keys may take hours.
  static void never_waits_for_its_end(PlannedAction& action) {
    action.status = [status = action.status](Control& control,
                                             const models::VerbArguments& arguments) {
      const bool failed = status(control, arguments) == models::VerbStatus::kFailed;
      return failed ? models::VerbStatus::kFailed : models::VerbStatus::kDone;
    };
  }

  /// The deployment's own verb.
  bool find_block(const RunbookStep& step, const LocatedName& service,
                  const CompiledDeployment& deployment, PlannedAction& action) {
    std::vector<std::string> offered;
    for (const auto& verb : deployment.handles().verbs) {
      offered.push_back(verb.block);
      if (verb.block != step.block) continue;
      action.begin = [begin = verb.begin](Control& control, const VerbArguments& arguments) {
        begin(control, arguments);
        return true;
      };
      action.status = verb.status;
      action.changes = verb.changes;
      return true;
    }
    problems_.error(
        service.place,
        io::quote(service.value) + " (" + deployment.kind + ") does not offer " +
            io::quote(step.block),
        offered.empty() ? "a service that does: this one offers no blocks" : io::one_of(offered));
    return false;
  }

  void plan_zone(const RunbookStep& step, const CompiledDeployment& deployment,
                 PlannedAction& action) {
    action.number = step.expires_in.value_or(kLongestShift).to_seconds();
    const auto& zones = deployment.site.zones;
    const auto found = std::find(zones.begin(), zones.end(), step.zone->value);
    if (found == zones.end()) {
      io::unknown_name(problems_, step.zone->place, "zone", step.zone->value, zones);
      return;
    }
    action.zone = static_cast<std::uint32_t>(found - zones.begin());
  }

  void plan_amount(const RunbookStep& step, const CompiledDeployment& deployment,
                   PlannedAction& action) {
    if (step.rate_per_second) action.number = *step.rate_per_second;
    if (step.share) action.number = *step.share;
    if (step.block == "route53ChangeRecords") {
      const auto& regions = names_.regions;
      action.number = static_cast<double>(
          std::find(regions.begin(), regions.end(), runbook_.activate) - regions.begin());
    }
    if (!step.to) return;
    const Amount& amount = step.to->value;
    if (amount.number) {
      action.number = *amount.number;
      check_number(step, deployment);
      return;
    }
    const auto* reference = platform_.find(deployment.site.service, amount.region);
    if (reference == nullptr || !reference->handles().tasks) {
      problems_.error(step.to->place,
                      "no tasks of " + io::quote(deployment.site.service) + " run in " +
                          io::quote(amount.region),
                      "a region in which it is deployed, or a number");
      return;
    }
    action.reference = reference->handles().tasks;
    action.share = amount.share;
    action.before_fault = amount.before_fault;
  }

  /// More tasks than there can be are never there: better told before the run.
  void check_number(const RunbookStep& step, const CompiledDeployment& deployment) {
    if (step.block != "ecsCapacityIncrease" || !deployment.handles().tasks) return;
    const auto& groups = platform_.network().so_far().groups;
    const std::int64_t most =
        models::ecs::most_askable(groups[deployment.handles().tasks->index()]);
    if (*step.to->value.number <= static_cast<double>(most)) return;
    problems_.error(
        step.to->place,
        io::quote(deployment.site.service) + " can have " + std::to_string(most) + " tasks at most",
        "no more, or a higher \"maxCapacity\" of the service");
  }

  void plan_until(const RunbookStep& step, const CompiledDeployment& deployment,
                  PlannedAction& action) {
    if (!step.until) return;
    const Until until = step.until->value;
    const auto& handles = deployment.handles();
    if (until.kind == Until::Kind::kHealthy) {
      const auto healthy = std::find_if(
          handles.metrics.begin(), handles.metrics.end(),
          [](const auto& metric) { return metric.name == models::ecs::kHealthyCount; });
      if (healthy == handles.metrics.end()) {
        problems_.error(step.until->place,
                        io::quote(action.deployment) + " has no tasks that could be healthy",
                        "a metric that it publishes");
        return;
      }
      const auto tasks = handles.tasks;
      action.until = [read = healthy->read, tasks, until](Control& control, double amount) {
        // Without a number asked for: of those that there are, and not of none.
        const double all = amount > 0 || !tasks
                               ? amount
                               : std::max(1.0, static_cast<double>(control.group(*tasks).running));
        return read(control) >= std::ceil(until.healthy_share * all - 1e-6);
      };
      return;
    }
    std::vector<std::string> known;
    for (const auto& metric : handles.metrics) {
      known.push_back(metric.name);
      if (metric.name != until.metric) continue;
      if (metric.unit != until.unit) {
        problems_.error(step.until->place,
                        io::quote(metric.name) + " counts in " + io::quote(metric.unit),
                        std::string(io::level_of_unit(metric.unit)));
      }
      action.until = [read = metric.read, until](Control& control, double) {
        return compare(read(control), until.compare, until.threshold);
      };
      action.changes = {};  // a metric changes without telling
      return;
    }
    problems_.error(
        step.until->place,
        io::quote(action.deployment) + " publishes no metric " + io::quote(until.metric),
        known.empty() ? "a service that publishes metrics" : io::one_of(known),
        io::suggest(until.metric, known));
  }

  const Runbook& runbook_;
  const PlatformNames& names_;
  models::CompiledPlatform& platform_;
  io::Problems& problems_;
  std::map<std::string, std::uint32_t> rows_;
  std::map<std::string, std::uint32_t> people_;
};

}  // namespace

RunbookPlan plan_runbook(const Runbook& runbook, const io::Calendar& calendar,
                         const PlatformNames& names, models::CompiledPlatform& platform,
                         const FaultPlan& faults, io::Problems& problems) {
  return Planner(runbook, names, platform, problems).plan(calendar, faults);
}

}  // namespace lifeboat::scenarios
