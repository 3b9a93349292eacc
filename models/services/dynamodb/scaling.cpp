#include "models/services/dynamodb/scaling.hpp"

#include <algorithm>
#include <cmath>

#include "models/replication/store.hpp"
#include "models/scaling/add_scaler.hpp"
#include "models/services/dynamodb/description.hpp"

namespace lifeboat::models::dynamodb {
namespace {

ScalingMetric read_reads(io::ObjectReader& r) {
  constexpr io::Choice<ScalingMetric> kMetrics[] = {{"DynamoDBReadCapacityUtilization",
                                                     ScalingMetric::kConsumedReads,
                                                     "read units used over those provisioned"}};
  return r.required_enum({"predefinedMetricType", "what is measured"}, kMetrics);
}

ScalingMetric read_writes(io::ObjectReader& r) {
  constexpr io::Choice<ScalingMetric> kMetrics[] = {{"DynamoDBWriteCapacityUtilization",
                                                     ScalingMetric::kConsumedWrites,
                                                     "write units used over those provisioned"}};
  return r.required_enum({"predefinedMetricType", "what is measured"}, kMetrics);
}

// Quota of 40,000 units a table and direction, 2 datapoints to scale out: DynamoDB Developer Guide,
// quotas and provisioned throughput (2023). Cooldown 0: AWS API reference.
constexpr ScalableDimension dimension(std::string_view unit,
                                      ScalingMetric (*read)(io::ObjectReader&)) {
  return {.unit = unit,
          .most = 40'000,
          .read_metric = read,
          .cooldown = sim::Duration{},
          .datapoints_to_scale_out = 2,
          .high_resolution = false,
          .no_step = "AWS has no step scaling of DynamoDB tables",
          .no_predictive = "AWS has predictive scaling of ECS services only"};
}

}  // namespace

const ScalableDimension kReadUnits = dimension("read units a second", read_reads);
const ScalableDimension kWriteUnits = dimension("write units a second", read_writes);

std::int64_t ScaledUnits::initial(double set) const {
  return std::clamp<std::int64_t>(std::llround(set), spec_.min_capacity, spec_.max_capacity);
}

void ScaledUnits::declare(Compiler& compiler, const DeploymentSite& site, double set) {
  registers_ = add_capacity(compiler, name_of(site) + "/" + word() + "-units", initial(set),
                            spec_.min_capacity, spec_.max_capacity);
}

void ScaledUnits::define(Compiler& compiler, const DeploymentSite& site, sim::BucketId table,
                         const TakenUnits& taken_units) const {
  DelayedCapacityPolicy capacity;
  capacity.name = name_of(site) + "/" + word() + "-units";
  capacity.service = site.service;
  capacity.region = site.region;
  capacity.unit = std::string(word()) + " units a second";
  capacity.registers = registers_;
  capacity.takes = compiler.network().add_law(update_);
  capacity.limits_decreases = true;
  const double tokens = taken_units.tokens_per_unit();
  capacity.apply = [table, tokens](sim::Control& control, std::int64_t units) {
    const double rate = tokens * static_cast<double>(units);
    control.set_bucket_rate(table, rate, rate);
  };
  add_delayed_capacity(compiler, std::move(capacity));

  ScaledMetric metric;
  metric.metric = write_ ? ScalingMetric::kConsumedWrites : ScalingMetric::kConsumedReads;
  metric.read = [meters = taken_units.meters(), registers = registers_](sim::Control& control) {
    const double provisioned = registers.unit_seconds(control);
    return MetricSample{taken(meters, control), provisioned, provisioned};
  };
  ScalingTarget target;
  target.service = site.service;
  target.region = site.region;
  target.capacity_name = std::string(word()) + " units";
  target.suffix = std::string("/") + word();
  target.metrics = {std::move(metric)};
  target.desired = registers_.desired;
  target.min_capacity = registers_.min_capacity;
  target.max_capacity = registers_.max_capacity;
  add_scaler_to(compiler, std::move(target), spec_);
}

}  // namespace lifeboat::models::dynamodb
