#include "models/services/xray/sampler.hpp"

#include <algorithm>

namespace lifeboat::models::xray {

using sim::Control;
using sim::Duration;

double sampled(const SamplingPolicy& policy, double requests) {
  const double first = std::min(requests, policy.reservoir);
  return first + policy.fixed_rate * (requests - first);
}

void Sampler::start_with(SamplingState& state, Control& control) const {
  state.entered = entered(control, policy_.entry);
  state.visits = entered(control, policy_.traced);
  control.wake_at(control.now() + Duration::from_seconds(control.uniform("phase", 0)));
}

void Sampler::wake_with(SamplingState& state, Control& control) const {
  control.wake_at(control.now() + Duration::seconds(1));
  const std::uint64_t all = entered(control, policy_.entry);
  const std::uint64_t visits = entered(control, policy_.traced);
  const auto requests = static_cast<double>(all - state.entered);
  const auto visited = static_cast<double>(visits - state.visits);
  state.entered = all;
  state.visits = visits;
  if (control.value(policy_.region_up) == 0 || requests <= 0) return;
  const double traces = sampled(policy_, requests);
  const double segments = visited * traces / requests;
  const double lost = std::max(0.0, segments - policy_.segment_quota);
  state.traces.add(control, policy_.traces, traces);
  state.segments.add(control, policy_.segments, segments - lost);
  state.lost.add(control, policy_.lost, lost);
}

}  // namespace lifeboat::models::xray
