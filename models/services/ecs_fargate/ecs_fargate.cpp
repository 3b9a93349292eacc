#include "models/services/ecs_fargate/ecs_fargate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/law.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/operation.hpp"
#include "models/platform/platform.hpp"
#include "models/platform/zone_faults.hpp"
#include "models/scaling/add_scaler.hpp"
#include "models/scaling/scaler.hpp"
#include "models/scaling/scaling.hpp"
#include "models/services/ecs_fargate/capacity.hpp"
#include "models/services/ecs_fargate/deployment.hpp"
#include "models/services/ecs_fargate/description.hpp"
#include "models/services/ecs_fargate/dimension.hpp"
#include "models/services/ecs_fargate/scheduler.hpp"
#include "models/services/ecs_fargate/shedding.hpp"

namespace lifeboat::models {
namespace {

using sim::Duration;
using sim::Law;

constexpr std::uint32_t kWorkers = 0;  // stations of a task, by offset
constexpr std::uint32_t kProcessor = 1;
constexpr std::uint32_t kFirstPool = 2;
constexpr double kPullSecondsPerMegabyte = 0.09;
/// CPU time of one health check: a guess, 0.1 ms to 10 ms.
constexpr Duration kCheckCpuTime = Duration::milliseconds(1);

class EcsModel final : public DeploymentModel {
 public:
  EcsModel(DeploymentSite site, ecs::Description description)
      : site_(std::move(site)), description_(std::move(description)) {}

  std::vector<std::string> operations() const override {
    std::vector<std::string> names;
    for (const OperationSpec& operation : description_.operations) names.push_back(operation.name);
    return names;
  }

  std::vector<OperationCalls> calls() const override {
    std::vector<OperationCalls> result;
    for (const OperationSpec& operation : description_.operations) {
      result.push_back({operation.name, calls_of(operation.steps)});
    }
    return result;
  }

  void declare(Compiler& compiler) override {
    meet_balancer(compiler);
    zone_faults_ = ZoneFaults(compiler, site_);
    add_group(compiler);
    add_registers(compiler);
    const sim::DeploymentId here = compiler.deployment(site_);
    sim::NetworkBuilder& network = compiler.network();
    for (const OperationSpec& operation : description_.operations) {
      plans_[operation.name] = network.declare_plan(site_.service + "." + operation.name, here);
      // The same luck in each zone.
      for (std::size_t zone = 0; zone < zones_apart(); ++zone) {
        plans_in_zone_[operation.name].push_back(
            network.declare_plan(site_.service + "." + operation.name, here));
      }
    }
    for (std::size_t zone = 0; zone < zones_apart(); ++zone) {
      healthy_in_zone_.push_back(
          network.add_register(name_of(site_) + "/zone-" + site_.zones[zone] + "-healthy", 1));
    }
    check_plan_ = network.declare_plan(site_.service + "/check", here);
    health_plan_ = network.declare_plan(site_.service + "/health", here);
    add_metrics();
    add_verbs(compiler);
  }

  void define(Compiler& compiler) override {
    meet_balancer(compiler);  // which knows its registers by now
    for (const OperationSpec& operation : description_.operations) {
      define_operation(compiler, operation, plans_.at(operation.name), sim::kNone);
      for (std::uint32_t zone = 0; zone < zones_apart(); ++zone) {
        define_operation(compiler, operation, plans_in_zone_.at(operation.name)[zone], zone);
      }
    }
    for (const bool routed : {false, true}) {
      sim::PlanBuilder plan = compiler.network().define(routed ? health_plan_ : check_plan_);
      plan.gate();
      if (routed) plan.choose(group_);
      pass_zone(plan);
      plan.acquire_on_task(kWorkers);
      plan.compute_on_task(kProcessor, compiler.network().add_law(Law::constant(kCheckCpuTime)),
                           "check");
      plan.release_on_task(kWorkers);
      plan.finish();
    }
    add_scheduler(compiler);
    add_scaler(compiler);
    add_meters();
    add_breaker_metric(compiler);
  }

  sim::PlanId plan(std::string_view operation) const override {
    const auto found = plans_.find(operation);
    return found == plans_.end() ? sim::PlanId{} : found->second;
  }
  sim::PlanId plan_in_zone(std::string_view operation, std::uint32_t zone) const override {
    const auto found = plans_in_zone_.find(operation);
    return found == plans_in_zone_.end() ? plan(operation) : found->second.at(zone);
  }
  sim::PlanId health_plan() const override { return health_plan_; }
  const Handles& handles() const override { return handles_; }
  std::uint32_t most_tasks() const { return description_.most_tasks(); }

 private:
  void meet_balancer(Compiler& compiler) {
    for (DeploymentModel* front_door : compiler.front_doors_of(site_)) {
      if (front_door->balancer() == nullptr) continue;
      balancer_ = *front_door->balancer();
      return;
    }
  }

  /// Zones that are asked apart, each by its own node of the balancer.
  std::size_t zones_apart() const {
    return balancer_ && !balancer_->cross_zone ? site_.zones.size() : 0;
  }

  // Places for tasks: the most that any region's deployment may run (a runbook may ask for that
  // here), half as many again for those that drain, and one a zone. A service that is deployed to
  // has a second set for the new version, and those that drain of both.
  std::uint32_t places(Compiler& compiler) const {
    std::uint32_t most = 1;
    for (const std::string& region : compiler.regions_of(site_.service)) {
      const auto* other = dynamic_cast<const EcsModel*>(compiler.model(site_.service, region));
      if (other != nullptr) most = std::max(most, other->most_tasks());
    }
    const auto zones = static_cast<std::uint32_t>(std::max<std::size_t>(1, site_.zones.size()));
    return (description_.deployment ? 3 * most : most + most / 2) + ecs::spare_places(zones);
  }

  void add_group(Compiler& compiler) {
    sim::TaskGroup group;
    group.name = site_.service + "@" + site_.region;
    group.deployment = compiler.deployment(site_);
    group.limit = places(compiler);
    group.zones = static_cast<std::uint32_t>(std::max<std::size_t>(1, site_.zones.size()));
    if (zone_faults_.any()) group.first_zone_gate = zone_faults_.gate(0);
    if (balancer_) group.choice = balancer_->choice;
    std::vector<sim::Station> stations(kFirstPool);
    stations[kWorkers].name = "workers";
    stations[kWorkers].kind = sim::StationKind::kHold;
    stations[kWorkers].servers = description_.workers;
    stations[kWorkers].queue_limit = description_.backlog;
    stations[kProcessor].name = "cpu";
    stations[kProcessor].kind = sim::StationKind::kShared;
    stations[kProcessor].capacity_milli =
        static_cast<std::uint32_t>(std::lround(description_.cpu * 1000));
    for (const ecs::PoolSpec& pool : description_.pools) {
      sim::Station station;
      station.name = "pool/" + pool.service;
      station.kind = sim::StationKind::kHold;
      station.servers = pool.max;
      stations.push_back(station);
    }
    for (const auto& [service, bulkhead] : bulkheads_of(description_.operations)) {
      stations.push_back(bulkhead_station(service, bulkhead));
    }
    group_ = compiler.network().add_task_group(group, stations);
    const sim::TaskGroup& made = compiler.network().so_far().groups[group_.index()];
    first_task_ = made.first_task;
    limit_ = made.limit;
    handles_.tasks = group_;
    handles_.headline = sim::StationId(made.first_station + kProcessor);
    handles_.stations.emplace_back("workers", sim::StationId(made.first_station + kWorkers));
    for (std::uint32_t i = 0; i < description_.pools.size(); ++i) {
      handles_.stations.emplace_back("pool-" + description_.pools[i].service,
                                     sim::StationId(made.first_station + kFirstPool + i));
    }
  }

  void add_registers(Compiler& compiler) {
    const std::string name = site_.service + "@" + site_.region;
    sim::NetworkBuilder& network = compiler.network();
    const std::uint32_t first = initial_count(compiler);
    desired_ = network.add_register(name + "/desired", first);
    changes_ = network.add_register(name + "/task-changes", 0);
    launched_ = network.add_register(name + "/tasks-launched", 0);
    healthy_ = network.add_register(name + "/healthy", 0);
    utilization_ = network.add_register(name + "/cpu-utilization", 0);
    // Without a scaler the count stands still, but for a runbook.
    min_capacity_ = network.add_register(name + "/min-capacity",
                                         scales() ? description_.scaling->min_capacity : 0);
    max_capacity_ = network.add_register(name + "/max-capacity",
                                         scales() ? description_.scaling->max_capacity : first);
    handles_.desired = desired_;
    if (description_.deployment) {
      deployment_ = ecs::add_deployment_registers(network, name);
    }
  }

  // Where the policies hold the count at the traffic's starting rate; else what the file says.
  std::uint32_t initial_count(Compiler& compiler) const {
    if (!description_.scaling) return description_.desired;
    const ScalingSpec& scaling = *description_.scaling;
    double wanted = 0;
    for (const MetricPolicy& policy : scaling.policies) {
      const auto* rule = std::get_if<TargetTracking>(&policy.rule);
      if (rule == nullptr) continue;
      if (policy.metric == ScalingMetric::kCpuUtilization) {
        wanted = std::max(wanted,
                          compiler.expected_processors(site_) / (rule->target * description_.cpu));
      } else {
        wanted = std::max(wanted, compiler.expected_visits(site_) / rule->target);
      }
    }
    const double count = wanted > 0 ? std::ceil(std::min(wanted, 1e6) - 1e-9)
                                    : static_cast<double>(description_.desired);
    return std::clamp(static_cast<std::uint32_t>(count), scaling.min_capacity,
                      scaling.max_capacity);
  }

  /// Of the task that was chosen.
  void pass_zone(sim::PlanBuilder& plan) const {
    if (zone_faults_.any()) plan.gate_of_zone(zone_faults_.gate(0), "zone");
  }

  /// `zone`: from which the task is chosen; kNone: from all.
  void define_operation(Compiler& compiler, const OperationSpec& operation, sim::PlanId id,
                        std::uint32_t zone) {
    sim::PlanBuilder plan = compiler.network().define(id);
    StepEmitter emitter;
    emitter.cpu_time = [](sim::PlanBuilder& steps, sim::LawId law, std::string_view name) {
      steps.compute_on_task(kProcessor, law, name);
    };
    emitter.demand = [](sim::PlanBuilder& steps, sim::LawId law, std::string_view name) {
      steps.delay(law, name);
    };
    emitter.pool = [this](std::string_view service) {
      StepEmitter::Pool pool;
      for (std::uint32_t i = 0; i < description_.pools.size(); ++i) {
        if (description_.pools[i].service != service) continue;
        pool.on_task = kFirstPool + i;
        pool.acquire_timeout = description_.pools[i].acquire_timeout;
      }
      return pool;
    };
    emitter.bulkhead = [this](const CallSpec& call) { return bulkhead_of(call); };
    plan.gate();
    plan.choose(group_, zone);
    pass_zone(plan);
    if (description_.shedding) {
      sim::Shedder shedder = *description_.shedding;
      shedder.name = site_.service + "@" + site_.region;
      shedder.copies.tasks = group_;
      plan.shed_on_task(kWorkers, compiler.network().add_shedder(shedder));
    }
    plan.acquire_on_task(kWorkers);
    compile_steps(compiler, site_, operation.name, operation.steps, plan, emitter);
    plan.release_on_task(kWorkers);
    plan.finish();
  }

  // Its station stands behind the pools.
  std::optional<std::uint32_t> bulkhead_of(const CallSpec& call) const {
    const auto all = bulkheads_of(description_.operations);
    const auto found = std::find(all.begin(), all.end(), std::pair(call.service, *call.bulkhead));
    if (found == all.end()) return std::nullopt;
    return static_cast<std::uint32_t>(kFirstPool + description_.pools.size() +
                                      static_cast<std::size_t>(found - all.begin()));
  }

  void add_breaker_metric(Compiler& compiler) {
    std::vector<std::uint32_t> mine;
    const auto& breakers = compiler.network().so_far().breakers;
    for (std::uint32_t i = 0; i < breakers.size(); ++i) {
      if (breakers[i].deployment == compiler.deployment(site_)) mine.push_back(i);
    }
    if (mine.empty()) return;
    handles_.metrics.push_back({"openBreakers", "1",
                                "circuit breakers of its tasks that are open or half open",
                                [mine](sim::Control& c) {
                                  std::uint32_t open = 0;
                                  for (const std::uint32_t breaker : mine)
                                    open += c.breakers_tripped(breaker);
                                  return static_cast<double>(open);
                                }});
  }

  void add_scheduler(Compiler& compiler) {
    const std::string region = "region/" + site_.region;
    SchedulerPolicy policy;
    policy.service = site_.service;
    policy.region = site_.region;
    policy.zones = site_.zones;
    policy.group = group_;
    policy.first_task = first_task_;
    policy.limit = limit_;
    policy.desired = desired_;
    policy.changes = changes_;
    policy.launched = launched_;
    policy.healthy = healthy_;
    policy.region_up = compiler.region_up(site_.region);
    policy.control_plane = compiler.control_plane(site_.region);
    policy.vcpu_used = compiler.shared_register(region + "/fargate-vcpu-used", 0);
    policy.launch_clock = compiler.shared_register(region + "/fargate-launch-clock", INT64_MIN / 2);
    policy.grant = compiler.shared_register(region + "/fargate-grant", 1000);
    policy.vcpu_milli = std::lround(description_.cpu * 1000);
    policy.vcpu_quota =
        compiler.shared_register(region + "/fargate-vcpu-quota",
                                 std::llround(compiler.quota(site_.region, "fargateVcpu") * 1000));
    policy.stale_broken = compiler.shared_register(name_of(site_) + "/stale-broken", 0);
    policy.stale_errors = compiler.shared_register(name_of(site_) + "/stale-errors", 0);
    policy.stale_faults = compiler.shared_register(name_of(site_) + "/stale-faults", 0);
    policy.launch_rate = std::max(1e-3, compiler.quota(site_.region, "fargateLaunchRate"));
    policy.launch_burst = std::max(1.0, compiler.quota(site_.region, "fargateLaunchBurst"));
    policy.service_rate =
        std::max(1e-3, compiler.quota(site_.region, "fargateServiceLaunches") / 60);
    policy.stop_timeout = description_.stop_timeout;
    const Duration pull =
        Duration::from_seconds(kPullSecondsPerMegabyte * description_.image_megabytes);
    policy.start = compiler.network().add_law(
        Law::lognormal_quantiles(Duration::seconds(20), Duration::seconds(45)).shifted(pull));
    policy.boot = description_.boot;
    policy.health_grace = description_.health_grace;
    policy.balancer = balancer_;
    if (balancer_) {
      policy.registration = compiler.network().add_law(balancer_->registration);
      policy.health_plan = check_plan_;
    }
    policy.zone_faults = zone_faults_;
    policy.zone_loss_detection = compiler.network().add_law(description_.zone_loss_detection);
    policy.rebalancing = description_.rebalancing;
    policy.rebalancing_delay = compiler.network().add_law(description_.rebalancing_delay);
    std::vector<sim::RegisterId> watches = {
        desired_,          policy.region_up,    policy.control_plane, policy.grant,
        policy.vcpu_quota, policy.stale_broken, policy.stale_errors,  policy.stale_faults};
    policy.healthy_in_zone = healthy_in_zone_;
    for (const sim::RegisterId lost : zone_faults_.watches()) watches.push_back(lost);
    if (balancer_) {
      watches.insert(watches.end(), balancer_->shifted.begin(), balancer_->shifted.end());
    }
    if (description_.deployment) {
      policy.deployment = description_.deployment;
      policy.registers = deployment_;
      watches.push_back(deployment_.version);
      watches.push_back(deployment_.rollback);
    }
    compiler.network().add_controller(std::make_shared<Scheduler>(std::move(policy)), watches);
  }

  bool scales() const { return description_.scaling && !description_.scaling->empty(); }

  void add_scaler(Compiler& compiler) const {
    if (!scales()) return;
    ScalingTarget target;
    target.service = site_.service;
    target.region = site_.region;
    target.capacity_name = "desired count";
    target.metrics = {ecs::cpu_utilization(group_, description_.cpu, utilization_),
                      ecs::requests_per_target(group_, description_.cpu)};
    target.processors = description_.cpu;
    target.desired = desired_;
    target.min_capacity = min_capacity_;
    target.max_capacity = max_capacity_;
    if (description_.deployment) {
      target.deploying = [phase = deployment_.phase](const sim::Control& control) {
        using ecs::DeploymentPhase;
        const auto now = static_cast<DeploymentPhase>(control.value(phase));
        return now == DeploymentPhase::kRollingOut || now == DeploymentPhase::kRollingBack;
      };
    }
    add_scaler_to(compiler, std::move(target), *description_.scaling);
  }

  void add_meters() {
    const auto hours = [group = group_](double each) {
      return [group, each](const MeterReadings& used) { return each * used.task_hours(group); };
    };
    handles_.meters = {{"vcpu-hours", hours(description_.cpu)},
                       {"memory-gb-hours", hours(description_.memory_gib)}};
  }

  void add_metrics() {
    const sim::TaskGroupId group = group_;
    const sim::RegisterId desired = desired_;
    const sim::RegisterId utilization = utilization_;
    const sim::RegisterId healthy = healthy_;
    handles_.metrics = {
        {"runningCount", "1", "tasks that run",
         [group](sim::Control& c) { return static_cast<double>(c.group(group).running); }},
        {"desiredCount", "1", "tasks that should run",
         [desired](sim::Control& c) { return static_cast<double>(c.value(desired)); }},
        {std::string(ecs::kHealthyCount), "1", "tasks in service that pass their checks",
         [healthy](sim::Control& c) { return static_cast<double>(c.value(healthy)); }},
        {"healthyShare", "%", "the same over the desired count, as a share of 1",
         [healthy, desired](sim::Control& c) {
           const auto wanted = static_cast<double>(c.value(desired));
           const auto serving = static_cast<double>(c.value(healthy));
           return wanted > 0 ? serving / wanted : 1.0;
         }},
        {"CPUUtilization", "%", "latest published CPU datapoint, as a share of 1",
         [utilization](sim::Control& c) {
           return static_cast<double>(c.value(utilization)) / 1000;
         }}};
  }

  // The desired count goes up to the amount and so does the minimum capacity: scaling must not take
  // back what waits for traffic that has not moved yet.
  void add_verbs(Compiler& compiler) {
    const std::int64_t most = ecs::most_askable(compiler.network().so_far().groups[group_.index()]);
    const DeploymentSite site = site_;
    const sim::RegisterId healthy = healthy_;
    const sim::RegisterId desired = desired_;
    const sim::RegisterId least = min_capacity_;
    const auto amount_of = [](const VerbArguments& arguments) {
      const double amount = std::ceil(arguments.amount - 1e-9);
      return static_cast<std::int64_t>(std::clamp<double>(amount, 0, 1e9));
    };
    Verb verb;
    verb.block = "ecsCapacityIncrease";
    verb.what = "raises the desired count to the amount; done when so many healthy tasks serve";
    verb.begin = [=](sim::Control& control, const VerbArguments& arguments) {
      const std::int64_t amount = amount_of(arguments);
      if (amount > most) {
        const std::string text = fmt::format(
            "{} tasks are asked for, and the most that can be is {}: a higher maxCapacity allows "
            "more",
            amount, most);
        return control.log_event("capacity", site.service, site.region, text, "runbook");
      }
      if (control.value(least) < amount) control.set(least, amount);
      if (control.value(desired) < amount) control.set(desired, amount);
    };
    verb.status = [=](sim::Control& control, const VerbArguments& arguments) {
      const std::int64_t amount = amount_of(arguments);
      if (amount > most) return VerbStatus::kFailed;
      return control.value(healthy) >= amount ? VerbStatus::kDone : VerbStatus::kRunning;
    };
    verb.changes = changes_;
    handles_.verbs.push_back(std::move(verb));
    if (description_.deployment) handles_.verbs.push_back(ecs::rollback_verb(deployment_));
  }

  DeploymentSite site_;
  ecs::Description description_;
  std::optional<BalancerSettings> balancer_;
  ZoneFaults zone_faults_;
  sim::TaskGroupId group_;
  std::uint32_t first_task_ = 0;
  std::uint32_t limit_ = 0;
  sim::RegisterId desired_;
  sim::RegisterId changes_;
  sim::RegisterId launched_;
  sim::RegisterId healthy_;
  sim::RegisterId utilization_;
  sim::RegisterId min_capacity_;
  sim::RegisterId max_capacity_;
  ecs::DeploymentRegisters deployment_;
  sim::PlanId check_plan_;
  sim::PlanId health_plan_;
  std::map<std::string, sim::PlanId, std::less<>> plans_;
  /// By operation and zone, where zones are asked apart; their counts of healthy tasks.
  std::map<std::string, std::vector<sim::PlanId>, std::less<>> plans_in_zone_;
  std::vector<sim::RegisterId> healthy_in_zone_;
  Handles handles_;
};

class EcsKind final : public ServiceKind {
 public:
  std::string_view name() const override { return "ecs-fargate"; }
  std::string_view summary() const override {
    return "containers on ECS with Fargate: tasks with processors, workers, a scheduler, scaling";
  }
  std::vector<MeterSpec> meters() const override {
    return {{"vcpu-hours", "vCPU-h",
             "time that tasks run, times their processors; AWS counts from the image pull on"},
            {"memory-gb-hours", "GB-h", "the same times their memory, in GiB"}};
  }

  std::unique_ptr<DeploymentModel> read(const Platform& platform, const DeploymentSite& site,
                                        const io::Value& value,
                                        io::Problems& problems) const override {
    return std::make_unique<EcsModel>(site, ecs::read_description(platform, site, value, problems));
  }
};

}  // namespace

const ServiceKind& ecs_fargate_kind() {
  static const EcsKind kind;
  return kind;
}

}  // namespace lifeboat::models
