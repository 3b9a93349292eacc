// Exact sums: quantities, unit prices and cents as whole numbers.
//
// A bill must come out to the cent, so nothing on the way to one is a binary fraction:
//
//     quantity    millionths of its unit                   "7681317 GB-s", "0.94 GB-month"
//     unit price  10^-15 dollars for one unit              "1.66667e-5 USD/GB-s"
//     cents       quantity x price, in 128 bits, 10^-21 dollars, rounded once, half up
//
// A text with more decimals than that, or a number that does not fit, is a complaint. Sums are of
// cents: a category is the sum of the lines as printed.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/io/quantity.hpp"

namespace lifeboat::models::prices {

/// Of some unit, at least 0; at most 9.2 million million.
struct Quantity {
  std::int64_t micro = 0;
  auto operator<=>(const Quantity&) const = default;
};

/// Dollars for one unit, at least 0; at most 9,223.
struct UnitPrice {
  std::int64_t femto = 0;
  auto operator<=>(const UnitPrice&) const = default;
};

struct Cents {
  std::int64_t count = 0;
  auto operator<=>(const Cents&) const = default;
  Cents& operator+=(Cents other) {
    count += other.count;
    return *this;
  }
  friend Cents operator+(Cents a, Cents b) { return {a.count + b.count}; }
  friend Cents operator-(Cents a, Cents b) { return {a.count - b.count}; }
  friend Cents operator*(Cents a, std::int64_t n) { return {a.count * n}; }
};

/// A quantity and the unit as written: "50M requests". Whether two units are the same: same_unit.
struct UnitQuantity {
  Quantity quantity;
  std::string unit;
};

/// "4.25 USD/1M requests": dollars for one request.
struct PriceText {
  UnitPrice price;
  std::string unit;
  std::string text;  ///< as written
};

/// A number, with k or M after it for thousands and millions, a space and a unit.
[[nodiscard]] io::Parsed<UnitQuantity> parse_quantity(std::string_view text);
/// A sum for one unit, or for so many: "0.0252 USD/h", "0.40 USD/1M queries".
[[nodiscard]] io::Parsed<PriceText> parse_price(std::string_view text);
/// A sum of whole cents: "14562.71 USD".
[[nodiscard]] io::Parsed<Cents> parse_cents(std::string_view text);
/// A rate of exchange, in millionths: "1.35" is 1,350,000.
[[nodiscard]] io::Parsed<std::int64_t> parse_exchange_rate(std::string_view text);

/// Words for the same unit: equal, or one is the other's plural ("request", "requests").
[[nodiscard]] bool same_unit(std::string_view a, std::string_view b);

/// A measured quantity to the nearest millionth; the largest there is if it does not fit.
[[nodiscard]] Quantity to_quantity(double units);
[[nodiscard]] double to_double(Quantity quantity);

/// `quantity` at `price`, in units of 10^-21 dollars, kept exact until it is rounded.
class ExactSum {
 public:
  void add(Quantity quantity, UnitPrice price);
  /// Half up; the largest there is if it does not fit.
  [[nodiscard]] Cents rounded() const;

 private:
  __extension__ using Wide = __int128;
  Wide sum_ = 0;
};

/// In a currency of which one dollar buys `rate_micro` millionths, half up.
[[nodiscard]] Cents exchanged(Cents dollars, std::int64_t rate_micro);

/// "14,562.71", "-0.05".
[[nodiscard]] std::string to_text(Cents cents);
/// "14562.71" as a number.
[[nodiscard]] double to_double(Cents cents);
/// All digits of the quantity, with commas: "7,681,317", "0.94".
[[nodiscard]] std::string to_text(Quantity quantity);

}  // namespace lifeboat::models::prices
