#include "models/services/dynamodb/on_demand.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace lifeboat::models::dynamodb {

double instant_capacity(double warm, double previous_peak, double most) {
  return std::min(std::max(warm, 2 * previous_peak), most);
}

std::uint32_t splits_for(double units, double of_partition, std::uint32_t partitions) {
  std::uint32_t splits = 0;
  for (double all = of_partition * partitions; all < units; all *= 2) ++splits;
  return splits;
}

void OnDemandController::start_with(OnDemandState&, sim::Control& control) const {
  control.wake_at(control.now() + kPeriod);
}

void OnDemandController::wake_with(OnDemandState& state, sim::Control& control) const {
  const double so_far = taken(policy_.meters, control);
  double& minute = state.minutes[state.number % kPeakMinutes];
  if (state.number >= kPeakMinutes) state.peak = std::max(state.peak, minute);
  minute = (so_far - state.taken) / kPeriod.to_seconds();
  state.taken = so_far;
  ++state.number;
  control.wake_at(control.now() + kPeriod);
  const double units = instant_capacity(policy_.warm, state.peak, policy_.most);
  const std::int64_t whole = std::llround(units);
  if (whole <= control.value(policy_.capacity)) return;  // it never shrinks
  control.set(policy_.capacity, whole);
  const double tokens = units * policy_.tokens_per_unit;
  control.set_bucket_rate(policy_.table, tokens, tokens);
  const std::uint32_t splits = splits_for(units, policy_.of_partition, policy_.partitions);
  for (const sim::PartitionsId ranges : policy_.ranges) {
    for (std::uint32_t i = 0; i < control.partitions(ranges); ++i) {
      if (control.partition(ranges, i).depth < splits) control.split_partition(ranges, i);
    }
  }
  control.log_event("capacity", policy_.subject, policy_.region,
                    fmt::format("takes {} {} units a second, twice its previous peak", whole,
                                policy_.write ? "write" : "read"));
}

}  // namespace lifeboat::models::dynamodb
