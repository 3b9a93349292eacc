// Base rates (constant, table, day and week) and events as curves.
#include "scenarios/traffic/plan_rate.hpp"

#include <algorithm>
#include <cmath>

#include "scenarios/traffic/curve.hpp"
#include "sim/random/math.hpp"

namespace lifeboat::scenarios::detail {

namespace io = models::io;

namespace {

using sim::Duration;
using sim::Instant;
using sim::Profile;

constexpr std::size_t kMostPoints = 5'000'000;
constexpr std::int64_t kDay = 86'400;  // seconds
constexpr int kSaturday = 5;
/// An event's decay ends where its excess is this share of the peak's.
constexpr double kDecayEnd = 1e-3;
constexpr int kPointsPerHalfLife = 16;  // chord error (ln 2 / 16)^2 / 8 = 2.3e-4 of the excess

Profile table_rate(const RateForm& form, const io::Calendar& calendar, io::Problems& problems) {
  Profile curve;
  std::optional<Instant> last;
  for (const auto& row : form.table) {
    const auto at = instant_of(row.at, calendar, problems);
    if (!at) return curve;
    if (last && *at <= *last) {
      problems.error(row.at.place, "the times of the table do not ascend",
                     "each row later than the last");
      return curve;
    }
    last = at;
    if (form.linear) {
      line_to(curve, *at, row.per_second);
    } else {
      step_to(curve, *at, row.per_second);
    }
  }
  return curve;
}

/// The rate at the weights of each day of the horizon; it steps at midnight between days of
/// different weight.
Profile shaped_rate(const Stream& stream, const io::Calendar& calendar, const Horizon& horizon,
                    io::Problems& problems) {
  const RateForm& form = stream.rate;
  const std::vector<RateForm::Weight> flat{{0, 1}, {static_cast<double>(kDay), 1}};
  const auto& workday = form.day.empty() ? flat : form.day;
  const auto& weekend = form.weekend.empty() ? workday : form.weekend;
  const io::TimeZone& zone = calendar.zone();
  const auto midnight_of = [&](Instant instant) {
    io::CivilTime local = calendar.local(instant);
    local.hour = local.minute = local.second = 0;
    return io::seconds_since_1970(local);
  };
  const std::int64_t first = midnight_of(horizon.from);
  const std::int64_t days = (midnight_of(horizon.to) - first) / kDay + 1;
  if (static_cast<std::size_t>(days) > kMostPoints / std::max(workday.size(), weekend.size())) {
    problems.error(stream.place,
                   "the shape of a day has too many points for " + std::to_string(days) + " days",
                   "fewer points, or a shorter run");
    return constant_curve(form.per_second);
  }
  Profile curve;
  for (std::int64_t n = 0; n < days; ++n) {
    const std::int64_t midnight = first + n * kDay;
    const int weekday = io::day_of_week(io::civil_from_seconds(midnight));
    const double level = form.per_second * form.week[static_cast<std::size_t>(weekday)];
    for (const auto& weight : weekday < kSaturday ? workday : weekend) {
      const double whole = std::floor(weight.second_of_day);
      const auto local = io::civil_from_seconds(midnight + static_cast<std::int64_t>(whole));
      const Instant at = calendar.at_utc(zone.to_utc(local)) +
                         Duration::from_seconds(weight.second_of_day - whole);
      if (!curve.points.empty() && at <= curve.points.back().at) {
        // Midnight of the next day: a step where the days differ; a repeated hour: left out.
        if (weight.second_of_day == 0) step_to(curve, at, level * weight.weight);
        continue;
      }
      line_to(curve, at, level * weight.weight);
    }
  }
  return curve;
}

}  // namespace

std::optional<Instant> instant_of(const LocatedClock& time, const io::Calendar& calendar,
                                  io::Problems& problems) {
  if (time.value.form == io::ClockTime::Form::kOffset) return Instant::origin() + time.value.offset;
  const auto at = calendar.resolve(time.value);
  if (at) return at.value();
  problems.error(time.place, at.complaint());
  return std::nullopt;
}

Profile base_rate(const Stream& stream, const io::Calendar& calendar, const Horizon& horizon,
                  io::Problems& problems) {
  if (stream.kind == Stream::Kind::kReplay) {
    return replayed_rate(stream, calendar, horizon, problems);
  }
  switch (stream.rate.kind) {
    case RateForm::Kind::kConstant:
      return constant_curve(stream.rate.per_second);
    case RateForm::Kind::kTable:
      return table_rate(stream.rate, calendar, problems);
    case RateForm::Kind::kShaped:
      return shaped_rate(stream, calendar, horizon, problems);
  }
  return {};
}

EventCurves event_curves(const TrafficEvent& event, Instant at) {
  EventCurves curves{constant_curve(1), constant_curve(0)};
  curves.factor.points.front().at = at;
  curves.weight.points.front().at = at;
  const auto add = [&](Instant when, double weight) {
    line_to(curves.weight, when, weight);
    line_to(curves.factor, when, 1 + (event.peak_factor - 1) * weight);
  };
  const Instant peak = at + event.ramp;
  const Instant falls = peak + event.hold;
  add(peak, 1);
  if (falls > peak) add(falls, 1);
  if (event.half_life) {
    const double step = event.half_life->to_seconds() / kPointsPerHalfLife;
    for (int i = 1;; ++i) {
      const double weight = sim::math::pow(0.5, static_cast<double>(i) / kPointsPerHalfLife);
      if (weight < kDecayEnd) break;
      add(falls + Duration::from_seconds(step * i), weight);
    }
  }
  step_to(curves.weight, curves.weight.points.back().at + Duration::nanoseconds(2), 0);
  step_to(curves.factor, curves.factor.points.back().at + Duration::nanoseconds(2), 1);
  return curves;
}

}  // namespace lifeboat::scenarios::detail
