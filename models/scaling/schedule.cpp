#include "models/scaling/schedule.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "models/io/suggest.hpp"

namespace lifeboat::models {
namespace {

constexpr std::string_view kMonths[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                        "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::string_view kWeekdays[] = {"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};
constexpr int kFirstYear = 1970;
constexpr int kLastYear = kFirstYear + 129;
constexpr int kMostDays = 4 * 366;
constexpr std::int64_t kDay = 86'400;

io::Complaint complaint(std::string_view text) {
  return {io::quote(text) + " is no schedule",
          "\"at(2026-11-11T19:45:00)\", \"rate(6 hours)\" or \"cron(45 19 * * ? *)\"",
          {}};
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// What the values of a field may be, and the names of the first ones, if they have any.
struct Field {
  int low = 0;
  int high = 0;
  std::span<const std::string_view> names;
  bool by_name_alone = false;
};

std::optional<int> value_of(std::string_view text, const Field& field) {
  for (std::size_t i = 0; i < field.names.size(); ++i) {
    if (field.names[i] == text) return field.low + static_cast<int>(i);
  }
  if (field.by_name_alone) return std::nullopt;
  const auto number = io::parse_count(text);
  if (!number || *number < field.low || *number > field.high) return std::nullopt;
  return static_cast<int>(*number);
}

/// Sets the values that `text` names, counted from `offset`; false where it names none.
template <std::size_t N>
bool read_field(std::string_view text, const Field& field, int offset, std::bitset<N>& into) {
  for (const std::string_view part : split(text, ',')) {
    const auto steps = split(part, '/');
    std::int64_t every = 1;
    if (steps.size() > 2) return false;
    if (steps.size() == 2) {
      const auto step = io::parse_count(steps[1]);
      if (!step || *step < 1 || *step > field.high) return false;
      every = *step;
    }
    int first = field.low;
    int last = field.high;
    if (steps[0] != "*" && steps[0] != "?") {
      const auto ends = split(steps[0], '-');
      const auto from = value_of(ends[0], field);
      if (!from || ends.size() > 2) return false;
      first = *from;
      if (steps.size() == 1) last = first;
      if (ends.size() == 2) {
        const auto to = value_of(ends[1], field);
        if (!to || *to < first) return false;
        last = *to;
      }
    }
    for (std::int64_t value = first; value <= last; value += every) {
      into.set(static_cast<std::size_t>(value - offset));
    }
  }
  return true;
}

/// "6 hours" in seconds.
std::optional<std::int64_t> read_period(std::string_view text) {
  const auto words = split(text, ' ');
  if (words.size() != 2) return std::nullopt;
  const auto count = io::parse_count(words[0]);
  if (!count || *count < 1 || *count > 100'000) return std::nullopt;
  if (words[1] == "minute" || words[1] == "minutes") return *count * 60;
  if (words[1] == "hour" || words[1] == "hours") return *count * 3600;
  if (words[1] == "day" || words[1] == "days") return *count * kDay;
  return std::nullopt;
}

}  // namespace

io::Parsed<Schedule> Schedule::parse(std::string_view text) {
  Schedule schedule;
  schedule.text_ = std::string(text);
  const auto open = text.find('(');
  if (open == std::string_view::npos || !text.ends_with(')')) return complaint(text);
  const std::string_view word = text.substr(0, open);
  const std::string_view inside = text.substr(open + 1, text.size() - open - 2);
  if (word == "at") {
    const auto date = io::parse_date_time(inside);
    if (!date || date->zone) return complaint(text);
    schedule.at_ = date->civil;
    return schedule;
  }
  if (word == "rate") {
    const auto period = read_period(inside);
    if (!period) return complaint(text);
    schedule.form_ = Form::kRate;
    schedule.period_s_ = *period;
    return schedule;
  }
  if (word != "cron") return complaint(text);
  schedule.form_ = Form::kCron;
  if (const auto wrong = schedule.read_cron(inside)) return *wrong;
  return schedule;
}

std::optional<io::Complaint> Schedule::read_cron(std::string_view fields) {
  const auto parts = split(fields, ' ');
  if (parts.size() != 6) {
    return io::Complaint{io::quote(text_) + " has not six fields",
                         "minutes, hours, day of month, month, day of week, year",
                         {}};
  }
  const bool sound =
      read_field(parts[0], {.low = 0, .high = 59, .names = {}}, 0, minutes_) &&
      read_field(parts[1], {.low = 0, .high = 23, .names = {}}, 0, hours_) &&
      read_field(parts[2], {.low = 1, .high = 31, .names = {}}, 0, days_) &&
      read_field(parts[3], {.low = 1, .high = 12, .names = kMonths}, 0, months_) &&
      read_field(parts[4], {.low = 0, .high = 6, .names = kWeekdays, .by_name_alone = true}, 0,
                 weekdays_) &&
      read_field(parts[5], {.low = kFirstYear, .high = kLastYear, .names = {}}, kFirstYear, years_);
  if (sound) return std::nullopt;
  return io::Complaint{
      "a field of " + io::quote(text_) + " cannot be read",
      "\"*\", \"?\", a number, \"1,15\", \"8-17\" or \"0/15\"; days of the week by name",
      {}};
}

bool Schedule::falls_on(const io::CivilTime& day) const {
  const int year = day.year - kFirstYear;
  return year >= 0 && year < 130 && years_[static_cast<std::size_t>(year)] &&
         months_[static_cast<std::size_t>(day.month)] && days_[static_cast<std::size_t>(day.day)] &&
         weekdays_[static_cast<std::size_t>(io::day_of_week(day))];
}

std::optional<std::int64_t> Schedule::next_of_cron(std::int64_t utc,
                                                   const io::TimeZone& zone) const {
  const io::CivilTime now = zone.to_local(utc);
  const std::int64_t midnight =
      io::seconds_since_1970({.year = now.year, .month = now.month, .day = now.day});
  for (int days = 0; days < kMostDays; ++days) {
    io::CivilTime time = io::civil_from_seconds(midnight + days * kDay);
    if (!falls_on(time)) continue;
    for (time.hour = 0; time.hour < 24; ++time.hour) {
      if (!hours_[static_cast<std::size_t>(time.hour)]) continue;
      for (time.minute = 0; time.minute < 60; ++time.minute) {
        if (!minutes_[static_cast<std::size_t>(time.minute)]) continue;
        const std::int64_t at = zone.to_utc(time);
        if (at > utc) return at;
      }
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> Schedule::next_after(std::int64_t utc, const io::TimeZone& zone,
                                                 std::int64_t from) const {
  switch (form_) {
    case Form::kAt: {
      const std::int64_t at = zone.to_utc(at_);
      return at > utc ? std::optional(at) : std::nullopt;
    }
    case Form::kRate:
      return from + ((std::max(utc, from) - from) / period_s_ + 1) * period_s_;
    case Form::kCron:
      return next_of_cron(utc, zone);
  }
  return std::nullopt;
}

}  // namespace lifeboat::models
