#include "models/scaling/target_tracking.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace lifeboat::models {
namespace {

using sim::Control;
using sim::Duration;
using sim::Instant;

constexpr std::uint32_t kHighDatapoints = 3;
constexpr Duration kLowSpan = Duration::minutes(15);
constexpr double kLowShare = 0.9;
constexpr Duration kActsAgain = Duration::seconds(60);

std::uint32_t low_datapoints(const ScalingPolicy& policy) {
  return static_cast<std::uint32_t>(kLowSpan / policy.period);
}

std::string shown(const ScalingPolicy& policy, double value) {
  if (policy.metric == ScalingPolicy::Metric::kCpuUtilization) {
    return fmt::format("CPU {:.1f} % against {:.0f} %", 100 * value, 100 * policy.target);
  }
  return fmt::format("{:.1f} requests/s a target against {:.1f}", value, policy.target);
}

}  // namespace

TargetTracking::TargetTracking(ScalingTarget target, ScalingSpec spec)
    : target_(std::move(target)), spec_(std::move(spec)) {}

std::string TargetTracking::name() const {
  return target_.service + "@" + target_.region + "/target-tracking";
}

bool TargetTracking::resting(Control& control) const {
  return control.value(target_.region_up) == 0 || control.value(target_.control_plane) == 0;
}

void TargetTracking::start_with(TrackerState& state, Control& control) const {
  const sim::GroupView now = control.group(target_.group);
  for (std::size_t i = 0; i < spec_.policies.size(); ++i) {
    TrackerState::Policy& row = state.policies[i];
    const Duration period = spec_.policies[i].period;
    const double bin_phase = control.uniform("bin-phase", i);
    const double alarm_phase = control.uniform("alarm-phase", i);
    row.at_bin_start = now;
    row.bin_end = control.now() + Duration::from_seconds(period.to_seconds() * (1 - bin_phase));
    row.evaluate_at =
        control.now() +
        Duration::from_seconds(evaluation_interval(period).to_seconds() * (1 - alarm_phase));
    row.acts_again_at = control.now();
  }
  wake_with(state, control);
}

void TargetTracking::wake_with(TrackerState& state, Control& control) const {
  Instant next = Instant::never();
  for (std::size_t i = 0; i < spec_.policies.size(); ++i) {
    TrackerState::Policy& row = state.policies[i];
    while (row.bin_end <= control.now()) {
      close_bin(state, i, control);
      row.bin_end += spec_.policies[i].period;
    }
    while (row.evaluate_at <= control.now()) {
      evaluate(state, i, control);
      row.evaluate_at += evaluation_interval(spec_.policies[i].period);
    }
    next = std::min({next, row.bin_end, row.evaluate_at});
  }
  if (!next.is_never()) control.wake_at(next);
}

void TargetTracking::close_bin(TrackerState& state, std::size_t policy, Control& control) const {
  TrackerState::Policy& row = state.policies[policy];
  const ScalingPolicy& spec = spec_.policies[policy];
  const sim::GroupView now = control.group(target_.group);
  const double seconds = spec.period.to_seconds();
  const double reserved = now.cpu_reserved_seconds - row.at_bin_start.cpu_reserved_seconds;
  Datapoint point;
  const double lag = control.uniform("publication", row.number * kMostPolicies + policy);
  point.visible_at = control.now() + publication_delay(spec.period, lag);
  point.tasks = reserved / target_.processors_per_task / seconds;
  if (spec.metric == ScalingPolicy::Metric::kCpuUtilization) {
    point.present = reserved > 0;
    if (point.present) {
      point.value = (now.cpu_used_seconds - row.at_bin_start.cpu_used_seconds) / reserved;
    }
  } else {
    const auto requests = static_cast<double>(now.requests - row.at_bin_start.requests);
    point.present = requests > 0 && point.tasks > 0;
    if (point.present) point.value = requests / seconds / point.tasks;
  }
  if (resting(control)) point.present = false;
  row.bins.close(point);
  row.at_bin_start = now;
  ++row.number;
}

double TargetTracking::wanted(const Datapoint& point, const ScalingPolicy& policy) const {
  return std::ceil(point.tasks * point.value / policy.target - 1e-9);
}

void TargetTracking::evaluate(TrackerState& state, std::size_t policy, Control& control) const {
  TrackerState::Policy& row = state.policies[policy];
  const ScalingPolicy& spec = spec_.policies[policy];
  if (resting(control)) return;
  const auto latest = row.bins.visible(control.now(), 0);
  if (!latest || !latest->present) return;
  if (spec.metric == ScalingPolicy::Metric::kCpuUtilization && target_.utilization.valid()) {
    control.set(target_.utilization, static_cast<std::int64_t>(1000 * latest->value));
  }
  if (control.now() < row.acts_again_at) return;
  const bool high = row.bins.all_above(control.now(), kHighDatapoints, spec.target);
  const bool low = row.bins.all_below(control.now(), low_datapoints(spec), kLowShare * spec.target);
  if (!high && !low) {
    state.told_at_limit = false;
    return;
  }
  row.acts_again_at = control.now() + kActsAgain;
  if (high) {
    scale_out(state, control);
  } else {
    scale_in(state, control);
  }
}

bool TargetTracking::scale_out(TrackerState& state, Control& control) const {
  double most = 0;
  std::string why;
  for (std::size_t i = 0; i < spec_.policies.size(); ++i) {
    const ScalingPolicy& spec = spec_.policies[i];
    const MetricBins& bins = state.policies[i].bins;
    if (!bins.all_above(control.now(), kHighDatapoints, spec.target)) continue;
    const auto latest = bins.visible(control.now(), 0);
    if (wanted(*latest, spec) <= most) continue;
    most = wanted(*latest, spec);
    why = shown(spec, latest->value) + " in 3 of 3 datapoints";
  }
  const std::int64_t desired = control.value(target_.desired);
  const std::int64_t limit = control.value(target_.max_capacity);
  auto to = static_cast<std::int64_t>(most);
  if (to > limit) {
    why += fmt::format("; {} wanted, bound by maxCapacity {}", to, limit);
    to = limit;
  }
  if (to <= desired) {
    if (most > static_cast<double>(limit) && !state.told_at_limit) {
      state.told_at_limit = true;
      control.log_event("scaling", target_.service, target_.region, "not scaled: " + why,
                        "maxCapacity");
    }
    return false;
  }
  change(control, to, why);
  return true;
}

void TargetTracking::scale_in(TrackerState& state, Control& control) const {
  double most = 0;
  Duration cooldown;
  std::string why;
  for (std::size_t i = 0; i < spec_.policies.size(); ++i) {
    const ScalingPolicy& spec = spec_.policies[i];
    const MetricBins& bins = state.policies[i].bins;
    if (spec.disable_scale_in) return;
    if (!bins.all_below(control.now(), low_datapoints(spec), kLowShare * spec.target)) return;
    const auto latest = bins.visible(control.now(), 0);
    cooldown = std::max(cooldown, spec.scale_in_cooldown);
    if (wanted(*latest, spec) < most) continue;
    most = wanted(*latest, spec);
    why = shown(spec, latest->value) + " for 15 minutes";
  }
  const std::int64_t desired = control.value(target_.desired);
  const std::int64_t limit = control.value(target_.min_capacity);
  const std::int64_t to = std::max(static_cast<std::int64_t>(most), limit);
  if (to >= desired) return;
  if (state.has_scaled_in && control.now() < state.last_scale_in + cooldown) return;
  if (to == limit && to > static_cast<std::int64_t>(most)) why += ", bound by minCapacity";
  state.has_scaled_in = true;
  state.last_scale_in = control.now();
  change(control, to, why);
}

void TargetTracking::change(Control& control, std::int64_t to, const std::string& why) const {
  const std::int64_t desired = control.value(target_.desired);
  control.set(target_.desired, to);
  control.log_event("scaling", target_.service, target_.region,
                    fmt::format("desired count {} -> {}: {}", desired, to, why), "target tracking");
}

}  // namespace lifeboat::models
