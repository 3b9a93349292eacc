#include "scenarios/scenario/compile.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "models/services/route53/derived_checks.hpp"
#include "scenarios/runbooks/executor.hpp"
#include "scenarios/runbooks/plan_runbook.hpp"

namespace lifeboat::scenarios {

namespace {

using sim::Duration;

/// The register of that name, added if the platform has not.
sim::RegisterId shared_register(sim::NetworkBuilder& network, const std::string& name,
                                std::int64_t initial) {
  const auto known = network.so_far().find_register(name);
  return known.valid() ? known : network.add_register(name, initial);
}

class Builder {
 public:
  Builder(const Scenario& scenario, models::io::Problems& problems)
      : scenario_(scenario), problems_(problems) {}

  CompiledScenario build() {
    compile_platform();
    add_traffic();
    add_faults();
    add_runbooks();
    if (scenario_.ends_when_recovered) add_watch();
    set_options();
    if (!problems_.has_errors()) compiled_.network = builder().build();
    return std::move(compiled_);
  }

 private:
  sim::NetworkBuilder& builder() { return compiled_.platform->network(); }

  void compile_platform() {
    models::CompileOptions options;
    options.calendar = scenario_.calendar;
    const auto& targets = scenario_.faults.targets;
    // Tasks that a fault selects have trouble behind the gate of their zone.
    options.zones_may_fail = std::any_of(targets.begin(), targets.end(), [](const auto& target) {
      const bool selects = target.selection.mode != FaultSelection::Mode::kAll;
      return !target.zones.empty() || (target.service && selects);
    });
    options.zones_may_shift = shifts_zones();
    const auto& actions = scenario_.faults.actions;
    options.links_may_fail = std::any_of(actions.begin(), actions.end(), [](const auto& action) {
      return action.effects.network.has_value();
    });
    for (std::size_t i = 0; i < scenario_.loads.size(); ++i) {
      options.journey_rates[scenario_.targets.journeys[i]] = scenario_.loads[i].at_start;
    }
    compiled_.description = scenario_.platform;
    compiled_.platform = std::make_shared<models::CompiledPlatform>(
        models::compile_platform(*scenario_.platform, options));
    models::check_metric_checks(*scenario_.platform, *compiled_.platform, problems_);
  }

  [[nodiscard]] bool shifts_zones() const {
    return std::any_of(scenario_.runbooks.begin(), scenario_.runbooks.end(), [](const auto& book) {
      return std::any_of(book.steps.begin(), book.steps.end(),
                         [](const auto& step) { return step.shifts_zone(); });
    });
  }

  void add_traffic() {
    std::vector<sim::JourneyId> journeys;
    for (const auto& name : scenario_.targets.journeys) {
      journeys.push_back(compiled_.platform->journeys.at(name));
    }
    std::vector<std::uint32_t> visits;
    for (const auto& visit : scenario_.targets.visits) {
      visits.push_back(compiled_.platform->visits.at(visit.name));
    }
    add_sources(scenario_.plan, journeys, visits, builder());
  }

  void add_faults() {
    FaultPlan& plan = compiled_.faults;
    plan = plan_faults(scenario_.faults, scenario_.calendar, scenario_.names, builder().so_far(),
                       problems_);
    if (plan.faults.empty()) return;
    for (auto& fault : plan.faults) {
      for (PlannedLaw* law : {&fault.between, &fault.repair, &fault.mending, &fault.lasts}) {
        if (law->law) law->id = builder().add_law(*law->law);
      }
      if (fault.moment) fault.moment->reg = shared_register(builder(), fault.moment->name, 0);
    }
    plan.dns = builder().so_far().find_register("dns/control-plane");
    for (const auto& region : compiled_.platform->regions) {
      const std::string prefix = "region/" + region.name + "/";
      RegionRegisters registers;
      registers.name = region.name;
      registers.up = region.up;
      registers.control_plane = region.control_plane;
      registers.cloudwatch = region.cloudwatch;
      registers.failed_at = shared_register(builder(), prefix + "failed-at", 0);
      registers.grant = builder().so_far().find_register(prefix + "fargate-grant");
      registers.edits_dns = region.code == "us-east-1";
      plan.regions.push_back(std::move(registers));
    }
    plan.begun = shared_register(builder(), "faults/begun", 0);
    plan.blamed = shared_register(builder(), "faults/blamed", 0);
    plan.waiting = shared_register(builder(), "faults/waiting", 0);
    builder().add_controller(make_fault_controller(plan), watched_registers(plan));
  }

  void add_runbooks() {
    for (const auto& runbook : scenario_.runbooks) {
      auto plan = plan_runbook(runbook, scenario_.calendar, scenario_.names, *compiled_.platform,
                               compiled_.faults, problems_);
      progress_.push_back(plan.progress);
      const auto watches = watched_registers(plan);
      builder().add_controller(make_runbook_controller(std::move(plan)), watches);
    }
  }

  void add_watch() {
    RecoveryWatchPlan plan;
    plan.scenario = scenario_.name;
    plan.settings = scenario_.recovery;
    for (const auto& journey : scenario_.recovery.journeys) {
      plan.journeys.push_back(compiled_.platform->journeys.at(journey));
    }
    if (!compiled_.faults.begun.valid()) return;  // nothing can recover
    plan.faults_begun = compiled_.faults.begun;
    plan.faults_waiting = compiled_.faults.waiting;
    plan.runbooks = progress_;
    builder().add_controller(make_recovery_watch(std::move(plan)));
  }

  /// Series bins of 10 s, or of the part of it that recovery's bins are multiples of.
  void set_options() {
    sim::RunOptions& options = compiled_.options;
    options.warmup = scenario_.warmup;
    options.duration = scenario_.duration;
    options.follow = scenario_.follow;
    const std::int64_t second = Duration::seconds(1).count();
    const std::int64_t bin = std::gcd(options.bin.count(), scenario_.recovery.bin.count());
    options.bin = Duration::nanoseconds(bin < second ? second : bin);
  }

  const Scenario& scenario_;
  models::io::Problems& problems_;
  CompiledScenario compiled_;
  std::vector<sim::RegisterId> progress_;
};

}  // namespace

CompiledScenario compile_scenario(const Scenario& scenario, models::io::Problems& problems) {
  return Builder(scenario, problems).build();
}

}  // namespace lifeboat::scenarios
