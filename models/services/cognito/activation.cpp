#include "models/services/cognito/activation.hpp"

#include "models/replication/opening.hpp"

namespace lifeboat::models::cognito {

void ActivationController::wake_with(ActivationState& state, sim::Control& control) const {
  const auto progress = static_cast<Progress>(control.value(policy_.progress));
  if (progress == Progress::kAsked && control.value(policy_.control_plane) != 0) {
    state.ready = control.now() + control.draw(policy_.takes, "activation", state.number++);
    control.wake_at(state.ready);
    control.set(policy_.progress, static_cast<std::int64_t>(Progress::kRunning));
    control.log_event("activation", policy_.subject, policy_.region,
                      "activation of " + policy_.subject + " begins");
  } else if (progress == Progress::kRunning && control.now() >= state.ready) {
    control.set(policy_.active, 1);
    control.set(policy_.progress, static_cast<std::int64_t>(Progress::kDone));
    control.log_event("activation", policy_.subject, policy_.region,
                      policy_.subject + " takes requests");
  }
}

}  // namespace lifeboat::models::cognito
