// Wall clocks: dates, times of day and time zones, and how they meet simulated time.
//
// A Calendar says what the clock shows at time 0 and in which zone. A clock time of an input is
// one of
//
//     "20:15"              the first such instant at or after time 0
//     "day 2 20:15"        on the second calendar day; day 1 is the date at time 0
//     "+6h15m"             an offset from time 0
//     "2026-11-11T19:20"   a date, in the calendar's zone (or with "Z" or "+08:00" after it)
//
// Zones come from a table in the program, not from the machine's, so that a run gives the same
// bytes everywhere: the zones of the cloud regions and of the world's larger cities, each with
// its present rule (IANA tz database 2025b, POSIX form). The rule of today holds for all years.
// Local times that a change of clocks skips are read as if the clock had not changed yet, those
// that occur twice as the first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/quantity.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::io {

/// A date and a time of day without a zone (proleptic Gregorian, no leap seconds).
struct CivilTime {
  int year = 1970;
  int month = 1;  ///< 1 to 12
  int day = 1;    ///< 1 to 31
  int hour = 0;
  int minute = 0;
  int second = 0;
  auto operator<=>(const CivilTime&) const = default;
};

inline constexpr std::int64_t kDaySeconds = 86400;

/// Seconds from 1970-01-01T00:00:00 to `t` on one and the same clock.
[[nodiscard]] std::int64_t seconds_since_1970(const CivilTime& t);
[[nodiscard]] CivilTime civil_from_seconds(std::int64_t seconds_since_1970);
/// 0 is Monday, 6 is Sunday.
[[nodiscard]] int day_of_week(const CivilTime& t);
/// "2026-11-11T19:20", with ":SS" where the seconds are not 0.
[[nodiscard]] std::string to_text(const CivilTime& t);

/// A time zone: a fixed offset, or two with a yearly rule.
class TimeZone {
 public:
  /// UTC.
  TimeZone() = default;
  /// "Asia/Singapore", "UTC", "Z", "+08:00", "-4".
  static Parsed<TimeZone> parse(std::string_view name);
  /// Names in the table, sorted.
  static std::vector<std::string> names();

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Seconds east of UTC at an instant given as UTC seconds since 1970.
  [[nodiscard]] std::int64_t offset_at(std::int64_t utc) const;
  [[nodiscard]] std::int64_t to_utc(const CivilTime& local) const;
  [[nodiscard]] CivilTime to_local(std::int64_t utc) const;
  /// Whether its clocks change with the season.
  [[nodiscard]] bool has_summer_time() const { return summer_; }

 private:
  /// The day of a change: weekday `weekday` (0 = Sunday) of week `week` (5 = last) of `month`.
  struct Change {
    int month = 0;
    int week = 0;
    int weekday = 0;
    std::int64_t second_of_day = 0;  // of the clock that stands before the change
  };
  static TimeZone from_posix(std::string_view name, std::string_view rule);
  static std::int64_t local_second(const Change& change, int year);

  std::string name_ = "UTC";
  std::int64_t standard_ = 0;
  std::int64_t summer_offset_ = 0;
  bool summer_ = false;
  Change begins_;  // of summer time
  Change ends_;
};

/// A date with an optional zone of its own: "2026-11-11T19:20", "2014-01-16 00:00:00Z".
struct DateTime {
  CivilTime civil;
  std::optional<TimeZone> zone;
};
/// A "T" or a space between date and time; the time may be left out (midnight), and its seconds.
[[nodiscard]] Parsed<DateTime> parse_date_time(std::string_view text);
/// "20:15", "20:15:30", as seconds after midnight; "24:00" is the end of the day.
[[nodiscard]] Parsed<int> parse_time_of_day(std::string_view text);

/// A clock time of an input, before a calendar makes an instant of it.
struct ClockTime {
  enum class Form { kTimeOfDay, kDayAndTime, kOffset, kDateTime };
  Form form = Form::kOffset;
  int second_of_day = 0;  ///< of a time of day, alone or with a day
  int day = 1;            ///< with a time of day
  sim::Duration offset;
  DateTime date;
};
[[nodiscard]] Parsed<ClockTime> parse_clock_time(std::string_view text);

/// What the clock shows at time 0, and so at every instant.
class Calendar {
 public:
  /// Monday 2026-01-05T00:00 UTC: for inputs that name no start.
  Calendar();
  Calendar(const CivilTime& start, TimeZone zone);

  /// The instant meant, at or after time 0; a complaint if that lies before it or beyond the
  /// range of the clock.
  [[nodiscard]] Parsed<sim::Instant> resolve(const ClockTime& time) const;
  /// The local date and time at an instant (whole seconds, rounded down).
  [[nodiscard]] CivilTime local(sim::Instant instant) const;
  /// The instant of a UTC time, rounded to none: whole seconds. Saturates.
  [[nodiscard]] sim::Instant at_utc(std::int64_t utc) const;
  /// UTC seconds since 1970 at time 0.
  [[nodiscard]] std::int64_t start_utc() const { return start_utc_; }
  [[nodiscard]] const TimeZone& zone() const { return zone_; }

 private:
  TimeZone zone_;
  std::int64_t start_utc_;
};

}  // namespace lifeboat::models::io
