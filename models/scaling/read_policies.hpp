// Private to models/scaling: readers of the kinds of policy, each of the keys that are its own.
#pragma once

#include <string_view>

#include "models/scaling/scaling.hpp"

namespace lifeboat::models::detail {

inline constexpr std::string_view kTrackingSource =
    "AWS API reference, TargetTrackingScalingPolicyConfiguration, as of 2026-11";

/// "targetValue", "threshold" or a step's bound: a share or a rate, as the metric is.
[[nodiscard]] std::optional<double> read_level(io::ObjectReader& r, const io::Parameter& key,
                                               ScalingMetric metric, bool required,
                                               bool may_be_negative);

/// "alarm", "adjustmentType", "stepAdjustments" and what belongs to them.
[[nodiscard]] MetricPolicy read_step(io::ObjectReader& r, const ScalableDimension& dimension);

/// "schedule", "timezone", "scalableTargetAction".
[[nodiscard]] ScheduledAction read_scheduled(io::ObjectReader& r,
                                             const ScalableDimension& dimension);

/// "predefinedMetricPairType", "mode", "history" and what belongs to them; `target` is read by the
/// caller, since target tracking has it too.
[[nodiscard]] PredictiveScaling read_predictive(io::ObjectReader& r);

/// "publicationDelay" of a metric of this period.
[[nodiscard]] sim::Law read_publication_delay(io::ObjectReader& r, sim::Duration period);

}  // namespace lifeboat::models::detail
