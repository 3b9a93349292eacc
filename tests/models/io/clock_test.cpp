// Clocks: dates by the calendar, zones against the machine's own database where it has one, and
// clock times against instants worked out by hand.
#include "models/io/clock.hpp"

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <random>
#include <string>

#include "tests/catch.hpp"

namespace lifeboat::tests {

using models::io::Calendar;
using models::io::civil_from_seconds;
using models::io::CivilTime;
using models::io::day_of_week;
using models::io::parse_clock_time;
using models::io::parse_date_time;
using models::io::parse_time_of_day;
using models::io::seconds_since_1970;
using models::io::TimeZone;
using models::io::to_text;
using sim::Duration;
using sim::Instant;

namespace {

constexpr std::int64_t kDay = 86400;

TimeZone zone(const std::string& name) {
  const auto parsed = TimeZone::parse(name);
  REQUIRE(parsed);
  return *parsed;
}

Calendar calendar(const std::string& start, const std::string& zone_name) {
  return {parse_date_time(start).value().civil, zone(zone_name)};
}

/// Hours after time 0, or a text with the complaint.
std::string resolved(const Calendar& c, const std::string& text) {
  const auto time = parse_clock_time(text);
  if (!time) return time.complaint().text;
  const auto instant = c.resolve(*time);
  if (!instant) return instant.complaint().text;
  return to_text(*instant - Instant::origin());
}

}  // namespace

TEST_CASE("dates and seconds since 1970 are two names of one thing", "[unit]") {
  CHECK(seconds_since_1970({1970, 1, 1, 0, 0, 0}) == 0);
  CHECK(seconds_since_1970({2000, 3, 1, 0, 0, 0}) == 951868800);
  CHECK(seconds_since_1970({2026, 11, 11, 19, 20, 0}) == 1794424800);
  CHECK(seconds_since_1970({1969, 12, 31, 23, 59, 59}) == -1);
  CHECK(day_of_week({1970, 1, 1, 0, 0, 0}) == 3);    // Thursday
  CHECK(day_of_week({2026, 11, 11, 0, 0, 0}) == 2);  // Wednesday
  CHECK(day_of_week({1995, 7, 1, 0, 0, 0}) == 5);    // Saturday
  std::mt19937_64 random(5);
  for (int round = 0; round < 5000; ++round) {
    const auto seconds = static_cast<std::int64_t>(random() % 200'000'000'000) - 50'000'000'000;
    CHECK(seconds_since_1970(civil_from_seconds(seconds)) == seconds);
  }
  for (std::int64_t day = -800'000; day < 800'000; day += 1) {
    const CivilTime a = civil_from_seconds(day * kDay);
    const CivilTime b = civil_from_seconds((day + 1) * kDay);
    if (!(a < b)) FAIL("day " << day);
  }
}

TEST_CASE("times of day and dates are read strictly", "[unit]") {
  CHECK(parse_time_of_day("20:15").value() == 72900);
  CHECK(parse_time_of_day("00:00").value() == 0);
  CHECK(parse_time_of_day("23:59:59").value() == 86399);
  CHECK(parse_time_of_day("24:00").value() == 86400);
  for (const std::string text : {"24:01", "25:00", "12:60", "12", "12:", "12:3", "a", "",
                                 "12:30:60", "-1:00", "12:30:00.5", "12:30 pm"}) {
    CHECK_FALSE(parse_time_of_day(text));
  }
  CHECK(parse_time_of_day("7:05").complaint().suggestion == "\"07:05\"");
  const auto date = [](const std::string& text) {
    return to_text(parse_date_time(text).value().civil);
  };
  CHECK(date("2026-11-11T19:20") == "2026-11-11T19:20");
  CHECK(date("2014-01-16 00:00:05") == "2014-01-16T00:00:05");
  CHECK(date("2024-02-29") == "2024-02-29T00:00");
  CHECK(date("2024-12-31T24:00") == "2025-01-01T00:00");
  CHECK(parse_date_time("2026-11-11T19:20Z").value().zone->name() == "UTC");
  CHECK(parse_date_time("2026-11-11T19:20+08:00").value().zone->offset_at(0) == 8 * 3600);
  CHECK_FALSE(parse_date_time("2026-11-11T19:20").value().zone);
  for (const std::string text : {"2025-02-29", "2026-13-01", "2026-00-01", "2026-01-32", "2026-1-1",
                                 "26-01-01", "2026-11-11T", "2026-11-11x19:20",
                                 "2026-11-11T19:20 Mars", "0000-01-01", "11.11.2026", ""}) {
    CHECK_FALSE(parse_date_time(text));
  }
}

TEST_CASE("zones are names of the table or fixed offsets", "[unit]") {
  CHECK(zone("Asia/Singapore").offset_at(0) == 8 * 3600);
  CHECK(zone("UTC").offset_at(0) == 0);
  CHECK(zone("Z").offset_at(0) == 0);
  CHECK(zone("+08:00").offset_at(0) == 8 * 3600);
  CHECK(zone("-04:00").offset_at(0) == -4 * 3600);
  CHECK(zone("-4").offset_at(0) == -4 * 3600);
  CHECK(zone("+0530").offset_at(0) == 19800);
  CHECK_FALSE(zone("Asia/Singapore").has_summer_time());
  CHECK(zone("Australia/Sydney").has_summer_time());
  for (const std::string text :
       {"", "Mars/Olympus", "+25:00", "+8:60", "8", "+", "+:", "GMT+8", "+123456"}) {
    CHECK_FALSE(TimeZone::parse(text));
  }
  CHECK(TimeZone::parse("Singapore").complaint().suggestion == "\"Asia/Singapore\"");
  CHECK(TimeZone::parse("Australia/Sidney").complaint().suggestion == "\"Australia/Sydney\"");
  CHECK(TimeZone::parse("new york").complaint().suggestion == "\"America/New_York\"");
}

TEST_CASE("Sydney's clocks change on the first Sundays of October and April", "[unit]") {
  const TimeZone sydney = zone("Australia/Sydney");
  const auto utc = [](int y, int mo, int d, int h, int mi) {
    return seconds_since_1970({y, mo, d, h, mi, 0});
  };
  // 2026-10-04 02:00 AEST = 2026-10-03 16:00 UTC; 2027-04-04 03:00 AEDT = 2027-04-03 16:00 UTC.
  CHECK(sydney.offset_at(utc(2026, 10, 3, 15, 59)) == 10 * 3600);
  CHECK(sydney.offset_at(utc(2026, 10, 3, 16, 0)) == 11 * 3600);
  CHECK(sydney.offset_at(utc(2027, 4, 3, 15, 59)) == 11 * 3600);
  CHECK(sydney.offset_at(utc(2027, 4, 3, 16, 0)) == 10 * 3600);
  // A local time that is skipped is read by the old clock, one that comes twice is the first.
  CHECK(sydney.to_utc({2026, 10, 4, 2, 30, 0}) == utc(2026, 10, 3, 16, 30));
  CHECK(sydney.to_utc({2027, 4, 4, 2, 30, 0}) == utc(2027, 4, 3, 15, 30));
}

// The machine's C library reads the machine's own tz database: it shares no code or data with
// the table. Years 2026 to 2036 follow the present rules in both.
TEST_CASE("zone offsets equal those of the machine's tz database", "[oracle]") {
  if (!std::filesystem::exists("/usr/share/zoneinfo/Australia/Sydney")) {
    SKIP_TEST("no tz database on this machine");
  }
  const char* before = std::getenv("TZ");
  const std::string saved = before == nullptr ? "" : before;
  int compared = 0;
  for (const std::string& name : TimeZone::names()) {
    if (!std::filesystem::exists("/usr/share/zoneinfo/" + name)) continue;
    const TimeZone ours = zone(name);
    ::setenv("TZ", (":" + name).c_str(), 1);
    ::tzset();
    const auto theirs = [](std::int64_t utc) {
      const auto at = static_cast<std::time_t>(utc);
      std::tm local{};
      ::localtime_r(&at, &local);
      return static_cast<std::int64_t>(local.tm_gmtoff);
    };
    const std::int64_t from = seconds_since_1970({2026, 1, 1, 0, 0, 0});
    const std::int64_t to = seconds_since_1970({2036, 1, 1, 0, 0, 0});
    for (std::int64_t day = from; day < to; day += kDay) {
      // Every quarter of an hour of a day on which either clock changes, noon of any other.
      const bool changes =
          theirs(day) != theirs(day + kDay) || ours.offset_at(day) != ours.offset_at(day + kDay);
      const std::int64_t step = changes ? 900 : kDay;
      for (std::int64_t utc = day + (changes ? 0 : kDay / 2); utc < day + kDay; utc += step) {
        if (theirs(utc) != ours.offset_at(utc)) {
          FAIL(name << " at " << to_text(civil_from_seconds(utc)) << " UTC: " << ours.offset_at(utc)
                    << ", should be " << theirs(utc));
        }
      }
      if (!changes && ours.to_utc(ours.to_local(day + kDay / 2)) != day + kDay / 2) {
        FAIL(name << " does not come back from local time at " << day);
      }
    }
    ++compared;
  }
  if (before == nullptr) {
    ::unsetenv("TZ");
  } else {
    ::setenv("TZ", saved.c_str(), 1);
  }
  ::tzset();
  CHECK(compared > 50);
}

TEST_CASE("a clock time is the first such instant at or after time 0", "[unit]") {
  const Calendar c = calendar("2026-11-11T19:20", "Asia/Singapore");
  CHECK(resolved(c, "19:20") == "0s");
  CHECK(resolved(c, "20:15") == "55m");
  CHECK(resolved(c, "19:19") == "1439m");
  CHECK(resolved(c, "00:00") == "280m");
  CHECK(resolved(c, "24:00") == "280m");
  CHECK(resolved(c, "day 1 20:15") == "55m");
  CHECK(resolved(c, "day 2 20:15") == "1495m");
  CHECK(resolved(c, "day 2 00:00") == "280m");
  CHECK(resolved(c, "+6h15m") == "375m");
  CHECK(resolved(c, "+0s") == "0s");
  CHECK(resolved(c, "2026-11-11T19:20") == "0s");
  CHECK(resolved(c, "2026-11-12") == "280m");
  CHECK(resolved(c, "2026-11-11T12:00Z") == "40m");
  CHECK(resolved(c, "day 1 19:19") == "the clock time lies before the start of the run");
  CHECK(resolved(c, "2026-11-11T19:19") == "the clock time lies before the start of the run");
  CHECK(resolved(c, "9999-01-01") == "the clock time lies too far ahead");
}

TEST_CASE("clock times follow a change of the clocks", "[unit]") {
  // Saturday 2026-10-03 20:00 in Sydney; at 02:00 the clocks go to 03:00.
  const Calendar c = calendar("2026-10-03T20:00", "Australia/Sydney");
  CHECK(resolved(c, "day 2 01:00") == "5h");
  CHECK(resolved(c, "day 2 04:00") == "7h");
  CHECK(resolved(c, "20:00") == "0s");
  CHECK(resolved(c, "19:59") == "1379m");  // 23 hours less a minute
}

TEST_CASE("a text that is no clock time is refused with what was perhaps meant", "[unit]") {
  const auto suggestion = [](const std::string& text) {
    const auto parsed = parse_clock_time(text);
    REQUIRE_FALSE(parsed);
    return parsed.complaint().suggestion;
  };
  CHECK(suggestion("6h15m") == "\"+6h15m\"");
  CHECK(suggestion("7:05") == "\"07:05\"");
  for (const std::string text :
       {"", "noon", "day 2", "day 0 20:15", "day x 20:15", "day -1 20:15", "day 99999999999 20:15",
        "day 220:15", "+", "+5", "+-5s", "20:15 tomorrow", "2026-11-31"}) {
    CHECK(suggestion(text).empty());
  }
}

TEST_CASE("the local clock runs with simulated time, before time 0 too", "[unit]") {
  const Calendar c = calendar("2026-11-11T19:20", "Asia/Singapore");
  CHECK(to_text(c.local(Instant::origin())) == "2026-11-11T19:20");
  CHECK(to_text(c.local(Instant::origin() + Duration::hours(5))) == "2026-11-12T00:20");
  CHECK(to_text(c.local(Instant::origin() - Duration::milliseconds(1))) == "2026-11-11T19:19:59");
  CHECK(to_text(Calendar{}.local(Instant::origin())) == "2026-01-05T00:00");
  CHECK(day_of_week(Calendar{}.local(Instant::origin())) == 0);
}

}  // namespace lifeboat::tests
