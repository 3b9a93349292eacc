#include "models/replication/interruption.hpp"

namespace lifeboat::models {

void InterruptionController::wake_with(InterruptionState& state, sim::Control& control) const {
  const auto progress = static_cast<Progress>(control.value(policy_.progress));
  if (progress == Progress::kAsked) {
    state.effect = control.begin_effect({policy_.deployment}, policy_.effect);
    state.ends = control.now() + control.draw(policy_.takes, policy_.word, state.number++);
    control.wake_at(state.ends);
    control.set(policy_.progress, static_cast<std::int64_t>(Progress::kRunning));
    control.log_event(policy_.word, policy_.subject, policy_.region,
                      policy_.word + " of " + policy_.subject + " begins");
  } else if (progress == Progress::kRunning && control.now() >= state.ends) {
    control.end_effect(state.effect);
    control.set(policy_.progress, static_cast<std::int64_t>(Progress::kDone));
    control.log_event(policy_.word, policy_.subject, policy_.region,
                      policy_.word + " of " + policy_.subject + " is over");
  }
}

}  // namespace lifeboat::models
