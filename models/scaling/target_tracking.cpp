#include "models/scaling/target_tracking.hpp"

#include <algorithm>
#include <cmath>

namespace lifeboat::models {
namespace {

constexpr sim::Duration kLowSpan = sim::Duration::minutes(15);

AlarmSpec alarm(double threshold, Comparison comparison, sim::Duration period,
                std::uint32_t datapoints) {
  AlarmSpec spec;
  spec.threshold = threshold;
  spec.comparison = comparison;
  spec.period = period;
  spec.evaluation_periods = datapoints;
  spec.datapoints_to_alarm = datapoints;
  return spec;
}

}  // namespace

AlarmSpec TargetTracking::high_alarm(sim::Duration period) const {
  return alarm(target, Comparison::kGreater, period, high_datapoints);
}

AlarmSpec TargetTracking::low_alarm(sim::Duration period) const {
  return alarm(low_share * target, Comparison::kLess, period,
               static_cast<std::uint32_t>(kLowSpan / period));
}

double TargetTracking::wanted(const Datapoint& point) const {
  return std::ceil(point.capacity * point.value / target - 1e-9);
}

double TargetTracking::wanted_in(const Datapoint& point, std::int64_t capacity) const {
  const double least =
      scale_in_at_most ? std::ceil(static_cast<double>(capacity) * (1 - *scale_in_at_most) - 1e-9)
                       : 0;
  return std::max(wanted(point), least);
}

}  // namespace lifeboat::models
