#include "scenarios/faults/fault_times.hpp"

#include <algorithm>

namespace lifeboat::scenarios {
namespace {

using sim::Duration;
using sim::Instant;

std::optional<Duration> length_of(const PlannedFault& fault) {
  if (fault.recurs) return Duration::from_seconds(fault.repair.law->mean_seconds());
  if (fault.lasts.law) return Duration::from_seconds(fault.lasts.law->mean_seconds());
  if (fault.duration.is_infinite()) return std::nullopt;
  return fault.duration;
}

/// Of a fault that waits for others, which stand before it; their jitter and draws become its own.
std::optional<Instant> base_of(const PlannedFault& fault, const std::vector<FaultTime>& times,
                               FaultTime& time) {
  std::optional<Instant> base;
  const auto wait_for = [&](const FaultTime& other, Duration length) {
    const Instant then = *other.begins + length;
    base = base ? std::max(*base, then) : then;
    time.jitter = std::max(time.jitter, other.jitter);
  };
  for (const std::uint32_t row : fault.after) {
    const FaultTime& other = times[row];
    if (!other.begins || !other.lasts) return std::nullopt;
    wait_for(other, *other.lasts);
    time.begins_drawn = time.begins_drawn || other.begins_drawn || other.lasts_drawn;
  }
  for (const std::uint32_t row : fault.with) {
    const FaultTime& other = times[row];
    if (!other.begins) return std::nullopt;
    wait_for(other, Duration{});
    time.begins_drawn = time.begins_drawn || other.begins_drawn;
  }
  return base;
}

}  // namespace

std::vector<FaultTime> fault_times(const FaultPlan& plan) {
  std::vector<FaultTime> times;
  for (const PlannedFault& fault : plan.faults) {
    FaultTime time;
    time.lasts = length_of(fault);
    time.lasts_drawn = fault.recurs || fault.lasts.law.has_value();
    if (!fault.moment && !fault.recurs) {
      const bool waits = !fault.after.empty() || !fault.with.empty();
      if (fault.at) {
        time.begins = fault.at;
      } else {
        time.begins = waits ? base_of(fault, times, time) : Instant::origin();
      }
      if (time.begins) time.begins = *time.begins + fault.delay;
    }
    time.jitter += fault.jitter;
    times.push_back(time);
  }
  return times;
}

std::optional<Instant> latest_end(const FaultTime& time) {
  if (!time.begins || !time.lasts || time.begins_drawn || time.lasts_drawn) return std::nullopt;
  return *time.begins + *time.lasts + time.jitter;
}

}  // namespace lifeboat::scenarios
