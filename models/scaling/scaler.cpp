// The scaler's clock: its state, bins of metrics, alarms. Decisions are in scaler_decide.cpp.
#include "models/scaling/scaler.hpp"

#include <algorithm>
#include <new>

#include <fmt/format.h>

#include "models/scaling/scaler_view.hpp"

namespace lifeboat::models {

using sim::Control;
using sim::Duration;
using sim::Instant;

namespace {

/// While an alarm with a scaling action lasts it acts every minute (CloudWatch User Guide, alarms).
constexpr Duration kActsAgain = Duration::seconds(60);

}  // namespace

Scaler::Scaler(ScalingTarget target, ScalingSpec spec)
    : target_(std::move(target)), spec_(std::move(spec)) {}

std::string Scaler::name() const {
  return target_.service + "@" + target_.region + "/scaling" + target_.suffix;
}

std::size_t Scaler::state_size() const {
  return sizeof(ScalerState) + spec_.policies.size() * sizeof(MetricPolicyState) +
         spec_.scheduled.size() * sizeof(ScheduledState);
}

Scaler::View Scaler::view(void* state) const {
  static_assert(sizeof(ScalerState) % alignof(MetricPolicyState) == 0);
  static_assert(sizeof(MetricPolicyState) % alignof(ScheduledState) == 0);
  auto* bytes = static_cast<std::byte*>(state);
  auto* policies = reinterpret_cast<MetricPolicyState*>(bytes + sizeof(ScalerState));
  auto* scheduled = reinterpret_cast<ScheduledState*>(
      bytes + sizeof(ScalerState) + spec_.policies.size() * sizeof(MetricPolicyState));
  return {*static_cast<ScalerState*>(state),
          {policies, spec_.policies.size()},
          {scheduled, spec_.scheduled.size()}};
}

bool Scaler::resting(Control& control) const {
  return control.value(target_.region_up) == 0 || control.value(target_.control_plane) == 0;
}

bool Scaler::blind(Control& control) const { return target_.feed.lost(control); }

const ScaledMetric& Scaler::metric_of(ScalingMetric metric) const {
  return *std::find_if(target_.metrics.begin(), target_.metrics.end(),
                       [&](const ScaledMetric& each) { return each.metric == metric; });
}

const ScaledMetric& Scaler::forecast_metric() const {
  return metric_of(spec_.predictive->load == PredictiveScaling::Load::kRequests
                       ? ScalingMetric::kRequestsPerTarget
                       : ScalingMetric::kCpuUtilization);
}

void Scaler::start(void* state, Control& control) const {
  new (state) ScalerState;
  View v = view(state);
  for (MetricPolicyState& row : v.policies) new (&row) MetricPolicyState;
  for (ScheduledState& row : v.scheduled) new (&row) ScheduledState;
  start_policies(v, control);
  start_ahead(v, control);
  wake(state, control);
}

void Scaler::start_policies(View& v, Control& control) const {
  for (std::size_t i = 0; i < spec_.policies.size(); ++i) {
    MetricPolicyState& row = v.policies[i];
    const Duration period = spec_.policies[i].period;
    const double bin_phase = control.uniform("bin-phase", i);
    const double alarm_phase = control.uniform("alarm-phase", i);
    row.at_bin_start = metric_of(spec_.policies[i].metric).read(control);
    row.bin_end = control.now() + Duration::from_seconds(period.to_seconds() * (1 - bin_phase));
    row.evaluate_at =
        control.now() +
        Duration::from_seconds(evaluation_interval(period).to_seconds() * (1 - alarm_phase));
    row.acts_again_at = control.now();
    row.cooldown_end = control.now();
  }
}

void Scaler::wake(void* state, Control& control) const {
  View v = view(state);
  run_scheduled(v, control);
  run_predictive(v, control);
  freeze(v, control);
  Instant next = std::min(v.state.hour_end, v.state.prepare_at);
  for (std::size_t i = 0; i < spec_.policies.size(); ++i) {
    MetricPolicyState& row = v.policies[i];
    while (row.bin_end <= control.now()) {
      close_bin(v, i, control);
      row.bin_end += spec_.policies[i].period;
    }
    while (row.evaluate_at <= control.now()) {
      evaluate_policy(v, i, control);
      row.evaluate_at += evaluation_interval(spec_.policies[i].period);
    }
    next = std::min({next, row.bin_end, row.evaluate_at});
  }
  for (const ScheduledState& row : v.scheduled) next = std::min(next, row.due);
  if (!next.is_never()) control.wake_at(std::max(next, control.now()));
}

// Says once when metrics are lost and once when they are back.
void Scaler::freeze(View& v, Control& control) const {
  const bool lost = blind(control);
  if (lost == v.state.frozen || spec_.policies.empty()) return;
  v.state.frozen = lost;
  if (lost) {
    for (MetricPolicyState& row : v.policies) {
      row.high = AlarmState::kInsufficientData;
      row.low = AlarmState::kInsufficientData;
      row.dark = true;
    }
  }
  control.log_event("scaling", target_.service, target_.region,
                    lost ? fmt::format("frozen at {} {}: no metrics, all alarms INSUFFICIENT_DATA",
                                       target_.capacity_name, control.value(target_.desired))
                         : "metrics are back",
                    "CloudWatch");
}

void Scaler::close_bin(View& v, std::size_t policy, Control& control) const {
  MetricPolicyState& row = v.policies[policy];
  const ScaledMetric& metric = metric_of(spec_.policies[policy].metric);
  const MetricSample now = metric.read(control);
  const double amount = now.amount - row.at_bin_start.amount;
  const double base = now.base - row.at_bin_start.base;
  Datapoint point;
  point.visible_at =
      control.now() + target_.feed.late(control) +
      control.draw(target_.publication[policy], "publication", row.number * kMostPolicies + policy);
  point.capacity = (now.capacity_seconds - row.at_bin_start.capacity_seconds) /
                   spec_.policies[policy].period.to_seconds();
  point.present = base > 0 && (amount > 0 || !metric.needs_traffic);
  if (point.present) point.value = std::min(metric.most, amount / base);
  // What was lost for a part of the bin is not made good afterwards.
  if (row.dark || blind(control) || control.value(target_.region_up) == 0) point.present = false;
  row.dark = blind(control);
  row.bins.close(point);
  row.at_bin_start = now;
  ++row.number;
}

void Scaler::evaluate_policy(View& v, std::size_t policy, Control& control) const {
  MetricPolicyState& row = v.policies[policy];
  const MetricPolicy& spec = spec_.policies[policy];
  if (resting(control) || blind(control)) return;
  const ScaledMetric& metric = metric_of(spec.metric);
  const auto latest = row.bins.visible(control.now(), 0);
  if (latest && latest->present && metric.published.valid()) {
    control.set(metric.published, static_cast<std::int64_t>(1000 * latest->value));
  }
  const AlarmState high = row.high;
  const AlarmState low = row.low;
  if (const auto* tracking = std::get_if<TargetTracking>(&spec.rule)) {
    row.high = evaluate(tracking->high_alarm(spec.period), row.bins, control.now(), high);
    row.low = evaluate(tracking->low_alarm(spec.period), row.bins, control.now(), low);
  } else {
    row.high = evaluate(std::get<StepScaling>(spec.rule).alarm, row.bins, control.now(), high);
  }
  const bool rings = row.high == AlarmState::kAlarm || row.low == AlarmState::kAlarm;
  if (!rings) {
    row.told_limit = false;
    row.told_cooldown = false;
    return;
  }
  const bool just_now = (row.high == AlarmState::kAlarm && high != AlarmState::kAlarm) ||
                        (row.low == AlarmState::kAlarm && low != AlarmState::kAlarm);
  if (!just_now && control.now() < row.acts_again_at) return;
  row.acts_again_at = control.now() + kActsAgain;
  decide(v, control);
}

}  // namespace lifeboat::models
