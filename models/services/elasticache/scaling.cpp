#include "models/services/elasticache/scaling.hpp"

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
