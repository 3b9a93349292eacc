// Application Auto Scaling of one scalable dimension (an ECS service's tasks, a table's read
// units, a cache's shards): what people write.
//
//     "scaling": { "minCapacity": 3, "maxCapacity": 20, "policies": [
//         { "type": "target-tracking", "predefinedMetricType": "ECSServiceAverageCPUUtilization",
//           "targetValue": "60%", "scaleOutCooldown": "300s" },
//         { "type": "step", "alarm": { "metricName": "CPUUtilization", "threshold": "80%" },
//           "adjustmentType": "PercentChangeInCapacity", "stepAdjustments": [
//             { "metricIntervalLowerBound": "0%", "scalingAdjustment": 50 } ] },
//         { "type": "scheduled", "schedule": "cron(45 19 * * ? *)", "timezone": "Asia/Singapore",
//           "scalableTargetAction": { "minCapacity": 12 } },
//         { "type": "predictive", "predefinedMetricPairType": "ECSServiceCPUUtilization",
//           "targetValue": "60%", "mode": "ForecastAndScale", "history": { "file": "web.csv" } } ]
//           }
// A history is a file, or { "from": "2026-10-28T00:00", "hourly": [12.5, 9, ...] }.
//
// What each kind of policy does is said in its own file: target_tracking.hpp, step_scaling.hpp,
// schedule.hpp, forecast.hpp; scaler.hpp has what becomes of several.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/io/reader.hpp"
#include "models/scaling/forecast.hpp"
#include "models/scaling/schedule.hpp"
#include "models/scaling/step_scaling.hpp"
#include "models/scaling/target_tracking.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

/// What a policy watches.
enum class ScalingMetric : std::uint8_t {
  kCpuUtilization,     ///< processors used over processors reserved
  kRequestsPerTarget,  ///< requests a second and task
  kConsumedReads,      ///< read units used over those provisioned
  kConsumedWrites,     ///< write units used over those provisioned
  kConcurrency,        ///< executions over provisioned concurrency
  kPrimaryEngineCpu,   ///< busy share of the command threads of primaries
  kReplicaEngineCpu,   ///< and of replicas
};

/// A value of it for people: "CPU 85.0 %".
[[nodiscard]] std::string shown(ScalingMetric metric, double value);
/// A threshold of it: "60 %".
[[nodiscard]] std::string shown_threshold(ScalingMetric metric, double value);
/// Whether it is a share of 1, written "60%"; otherwise it is a rate, written "20/s".
[[nodiscard]] bool is_share(ScalingMetric metric);

/// A policy that a CloudWatch alarm sets off.
struct MetricPolicy {
  ScalingMetric metric = ScalingMetric::kCpuUtilization;
  sim::Duration period = sim::Duration::seconds(60);  ///< of the metric's bins
  std::optional<sim::Law> publication_delay;          ///< else as its region's CloudWatch says
  std::variant<TargetTracking, StepScaling> rule;
};

struct ScheduledAction {
  Schedule schedule;
  io::TimeZone zone;
  std::optional<std::int64_t> min_capacity;
  std::optional<std::int64_t> max_capacity;
};

struct ScalingSpec {
  std::uint32_t min_capacity = 1;
  std::uint32_t max_capacity = 1;
  std::vector<MetricPolicy> policies;
  std::vector<ScheduledAction> scheduled;
  std::optional<PredictiveScaling> predictive;

  [[nodiscard]] bool empty() const { return policies.empty() && scheduled.empty() && !predictive; }
  /// The most that its policies may ever ask for, scheduled and forecast limits included.
  [[nodiscard]] std::uint32_t most() const;
};

/// Application Auto Scaling User Guide, quotas (2023).
inline constexpr std::size_t kMostPolicies = 50;
inline constexpr std::size_t kMostScheduledActions = 200;

/// What AWS allows of one scalable dimension; one constant a dimension, beside its service kind.
struct ScalableDimension {
  std::string_view unit;  ///< "tasks"
  std::int64_t most = 0;  ///< of the capacity limits
  /// Reads "predefinedMetricType" of target tracking.
  ScalingMetric (*read_metric)(io::ObjectReader&) = nullptr;
  sim::Duration cooldown;                 ///< of target tracking where the file is silent
  std::uint32_t datapoints_to_scale_out;  ///< of target tracking's high alarm
  bool high_resolution = false;           ///< 20 s metrics can be switched on
  std::string_view no_step;               ///< why AWS has no step scaling here; empty: it has
  std::string_view no_predictive;         ///< the same of predictive scaling
};

/// Reads the object at "scaling".
[[nodiscard]] ScalingSpec read_scaling(io::ObjectReader& reader,
                                       const ScalableDimension& dimension);

}  // namespace lifeboat::models
