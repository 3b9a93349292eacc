#include "models/services/xray/sampler.hpp"

#include <algorithm>
#include <cmath>

namespace lifeboat::models::xray {

using sim::Control;
using sim::Duration;

namespace {

std::uint64_t entered(const Control& control, const std::vector<sim::DeploymentId>& deployments) {
  std::uint64_t sum = 0;
  for (const sim::DeploymentId id : deployments) sum += control.entered(id);
  return sum;
}

/// Adds to a counter of whole numbers; what is below one is carried over.
void count(Control& control, sim::RegisterId counter, double& left, double more) {
  left += more;
  const double whole = std::floor(left);
  left -= whole;
  if (whole > 0) control.set(counter, control.value(counter) + static_cast<std::int64_t>(whole));
}

}  // namespace

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
  count(control, policy_.traces, state.traces_left, traces);
  count(control, policy_.segments, state.segments_left, segments - lost);
  count(control, policy_.lost, state.lost_left, lost);
}

}  // namespace lifeboat::models::xray
