#include "models/services/elasticache/scaling.hpp"

#include <cmath>
#include <memory>
#include <utility>

#include "models/replication/store.hpp"
#include "models/scaling/add_scaler.hpp"

namespace lifeboat::models::elasticache {
namespace {

ScalingMetric read_of_shards(io::ObjectReader& r) {
  constexpr io::Choice<ScalingMetric> kMetrics[] = {
      {"ElastiCachePrimaryEngineCPUUtilization", ScalingMetric::kPrimaryEngineCpu,
       "busy share of the primaries' command threads"}};
  return r.required_enum({"predefinedMetricType", "what is measured"}, kMetrics);
}

ScalingMetric read_of_replicas(io::ObjectReader& r) {
  constexpr io::Choice<ScalingMetric> kMetrics[] = {
      {"ElastiCacheReplicaEngineCPUUtilization", ScalingMetric::kReplicaEngineCpu,
       "busy share of the replicas' command threads"}};
  return r.required_enum({"predefinedMetricType", "what is measured"}, kMetrics);
}

// Cooldown 600 s: AWS API reference, TargetTrackingScalingPolicyConfiguration, as of 2026-11.
constexpr ScalableDimension dimension(std::string_view unit, std::int64_t most,
                                      ScalingMetric (*read)(io::ObjectReader&)) {
  return {.unit = unit,
          .most = most,
          .read_metric = read,
          .cooldown = sim::Duration::seconds(600),
          .datapoints_to_scale_out = 3,
          .high_resolution = false,
          .no_step = "AWS has no step scaling of ElastiCache",
          .no_predictive = "AWS has predictive scaling of ECS services only"};
}

/// Counts node seconds once a minute, as they stand then (a change is a minute early or late).
class NodeMeter final : public sim::ControllerOf<std::uint32_t> {
 public:
  NodeMeter(std::string subject, NodeScaling nodes)
      : subject_(std::move(subject)), nodes_(std::move(nodes)) {}
  [[nodiscard]] std::string name() const override { return subject_ + "/node-meter"; }

 protected:
  void start_with(std::uint32_t&, sim::Control& control) const override {
    control.wake_at(control.now() + kPeriod);
  }
  void wake_with(std::uint32_t&, sim::Control& control) const override {
    const auto units = static_cast<double>(control.value(nodes_.registers.current));
    const double seconds = (nodes_.nodes + nodes_.nodes_of_unit * units) * kPeriod.to_seconds();
    control.set(nodes_.node_seconds, control.value(nodes_.node_seconds) + std::llround(seconds));
    control.wake_at(control.now() + kPeriod);
  }

 private:
  static constexpr sim::Duration kPeriod = sim::Duration::minutes(1);
  std::string subject_;
  NodeScaling nodes_;
};

}  // namespace

const ScalableDimension kShards = dimension("shards", 90, read_of_shards);
const ScalableDimension kReplicas = dimension("replicas of each shard", 5, read_of_replicas);

void define_node_scaling(Compiler& compiler, const DeploymentSite& site, const NodeScaling& nodes,
                         const ScalingSpec& spec) {
  DelayedCapacityPolicy capacity;
  capacity.name = name_of(site) + "/" + nodes.unit;
  capacity.service = site.service;
  capacity.region = site.region;
  capacity.unit = nodes.unit;
  capacity.registers = nodes.registers;
  capacity.takes = compiler.network().add_law(nodes.takes);
  add_delayed_capacity(compiler, std::move(capacity));
  compiler.network().add_controller(std::make_shared<NodeMeter>(name_of(site), nodes));

  ScaledMetric metric;
  metric.metric = nodes.metric;
  metric.read = [watched = nodes.watched, registers = nodes.registers,
                 each = nodes.nodes_per_unit](sim::Control& control) {
    double busy = 0;
    for (const sim::StationId node : watched) busy += control.station(node).busy_server_seconds;
    const double units = registers.unit_seconds(control);
    return MetricSample{busy, units * each, units};
  };
  ScalingTarget target;
  target.service = site.service;
  target.region = site.region;
  target.capacity_name = nodes.unit;
  target.metrics = {std::move(metric)};
  target.desired = nodes.registers.desired;
  target.min_capacity = nodes.registers.min_capacity;
  target.max_capacity = nodes.registers.max_capacity;
  add_scaler_to(compiler, std::move(target), spec);
}

}  // namespace lifeboat::models::elasticache
