// What must hold of a runbook before it runs.
//
// The order of steps is a graph: a step comes after those in its `after`; a fallback comes after
// the step it stands in for and before the steps that come after that one. It must have no cycle.
// A fallback that stands in only for steps that cannot fail is never released.
#include <algorithm>
#include <map>
#include <set>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "scenarios/runbooks/runbook.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

class Checker {
 public:
  Checker(const Runbook& runbook, const PlatformNames& names, io::Problems& problems)
      : runbook_(runbook), names_(names), problems_(problems) {
    for (const auto& people : runbook.people) people_.push_back(people.name);
    for (const auto& step : runbook.steps) {
      steps_.push_back(step.name);
      by_name_[step.name] = &step;
    }
  }

  void check() {
    check_regions();
    check_trigger();
    for (const auto& step : runbook_.steps) {
      check_step(step);
      check_block(step);
    }
    check_order();
    check_released();
  }

 private:
  void known(const LocatedName& name, std::string_view what, const std::vector<std::string>& all) {
    if (std::find(all.begin(), all.end(), name.value) != all.end()) return;
    io::unknown_name(problems_, name.place, what, name.value, all);
  }

  void check_regions() {
    check_region({runbook_.activate, runbook_.activate_place}, names_, problems_);
    if (runbook_.in_place) return;
    check_region({runbook_.deactivate, runbook_.deactivate_place}, names_, problems_);
    if (runbook_.activate == runbook_.deactivate) {
      problems_.error(runbook_.deactivate_place, "the region to leave is the one to activate",
                      "another region");
    }
  }

  void check_trigger() {
    if (runbook_.trigger.health_check) {
      known(*runbook_.trigger.health_check, "health check", names_.health_checks);
    }
    if (runbook_.trigger.pages) known(*runbook_.trigger.pages, "group of people", people_);
  }

  void check_step(const RunbookStep& step) {
    if (step.by) known(*step.by, "group of people", people_);
    for (const auto& before : step.after) {
      known(before, "step", steps_);
      if (const auto* instead = replaced_by(before.value)) {
        problems_.error(before.place,
                        io::quote(before.value) + " runs only where " + io::quote(instead->name) +
                            " fails, so " + io::quote(step.name) + " might wait for ever",
                        io::quote(instead->name) + ": what stands in for it counts as it");
      }
    }
    if (step.on_failure == RunbookStep::OnFailure::kStep) {
      known(step.fallback, "step (or \"stop\", \"continue\")", steps_);
    }
    if (!step.runs_from || !check_region(*step.runs_from, names_, problems_)) return;
    if (!runbook_.graceful && step.runs_from->value == runbook_.deactivate) {
      problems_.error(
          step.runs_from->place,
          "the step would run from " + io::quote(runbook_.deactivate) + ", the region that is lost",
          "a region that is up, such as " + io::quote(runbook_.activate));
    }
  }

  /// A step that the named one stands in for; null where it is no fallback.
  [[nodiscard]] const RunbookStep* replaced_by(const std::string& name) const {
    for (const auto& step : runbook_.steps) {
      const bool falls_back = step.on_failure == RunbookStep::OnFailure::kStep;
      if (falls_back && step.fallback.value == name) return &step;
    }
    return nullptr;
  }

  void check_services(const RunbookStep& step) {
    for (const auto& service : step.services) {
      const auto deployment = resolve_deployment(service, names_, true, problems_);
      if (!deployment || runbook_.graceful || step.block == "fence") continue;
      if (deployment->region == runbook_.deactivate) {
        problems_.error(service.place,
                        "the step acts on " + io::quote(service.value) +
                            ", in the region that is "
                            "lost",
                        "a service in a region that is up, such as " +
                            io::quote(deployment->service + "@" + runbook_.activate));
      }
    }
  }

  void check_block(const RunbookStep& step) {
    const auto& blocks = runbook_blocks();
    if (std::none_of(blocks.begin(), blocks.end(),
                     [&](const BlockKind& kind) { return kind.block == step.block; })) {
      return;  // was reported when it was read
    }
    check_services(step);
    const auto needs = [&](bool there, const std::string& what) {
      if (!there) {
        problems_.error(step.place, io::quote(step.block) + " needs " + what, what);
      }
    };
    const auto lacks = [&](bool there, const std::string& key, const std::string& block) {
      if (there && step.block != block) {
        problems_.error(step.place, "\"" + key + "\" says nothing to " + io::quote(step.block),
                        "it with " + io::quote(block));
      }
    };
    lacks(step.to.has_value(), "to", "ecsCapacityIncrease");
    lacks(step.rate_per_second.has_value(), "rate", "warmCache");
    lacks(!step.switches.empty(), "set", "route53HealthCheck");
    if (step.block == "executionApproval" || step.block == "route53HealthCheck") {
      lacks(step.until.has_value(), "until", "a block that acts on services");
      lacks(!step.services.empty(), "services", "a block that acts on services");
    }
    if (step.block == "ecsCapacityIncrease") {
      needs(!step.services.empty(), "\"services\"");
      needs(step.to.has_value(), "\"to\", the number of tasks");
      if (step.to && !step.to->value.region.empty()) {
        check_region({step.to->value.region, step.to->place}, names_, problems_);
      }
    } else if (step.block == "route53HealthCheck") {
      needs(!step.switches.empty(), "\"set\", the switches to flip");
      for (const auto& flip : step.switches) known(flip.name, "switch", names_.switches);
    } else if (step.block != "executionApproval") {
      needs(!step.services.empty(), "a \"service\"");
    }
    const bool sheds = step.block == "shedTraffic" || step.block == "shedAllTraffic";
    if (sheds) {
      needs(step.share.has_value(), "\"share\"");
    } else {
      lacks(step.share.has_value(), "share", "shedTraffic");
    }
    if (step.shifts_zone()) {
      needs(step.zone.has_value(), "\"zone\"");
    } else {
      lacks(step.zone.has_value(), "zone", "startZonalShift");
    }
    lacks(step.expires_in.has_value(), "expiresIn", "startZonalShift");
    if (step.block == "warmCache") needs(step.rate_per_second.has_value(), "\"rate\"");
  }

  /// Steps that come directly after `name`.
  [[nodiscard]] std::vector<std::string> next_of(const std::string& name) const {
    std::vector<std::string> next;
    const auto add_after = [&](const std::string& before) {
      for (const auto& step : runbook_.steps) {
        for (const auto& other : step.after) {
          if (other.value == before && step.name != name) next.push_back(step.name);
          if (other.value == before && step.name == name && before == name) next.push_back(name);
        }
      }
    };
    add_after(name);
    for (const auto& step : runbook_.steps) {
      if (step.on_failure != RunbookStep::OnFailure::kStep) continue;
      if (step.name == name && by_name_.count(step.fallback.value) > 0) {
        next.push_back(step.fallback.value);
      }
      if (step.fallback.value == name && step.name != name) add_after(step.name);
    }
    return next;
  }

  void check_order() {
    for (const auto& name : steps_) visit(name);
  }

  void visit(const std::string& name) {
    if (done_.count(name) > 0) return;
    const auto open = std::find(path_.begin(), path_.end(), name);
    if (open != path_.end()) {
      std::string text;
      for (auto step = open; step != path_.end(); ++step) text += *step + " -> ";
      problems_.error(by_name_.at(name)->place, "the steps wait for each other: " + text + name,
                      "an order without a cycle");
      for (auto step = open; step != path_.end(); ++step) done_.insert(*step);
      return;
    }
    path_.push_back(name);
    for (const auto& next : next_of(name)) visit(next);
    path_.pop_back();
    done_.insert(name);
  }

  /// A block's call may be refused or time out; labour alone fails by its probability, or where it
  /// takes too long.
  static bool can_fail(const RunbookStep& step) {
    return step.success < 1 || step.acts() || step.timeout.has_value();
  }

  void check_released() {
    std::map<std::string, bool> released;  // fallback -> by some step that can fail
    for (const auto& step : runbook_.steps) {
      if (step.on_failure != RunbookStep::OnFailure::kStep) continue;
      released[step.fallback.value] = released[step.fallback.value] || can_fail(step);
    }
    for (const auto& [name, reachable] : released) {
      const auto step = by_name_.find(name);
      if (reachable || step == by_name_.end()) continue;
      problems_.error(step->second->place,
                      "nothing releases the step " + io::quote(name) +
                          ": it stands in only for steps that cannot fail",
                      "an \"onFailure\" of a step that can fail");
    }
  }

  const Runbook& runbook_;
  const PlatformNames& names_;
  io::Problems& problems_;
  std::vector<std::string> people_;
  std::vector<std::string> steps_;
  std::map<std::string, const RunbookStep*> by_name_;
  std::vector<std::string> path_;
  std::set<std::string> done_;
};

}  // namespace

void check_runbook(const Runbook& runbook, const PlatformNames& names, io::Problems& problems) {
  Checker(runbook, names, problems).check();
}

}  // namespace lifeboat::scenarios
