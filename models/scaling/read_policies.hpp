// Private to models/scaling: readers of the kinds of policy, each of the keys that are its own.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "models/io/reader.hpp"
#include "models/scaling/scaling.hpp"

namespace lifeboat::models::detail {

inline constexpr std::string_view kTrackingSource =
    "AWS API reference, TargetTrackingScalingPolicyConfiguration, as of 2026-11";

// Keys that one type of policy needs. In the description of all types together none is required:
// `p.otherwise` says whose they are.
template <class E, std::size_t N>
E enum_of_type(io::ObjectReader& r, const io::Parameter& p, const io::Choice<E> (&table)[N]) {
  return r.describing() ? r.maybe_enum(p, table).value_or(table[0].value)
                        : r.required_enum(p, table);
}
inline void section_of_type(io::ObjectReader& r, const io::Parameter& p,
                            const std::function<void(io::ObjectReader&)>& read) {
  (void)(r.describing() ? r.section(p, read) : r.required_section(p, read));
}

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

/// "publicationDelay" of a metric of this period, where the policy says one of its own.
[[nodiscard]] std::optional<sim::Law> read_publication_delay(io::ObjectReader& r,
                                                             sim::Duration period);

}  // namespace lifeboat::models::detail
