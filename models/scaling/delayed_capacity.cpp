#include "models/scaling/delayed_capacity.hpp"

#include <cmath>
#include <memory>

#include <fmt/format.h>

namespace lifeboat::models {

using sim::Control;
using sim::Duration;

namespace {

/// Decreases of a table: 4 a day, and one more in each hour without any (DynamoDB Developer Guide,
/// quotas, 2023: "up to 27 times a day").
constexpr std::uint32_t kDecreasesADay = 4;

}  // namespace

double CapacityRegisters::unit_seconds(Control& control) const {
  const double from = static_cast<double>(control.value(since)) * 1e-9;
  return static_cast<double>(control.value(integral)) * 1e-3 +
         static_cast<double>(control.value(current)) * (control.now().to_seconds() - from);
}

CapacityRegisters add_capacity(Compiler& compiler, const std::string& name, std::int64_t initial,
                               std::int64_t least, std::int64_t most) {
  sim::NetworkBuilder& network = compiler.network();
  CapacityRegisters registers;
  registers.desired = network.add_register(name + "/desired", initial);
  registers.min_capacity = network.add_register(name + "/min-capacity", least);
  registers.max_capacity = network.add_register(name + "/max-capacity", most);
  registers.current = network.add_register(name + "/current", initial);
  registers.integral = network.add_register(name + "/unit-seconds", 0);
  registers.since = network.add_register(name + "/since", 0);
  return registers;
}

void DelayedCapacity::start_with(DelayedCapacityState& state, Control& control) const {
  control.set(policy_.registers.since, control.now().nanoseconds());
  state.day_end = control.now() + Duration::hours(24);
  if (policy_.apply) policy_.apply(control, control.value(policy_.registers.current));
  wake_with(state, control);
}

void DelayedCapacity::wake_with(DelayedCapacityState& state, Control& control) const {
  if (state.changing && control.now() >= state.done_at) finish(state, control);
  if (state.changing) {
    control.wake_at(state.done_at);
    return;
  }
  const bool wanted =
      control.value(policy_.registers.desired) != control.value(policy_.registers.current);
  const bool possible =
      control.value(policy_.region_up) != 0 && control.value(policy_.control_plane) != 0;
  if (wanted && possible) begin(state, control);
}

bool DelayedCapacity::may_decrease(DelayedCapacityState& state, Control& control) const {
  if (!policy_.limits_decreases) return true;
  while (state.day_end <= control.now()) {
    state.day_end += Duration::hours(24);
    state.decreases = 0;
  }
  return state.decreases < kDecreasesADay ||
         control.now() >= state.last_decrease + Duration::hours(1);
}

void DelayedCapacity::begin(DelayedCapacityState& state, Control& control) const {
  const std::int64_t from = control.value(policy_.registers.current);
  const std::int64_t to = control.value(policy_.registers.desired);
  if (to < from && !may_decrease(state, control)) {
    control.set(policy_.registers.desired, from);
    control.log_event("scaling", policy_.service, policy_.region,
                      fmt::format("{} stay {}: {} decreases today and one within the hour",
                                  policy_.unit, from, state.decreases),
                      "quota");
    return;
  }
  if (to < from) {
    ++state.decreases;
    state.last_decrease = control.now();
  }
  const double more = to > from ? policy_.seconds_per_unit * static_cast<double>(to - from) : 0;
  state.changing = true;
  state.target = to;
  state.done_at = control.now() + control.draw(policy_.takes, "change", state.number++) +
                  Duration::from_seconds(more);
  control.wake_at(state.done_at);
}

void DelayedCapacity::finish(DelayedCapacityState& state, Control& control) const {
  const CapacityRegisters& registers = policy_.registers;
  const double sum = registers.unit_seconds(control);
  state.changing = false;
  control.set(registers.integral, std::llround(sum * 1e3));
  control.set(registers.since, control.now().nanoseconds());
  control.set(registers.current, state.target);
  if (policy_.apply) policy_.apply(control, state.target);
  control.log_event("capacity", policy_.service, policy_.region,
                    fmt::format("{} {} are there", state.target, policy_.unit), "desired count");
}

void add_delayed_capacity(Compiler& compiler, DelayedCapacityPolicy policy) {
  policy.region_up = compiler.region_up(policy.region);
  policy.control_plane = compiler.control_plane(policy.region);
  const std::vector<sim::RegisterId> watches = {policy.registers.desired, policy.region_up,
                                                policy.control_plane};
  compiler.network().add_controller(std::make_shared<DelayedCapacity>(std::move(policy)), watches);
}

}  // namespace lifeboat::models
