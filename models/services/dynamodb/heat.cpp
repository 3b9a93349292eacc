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
    split(state, control);
  }
  if (control.now() >= state.looks) {
    state.looks = control.now() + kPeriod;
    look(state, control);
  }
  control.wake_at(std::min(state.looks, state.done));
}

void HeatController::split(HeatState& state, sim::Control& control) const {
  // A table that grows may have split it meanwhile: then its keys are parted already.
  if (control.partition(policy_.ranges.front(), state.splitting).split) return;
  for (const sim::PartitionsId ranges : policy_.ranges) {
    control.split_partition(ranges, state.splitting);
  }
  control.set(policy_.splits, control.value(policy_.splits) + 1);
  control.log_event("capacity", policy_.subject, policy_.region, "splits a hot partition");
}

void HeatController::look_at(std::uint32_t index, PartitionHeat& heat,
                             sim::Control& control) const {
  std::uint64_t refused = 0;
  std::uint64_t turns = 0;
  bool split = false;
  for (const sim::PartitionsId ranges : policy_.ranges) {
    const sim::PartitionView view = control.partition(ranges, index);
    refused += view.refused;
    turns += view.turns;
    split = view.split;
  }
  heat.grew = refused - heat.refused;
  const bool many = turns > heat.turns;
  heat.refused = refused;
  heat.turns = turns;
  const bool hot = !split && heat.grew > 0 && many;
  heat.hot = hot ? std::min<std::uint8_t>(heat.hot + 1, kHotLooks) : 0;
  // One refusal, or one that was tried again, is no sign of anything.
  const bool single = !split && heat.grew >= kFewOfOne && !many;
  heat.single = single ? std::min<std::uint8_t>(heat.single + 1, kHotLooks) : 0;
  if (heat.single < kHotLooks || heat.told) return;
  heat.told = true;
  control.log_event("capacity", policy_.subject, policy_.region,
                    "one key is all that a partition throttles: no split helps it");
}

void HeatController::look(HeatState& state, sim::Control& control) const {
  const std::uint32_t count =
      std::min(control.partitions(policy_.ranges.front()), HeatState::kMost);
  const PartitionHeat* hottest = nullptr;
  for (std::uint32_t i = 0; i < count; ++i) {
    PartitionHeat& heat = state.partitions[i];
    look_at(i, heat, control);
    if (heat.hot < kHotLooks || (hottest != nullptr && heat.grew <= hottest->grew)) continue;
    hottest = &heat;
  }
  if (hottest == nullptr || !state.done.is_never() || state.number >= policy_.most) return;
  state.splitting = static_cast<std::uint32_t>(hottest - state.partitions.data());
  state.done = control.now() + control.draw(policy_.split, "split", state.number++);
}

}  // namespace lifeboat::models::dynamodb
