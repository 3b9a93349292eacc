// Quantities of the inputs as types, so that none is mistaken for another.
//
// Each holds one number in the unit that its member names. Durations are sim::Duration. The
// conventions: a day has 24 hours, a month 730 hours, a year 8,760 hours (12 months; the
// convention of cloud bills); "kB" and "kbit" count in thousands, "KiB" in 1,024s.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "sim/time.hpp"

namespace lifeboat::models::io {

inline constexpr double kHoursPerMonth = 730;

/// How often something happens: "1200/s", "1 / 30y".
struct Rate {
  double per_second = 0;
  auto operator<=>(const Rate&) const = default;
};

/// A number of bytes: "1.5 GiB", "250 MB". Whole; fractions of a byte are rounded.
struct Bytes {
  std::int64_t count = 0;
  auto operator<=>(const Bytes&) const = default;
};

/// A part of a whole: "70%" is 0.7.
struct Ratio {
  double value = 0;
  auto operator<=>(const Ratio&) const = default;
};

/// Processing capacity: "0.5 vCPU".
struct Vcpu {
  double count = 0;
  auto operator<=>(const Vcpu&) const = default;
};

/// Data per time: "5 Gbit/s", "125 MiB/s".
struct Bandwidth {
  double bytes_per_second = 0;
  auto operator<=>(const Bandwidth&) const = default;
};

/// US dollars, alone or per something: "12 USD", "0.05056 USD/h", "0.12 USD/GB".
struct Money {
  double usd = 0;
  std::string per;  ///< what follows the slash, as written without spaces; empty for a sum
  bool operator==(const Money&) const = default;
};

/// Each as an input would write it, in the largest unit that needs the fewest digits; reads back
/// as the same value.
[[nodiscard]] std::string to_text(sim::Duration duration);
[[nodiscard]] std::string to_text(Rate rate);
[[nodiscard]] std::string to_text(Bytes bytes);
[[nodiscard]] std::string to_text(Ratio ratio);
[[nodiscard]] std::string to_text(Vcpu vcpu);
[[nodiscard]] std::string to_text(Bandwidth bandwidth);
[[nodiscard]] std::string to_text(const Money& money);
/// The shortest decimal that reads back as the same double; "." whatever the locale.
[[nodiscard]] std::string to_text(double number);
[[nodiscard]] std::string to_text(std::int64_t count);

}  // namespace lifeboat::models::io
