#include "models/services/sqs/polling.hpp"

#include <algorithm>

namespace lifeboat::models::sqs {

void PollingController::start_with(PollingState& state, sim::Control& control) const {
  state.wanted = policy_.first;
  const double phase = control.uniform("phase", 0) * kPeriod.to_seconds();
  state.next = control.now() + sim::Duration::from_seconds(phase);
  control.wake_at(state.next);
  apply(state, control);
}

void PollingController::wake_with(PollingState& state, sim::Control& control) const {
  const bool due = control.now() >= state.next;
  if (due) {
    state.next = control.now() + kPeriod;
    control.wake_at(state.next);
  }
  if (control.value(policy_.region_up) == 0) {
    state.wanted = policy_.first;  // the pollers start anew when the region is back
  } else if (due && policy_.scales) {
    const bool backlog = control.buffer(policy_.buffer).visible > 0;
    state.wanted = std::clamp(state.wanted + (backlog ? kStep : -kStep), policy_.first,
                              std::max(policy_.first, policy_.most));
  }
  apply(state, control);
}

void PollingController::apply(const PollingState& state, sim::Control& control) const {
  const bool works = control.value(policy_.region_up) != 0 && control.gate_open(policy_.deployment);
  const std::int64_t count = works ? state.wanted : 0;
  if (control.value(policy_.consumers) != count) control.set(policy_.consumers, count);
}

}  // namespace lifeboat::models::sqs
