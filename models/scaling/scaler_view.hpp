// Private to models/scaling: a scaler's state block, read as its parts.
#pragma once

#include <span>

#include "models/scaling/scaler.hpp"

namespace lifeboat::models {

/// One scheduled action of a trial.
struct ScheduledState {
  sim::Instant due = sim::Instant::never();
  std::int64_t due_utc = 0;  ///< its time on the schedule
  std::uint64_t number = 0;
};

struct Scaler::View {
  ScalerState& state;
  std::span<MetricPolicyState> policies;
  std::span<ScheduledState> scheduled;
};

}  // namespace lifeboat::models
