#include "models/services/alb/capacity.hpp"

#include <algorithm>
#include <cmath>

namespace lifeboat::models::alb {

using sim::Control;
using sim::Duration;

namespace {

constexpr Duration kLook = Duration::seconds(15);
constexpr Duration kDoubling = Duration::seconds(300);
constexpr std::uint32_t kLooksOfMinute = 4;

}  // namespace

void Capacity::start_with(CapacityState& state, Control& control) const {
  const double dead = control.draw(policy_.dead_time, "dead-time", 0).to_seconds();
  state.behind = static_cast<std::uint32_t>(
      std::clamp<double>(std::round(dead / kLook.to_seconds()), 0, CapacityState::kKept - 1));
  state.entered = control.entered(policy_.deployment);
  const double first = std::max(policy_.floor, policy_.first);
  state.wanted.fill(static_cast<float>(first));
  set(state, control, first);
  control.wake_at(control.now() +
                  Duration::from_seconds(control.uniform("phase", 0) * kLook.to_seconds()));
}

void Capacity::wake_with(CapacityState& state, Control& control) const {
  control.wake_at(control.now() + kLook);
  const std::uint64_t entered = control.entered(policy_.deployment);
  const double demand = static_cast<double>(entered - state.entered) / kLook.to_seconds();
  state.entered = entered;
  if (!state.begun) {  // the first look comes after a part of 15 s
    state.begun = true;
    return;
  }
  state.demand[state.looks % CapacityState::kKept] = static_cast<float>(demand);
  ++state.looks;
  if (state.looks <= state.behind) return;  // what was before the start is not known
  const std::size_t then = (state.looks - 1 - state.behind) % CapacityState::kKept;
  const double wanted = kHeadroom * static_cast<double>(state.demand[then]);
  float& minute = state.wanted[state.looks / kLooksOfMinute % CapacityState::kMinutes];
  if (state.looks % kLooksOfMinute == 0) minute = 0;
  minute = std::max(minute, static_cast<float>(wanted));
  const double of_hour = *std::max_element(state.wanted.begin(), state.wanted.end());
  const double most = state.capacity * std::exp2(kLook.to_seconds() / kDoubling.to_seconds());
  const double capacity = std::max(policy_.floor, std::min(of_hour, most));
  if (capacity != state.capacity) set(state, control, capacity);
}

void Capacity::set(CapacityState& state, Control& control, double capacity) const {
  state.capacity = capacity;
  control.set_bucket_rate(policy_.bucket, capacity, std::max(1.0, capacity));
  control.set(policy_.capacity, std::llround(capacity));
}

}  // namespace lifeboat::models::alb
