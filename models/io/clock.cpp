#include "models/io/clock.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>
#include <utility>

#include "models/io/detail/text.hpp"

namespace lifeboat::models::io {

namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kMostSeconds = std::numeric_limits<std::int64_t>::max() / 1'000'000'000;
constexpr int kMostDays = 100'000;
constexpr std::string_view kTimeExpected = R"(a time of day such as "20:15")";
constexpr std::string_view kDateExpected = R"(a date such as "2026-11-11T19:20")";
constexpr std::string_view kClockExpected =
    R"(a clock time such as "20:15", "day 2 20:15", "+6h15m" or "2026-11-11T19:20")";

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

/// Exactly `count` digits at the front of `text`, which are then removed.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_in(int year, int month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month == 2 && is_leap(year)) return 29;
  return kDays[static_cast<std::size_t>(month - 1)];
}

/// HH:MM[:SS] at the front, removed; as seconds after midnight.
std::optional<int> take_time(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute) return std::nullopt;
  int second = 0;
  if (take(text, ':')) {
    const auto seconds = take_digits(text, 2);
    if (!seconds) return std::nullopt;
    second = *seconds;
  }
  const bool midnight = *hour == 24 && *minute == 0 && second == 0;
  if ((*hour > 23 && !midnight) || *minute > 59 || second > 59) return std::nullopt;
  return *hour * 3600 + *minute * 60 + second;
}

CivilTime at_second(const CivilTime& date, std::int64_t days_later, int second_of_day) {
  const CivilTime midnight{date.year, date.month, date.day, 0, 0, 0};
  return civil_from_seconds(seconds_since_1970(midnight) + days_later * kDaySeconds +
                            second_of_day);
}

}  // namespace

// Days from civil and back: Howard Hinnant, "chrono-compatible low-level date algorithms". Years
// begin in March there, so that the leap day is the last.
std::int64_t seconds_since_1970(const CivilTime& t) {
  const std::int64_t year = t.year - (t.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_divide(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t month = (t.month + 9) % 12;
  const std::int64_t day_of_year = (153 * month + 2) / 5 + t.day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  const std::int64_t days = era * 146097 + day_of_era - 719468;
  return days * kDaySeconds + t.hour * std::int64_t{3600} + t.minute * std::int64_t{60} + t.second;
}

CivilTime civil_from_seconds(std::int64_t seconds_since_1970) {
  const std::int64_t days = floor_divide(seconds_since_1970, kDaySeconds) + 719468;
  const std::int64_t rest = seconds_since_1970 - (days - 719468) * kDaySeconds;
  const std::int64_t era = floor_divide(days, 146097);
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  CivilTime t;
  t.day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1);
  t.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  t.year = static_cast<int>(year_of_era + era * 400 + (t.month <= 2 ? 1 : 0));
  t.hour = static_cast<int>(rest / 3600);
  t.minute = static_cast<int>(rest / 60 % 60);
  t.second = static_cast<int>(rest % 60);
  return t;
}

int day_of_week(const CivilTime& t) {
  const std::int64_t days = floor_divide(seconds_since_1970(t), kDaySeconds);
  return static_cast<int>((days % 7 + 7 + 3) % 7);  // 1970-01-01 was a Thursday
}

std::string to_text(const CivilTime& t) {
  std::array<char, 80> buffer{};
  const int length = std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02dT%02d:%02d", t.year,
                                   t.month, t.day, t.hour, t.minute);
  std::string text(buffer.data(), static_cast<std::size_t>(length));
  if (t.second != 0) {
    std::snprintf(buffer.data(), buffer.size(), ":%02d", t.second);
    text += buffer.data();
  }
  return text;
}

Parsed<int> parse_time_of_day(std::string_view text) {
  const std::string_view body = detail::trimmed(text);
  std::string_view rest = body;
  const auto second = take_time(rest);
  if (second && rest.empty()) return *second;
  const std::string padded = "0" + std::string{body};
  rest = padded;
  const bool meant = take_time(rest) && rest.empty();
  return Complaint{quote(body) + " is no time of day", std::string{kTimeExpected},
                   meant ? quote(padded) : std::string{}};
}

Parsed<DateTime> parse_date_time(std::string_view text) {
  const std::string_view body = detail::trimmed(text);
  const Complaint complaint{quote(body) + " is no date", std::string{kDateExpected}, {}};
  std::string_view rest = body;
  const auto year = take_digits(rest, 4);
  if (!year || !take(rest, '-')) return complaint;
  const auto month = take_digits(rest, 2);
  if (!month || !take(rest, '-')) return complaint;
  const auto day = take_digits(rest, 2);
  if (!day || *year < 1 || *month < 1 || *month > 12 || *day < 1) return complaint;
  if (*day > days_in(*year, *month)) return complaint;
  DateTime result;
  result.civil = {*year, *month, *day, 0, 0, 0};
  if (rest.empty()) return result;
  if (!take(rest, 'T') && !take(rest, ' ')) return complaint;
  const auto second = take_time(rest);
  if (!second) return complaint;
  result.civil = at_second(result.civil, 0, *second);
  rest = detail::trimmed(rest);
  if (rest.empty()) return result;
  const auto zone = TimeZone::parse(rest);
  if (!zone) return complaint;
  result.zone = *zone;
  return result;
}

Parsed<ClockTime> parse_clock_time(std::string_view text) {
  const std::string_view body = detail::trimmed(text);
  Complaint complaint{quote(body) + " is no clock time", std::string{kClockExpected}, {}};
  ClockTime result;
  if (!body.empty() && body.front() == '+') {
    const auto offset = parse_duration(body.substr(1));
    if (!offset || *offset < sim::Duration{}) return complaint;
    result.form = ClockTime::Form::kOffset;
    result.offset = *offset;
    return result;
  }
  if (body.substr(0, 4) == "day ") {
    std::string_view rest = detail::trimmed(body.substr(4));
    const auto end = std::from_chars(rest.data(), rest.data() + rest.size(), result.day);
    if (end.ec != std::errc{} || result.day < 1 || result.day > kMostDays) return complaint;
    rest.remove_prefix(static_cast<std::size_t>(end.ptr - rest.data()));
    const auto second =
        rest.empty() || rest.front() != ' ' ? Parsed<int>{complaint} : parse_time_of_day(rest);
    if (!second) return complaint;
    result.form = ClockTime::Form::kDayAndTime;
    result.second_of_day = *second;
    return result;
  }
  if (const auto second = parse_time_of_day(body)) {
    result.form = ClockTime::Form::kTimeOfDay;
    result.second_of_day = *second;
    return result;
  } else {
    complaint.suggestion = second.complaint().suggestion;
  }
  if (const auto date = parse_date_time(body)) {
    result.form = ClockTime::Form::kDateTime;
    result.date = *date;
    return result;
  }
  const auto offset = parse_duration(body);
  if (offset && *offset >= sim::Duration{}) {
    complaint.suggestion = quote("+" + std::string{body});
  } else if (!offset && complaint.suggestion.empty()) {
    complaint.suggestion = offset.complaint().suggestion;  // a slip in the unit
  }
  return complaint;
}

Calendar::Calendar() : Calendar(CivilTime{2026, 1, 5, 0, 0, 0}, TimeZone{}) {}

Calendar::Calendar(const CivilTime& start, TimeZone zone)
    : zone_(std::move(zone)), start_utc_(zone_.to_utc(start)) {}

sim::Instant Calendar::at_utc(std::int64_t utc) const {
  std::int64_t seconds = 0;
  if (__builtin_sub_overflow(utc, start_utc_, &seconds)) return sim::Instant::never();
  if (seconds >= kMostSeconds) return sim::Instant::never();
  if (seconds <= -kMostSeconds) {
    return sim::Instant::from_nanoseconds(-kMostSeconds * kNanosecondsPerSecond);
  }
  return sim::Instant::from_nanoseconds(seconds * kNanosecondsPerSecond);
}

CivilTime Calendar::local(sim::Instant instant) const {
  return zone_.to_local(start_utc_ + floor_divide(instant.nanoseconds(), kNanosecondsPerSecond));
}

Parsed<sim::Instant> Calendar::resolve(const ClockTime& time) const {
  const CivilTime today = zone_.to_local(start_utc_);
  std::int64_t utc = 0;
  switch (time.form) {
    case ClockTime::Form::kOffset:
      return sim::Instant::origin() + time.offset;
    case ClockTime::Form::kTimeOfDay:
      // Tomorrow at the latest; a day on which the clocks change may push it once more.
      for (int day = 0; day < 3; ++day) {
        utc = zone_.to_utc(at_second(today, day, time.second_of_day));
        if (utc >= start_utc_) break;
      }
      break;
    case ClockTime::Form::kDayAndTime:
      utc = zone_.to_utc(at_second(today, time.day - 1, time.second_of_day));
      break;
    case ClockTime::Form::kDateTime:
      utc = (time.date.zone ? *time.date.zone : zone_).to_utc(time.date.civil);
      break;
  }
  const std::string start = to_text(today) + " (" + zone_.name() + ")";
  if (utc < start_utc_) {
    return Complaint{
        "the clock time lies before the start of the run", "a time at or after " + start, {}};
  }
  const sim::Instant instant = at_utc(utc);
  if (instant.is_never()) {
    return Complaint{"the clock time lies too far ahead", "at most 292 years after " + start, {}};
  }
  return instant;
}

}  // namespace lifeboat::models::io
