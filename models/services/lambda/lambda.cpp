#include "models/services/lambda/lambda.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/platform/compiler.hpp"
#include "models/platform/meter_readings.hpp"
#include "models/platform/metrics.hpp"
#include "models/platform/platform.hpp"
#include "models/services/lambda/description.hpp"
#include "models/services/lambda/event_queue.hpp"
#include "models/services/lambda/provisioned.hpp"

namespace lifeboat::models {

namespace {

using lambda::Description;
using sim::Law;

/// 1,000 new environments every 10 s a function, refilled continuously (AWS documentation, Lambda
/// scaling behaviour, since 2023-11).
constexpr double kGrowthPerSecond = 100;
constexpr double kGrowthAtOnce = 1000;
/// Requests a second for each unit of concurrency (AWS documentation, Lambda quotas).
constexpr double kRequestsPerConcurrency = 10;

class LambdaModel final : public DeploymentModel, public BatchWorker {
 public:
  LambdaModel(DeploymentSite site, Description description)
      : site_(std::move(site)), d_(std::move(description)) {}

  [[nodiscard]] std::vector<std::string> operations() const override {
    std::vector<std::string> names;
    for (const OperationSpec& op : d_.operations) names.push_back(op.name);
    return names;
  }
  [[nodiscard]] std::vector<OperationCalls> calls() const override {
    std::vector<OperationCalls> made;
    for (const OperationSpec& op : d_.operations) {
      made.push_back({op.name, calls_of(op.steps)});
      if (d_.events && d_.events->on_failure) made.back().calls.push_back(&*d_.events->on_failure);
    }
    return made;
  }
  void declare(Compiler& compiler) override;
  void define(Compiler& compiler) override;
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override {
    const Plans* plans = find(operation);
    return plans != nullptr ? plans->invoke : sim::PlanId{};
  }
  [[nodiscard]] sim::PlanId event_plan(std::string_view operation,
                                       sim::PlanId otherwise) const override;
  [[nodiscard]] const Handles& handles() const override { return handles_; }

  void begin_batch(Compiler& compiler, sim::PlanBuilder& plan) const override;
  void end_batch(sim::PlanBuilder& plan) const override;
  [[nodiscard]] sim::PlanId message_plan(std::string_view operation) const override {
    const Plans* plans = find(operation);
    return plans != nullptr ? plans->message : sim::PlanId{};
  }

 private:
  struct Plans {
    sim::PlanId invoke;   // from outside: overhead, environment, run
    sim::PlanId message;  // inside an environment that the batch holds
    sim::PlanId run;      // the function's own steps
  };
  [[nodiscard]] const Plans* find(std::string_view operation) const;
  [[nodiscard]] std::vector<LambdaModel*> functions_of_region(Compiler& compiler) const;
  void limit_concurrency(Compiler& compiler);
  /// An environment, and what counts it.
  void occupy(sim::PlanBuilder& plan) const;
  /// The same for who asks for it himself: within the rate of requests.
  void take_environment(sim::PlanBuilder& plan) const;
  void give_back(sim::PlanBuilder& plan) const;
  void define_provisioned(Compiler& compiler);
  void define_events(Compiler& compiler);
  void define_run(Compiler& compiler, const OperationSpec& op, sim::PlanId run);

  DeploymentSite site_;
  Description d_;
  Handles handles_;
  std::vector<Plans> plans_;
  std::vector<lambda::EventQueue> queues_;  // by operation, where there are any
  sim::EnvironmentId environments_;
  sim::BucketId requests_;
  std::optional<lambda::ProvisionedConcurrency> provisioned_;
  sim::StationId shared_;  // places of the region's quota; invalid: it has them to itself
};

const LambdaModel::Plans* LambdaModel::find(std::string_view operation) const {
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    if (d_.operations[i].name == operation) return &plans_[i];
  }
  return nullptr;
}

sim::PlanId LambdaModel::event_plan(std::string_view operation, sim::PlanId otherwise) const {
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    if (d_.operations[i].name == operation) return queues_[i].event();
  }
  return otherwise;
}

std::vector<LambdaModel*> LambdaModel::functions_of_region(Compiler& compiler) const {
  std::vector<LambdaModel*> functions;
  for (const ServiceSpec& service : compiler.platform().services) {
    auto* function = dynamic_cast<LambdaModel*>(compiler.model(service.name, site_.region));
    if (function != nullptr) functions.push_back(function);
  }
  return functions;
}

// The quota of a region, less what functions have reserved, is shared by those that have not. One
// such function alone is limited by its own environments; several share the places of a station.
void LambdaModel::limit_concurrency(Compiler& compiler) {
  sim::NetworkBuilder& network = compiler.network();
  double left = compiler.quota(site_.region, "lambdaConcurrency");
  std::size_t sharing = 0;
  for (const LambdaModel* function : functions_of_region(compiler)) {
    left -= function->d_.reserved.value_or(0);
    if (!function->d_.reserved) ++sharing;
  }
  const auto places = static_cast<std::uint32_t>(std::clamp(left, 0.0, 1e6));
  const std::uint32_t limit = d_.reserved.value_or(places);
  sim::Environments fleet;
  fleet.name = site_.service + "@" + site_.region + "/environments";
  fleet.deployment = compiler.deployment(site_);
  fleet.limit = limit;
  fleet.cold_start = network.add_law(d_.cold_start);
  fleet.idle_expiry = d_.idle_expiry;
  fleet.growth_per_second = kGrowthPerSecond;
  fleet.growth_burst = kGrowthAtOnce;
  environments_ = network.add_environments(fleet);
  const double rate = std::max(1.0, kRequestsPerConcurrency * limit);
  requests_ = network.add_bucket({fleet.name + "/requests", rate, rate});
  if (d_.reserved || sharing < 2) return;
  const std::string name = "lambda@" + site_.region + "/concurrency";
  const std::vector<sim::Station>& stations = network.so_far().stations;
  for (std::size_t i = 0; i < stations.size(); ++i) {
    if (stations[i].name == name) shared_ = sim::StationId{static_cast<std::uint32_t>(i)};
  }
  if (!shared_.valid()) {
    sim::Station station;
    station.name = name;
    station.kind = sim::StationKind::kHold;
    station.deployment = compiler.deployment(site_);
    station.servers = places;
    station.queue_limit = 0;
    shared_ = network.add_station(station);
  }
  handles_.stations.emplace_back("region-concurrency", shared_);
}

void LambdaModel::declare(Compiler& compiler) {
  limit_concurrency(compiler);
  if (d_.provisioned) provisioned_.emplace(compiler, site_, *d_.provisioned, d_.scaling);
  const sim::DeploymentId here = compiler.deployment(site_);
  for (const OperationSpec& op : d_.operations) {
    const std::string name = site_.service + "." + op.name;
    Plans plans;
    plans.invoke = compiler.network().declare_plan(name, here);
    plans.message = compiler.network().declare_plan(name + "/message", here);
    plans.run = compiler.network().declare_plan(name + "/run", here);
    plans_.push_back(plans);
    if (d_.events) {
      queues_.emplace_back().declare(compiler, site_, op.name);
      handles_.buffers.push_back(queues_.back().buffer());
    }
  }
}

void LambdaModel::take_environment(sim::PlanBuilder& plan) const {
  plan.throttle(requests_);
  occupy(plan);
}

void LambdaModel::occupy(sim::PlanBuilder& plan) const {
  if (shared_.valid()) plan.acquire(shared_);
  if (provisioned_) plan.acquire(provisioned_->executions());
  plan.environment(environments_, "environment");
}

void LambdaModel::give_back(sim::PlanBuilder& plan) const {
  plan.vacate(environments_);
  if (provisioned_) plan.release(provisioned_->executions());
  if (shared_.valid()) plan.release(shared_);
}

void LambdaModel::begin_batch(Compiler& /*compiler*/, sim::PlanBuilder& plan) const {
  take_environment(plan);
}

void LambdaModel::end_batch(sim::PlanBuilder& plan) const { give_back(plan); }

void LambdaModel::define(Compiler& compiler) {
  define_provisioned(compiler);
  sim::CallPolicy within;
  within.timeout = d_.timeout;
  for (std::size_t i = 0; i < plans_.size(); ++i) {
    const Plans& plans = plans_[i];
    sim::PlanBuilder invoke = compiler.network().define(plans.invoke);
    invoke.gate();
    invoke.delay(compiler.network().add_law(d_.overhead), "overhead");
    take_environment(invoke);
    invoke.call(plans.run, within, "run");
    give_back(invoke);
    invoke.finish();
    sim::PlanBuilder message = compiler.network().define(plans.message);
    message.gate();
    message.call(plans.run, within, "run");
    message.finish();
    define_run(compiler, d_.operations[i], plans.run);
  }
  define_events(compiler);
  const sim::EnvironmentId fleet = environments_;
  const double gib = d_.memory_mb / 1024;
  handles_.meters = {
      {"requests", [fleet](const MeterReadings& used) { return used.invocations(fleet); }},
      {"gb-seconds",
       [fleet, gib](const MeterReadings& used) { return gib * used.busy_seconds(fleet); }}};
}

// The rate of requests is that of the calls: what comes from the queue is limited by concurrency
// alone (AWS documentation, Lambda quotas, as of 2026-11).
void LambdaModel::define_events(Compiler& compiler) {
  if (!d_.events) return;
  lambda::EventQueue::Execution execution;
  execution.take = [this](sim::PlanBuilder& plan) { occupy(plan); };
  execution.give_back = [this](sim::PlanBuilder& plan) { give_back(plan); };
  execution.timeout = d_.timeout;
  for (std::size_t i = 0; i < queues_.size(); ++i) {
    execution.run = plans_[i].run;
    queues_[i].define(compiler, site_, *d_.events, d_.overhead, execution);
  }
  for (Metric& metric : lambda::event_metrics(queues_)) {
    handles_.metrics.push_back(std::move(metric));
  }
}

void LambdaModel::define_provisioned(Compiler& compiler) {
  if (!provisioned_) return;
  provisioned_->define(compiler, site_, environments_, d_.idle_expiry, d_.scaling);
  handles_.metrics.push_back(register_metric("provisionedConcurrency",
                                             "environments that are kept ready now",
                                             provisioned_->registers().current));
}

void LambdaModel::define_run(Compiler& compiler, const OperationSpec& op, sim::PlanId run) {
  StepEmitter emitter;
  // One thread: more than one vCPU does not make it faster.
  const double stretch = 1.0 / std::min(1.0, d_.vcpus());
  emitter.cpu_time = [&compiler, stretch](sim::PlanBuilder& plan, sim::LawId law,
                                          std::string_view step) {
    sim::NetworkBuilder& network = compiler.network();
    const Law alone = network.so_far().laws[law.index()];
    plan.delay(stretch > 1 ? network.add_law(alone.scaled(stretch)) : law, step);
  };
  emitter.demand = [](sim::PlanBuilder& plan, sim::LawId law, std::string_view step) {
    plan.delay(law, step);
  };
  emitter.pool = [](std::string_view) { return StepEmitter::Pool{}; };
  sim::PlanBuilder plan = compiler.network().define(run);
  compile_steps(compiler, site_, op.name, op.steps, plan, emitter);
  plan.finish();
}

class LambdaKind final : public ServiceKind {
 public:
  [[nodiscard]] std::string_view name() const override { return "lambda"; }
  [[nodiscard]] std::string_view summary() const override {
    return "functions whose execution environments start on demand, with cold starts and "
           "concurrency limits";
  }
  [[nodiscard]] std::vector<MeterSpec> meters() const override {
    return {{"requests", "requests", "invocations; a batch of messages is one"},
            {"gb-seconds", "GB-s", "time of invocations, cold starts included, times memory"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override {
    return std::make_unique<LambdaModel>(
        site, lambda::read_description(platform, site, description, problems));
  }
};

}  // namespace

const ServiceKind& lambda_kind() {
  static const LambdaKind kind;
  return kind;
}

}  // namespace lifeboat::models
