#include "models/services/msk/consumers.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lifeboat::models::msk {

void GroupController::start_with(GroupState& state, sim::Control& control) const {
  state.members = control.value(policy_.wanted);
  allow(state, control);
}

void GroupController::wake_with(GroupState& state, sim::Control& control) const {
  const std::int64_t wanted = std::max<std::int64_t>(0, control.value(policy_.wanted));
  if (wanted != state.members) {
    state.members = wanted;
    state.rests_until =
        control.now() + control.draw(policy_.rebalance, "rebalance", state.number++);
    control.set(policy_.resting, 1);
    control.wake_at(state.rests_until);
    control.log_event("scaling", policy_.service, policy_.region,
                      fmt::format("{} rebalances to {} consumers", policy_.subject, wanted));
  } else if (state.rests_until <= control.now()) {
    state.rests_until = sim::Instant::never();
    control.set(policy_.resting, 0);
    control.set_servers(policy_.members, static_cast<std::uint32_t>(state.members));
  }
  allow(state, control);
}

void GroupController::allow(const GroupState& state, sim::Control& control) const {
  const bool works =
      control.value(policy_.region_up) != 0 && state.members > 0 && state.rests_until.is_never();
  for (std::size_t p = 0; p < policy_.at_work.size(); ++p) {
    const bool led = control.value(policy_.leader[p]) != policy_.no_leader;
    control.set(policy_.at_work[p], works && led ? 1 : 0);
  }
}

}  // namespace lifeboat::models::msk
