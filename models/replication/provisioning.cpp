#include "models/replication/provisioning.hpp"

#include "models/replication/opening.hpp"

namespace lifeboat::models {

void ProvisioningController::start_with(ProvisioningState& state, sim::Control& control) const {
  if (policy_.shut.valid()) state.absent = control.begin_effect({policy_.shut}, sim::Effect{});
}

void ProvisioningController::wake_with(ProvisioningState& state, sim::Control& control) const {
  const auto progress = static_cast<Progress>(control.value(policy_.progress));
  if (progress == Progress::kAsked && control.value(policy_.control_plane) != 0) {
    state.ready = control.now() + control.draw(policy_.takes, policy_.what, 0);
    control.wake_at(state.ready);
    control.set(policy_.progress, static_cast<std::int64_t>(Progress::kRunning));
    control.log_event(policy_.what, policy_.subject, policy_.region, policy_.begins);
  } else if (progress == Progress::kRunning && control.now() >= state.ready) {
    if (policy_.shut.valid()) control.end_effect(state.absent);
    if (policy_.active.valid()) control.set(policy_.active, 1);
    control.set(policy_.progress, static_cast<std::int64_t>(Progress::kDone));
    control.log_event(policy_.what, policy_.subject, policy_.region, policy_.ends);
  }
}

}  // namespace lifeboat::models
