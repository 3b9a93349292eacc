#include "models/services/cloudwatch/collector.hpp"

#include <algorithm>
#include <cstdint>

namespace lifeboat::models::cloudwatch {

using sim::Control;
using sim::Duration;

void Collector::start_with(CollectionState& state, Control& control) const {
  state.logged = entered(control, policy_.logged);
  state.called = entered(control, policy_.called);
  control.wake_at(control.now() + Duration::from_seconds(control.uniform("phase", 0)));
}

void Collector::wake_with(CollectionState& state, Control& control) const {
  control.wake_at(control.now() + Duration::seconds(1));
  const std::uint64_t all_logged = entered(control, policy_.logged);
  const std::uint64_t all_called = entered(control, policy_.called);
  const auto logged = static_cast<std::int64_t>(all_logged - state.logged);
  const double calls = policy_.calls_per_request * static_cast<double>(all_called - state.called);
  state.logged = all_logged;
  state.called = all_called;
  const bool works = !policy_.feed.lost(control) && control.value(policy_.feed.region_up) != 0;
  const sim::RegisterId log = works ? policy_.requests_logged : policy_.requests_unlogged;
  if (logged > 0) control.set(log, control.value(log) + logged);
  const double taken = works ? std::min(calls, policy_.call_quota) : 0;
  state.taken.add(control, policy_.calls_taken, taken);
  state.throttled.add(control, policy_.calls_throttled, calls - taken);
}

}  // namespace lifeboat::models::cloudwatch
