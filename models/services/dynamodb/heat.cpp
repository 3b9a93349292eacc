#include "models/services/dynamodb/heat.hpp"

#include <algorithm>

namespace lifeboat::models::dynamodb {

void HeatController::start_with(HeatState& state, sim::Control& control) const {
  state.looks = control.now() + kPeriod;
  control.wake_at(state.looks);
}

void HeatController::wake_with(HeatState& state, sim::Control& control) const {
  if (control.now() >= state.done) {
    state.done = sim::Instant::never();
    state.hot = 0;
    // A table that grows may have been split meanwhile: that parted the keys as well.
    const std::int64_t splits = std::min(control.value(policy_.splits) + 1, policy_.most);
    control.set(policy_.splits, splits);
    control.log_event("capacity", policy_.subject, policy_.region, "splits partitions for heat");
  }
  if (control.now() >= state.looks) {
    state.looks = control.now() + kPeriod;
    look(state, control);
  }
  control.wake_at(std::min(state.looks, state.done));
}

void HeatController::look(HeatState& state, sim::Control& control) const {
  double refused = 0;
  for (std::size_t i = 0; i < policy_.asked.size(); ++i) {
    refused += taken(policy_.asked[i], control) - taken(policy_.got[i], control);
  }
  state.hot = refused > state.refused ? state.hot + 1 : 0;
  state.refused = refused;
  const bool may = state.done.is_never() && state.number < policy_.heat_most &&
                   control.value(policy_.splits) < policy_.most;
  if (!may || state.hot < kHotLooks) return;
  state.done = control.now() + control.draw(policy_.split, "split", state.number++);
}

}  // namespace lifeboat::models::dynamodb
