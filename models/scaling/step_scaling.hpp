// Step scaling: an alarm of one's own, and how far beyond its threshold the metric is decides by
// how much the capacity changes.
//
// Step bounds are distances from the threshold. Above it a step holds its lower bound and not its
// upper one, below it the other way round; steps neither overlap nor leave gaps, and the outermost
// may be open. A percentage of the capacity is rounded: above 1 down, between 0 and 1 to 1, between
// -1 and 0 to -1, below -1 towards 0; `minAdjustmentMagnitude` is the least that it changes.
//
// Cooldown. After a scale-out only one that asks for more passes until it is over, and what the
// first one added counts as part of what the second one adds: both start from the same capacity.
//
// Source: Application Auto Scaling User Guide, step scaling, 2023-06; API reference
// (StepScalingPolicyConfiguration), botocore of 2026-08.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/watching/alarm.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

enum class AdjustmentType : std::uint8_t {
  kChangeInCapacity,
  kPercentChangeInCapacity,
  kExactCapacity
};

struct StepAdjustment {
  std::optional<double> lower;  ///< from the threshold, in the metric's unit; nothing: open
  std::optional<double> upper;
  double adjustment = 0;

  /// Whether the step is for a metric that is `beyond` above (positive) the threshold.
  [[nodiscard]] bool holds(double beyond) const;
};

struct StepScaling {
  AlarmSpec alarm;
  AdjustmentType type = AdjustmentType::kChangeInCapacity;
  std::vector<StepAdjustment> steps;
  sim::Duration cooldown;
  std::int64_t min_adjustment = 0;  ///< of kPercentChangeInCapacity

  /// The step for a metric at `value`; null where no step is for it.
  [[nodiscard]] const StepAdjustment* step_for(double value) const;
  /// The capacity that the step makes of `capacity`; at least 0.
  [[nodiscard]] std::int64_t adjusted(std::int64_t capacity, const StepAdjustment& step) const;
  /// "+50 %", "-2", "to 12".
  [[nodiscard]] std::string shown_step(const StepAdjustment& step) const;
};

/// The most steps of a policy: Application Auto Scaling User Guide, quotas (2023).
inline constexpr std::size_t kMostSteps = 20;

}  // namespace lifeboat::models
