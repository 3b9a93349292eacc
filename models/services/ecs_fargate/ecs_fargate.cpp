#include "models/services/ecs_fargate/ecs_fargate.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

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
#include "models/services/ecs_fargate/deployment.hpp"
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

struct PoolSpec {
  std::string service;
  std::uint32_t max = 1;
  Duration acquire_timeout = Duration::infinite();
};

struct EcsDescription {
  double cpu = 1;
  double memory_gib = 2;
  double image_megabytes = 0;
  Duration boot;
  Duration stop_timeout;
  bool rebalancing = true;
  Law rebalancing_delay;
  Law zone_loss_detection;
  std::uint32_t desired = 1;
  std::uint32_t workers = 1;
  std::uint32_t backlog = 0;
  std::vector<PoolSpec> pools;
  std::optional<ScalingSpec> scaling;
  std::optional<ecs::DeploymentSettings> deployment;
  std::optional<sim::Shedder> shedding;
  std::vector<OperationSpec> operations;

  [[nodiscard]] std::uint32_t most_tasks() const {
    std::uint32_t most = desired;
    if (scaling) most = std::max(most, scaling->most());
    // A maximum that may rise with the forecast: what its highest hour needs, half as much again.
    if (scaling && scaling->predictive && scaling->predictive->may_exceed_max) {
      const PredictiveScaling& policy = *scaling->predictive;
      const double highest = policy.capacity_for(policy.forecast.highest(), cpu);
      most = std::max(most, static_cast<std::uint32_t>(std::min(
                                5000.0, std::ceil(1.5 * highest * (1 + policy.max_buffer)))));
    }
    return most;
  }
};

class EcsModel final : public DeploymentModel {
 public:
  EcsModel(DeploymentSite site, EcsDescription description)
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
    for (DeploymentModel* front_door : compiler.front_doors_of(site_)) {
      if (front_door->balancer() != nullptr && !balancer_) balancer_ = *front_door->balancer();
    }
    zone_faults_ = ZoneFaults(compiler, site_);
    add_group(compiler);
    add_registers(compiler);
    const sim::DeploymentId here = compiler.deployment(site_);
    sim::NetworkBuilder& network = compiler.network();
    for (const OperationSpec& operation : description_.operations) {
      plans_[operation.name] = network.declare_plan(site_.service + "." + operation.name, here);
    }
    check_plan_ = network.declare_plan(site_.service + "/check", here);
    health_plan_ = network.declare_plan(site_.service + "/health", here);
    add_metrics();
    add_verbs(compiler);
  }

  void define(Compiler& compiler) override {
    for (const OperationSpec& operation : description_.operations) {
      define_operation(compiler, operation);
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
  sim::PlanId health_plan() const override { return health_plan_; }
  const Handles& handles() const override { return handles_; }
  std::uint32_t most_tasks() const { return description_.most_tasks(); }

 private:
  // Places for tasks: the most that any region's deployment may run (a runbook may ask for that
  // here), half as many again for those that drain, and one a zone. A service that is deployed to
  // has a second set for the new version, and those that drain of both.
  std::uint32_t places(Compiler& compiler) const {
    std::uint32_t most = 1;
    for (const std::string& region : compiler.regions_of(site_.service)) {
      const auto* other = dynamic_cast<const EcsModel*>(compiler.model(site_.service, region));
      if (other != nullptr) most = std::max(most, other->most_tasks());
    }
    const auto spare = static_cast<std::uint32_t>(site_.zones.size()) + 1;
    return (description_.deployment ? 3 * most : most + most / 2) + spare;
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
    for (const PoolSpec& pool : description_.pools) {
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
    utilization_ = network.add_register(name + "/cpu-utilization", 0);
    const ScalingSpec scaling = description_.scaling.value_or(ScalingSpec{0, limit_, {}, {}, {}});
    min_capacity_ = network.add_register(name + "/min-capacity", scaling.min_capacity);
    max_capacity_ = network.add_register(name + "/max-capacity", scaling.max_capacity);
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

  void define_operation(Compiler& compiler, const OperationSpec& operation) {
    sim::PlanBuilder plan = compiler.network().define(plans_.at(operation.name));
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
    plan.choose(group_);
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
    policy.region_up = compiler.region_up(site_.region);
    policy.control_plane = compiler.control_plane(site_.region);
    policy.vcpu_used = compiler.shared_register(region + "/fargate-vcpu-used", 0);
    policy.launch_clock = compiler.shared_register(region + "/fargate-launch-clock", INT64_MIN / 2);
    policy.grant = compiler.shared_register(region + "/fargate-grant", 1000);
    policy.vcpu_milli = std::lround(description_.cpu * 1000);
    policy.vcpu_quota_milli = std::llround(compiler.quota(site_.region, "fargateVcpu") * 1000);
    policy.launch_rate = std::max(1e-3, compiler.quota(site_.region, "fargateLaunchRate"));
    policy.launch_burst = std::max(1.0, compiler.quota(site_.region, "fargateLaunchBurst"));
    policy.service_rate =
        std::max(1e-3, compiler.quota(site_.region, "fargateServiceLaunches") / 60);
    policy.stop_timeout = description_.stop_timeout;
    const Duration pull =
        Duration::from_seconds(kPullSecondsPerMegabyte * description_.image_megabytes);
    policy.start = compiler.network().add_law(
        Law::lognormal_quantiles(Duration::seconds(20), Duration::seconds(45))
            .shifted(pull + description_.boot));
    policy.balancer = balancer_;
    if (balancer_) {
      policy.registration = compiler.network().add_law(balancer_->registration);
      policy.health_plan = check_plan_;
    }
    policy.zone_faults = zone_faults_;
    policy.zone_loss_detection = compiler.network().add_law(description_.zone_loss_detection);
    policy.rebalancing = description_.rebalancing;
    policy.rebalancing_delay = compiler.network().add_law(description_.rebalancing_delay);
    std::vector<sim::RegisterId> watches = {desired_, policy.region_up, policy.control_plane,
                                            policy.grant};
    for (const sim::RegisterId lost : zone_faults_.watches()) watches.push_back(lost);
    if (description_.deployment) {
      policy.deployment = description_.deployment;
      policy.registers = deployment_;
      watches.push_back(deployment_.version);
      watches.push_back(deployment_.rollback);
    }
    compiler.network().add_controller(std::make_shared<Scheduler>(std::move(policy)), watches);
  }

  void add_scaler(Compiler& compiler) const {
    if (!description_.scaling || description_.scaling->empty()) return;
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
    handles_.metrics = {
        {"runningCount", "1", "tasks that run",
         [group](sim::Control& c) { return static_cast<double>(c.group(group).running); }},
        {"desiredCount", "1", "tasks that should run",
         [desired](sim::Control& c) { return static_cast<double>(c.value(desired)); }},
        {"healthyShare", "%", "tasks in service over the desired count, as a share of 1",
         [group, desired](sim::Control& c) {
           const auto wanted = static_cast<double>(c.value(desired));
           const auto serving = static_cast<double>(c.group(group).in_service);
           return wanted > 0 ? serving / wanted : 1.0;
         }},
        {"CPUUtilization", "%", "latest published CPU datapoint, as a share of 1",
         [utilization](sim::Control& c) {
           return static_cast<double>(c.value(utilization)) / 1000;
         }}};
  }

  // The desired count goes up to the amount and so does the minimum capacity: scaling must not take
  // back what waits for traffic that has not moved yet.
  void add_verbs(Compiler&) {
    const std::uint32_t limit = limit_;
    const sim::TaskGroupId group = group_;
    const sim::RegisterId desired = desired_;
    const sim::RegisterId least = min_capacity_;
    const auto amount_of = [limit](const VerbArguments& arguments) {
      const double amount = std::ceil(arguments.amount - 1e-9);
      return static_cast<std::int64_t>(std::clamp<double>(amount, 0, limit));
    };
    Verb verb;
    verb.block = "ecsCapacityIncrease";
    verb.what = "raises the desired count to the amount; done when so many tasks serve";
    verb.begin = [=](sim::Control& control, const VerbArguments& arguments) {
      const std::int64_t amount = amount_of(arguments);
      if (control.value(least) < amount) control.set(least, amount);
      if (control.value(desired) < amount) control.set(desired, amount);
    };
    verb.status = [=](sim::Control& control, const VerbArguments& arguments) {
      return control.group(group).in_service >= amount_of(arguments) ? VerbStatus::kDone
                                                                     : VerbStatus::kRunning;
    };
    verb.changes = changes_;
    handles_.verbs.push_back(std::move(verb));
    if (description_.deployment) handles_.verbs.push_back(ecs::rollback_verb(deployment_));
  }

  DeploymentSite site_;
  EcsDescription description_;
  std::optional<BalancerSettings> balancer_;
  ZoneFaults zone_faults_;
  sim::TaskGroupId group_;
  std::uint32_t first_task_ = 0;
  std::uint32_t limit_ = 0;
  sim::RegisterId desired_;
  sim::RegisterId changes_;
  sim::RegisterId launched_;
  sim::RegisterId utilization_;
  sim::RegisterId min_capacity_;
  sim::RegisterId max_capacity_;
  ecs::DeploymentRegisters deployment_;
  sim::PlanId check_plan_;
  sim::PlanId health_plan_;
  std::map<std::string, sim::PlanId, std::less<>> plans_;
  Handles handles_;
};

/// Task sizes of Fargate: vCPUs and the memory that goes with them, in GiB.
struct TaskSize {
  double cpu;
  double least;
  double most;
};
constexpr std::array<TaskSize, 7> kSizes = {
    {{0.25, 0.5, 2}, {0.5, 1, 4}, {1, 2, 8}, {2, 4, 16}, {4, 8, 30}, {8, 16, 60}, {16, 32, 120}}};

void read_size(io::ObjectReader& r, EcsDescription& description) {
  description.cpu =
      r.required_vcpu({"cpu", "processors of one task: 0.25, 0.5, 1, 2, 4, 8 or 16 vCPU"},
                      io::positive<io::Vcpu>())
          .count;
  const io::Bytes memory = r.required_bytes({"memory", "memory of one task"});
  if (r.describing()) return;
  const auto size = std::find_if(kSizes.begin(), kSizes.end(),
                                 [&](const TaskSize& each) { return each.cpu == description.cpu; });
  if (size == kSizes.end()) {
    r.error("cpu", "Fargate has no tasks of that size", "0.25, 0.5, 1, 2, 4, 8 or 16 vCPU");
    return;
  }
  const double gibibytes = static_cast<double>(memory.count) / (1024.0 * 1024 * 1024);
  description.memory_gib = gibibytes;
  if (gibibytes < size->least || gibibytes > size->most) {
    r.error("memory", "Fargate has no tasks of that size",
            io::to_text(size->least) + " to " + io::to_text(size->most) + " GiB with this cpu");
  }
}

void read_pools(io::ObjectReader& r, const Platform& platform, EcsDescription& description) {
  r.map({"pools", "connection pools of a task, by the service called"},
        [&](std::string_view service, io::ObjectReader& p) {
          PoolSpec pool;
          pool.service = service;
          if (!r.describing() && platform.find_service(service) == nullptr) {
            io::unknown_name(p.problems(), p.place(), "service", service, platform.service_names());
          }
          pool.max = static_cast<std::uint32_t>(
              p.required_count({"max", "connections"}, {.min = 1, .max = 100'000}));
          pool.acquire_timeout = p.optional_duration(
              {"acquireTimeout", "wait for a connection at most", "guess, 1 s to 30 s by driver"},
              Duration::seconds(10), io::positive<Duration>());
          description.pools.push_back(std::move(pool));
        });
}

constexpr io::Choice<bool> kRebalancing[] = {
    {"ENABLED", true, "tasks that stand unevenly are moved"},
    {"DISABLED", false, "tasks stay where they were launched"}};

void read_zones(io::ObjectReader& r, EcsDescription& description) {
  description.rebalancing = r.optional_enum(
      {"availabilityZoneRebalancing", "whether tasks are moved when zones have uneven numbers",
       "AWS API reference, ECS CreateService: enabled for new services, as of 2026-11"},
      true, kRebalancing);
  description.rebalancing_delay =
      optional_law(r,
                   {"rebalancingDelay", "from uneven zones to the launch of replacements",
                    "guess, 1 min to 10 min: unpublished"},
                   Law::uniform(Duration::minutes(1), Duration::minutes(10)));
  // Acts where a zone is lost only: no figure of another run rests on it.
  description.zone_loss_detection =
      maybe_law(r, {"zoneLossDetection", "from the loss of a zone until ECS finds its tasks gone",
                    "guess, 10 s to 60 s: unpublished", "uniform, 10 s to 60 s"})
          .value_or(Law::uniform(Duration::seconds(10), Duration::seconds(60)));
}

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
    io::ObjectReader r(value, problems);
    EcsDescription description;
    read_size(r, description);
    description.image_megabytes =
        static_cast<double>(
            r.optional_bytes({"image", "size of the image that is pulled", "guess, 20 MB to 2 GB"},
                             io::Bytes{250'000'000},
                             {.min = io::Bytes{0}, .max = io::Bytes{100'000'000'000}})
                .count) /
        1e6;
    description.boot = r.optional_duration(
        {"bootTime", "from a started container to a listening one",
         "guess, 0 s to 60 s: the fitted start times are of containers that listen at once"},
        Duration{}, {.min = Duration{}, .max = Duration::hours(1)});
    description.stop_timeout = r.optional_duration(
        {"stopTimeout", "from the signal to the kill",
         "AWS documentation, ECS task definition parameters, as of 2026-11"},
        Duration::seconds(30), {.min = Duration{}, .max = Duration::seconds(120)});
    description.desired = static_cast<std::uint32_t>(r.optional_count(
        {"desiredCount", "tasks at the start, where no scaling policy says otherwise",
         "AWS API reference, ECS CreateService, as of 2026-11"},
        1, {.min = 0, .max = 5000}));
    description.workers = static_cast<std::uint32_t>(
        r.optional_count({"workersPerTask", "requests that a task works on at once",
                          "guess, 8 to 400 by server software"},
                         64, {.min = 1, .max = 100'000}));
    description.backlog = static_cast<std::uint32_t>(
        r.optional_count({"backlogPerTask", "requests that wait for a worker; more are refused",
                          "guess, 0 to 4,096: the listen backlog of many servers"},
                         128, {.min = 0, .max = 1'000'000}));
    read_zones(r, description);
    read_pools(r, platform, description);
    r.section({"scaling", "Application Auto Scaling", "", "the count stays"},
              [&](io::ObjectReader& scaling) {
                description.scaling = read_scaling(scaling, ecs::kTasks);
              });
    r.section({"deployment", "how a new version is rolled out", "", "it is never deployed to"},
              [&](io::ObjectReader& deployment) {
                description.deployment = ecs::read_deployment(deployment);
              });
    description.shedding = ecs::read_shedding(r);
    const bool some = r.map({"operations", "what it can be asked to do"},
                            [&](std::string_view operation, io::ObjectReader& o) {
                              description.operations.push_back(read_operation(
                                  platform, site, operation, o.value(), {}, o.problems()));
                              o.leave_open();
                            });
    if (!some && !r.describing()) r.error("operations", "a service without operations");
    r.finish();
    return std::make_unique<EcsModel>(site, std::move(description));
  }
};

}  // namespace

const ServiceKind& ecs_fargate_kind() {
  static const EcsKind kind;
  return kind;
}

}  // namespace lifeboat::models
