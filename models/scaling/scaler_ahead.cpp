// The scaler's policies that act ahead of the load: scheduled actions and predictive scaling.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/scaling/scaler.hpp"
#include "models/scaling/scaler_view.hpp"

namespace lifeboat::models {

using sim::Control;
using sim::Duration;
using sim::Instant;

namespace {

constexpr std::int64_t kHour = 3600;
/// Forecasts are made anew every 6 hours (EC2 Auto Scaling User Guide, predictive scaling, 2023).
constexpr std::int64_t kForecastHours = 6;
/// An action is carried out within some seconds of its minute: guess, 0 to 5 s; AWS says that
/// "there can be a delay of a few seconds" (scheduled scaling, 2023).
constexpr double kMostDelay = 5;

std::int64_t hour_of(std::int64_t utc) { return (utc - ((utc % kHour) + kHour) % kHour) / kHour; }

}  // namespace

std::int64_t Scaler::utc_at(Instant at) const {
  return target_.calendar.start_utc() + static_cast<std::int64_t>(std::floor(at.to_seconds()));
}

void Scaler::start_ahead(View& v, Control& control) const {
  for (std::size_t i = 0; i < v.scheduled.size(); ++i) {
    plan_action(v, i, utc_at(control.now()) - 1, control);
  }
  if (!spec_.predictive) return;
  const PredictiveScaling& policy = *spec_.predictive;
  const std::int64_t hour = hour_of(utc_at(control.now()));
  v.state.level = policy.forecast.level();
  v.state.next_hour = hour;
  v.state.prepare_at = control.now();
  v.state.hour_end = target_.calendar.at_utc((hour + 1) * kHour);
  v.state.at_hour_start = forecast_metric().read(control);
}

void Scaler::plan_action(View& v, std::size_t action, std::int64_t after_utc,
                         Control& control) const {
  ScheduledState& row = v.scheduled[action];
  const ScheduledAction& spec = spec_.scheduled[action];
  const auto next = spec.schedule.next_after(after_utc, spec.zone, target_.calendar.start_utc());
  row.due = Instant::never();
  if (!next) return;
  row.due_utc = *next;
  const double late =
      kMostDelay * control.uniform("schedule", row.number * kMostScheduledActions + action);
  row.due = target_.calendar.at_utc(*next) + Duration::from_seconds(late);
  ++row.number;
}

// The limits first, then the capacity within them; cooldowns do not matter.
void Scaler::run_scheduled(View& v, Control& control) const {
  for (std::size_t i = 0; i < v.scheduled.size(); ++i) {
    ScheduledState& row = v.scheduled[i];
    if (row.due > control.now()) continue;
    if (resting(control)) {  // tried again every minute until the control plane is back
      row.due = control.now() + Duration::seconds(60);
      continue;
    }
    const ScheduledAction& action = spec_.scheduled[i];
    std::string why = action.schedule.text();
    if (action.min_capacity) {
      control.set(target_.min_capacity, *action.min_capacity);
      why += fmt::format(", minCapacity {}", *action.min_capacity);
    }
    if (action.max_capacity) {
      control.set(target_.max_capacity, *action.max_capacity);
      why += fmt::format(", maxCapacity {}", *action.max_capacity);
    }
    // One limit that crosses the other moves it along.
    const std::int64_t least = control.value(target_.min_capacity);
    if (control.value(target_.max_capacity) < least) {
      control.set(action.min_capacity ? target_.max_capacity : target_.min_capacity,
                  action.min_capacity ? least : control.value(target_.max_capacity));
    }
    const std::int64_t desired = control.value(target_.desired);
    const std::int64_t to = std::clamp(desired, control.value(target_.min_capacity),
                                       control.value(target_.max_capacity));
    if (to != desired) {
      change(control, to, why, "scheduled scaling");
    } else {
      control.log_event("scaling", target_.service, target_.region,
                        fmt::format("{} stays {}: {}", target_.capacity_name, desired, why),
                        "scheduled scaling");
    }
    plan_action(v, i, row.due_utc, control);
  }
}

std::int64_t Scaler::floor_now(const View& v) const {
  return spec_.predictive && spec_.predictive->scales ? v.state.floor : 0;
}

void Scaler::run_predictive(View& v, Control& control) const {
  if (!spec_.predictive) return;
  while (v.state.hour_end <= control.now()) close_hour(v, control);
  while (v.state.prepare_at <= control.now()) prepare_hour(v, control);
}

// The load of the hour that ends joins the last 24; every 6 hours they set the level anew.
void Scaler::close_hour(View& v, Control& control) const {
  ScalerState& state = v.state;
  const MetricSample now = forecast_metric().read(control);
  const std::int64_t ended = hour_of(utc_at(state.hour_end)) - 1;
  // Without CloudWatch an hour was not measured: its load stays as forecast.
  const double forecast = spec_.predictive->forecast.seasonal(ended) * state.level;
  const double load = (now.amount - state.at_hour_start.amount) / static_cast<double>(kHour);
  const bool partial = state.measured == 0;  // the run began within it
  const bool known = !blind(control) && !partial;
  state.loads[static_cast<std::size_t>(ended) % 24] = known ? load : forecast;
  ++state.measured;
  state.at_hour_start = now;
  state.hour_end += Duration::hours(1);
  // Without a buffer the next hour is prepared only now.
  state.floor = spec_.predictive->buffer.count() > 0 ? state.next_floor : 0;
  if (state.measured < 24 || (ended + 1) % kForecastHours != 0) return;
  std::vector<HourlyLoad> measured;
  for (std::int64_t hour = ended - 23; hour <= ended; ++hour) {
    measured.push_back({hour, state.loads[static_cast<std::size_t>(hour) % 24]});
  }
  state.level = spec_.predictive->forecast.level_of(measured).value_or(state.level);
}

void Scaler::prepare_hour(View& v, Control& control) const {
  ScalerState& state = v.state;
  const PredictiveScaling& policy = *spec_.predictive;
  const std::int64_t hour = state.next_hour++;
  state.prepare_at = target_.calendar.at_utc(state.next_hour * kHour) - policy.buffer;
  const double load = policy.forecast.seasonal(hour) * state.level;
  const double wanted = std::ceil(policy.capacity_for(load, target_.processors) - 1e-9);
  auto to = static_cast<std::int64_t>(std::clamp(wanted, 0.0, 1e9));
  std::string why =
      fmt::format("forecast of {:.4g} {} for {}", load,
                  policy.load == PredictiveScaling::Load::kProcessors ? "processors" : "requests/s",
                  io::to_text(target_.calendar.zone().to_local(hour * kHour)));
  state.next_floor = 0;
  if (resting(control)) return;
  if (!policy.scales) {
    control.log_event("scaling", target_.service, target_.region,
                      fmt::format("{}: {} {} would be needed", why, target_.capacity_name, to),
                      "predictive scaling");
    return;
  }
  const std::int64_t limit = control.value(target_.max_capacity);
  if (to > limit && policy.may_exceed_max) {
    const auto raised = static_cast<std::int64_t>(
        std::ceil(static_cast<double>(to) * (1 + policy.max_buffer) - 1e-9));
    control.set(target_.max_capacity, raised);
    why += fmt::format(", maxCapacity {} -> {}", limit, raised);
  } else if (to > limit) {
    why += fmt::format("; {} wanted, bound by maxCapacity {}", to, limit);
    to = limit;
  }
  to = std::max(to, control.value(target_.min_capacity));
  state.next_floor = to;
  state.floor = std::max(state.floor, to);
  if (to > control.value(target_.desired)) change(control, to, why, "predictive scaling");
}

}  // namespace lifeboat::models
