#include "models/services/opensearch/domain.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace lifeboat::models::opensearch {

void DomainController::start_with(DomainState& state, sim::Control& control) const {
  state.back.fill(sim::Instant::never());
  for (std::uint32_t node = 0; node < nodes(); ++node) {
    control.set(policy_.serves[node], rests(node) ? 0 : 1);
  }
}

void DomainController::wake_with(DomainState& state, sim::Control& control) const {
  for (std::uint32_t node = 0; node < nodes(); ++node) follow_node(state, control, node);
  follow_standby(state, control);
  follow_redistribution(state, control);
  const bool standby_serves = state.standby_active <= control.now();
  for (std::uint32_t node = 0; node < nodes(); ++node) {
    const bool serves = holds(control, node) && (!rests(node) || standby_serves);
    control.set(policy_.serves[node], serves ? 1 : 0);
  }
  control.set(policy_.quorum, has_quorum(control) ? 1 : 0);
  sim::Instant next = state.redistributed;
  if (!standby_serves) next = std::min(next, state.standby_active);
  for (std::uint32_t node = 0; node < nodes(); ++node) next = std::min(next, state.back[node]);
  if (!next.is_never()) control.wake_at(next);
}

void DomainController::follow_node(DomainState& state, sim::Control& control,
                                   std::uint32_t node) const {
  if (policy_.faults.lost(control, node)) {
    state.back[node] = sim::Instant::never();
    if (holds(control, node)) lose(state, control, node);
    return;
  }
  if (holds(control, node)) return;
  if (state.back[node].is_never()) {
    state.back[node] = control.now() + control.draw(policy_.recovery, "recovery", state.number++);
  }
  if (state.back[node] > control.now()) return;
  state.back[node] = sim::Instant::never();
  control.set(policy_.holds[node], 1);
  control.log_event("failover", policy_.subject, policy_.region,
                    fmt::format("node {} of {} serves again", node + 1, policy_.subject));
}

void DomainController::lose(DomainState& state, sim::Control& control, std::uint32_t node) const {
  control.set(policy_.holds[node], 0);
  control.log_event("failover", policy_.subject, policy_.region,
                    fmt::format("node {} of {} is lost", node + 1, policy_.subject));
  if (policy_.standby) {
    if (!rests(node) && state.standby_active.is_never()) {
      state.standby_active =
          control.now() + control.draw(policy_.activation, "activation", state.number++);
    }
    return;
  }
  if (state.redistributed.is_never()) {
    sim::Effect slow;
    slow.kind = sim::Effect::Kind::kSlow;
    slow.factor = policy_.redistribution_speed;
    state.slowdown = control.begin_effect(policy_.deployments, slow);
    state.redistributed =
        control.now() + control.draw(policy_.redistribution, "redistribution", state.number++);
  }
}

/// The standby rests again once all others are back.
void DomainController::follow_standby(DomainState& state, sim::Control& control) const {
  if (state.standby_active.is_never()) return;
  bool needed = false;
  for (std::uint32_t node = 0; node < nodes(); ++node) {
    needed = needed || (!rests(node) && !holds(control, node));
  }
  if (!needed) state.standby_active = sim::Instant::never();
}

void DomainController::follow_redistribution(DomainState& state, sim::Control& control) const {
  if (state.redistributed > control.now()) return;
  control.end_effect(state.slowdown);
  state.redistributed = sim::Instant::never();
}

bool DomainController::has_quorum(const sim::Control& control) const {
  std::uint32_t all = policy_.masters;
  std::uint32_t there = 0;
  if (all > 0) {
    for (std::uint32_t master = 0; master < all; ++master) {
      there += policy_.faults.zone_lost(control, policy_.faults.zone_of(master)) ? 0U : 1U;
    }
  } else {
    all = nodes();
    for (std::uint32_t node = 0; node < all; ++node) {
      there += policy_.faults.lost(control, node) ? 0U : 1U;
    }
  }
  return 2 * there > all;
}

}  // namespace lifeboat::models::opensearch
