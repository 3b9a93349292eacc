// Time zones: the table's POSIX rules, fixed offsets, and the way between local time and UTC.
#include <algorithm>
#include <charconv>
#include <utility>

#include "models/io/clock.hpp"
#include "models/io/detail/text.hpp"
#include "models/io/detail/zone_table.hpp"
#include "models/io/suggest.hpp"

namespace lifeboat::models::io {

namespace {

constexpr std::int64_t kHourSeconds = 3600;
constexpr std::int64_t kWidestOffset = 18 * kHourSeconds;
constexpr std::string_view kZoneExpected =
    R"(a zone such as "Asia/Singapore", or an offset such as "+08:00")";

/// A cursor over a POSIX TZ string; every reader leaves it unchanged where it fails.
class PosixText {
 public:
  explicit PosixText(std::string_view text) : rest_(text) {}
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// A zone's abbreviation: letters, or anything in angle brackets.
  void skip_name() {
    if (skip('<')) {
      rest_.remove_prefix(std::min(rest_.find('>'), rest_.size() - 1) + 1);
      return;
    }
    while (!rest_.empty() && ((rest_.front() >= 'A' && rest_.front() <= 'Z') ||
                              (rest_.front() >= 'a' && rest_.front() <= 'z'))) {
      rest_.remove_prefix(1);
    }
  }
  int number() {
    int value = 0;
    const auto end = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    rest_.remove_prefix(static_cast<std::size_t>(end.ptr - rest_.data()));
    return value;
  }
  /// [+-]h[:mm[:ss]] in seconds.
  std::int64_t time() {
    const bool negative = skip('-');
    if (!negative) skip('+');
    std::int64_t seconds = number() * kHourSeconds;
    if (skip(':')) seconds += number() * std::int64_t{60};
    if (skip(':')) seconds += number();
    return negative ? -seconds : seconds;
  }
  [[nodiscard]] bool starts_offset() const {
    return !rest_.empty() && (rest_.front() == '-' || rest_.front() == '+' ||
                              (rest_.front() >= '0' && rest_.front() <= '9'));
  }

 private:
  std::string_view rest_;
};

/// "+08:00", "-4", "+0530" as seconds; nothing for other text.
std::optional<std::int64_t> fixed_offset(std::string_view text) {
  if (text.size() < 2 || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  std::string digits;
  for (const char c : text.substr(1)) {
    if (c == ':' && digits.size() == 2) continue;
    if (c < '0' || c > '9') return std::nullopt;
    digits += c;
  }
  if (digits.size() <= 2) digits += "00";
  if (digits.size() == 3) digits = "0" + digits;
  if (digits.size() != 4) return std::nullopt;
  const int number = std::stoi(digits);
  const std::int64_t seconds = (number / 100) * kHourSeconds + (number % 100) * std::int64_t{60};
  if (number % 100 >= 60 || seconds > kWidestOffset) return std::nullopt;
  return text.front() == '-' ? -seconds : seconds;
}

std::string_view city(std::string_view zone) { return zone.substr(zone.rfind('/') + 1); }

std::string suggest_zone(std::string_view name) {
  const auto names = TimeZone::names();
  std::vector<std::string> cities;
  for (const auto& zone : names) cities.emplace_back(city(zone));
  std::string wanted{city(name)};
  std::replace(wanted.begin(), wanted.end(), ' ', '_');
  const auto near_city = nearest_name(wanted, cities);
  if (!near_city) return suggest(name, names);
  const auto at = std::find(cities.begin(), cities.end(), *near_city) - cities.begin();
  return quote(names[static_cast<std::size_t>(at)]);
}

}  // namespace

std::vector<std::string> TimeZone::names() {
  std::vector<std::string> names;
  for (const auto& zone : detail::kZones) names.emplace_back(zone.name);
  return names;
}

TimeZone TimeZone::from_posix(std::string_view name, std::string_view rule) {
  TimeZone zone;
  zone.name_ = name;
  PosixText text(rule);
  text.skip_name();
  zone.standard_ = -text.time();
  if (text.at_end()) return zone;
  zone.summer_ = true;
  text.skip_name();
  zone.summer_offset_ = text.starts_offset() ? -text.time() : zone.standard_ + kHourSeconds;
  for (Change* change : {&zone.begins_, &zone.ends_}) {
    text.skip(',');
    text.skip('M');
    change->month = text.number();
    text.skip('.');
    change->week = text.number();
    text.skip('.');
    change->weekday = text.number();
    change->second_of_day = text.skip('/') ? text.time() : 2 * kHourSeconds;
  }
  return zone;
}

Parsed<TimeZone> TimeZone::parse(std::string_view name) {
  const std::string_view body = detail::trimmed(name);
  if (body == "Z" || body == "GMT" || body == "Etc/UTC") return TimeZone{};
  for (const auto& zone : detail::kZones) {
    if (zone.name == body) return from_posix(zone.name, zone.rule);
  }
  if (const auto offset = fixed_offset(body)) {
    TimeZone zone;
    zone.name_ = body;
    zone.standard_ = *offset;
    return zone;
  }
  return Complaint{"unknown time zone " + quote(body), std::string{kZoneExpected},
                   suggest_zone(body)};
}

std::int64_t TimeZone::local_second(const Change& change, int year) {
  const CivilTime first{year, change.month, 1, 0, 0, 0};
  const int weekday_of_first = (day_of_week(first) + 1) % 7;  // 0 is Sunday
  std::int64_t day = (change.weekday - weekday_of_first + 7) % 7 + 7 * (change.week - 1);
  const CivilTime next{change.month == 12 ? year + 1 : year, change.month % 12 + 1, 1, 0, 0, 0};
  const std::int64_t days = (seconds_since_1970(next) - seconds_since_1970(first)) / kDaySeconds;
  if (day >= days) day -= 7;  // week 5 is the last
  return seconds_since_1970(first) + day * kDaySeconds + change.second_of_day;
}

std::int64_t TimeZone::offset_at(std::int64_t utc) const {
  if (!summer_) return standard_;
  const int year = civil_from_seconds(utc + standard_).year;
  const std::int64_t begin = local_second(begins_, year) - standard_;
  const std::int64_t end = local_second(ends_, year) - summer_offset_;
  const bool is_summer = begin < end ? utc >= begin && utc < end : utc >= begin || utc < end;
  return is_summer ? summer_offset_ : standard_;
}

std::int64_t TimeZone::to_utc(const CivilTime& local) const {
  const std::int64_t seconds = seconds_since_1970(local);
  if (!summer_) return seconds - standard_;
  const std::int64_t early = std::max(standard_, summer_offset_);
  const std::int64_t late = std::min(standard_, summer_offset_);
  // Tried first, the larger offset gives the first of two instants. In a gap neither fits, and
  // the clock has not changed yet: the smaller offset.
  if (offset_at(seconds - early) == early) return seconds - early;
  return seconds - late;
}

CivilTime TimeZone::to_local(std::int64_t utc) const {
  return civil_from_seconds(utc + offset_at(utc));
}

}  // namespace lifeboat::models::io
