#include "models/services/lambda/provisioned.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "models/replication/store.hpp"
#include "models/scaling/add_scaler.hpp"

namespace lifeboat::models::lambda {
namespace {

using sim::Control;
using sim::Duration;
using sim::Law;

/// Calls enter and leave with their environments, whose limit binds.
constexpr std::uint32_t kNoLimit = 1'000'000;

ScalingMetric read_metric(io::ObjectReader& r) {
  constexpr io::Choice<ScalingMetric> kMetrics[] = {
      {"LambdaProvisionedConcurrencyUtilization", ScalingMetric::kConcurrency,
       "executions over provisioned concurrency, at most 100 %"}};
  return r.required_enum({"predefinedMetricType", "what is measured"}, kMetrics);
}

/// Sends empty executions through environments so that they are and stay warm.
class KeepsWarm final : public sim::ControllerOf<std::uint64_t> {
 public:
  KeepsWarm(std::string name, sim::PlanId plan, sim::StationId executions,
            sim::RegisterId provisioned, Duration every)
      : name_(std::move(name)),
        plan_(plan),
        executions_(executions),
        provisioned_(provisioned),
        every_(every) {}
  [[nodiscard]] std::string name() const override { return name_ + "/keeps-warm"; }

 private:
  void start_with(std::uint64_t& sent, Control& control) const override {
    wake_with(sent, control);
  }
  void wake_with(std::uint64_t& sent, Control& control) const override {
    const std::int64_t idle =
        control.value(provisioned_) - std::int64_t{control.station(executions_).in_service};
    for (std::int64_t i = 0; i < idle; ++i) control.probe(plan_, Duration::infinite(), sent++);
    control.wake_at(control.now() + every_);
  }

  std::string name_;
  sim::PlanId plan_;
  sim::StationId executions_;
  sim::RegisterId provisioned_;
  Duration every_;
};

}  // namespace

const ScalableDimension kProvisionedConcurrency = {
    .unit = "environments",
    .most = 100'000,
    .read_metric = read_metric,
    .cooldown = Duration{},
    .datapoints_to_scale_out = 3,
    .high_resolution = false,
    .no_step = "AWS has no step scaling of provisioned concurrency",
    .no_predictive = "AWS has predictive scaling of ECS services only"};

ProvisionedConcurrency::ProvisionedConcurrency(Compiler& compiler, const DeploymentSite& site,
                                               std::uint32_t initial,
                                               const std::optional<ScalingSpec>& spec) {
  sim::Station station;
  station.name = name_of(site) + "/executions";
  station.kind = sim::StationKind::kHold;
  station.deployment = compiler.deployment(site);
  station.servers = kNoLimit;
  executions_ = compiler.network().add_station(station);
  const std::uint32_t least = spec ? spec->min_capacity : initial;
  const std::uint32_t most = spec ? spec->max_capacity : initial;
  registers_ = add_capacity(compiler, name_of(site) + "/provisioned",
                            std::clamp(initial, least, most), least, most);
  warm_ = compiler.network().declare_plan(site.service + "/warm", compiler.deployment(site));
}

void ProvisionedConcurrency::define(Compiler& compiler, const DeploymentSite& site,
                                    sim::EnvironmentId environments, Duration idle_expiry,
                                    const std::optional<ScalingSpec>& spec) const {
  sim::NetworkBuilder& network = compiler.network();
  const std::string name = name_of(site);
  // All hold an environment at once for a moment, so that no two take the same.
  sim::PlanBuilder plan = network.define(warm_);
  plan.environment(environments, "environment");
  plan.delay(network.add_law(Law::constant(Duration::milliseconds(1))), "moment");
  plan.vacate(environments);
  plan.finish();
  const Duration every = Duration::nanoseconds(idle_expiry.count() / 3);
  network.add_controller(
      std::make_shared<KeepsWarm>(name, warm_, executions_, registers_.current, every),
      {registers_.current});
  if (!spec) return;
  DelayedCapacityPolicy capacity;
  capacity.name = name + "/provisioned";
  capacity.service = site.service;
  capacity.region = site.region;
  capacity.unit = "provisioned environments";
  capacity.registers = registers_;
  capacity.takes = network.add_law(Law::uniform(Duration::seconds(60), Duration::seconds(120)));
  capacity.seconds_per_unit = 60.0 / 6000;
  add_delayed_capacity(compiler, std::move(capacity));

  ScaledMetric metric;
  metric.metric = ScalingMetric::kConcurrency;
  metric.most = 1;
  metric.read = [executions = executions_, registers = registers_](Control& control) {
    const double provisioned = registers.unit_seconds(control);
    return MetricSample{control.station(executions).busy_server_seconds, provisioned, provisioned};
  };
  ScalingTarget target;
  target.service = site.service;
  target.region = site.region;
  target.capacity_name = "provisioned concurrency";
  target.metrics = {std::move(metric)};
  target.desired = registers_.desired;
  target.min_capacity = registers_.min_capacity;
  target.max_capacity = registers_.max_capacity;
  add_scaler_to(compiler, std::move(target), *spec);
}

}  // namespace lifeboat::models::lambda
