// The scaler's decisions: what alarms ask for, and what comes of several.
#include <algorithm>

#include <fmt/format.h>

#include "models/scaling/scaler.hpp"
#include "models/scaling/scaler_view.hpp"

namespace lifeboat::models {

using sim::Control;
using sim::Duration;
using sim::Instant;

namespace {

constexpr double kBeyondAll = 1e9;

std::int64_t whole(double capacity) {
  return static_cast<std::int64_t>(std::clamp(capacity, 0.0, kBeyondAll));
}

}  // namespace

Scaler::Proposal Scaler::out_of_tracking(const View& v, std::size_t policy,
                                         Control& control) const {
  const MetricPolicyState& row = v.policies[policy];
  const MetricPolicy& spec = spec_.policies[policy];
  const auto& rule = std::get<TargetTracking>(spec.rule);
  if (row.high != AlarmState::kAlarm) return {};
  const auto latest = row.bins.latest_present(control.now(), rule.high_alarm(spec.period).range());
  if (!latest) return {};
  Proposal proposal;
  proposal.to = whole(rule.wanted(*latest));
  proposal.why = fmt::format(
      "{} against {} in {} of {} datapoints", shown(spec.metric, latest->value),
      shown_threshold(spec.metric, rule.target), rule.high_datapoints, rule.high_datapoints);
  proposal.cause = "target tracking";
  proposal.policy = policy;
  return proposal;
}

// In the cooldown of a scale-out the step starts from the capacity before it, so that what was
// added counts.
Scaler::Proposal Scaler::by_step(const View& v, std::size_t policy, Control& control) const {
  const MetricPolicyState& row = v.policies[policy];
  const MetricPolicy& spec = spec_.policies[policy];
  const auto& rule = std::get<StepScaling>(spec.rule);
  if (row.high != AlarmState::kAlarm) return {};
  const auto latest = row.bins.latest_present(control.now(), rule.alarm.range());
  if (!latest) return {};
  const StepAdjustment* step = rule.step_for(latest->value);
  if (step == nullptr) return {};
  const bool cooling = control.now() < row.cooldown_end;
  const std::int64_t from = cooling ? row.cooldown_base : control.value(target_.desired);
  Proposal proposal;
  proposal.to = rule.adjusted(from, *step);
  proposal.why = fmt::format(
      "{}, alarm at {} ({} of {}), step {}{}", shown(spec.metric, latest->value),
      shown_threshold(spec.metric, rule.alarm.threshold), rule.alarm.datapoints_to_alarm,
      rule.alarm.evaluation_periods, rule.shown_step(*step),
      cooling ? fmt::format(" on {}, in the cooldown", from) : std::string());
  proposal.cause = "step scaling";
  proposal.policy = policy;
  proposal.cooldown = rule.cooldown;
  return proposal;
}

Scaler::Proposal Scaler::largest_out(const View& v, Control& control) const {
  const std::int64_t desired = control.value(target_.desired);
  Proposal most;
  Proposal held;  // by a cooldown
  for (std::size_t i = 0; i < spec_.policies.size(); ++i) {
    const bool tracks = std::holds_alternative<TargetTracking>(spec_.policies[i].rule);
    Proposal proposal = tracks ? out_of_tracking(v, i, control) : by_step(v, i, control);
    if (!tracks && proposal.to >= 0 && proposal.to <= desired &&
        control.now() < v.policies[i].cooldown_end && proposal.to > v.policies[i].cooldown_base) {
      held = std::move(proposal);
      continue;
    }
    if (proposal.to > desired && proposal.to > most.to) most = std::move(proposal);
  }
  if (most.to < 0 && held.to >= 0 && !v.policies[held.policy].told_cooldown) {
    v.policies[held.policy].told_cooldown = true;
    const Duration left = v.policies[held.policy].cooldown_end - control.now();
    control.log_event("scaling", target_.service, target_.region,
                      fmt::format("not scaled: {}; its cooldown of {:.0f} s runs for {:.0f} s more",
                                  held.why, held.cooldown.to_seconds(), left.to_seconds()),
                      "cooldown");
  }
  return most;
}

Scaler::Proposal Scaler::in_of_tracking(const View& v, Control& control) const {
  const std::int64_t desired = control.value(target_.desired);
  Proposal joint;
  for (std::size_t i = 0; i < spec_.policies.size(); ++i) {
    const MetricPolicy& spec = spec_.policies[i];
    const auto* rule = std::get_if<TargetTracking>(&spec.rule);
    if (rule == nullptr || rule->disable_scale_in) continue;
    if (v.policies[i].low != AlarmState::kAlarm) return {};
    const auto latest =
        v.policies[i].bins.latest_present(control.now(), rule->low_alarm(spec.period).range());
    if (!latest) return {};
    joint.cooldown = std::max(joint.cooldown, rule->scale_in_cooldown);
    const std::int64_t to = whole(rule->wanted_in(*latest, desired));
    if (to < joint.to) continue;
    joint.to = to;
    joint.policy = i;
    joint.cause = "target tracking";
    joint.why = fmt::format("{} against {} for 15 minutes", shown(spec.metric, latest->value),
                            shown_threshold(spec.metric, rule->target));
  }
  return joint;
}

Scaler::Proposal Scaler::largest_in(const View& v, Control& control) const {
  const std::int64_t desired = control.value(target_.desired);
  Proposal most = in_of_tracking(v, control);
  if (most.to >= desired) most = {};
  for (std::size_t i = 0; i < spec_.policies.size(); ++i) {
    if (!std::holds_alternative<StepScaling>(spec_.policies[i].rule)) continue;
    if (control.now() < v.policies[i].cooldown_end) continue;  // it has just scaled out
    Proposal proposal = by_step(v, i, control);
    if (proposal.to >= 0 && proposal.to < desired && proposal.to > most.to) {
      most = std::move(proposal);
    }
  }
  return most;
}

void Scaler::decide(View& v, Control& control) const {
  Proposal out = largest_out(v, control);
  if (out.to >= 0) {
    scale_out(v, std::move(out), control);
    return;
  }
  // Whose metric is too high keeps others from taking away.
  for (std::size_t i = 0; i < spec_.policies.size(); ++i) {
    const bool tracks = std::holds_alternative<TargetTracking>(spec_.policies[i].rule);
    if (tracks && v.policies[i].high == AlarmState::kAlarm) return;
  }
  if (target_.deploying && target_.deploying(control)) return;
  Proposal in = largest_in(v, control);
  if (in.to >= 0) scale_in(v, std::move(in), control);
}

void Scaler::scale_out(View& v, Proposal proposal, Control& control) const {
  const std::int64_t desired = control.value(target_.desired);
  const std::int64_t limit = control.value(target_.max_capacity);
  if (proposal.to > limit) {
    proposal.why += fmt::format("; {} wanted, bound by maxCapacity {}", proposal.to, limit);
    proposal.to = limit;
  }
  MetricPolicyState& row = v.policies[proposal.policy];
  if (proposal.to <= desired) {
    if (!row.told_limit) {
      row.told_limit = true;
      control.log_event("scaling", target_.service, target_.region, "not scaled: " + proposal.why,
                        "maxCapacity");
    }
    return;
  }
  if (std::holds_alternative<StepScaling>(spec_.policies[proposal.policy].rule)) {
    if (!(control.now() < row.cooldown_end)) row.cooldown_base = desired;
    row.cooldown_end = control.now() + proposal.cooldown;
  }
  v.state.has_scaled_in = false;
  row.told_cooldown = false;
  change(control, proposal.to, proposal.why, proposal.cause);
}

void Scaler::scale_in(View& v, Proposal proposal, Control& control) const {
  const std::int64_t desired = control.value(target_.desired);
  const std::int64_t least = control.value(target_.min_capacity);
  const std::int64_t floor = floor_now(v);
  if (proposal.to < least || proposal.to < floor) {
    proposal.why += fmt::format("; {} wanted, bound by {} {}", proposal.to,
                                floor > least ? "the forecast of the hour," : "minCapacity",
                                std::max(floor, least));
    proposal.to = std::max(floor, least);
  }
  if (proposal.to >= desired) return;
  if (v.state.has_scaled_in && control.now() < v.state.last_scale_in + proposal.cooldown) {
    MetricPolicyState& row = v.policies[proposal.policy];
    if (row.told_cooldown) return;
    row.told_cooldown = true;
    const Duration left = v.state.last_scale_in + proposal.cooldown - control.now();
    control.log_event("scaling", target_.service, target_.region,
                      fmt::format("not scaled in: {}; the cooldown of {:.0f} s runs for {:.0f} s "
                                  "more",
                                  proposal.why, proposal.cooldown.to_seconds(), left.to_seconds()),
                      "cooldown");
    return;
  }
  v.state.has_scaled_in = true;
  v.policies[proposal.policy].told_cooldown = false;
  v.state.last_scale_in = control.now();
  change(control, proposal.to, proposal.why, proposal.cause);
}

void Scaler::change(Control& control, std::int64_t to, const std::string& why,
                    std::string_view cause) const {
  const std::int64_t desired = control.value(target_.desired);
  control.set(target_.desired, to);
  control.log_event("scaling", target_.service, target_.region,
                    fmt::format("{} {} -> {}: {}", target_.capacity_name, desired, to, why), cause);
}

}  // namespace lifeboat::models
