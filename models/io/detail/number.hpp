// Decimal numbers in texts, the same in every locale.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lifeboat::models::io::detail {

/// A decimal number at the front of a text.
struct Decimal {
  double value = 0;                     ///< finite
  std::optional<std::int64_t> integer;  ///< if written as a whole number that fits
  std::string_view digits;              ///< as written
  std::string_view rest;                ///< what follows, without leading spaces
};
enum class DecimalError { kNone, kNotANumber, kTooLarge };

/// Reads digits with an optional sign, point and exponent; no "inf", no hexadecimal.
DecimalError scan_decimal(std::string_view text, Decimal& result);

/// The shortest decimal that reads back as the same double.
[[nodiscard]] std::string shortest(double value);

/// The decimal of fewest significant digits near `value` for which `reads_back` holds; the
/// shortest exact one if none does.
[[nodiscard]] std::string fewest_digits(double value,
                                        const std::function<bool(double)>& reads_back);

}  // namespace lifeboat::models::io::detail
