// Steps, schedules and forecasts by themselves, worked by hand.
#include <cmath>
#include <string>
#include <vector>

#include "models/scaling/forecast.hpp"
#include "models/scaling/schedule.hpp"
#include "models/scaling/step_scaling.hpp"
#include "models/scaling/target_tracking.hpp"
#include "tests/catch.hpp"

using namespace lifeboat::models;

namespace {

StepAdjustment step(std::optional<double> lower, std::optional<double> upper, double adjustment) {
  return {lower, upper, adjustment};
}

StepScaling percent(double adjustment, std::int64_t least = 0) {
  StepScaling scaling;
  scaling.type = AdjustmentType::kPercentChangeInCapacity;
  scaling.steps = {step({}, {}, adjustment)};
  scaling.min_adjustment = least;
  return scaling;
}

std::int64_t after(const StepScaling& scaling, std::int64_t capacity) {
  return scaling.adjusted(capacity, scaling.steps.front());
}

io::CivilTime civil(int day, int hour, int minute) {
  return {.year = 2026, .month = 11, .day = day, .hour = hour, .minute = minute};
}

/// When the schedule is due after a local time of November 2026, as "11 19:45".
std::string due(const char* text, const io::CivilTime& after_local, const char* zone_name = "UTC") {
  const auto schedule = Schedule::parse(text);
  REQUIRE(schedule);
  const io::TimeZone zone = *io::TimeZone::parse(zone_name);
  const std::int64_t from = zone.to_utc(civil(11, 0, 0));
  const auto at = schedule->next_after(zone.to_utc(after_local), zone, from);
  if (!at) return "never";
  return io::to_text(zone.to_local(*at));
}

}  // namespace

// The worked examples of the User Guide's rounding rules, and 10 % of 30, which is 3 and not 2.
TEST_CASE("A percentage of the capacity is rounded as AWS rounds it", "[unit]") {
  CHECK(after(percent(10), 30) == 33);
  CHECK(after(percent(12), 60) == 67);     // 7.2 is 7
  CHECK(after(percent(10), 4) == 5);       // 0.4 is 1
  CHECK(after(percent(-10), 4) == 3);      // -0.4 is -1
  CHECK(after(percent(-66), 10) == 4);     // -6.6 is -6
  CHECK(after(percent(10, 3), 10) == 13);  // at least 3
  CHECK(after(percent(-10, 3), 10) == 7);
  CHECK(after(percent(-300), 10) == 0);
}

TEST_CASE("A step above the threshold holds its lower bound, one below it its upper", "[unit]") {
  StepScaling scaling;
  scaling.alarm.threshold = 0.6;
  scaling.steps = {step({}, -0.2, -2), step(-0.2, 0, -1), step(0, 0.25, 1), step(0.25, {}, 4)};
  const auto adjustment = [&](double value) {
    const StepAdjustment* found = scaling.step_for(value);
    return found == nullptr ? 0.0 : found->adjustment;
  };
  CHECK(adjustment(0.6) == 1);
  CHECK(adjustment(0.84) == 1);
  CHECK(adjustment(0.85) == 4);
  CHECK(adjustment(0.59) == -1);
  CHECK(adjustment(0.41) == -1);
  CHECK(adjustment(0.4) == -2);
  scaling.steps.erase(scaling.steps.begin());
  CHECK(scaling.step_for(0.1) == nullptr);
}

// ceil(n m / T): 10 tasks at 75 % against 60 % are 12.5, so 13; at 30 % they are 5; 10 % at most
// leave 9.
TEST_CASE("Target tracking asks for capacity in proportion, rounded up", "[unit]") {
  TargetTracking rule;
  rule.target = 0.6;
  Datapoint point;
  point.capacity = 10;
  point.value = 0.75;
  CHECK(rule.wanted(point) == 13);
  point.value = 0.6;
  CHECK(rule.wanted(point) == 10);
  point.value = 0.3;
  CHECK(rule.wanted_in(point, 10) == 5);
  rule.scale_in_at_most = 0.1;
  CHECK(rule.wanted_in(point, 10) == 9);
  CHECK(rule.low_alarm(lifeboat::sim::Duration::seconds(60)).evaluation_periods == 15);
  CHECK(rule.low_alarm(lifeboat::sim::Duration::seconds(20)).evaluation_periods == 45);
}

// 2026-11-11 is a Wednesday. The cron expressions are those of the User Guide's table.
TEST_CASE("Schedules are due when they say", "[unit]") {
  CHECK(due("at(2026-11-11T19:45:00)", civil(11, 19, 44)) == "2026-11-11T19:45");
  CHECK(due("at(2026-11-11T19:45:00)", civil(11, 19, 45)) == "never");
  CHECK(due("rate(6 hours)", civil(11, 0, 0)) == "2026-11-11T06:00");
  CHECK(due("rate(6 hours)", civil(11, 6, 0)) == "2026-11-11T12:00");
  CHECK(due("cron(0 10 * * ? *)", civil(11, 10, 0)) == "2026-11-12T10:00");
  CHECK(due("cron(0 18 ? * MON-FRI *)", civil(13, 18, 0)) == "2026-11-16T18:00");
  CHECK(due("cron(0 8 1 * ? *)", civil(11, 0, 0)) == "2026-12-01T08:00");
  CHECK(due("cron(0/15 * * * ? *)", civil(11, 9, 46)) == "2026-11-11T10:00");
  CHECK(due("cron(0/5 8-17 ? * MON-FRI *)", civil(11, 17, 55)) == "2026-11-12T08:00");
  CHECK(due("cron(30 6 ? FEB,DEC TUE *)", civil(11, 0, 0)) == "2026-12-01T06:30");
  CHECK(due("cron(0 0 30 FEB ? *)", civil(11, 0, 0)) == "never");
  CHECK(due("cron(0 0 * * ? 2025)", civil(11, 0, 0)) == "never");
  CHECK(due("cron(45 19 * * ? *)", civil(11, 12, 0), "Asia/Singapore") == "2026-11-11T19:45");
}

// Clocks of Berlin went from 2:00 to 3:00 on 2026-03-29 and back from 3:00 to 2:00 on 2026-10-25:
// 8:00 there is 7:00 UTC in winter and 6:00 in summer.
TEST_CASE("A schedule in a time zone goes with its change of clocks", "[unit]") {
  const auto schedule = Schedule::parse("cron(0 8 * * ? *)");
  REQUIRE(schedule);
  const io::TimeZone berlin = *io::TimeZone::parse("Europe/Berlin");
  const auto utc = [](int month, int day, int hour) {
    return io::seconds_since_1970({.year = 2026, .month = month, .day = day, .hour = hour});
  };
  CHECK(schedule->next_after(utc(3, 27, 12), berlin, 0) == utc(3, 28, 7));
  CHECK(schedule->next_after(utc(3, 28, 12), berlin, 0) == utc(3, 29, 6));
  CHECK(schedule->next_after(utc(10, 24, 12), berlin, 0) == utc(10, 25, 7));
}

TEST_CASE("What is no schedule is refused", "[unit]") {
  for (const char* text :
       {"", "19:45", "at(tomorrow)", "at(2026-11-11T19:45:00Z)", "rate(0 hours)", "rate(5 weeks)",
        "cron(0 10 * * ?)", "cron(60 10 * * ? *)", "cron(0 10 * * 2 *)", "cron(0 10 L * ? *)",
        "cron(0 17-8 * * ? *)", "cron(0/0 10 * * ? *)", "cron(0 10 * * ? *"}) {
    INFO(text);
    CHECK_FALSE(Schedule::parse(text).ok());
  }
}

// Two weeks of a load that is 100 + hour of the week, the last day of it doubled: the mean of an
// hour of that day is 1.5 of the base, and so the level 2 / 1.5.
TEST_CASE("A forecast is the week's own shape at the level of the last day", "[unit]") {
  std::vector<HourlyLoad> history;
  const auto base = [](std::int64_t hour) { return 100.0 + static_cast<double>(hour % 168); };
  for (std::int64_t hour = 5000; hour < 5000 + 336; ++hour) history.push_back({hour, base(hour)});
  const Forecast periodic(history);
  CHECK(periodic.level() == Approx(1));
  for (std::int64_t hour = 6000; hour < 6168; ++hour) {
    CHECK(periodic.seasonal(hour) == Approx(base(hour)));
  }
  for (std::size_t i = history.size() - 24; i < history.size(); ++i) history[i].load *= 2;
  const Forecast doubled(history);
  CHECK(doubled.level() == Approx(2 / 1.5));
  CHECK(doubled.seasonal(history.back().hour + 168) == Approx(1.5 * base(history.back().hour)));
  // Older than 14 days counts for nothing.
  std::vector<HourlyLoad> longer{{4990, 1e6}, {4991, 1e6}};
  for (std::int64_t hour = 5000; hour < 5000 + 336; ++hour) longer.push_back({hour, base(hour)});
  CHECK(Forecast(longer).highest() == Approx(periodic.highest()));
}

TEST_CASE("A day of history stands for every day", "[unit]") {
  std::vector<HourlyLoad> history;
  for (std::int64_t hour = 0; hour < 24; ++hour) {
    history.push_back({hour, static_cast<double>(hour)});
  }
  const Forecast forecast(history);
  for (std::int64_t hour = 0; hour < 400; ++hour) {
    CHECK(forecast.seasonal(hour) == Approx(static_cast<double>(hour % 24)));
  }
}
