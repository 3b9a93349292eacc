#include "models/services/s3/prefixes.hpp"

namespace lifeboat::models::s3 {

namespace {

constexpr sim::Duration kMinute = sim::Duration::minutes(1);

}  // namespace

PrefixLimit::PrefixLimit(sim::NetworkBuilder& network, const std::string& name, double per_second,
                         std::uint32_t first, std::uint32_t levels) {
  for (std::uint32_t i = 0; i < levels; ++i) {
    Level level;
    level.count = first << i;
    const double all = per_second * level.count;
    // A prefix's limit is held over a second: guess, 0.1 to 5 s.
    level.prefixes = network.add_partitions({name, per_second, per_second}, level.count);
    level.spread = network.add_bucket({name + "-spread", all, all});
    levels_.push_back(level);
  }
}

void PrefixLimit::take(sim::PlanBuilder& plan, sim::RegisterId level, sim::KeySpaceId keys) const {
  const auto take_at = [&](const Level& at) {
    if (keys.valid()) {
      plan.partition(at.prefixes, at.count, keys);
    } else {
      plan.throttle(at.spread);
    }
  };
  if (levels_.size() == 1) {
    take_at(levels_.front());
    return;
  }
  std::vector<sim::PlanBuilder::Label> by_level;
  by_level.reserve(levels_.size());
  for (std::size_t i = 0; i < levels_.size(); ++i) by_level.push_back(plan.label());
  const auto taken = plan.label();
  plan.switch_on(level, by_level);
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    plan.place(by_level[i]);
    take_at(levels_[i]);
    if (i + 1 < levels_.size()) plan.jump(taken);
  }
  plan.place(taken);
}

void SplitController::start_with(SplitState& state, sim::Control& control) const {
  state.next = control.now() +
               sim::Duration::from_seconds(control.uniform("phase", 0) * kMinute.to_seconds());
  control.wake_at(state.next);
}

void SplitController::wake_with(SplitState& state, sim::Control& control) const {
  state.next = control.now() + kMinute;
  control.wake_at(state.next);
  const std::uint64_t asked = control.station(policy_.asked).arrivals;
  std::uint64_t passed = 0;
  for (const sim::StationId station : policy_.served) passed += control.station(station).arrivals;
  const bool hot = asked - state.asked > passed - state.passed;
  state.asked = asked;
  state.passed = passed;
  state.hot_minutes = hot ? state.hot_minutes + 1 : 0;
  const std::int64_t level = control.value(policy_.level);
  if (state.hot_minutes < policy_.minutes || level >= policy_.most) return;
  state.hot_minutes = 0;
  control.set(policy_.level, level + 1);
  control.log_event("scaling", policy_.subject, policy_.region,
                    "prefixes of " + policy_.subject + " are split: twice as many");
}

}  // namespace lifeboat::models::s3
