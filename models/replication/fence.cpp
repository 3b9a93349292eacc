#include "models/replication/fence.hpp"

namespace lifeboat::models {

void FenceController::wake_with(FenceState& state, sim::Control& control) const {
  const auto progress = static_cast<Progress>(control.value(policy_.progress));
  if (progress == Progress::kAsked) {
    state.reached = control.value(policy_.control_plane) != 0;
    const sim::Duration takes =
        state.reached ? control.draw(policy_.takes, "fence", state.number++) : policy_.call_timeout;
    state.ends = control.now() + takes;
    control.wake_at(state.ends);
    control.set(policy_.progress, static_cast<std::int64_t>(Progress::kRunning));
    return;
  }
  if (progress != Progress::kRunning || control.now() < state.ends) return;
  if (state.reached) control.set(policy_.fenced, 1);
  control.set(policy_.progress,
              static_cast<std::int64_t>(state.reached ? Progress::kDone : Progress::kFailed));
  control.log_event(
      "fence", policy_.subject, policy_.region,
      state.reached ? policy_.subject + " refuses writes"
                    : "the control plane did not answer: " + policy_.subject + " is not fenced");
}

}  // namespace lifeboat::models
