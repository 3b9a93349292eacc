#include "models/scaling/step_scaling.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace lifeboat::models {

// A bound within rounding of the distance is taken as equal to it: 0.85 - 0.6 is not 0.25.
bool StepAdjustment::holds(double beyond) const {
  constexpr double kNear = 1e-9;
  if (beyond >= -kNear) {
    return (!lower || beyond >= *lower - kNear) && (!upper || beyond < *upper - kNear);
  }
  return (!lower || beyond > *lower + kNear) && (!upper || beyond <= *upper + kNear);
}

const StepAdjustment* StepScaling::step_for(double value) const {
  const auto found = std::find_if(steps.begin(), steps.end(), [&](const StepAdjustment& step) {
    return step.holds(value - alarm.threshold);
  });
  return found == steps.end() ? nullptr : &*found;
}

std::int64_t StepScaling::adjusted(std::int64_t capacity, const StepAdjustment& step) const {
  if (type == AdjustmentType::kExactCapacity) return std::llround(step.adjustment);
  double change = step.adjustment;
  if (type == AdjustmentType::kPercentChangeInCapacity) {
    change = static_cast<double>(capacity) * step.adjustment / 100;
    // Rounded first to what a percentage of whole units can be, so that 10 % of 30 are 3.
    change = std::round(change * 1e6) / 1e6;
    if (change > 0) change = std::max(1.0, std::floor(change));
    if (change < 0) change = std::min(-1.0, std::ceil(change));
    const auto least = static_cast<double>(min_adjustment);
    if (step.adjustment > 0) change = std::max(change, least);
    if (step.adjustment < 0) change = std::min(change, -least);
  }
  return std::max<std::int64_t>(0, capacity + std::llround(change));
}

std::string StepScaling::shown_step(const StepAdjustment& step) const {
  switch (type) {
    case AdjustmentType::kChangeInCapacity:
      return fmt::format("{:+.0f}", step.adjustment);
    case AdjustmentType::kPercentChangeInCapacity:
      return fmt::format("{:+g} %", step.adjustment);
    case AdjustmentType::kExactCapacity:
      return fmt::format("to {:.0f}", step.adjustment);
  }
  return {};
}

}  // namespace lifeboat::models
