// Reads a quantity with its unit from a text.
//
// A quantity is a decimal number, an optional space and a unit: "250ms", "1.5 GiB", "70%",
// "0.5 vCPU". A number without a unit, an unknown unit, a number that is not finite, one that
// does not fit, and anything left over is a complaint that says what was expected and, for a
// slip that can be guessed ("250 msec"), what to write. Signs are read; whether a negative value
// makes sense is the reader's range to say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "models/io/problems.hpp"
#include "models/io/units.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::io {

/// A value, or what is wrong with the text.
template <class T>
class Parsed {
 public:
  Parsed(T value) : result_(std::move(value)) {}                  // NOLINT: meant to convert
  Parsed(Complaint complaint) : result_(std::move(complaint)) {}  // NOLINT: meant to convert

  [[nodiscard]] bool ok() const { return result_.index() == 0; }
  explicit operator bool() const { return ok(); }
  /// Only where ok().
  [[nodiscard]] const T& value() const { return std::get<0>(result_); }
  const T& operator*() const { return value(); }
  const T* operator->() const { return &value(); }
  /// The value, moved out; only where ok().
  [[nodiscard]] T take() { return std::move(std::get<0>(result_)); }
  /// Only where not ok().
  [[nodiscard]] const Complaint& complaint() const { return std::get<1>(result_); }

 private:
  std::variant<T, Complaint> result_;
};

/// "250ms", "1.5 h", or whole numbers in falling units, "6h15m". Units: ns, us, ms, s, m or min,
/// h, d, w, y (365 days). Exact for whole numbers; otherwise rounded to the nanosecond.
[[nodiscard]] Parsed<sim::Duration> parse_duration(std::string_view text);
/// A number, a slash and a time unit, with or without a number before it: "1200/s", "1 / 30y".
[[nodiscard]] Parsed<Rate> parse_rate(std::string_view text);
/// B; kB, MB, GB, TB, PB; KiB, MiB, GiB, TiB, PiB.
[[nodiscard]] Parsed<Bytes> parse_bytes(std::string_view text);
/// "70%"; over 100 % is read too.
[[nodiscard]] Parsed<Ratio> parse_ratio(std::string_view text);
/// "0.5 vCPU".
[[nodiscard]] Parsed<Vcpu> parse_vcpu(std::string_view text);
/// bit/s, kbit/s, Mbit/s, Gbit/s, Tbit/s, or a unit of bytes "/s".
[[nodiscard]] Parsed<Bandwidth> parse_bandwidth(std::string_view text);
/// "12 USD", or per something: "0.05056 USD/h". What stands after the slash is not judged here.
[[nodiscard]] Parsed<Money> parse_money(std::string_view text);
/// A plain decimal number, "0.8" or "1e6".
[[nodiscard]] Parsed<double> parse_number(std::string_view text);
/// A whole number.
[[nodiscard]] Parsed<std::int64_t> parse_count(std::string_view text);

/// Dollars a month of a price per time unit ("/h", "/month", "/y", ...); nothing for any other.
[[nodiscard]] std::optional<double> usd_per_month(const Money& money);

}  // namespace lifeboat::models::io
