// When a scheduled action is due, as Application Auto Scaling writes it:
//
//     at(2026-11-11T19:45:00)      once
//     rate(6 hours)                first one period after time 0, then every period
//     cron(45 19 ? * MON-FRI *)    minutes, hours, day of month, month, day of week, year
//
// A field of cron is `*` (or `?` for one of the two days), a number, a list `1,15`, a range `8-17`
// or steps `0/15`; months and days of the week go by name too (days of the week by name alone:
// AWS's pages disagree on which number is which). Not read: `L`, `W`, `#` and seconds. Times are on
// the clock of the action's time zone; what its change of clocks skips or repeats is as
// io::TimeZone has it.
//
// Source: Application Auto Scaling User Guide, scheduled scaling and its cron expressions, 2023-06.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/io/clock.hpp"
#include "models/io/quantity.hpp"

namespace lifeboat::models {

class Schedule {
 public:
  [[nodiscard]] static io::Parsed<Schedule> parse(std::string_view text);

  /// The first time after `utc` (seconds since 1970) at which it is due, of a clock in `zone`;
  /// `from` is time 0, which a rate counts from. Nothing: never again (within 4 years).
  [[nodiscard]] std::optional<std::int64_t> next_after(std::int64_t utc, const io::TimeZone& zone,
                                                       std::int64_t from) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  enum class Form : std::uint8_t { kAt, kRate, kCron };
  /// Reads the six fields of a cron expression; a complaint, or nothing.
  std::optional<io::Complaint> read_cron(std::string_view fields);
  [[nodiscard]] bool falls_on(const io::CivilTime& day) const;
  [[nodiscard]] std::optional<std::int64_t> next_of_cron(std::int64_t utc,
                                                         const io::TimeZone& zone) const;

  std::string text_;
  Form form_ = Form::kAt;
  io::CivilTime at_;
  std::int64_t period_s_ = 0;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;     // of the month, from 1
  std::bitset<13> months_;   // from 1
  std::bitset<7> weekdays_;  // from Monday
  std::bitset<130> years_;   // from 1970
};

}  // namespace lifeboat::models
