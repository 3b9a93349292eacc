#include "models/prices/exact.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "models/io/detail/number.hpp"
#include "models/io/detail/text.hpp"

namespace lifeboat::models::prices {
namespace {

using io::Complaint;
using io::Parsed;

__extension__ using Wide = __int128;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr int kQuantityDecimals = 6;
constexpr int kPriceDecimals = 15;
constexpr std::string_view kQuantityExpected =
    R"(a quantity such as "50M requests", "24820 vCPU-h" or "0.94 GB-month")";
constexpr std::string_view kPriceExpected =
    R"(a price such as "0.0252 USD/h" or "4.25 USD/1M requests")";
constexpr std::string_view kSumExpected = R"(a sum in whole cents such as "272.75 USD")";
constexpr std::string_view kRateExpected = "a rate of exchange such as 1.35";

/// A decimal as digits and a power of ten: "1.66667e-5" is 166667 and -10.
struct Digits {
  std::int64_t value = 0;
  int exponent = 0;
};

std::optional<Digits> digits_of(std::string_view text) {
  Digits result;
  bool after_point = false;
  std::size_t at = 0;
  for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
    if (text[at] == '.') {
      after_point = true;
      continue;
    }
    if (text[at] < '0' || text[at] > '9') return std::nullopt;  // a sign
    if (result.value > (kMost - 9) / 10) return std::nullopt;
    result.value = result.value * 10 + (text[at] - '0');
    if (after_point) --result.exponent;
  }
  if (at == text.size()) return result;
  const bool negative = text[at + 1] == '-';
  int exponent = 0;
  for (const char c : text.substr(at + 1)) {
    if (c >= '0' && c <= '9') exponent = std::min(exponent * 10 + (c - '0'), 1000);
  }
  result.exponent += negative ? -exponent : exponent;
  return result;
}

/// The decimal times 10^decimals / count, where that is whole and fits.
std::optional<std::int64_t> scaled(std::string_view text, int decimals, std::int64_t count = 1) {
  const auto digits = digits_of(text);
  if (!digits) return std::nullopt;
  Wide value = digits->value;
  int power = digits->exponent + decimals;
  for (; power > 0 && value != 0; --power) {
    value *= 10;
    if (value > Wide{kMost} * count) return std::nullopt;
  }
  for (; power < 0 && value != 0; ++power) {
    if (value % 10 != 0) return std::nullopt;
    value /= 10;
  }
  if (value % count != 0 || value / count > Wide{kMost}) return std::nullopt;
  return static_cast<std::int64_t>(value / count);
}

/// Letters, and hyphens inside: "GB-month".
bool is_unit(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return !text.empty() && letter(text.front()) && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || c == '-'; });
}

/// Units that bills write in one way, and other ways that people write them.
constexpr std::pair<std::string_view, std::string_view> kSlips[] = {
    {"hour", "h"},   {"hours", "h"},  {"hr", "h"},      {"hrs", "h"},      {"sec", "s"},
    {"secs", "s"},   {"second", "s"}, {"seconds", "s"}, {"minute", "min"}, {"minutes", "min"},
    {"mins", "min"}, {"Gb", "GB"},    {"gb", "GB"},     {"GiB", "GB"},     {"Tb", "TB"},
    {"tb", "TB"},    {"Mb", "MB"},    {"mb", "MB"},     {"vcpu", "vCPU"},  {"VCPU", "vCPU"}};

/// "vcpu-hours" is "vCPU-h"; nothing where the unit has no such slip.
std::optional<std::string> mended(std::string_view unit) {
  std::string result;
  for (std::size_t begin = 0; begin <= unit.size();) {
    const std::size_t end = std::min(unit.find('-', begin), unit.size());
    std::string_view part = unit.substr(begin, end - begin);
    for (const auto& [slip, right] : kSlips) {
      if (part == slip) part = right;
    }
    if (begin > 0) result += '-';
    result += part;
    begin = end + 1;
  }
  if (result == unit) return std::nullopt;
  return result;
}

/// A complaint about a unit that is written otherwise, with the text as it should be.
std::optional<Complaint> slip_of(std::string_view body, std::string_view unit,
                                 std::string_view expected) {
  const auto right = mended(unit);
  if (!right) return std::nullopt;
  const std::string start{body.substr(0, body.size() - unit.size())};
  return Complaint{"unknown unit " + io::quote(unit), std::string{expected},
                   io::quote(start + *right)};
}

/// Thousands or millions of what follows: "M requests" is 1,000,000 and "requests".
std::pair<std::int64_t, std::string_view> multiplier(std::string_view rest) {
  const auto followed = [&](char c) {
    return rest.size() > 1 && rest[0] == c && (rest[1] == ' ' || rest[1] == '\t');
  };
  if (followed('k')) return {1'000, io::detail::trimmed(rest.substr(1))};
  if (followed('M')) return {1'000'000, io::detail::trimmed(rest.substr(1))};
  return {1, rest};
}

std::optional<std::int64_t> times(std::optional<std::int64_t> value, std::int64_t factor) {
  if (!value || *value > kMost / factor) return std::nullopt;
  return *value * factor;
}

std::string with_commas(std::string digits) {
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

}  // namespace

Parsed<UnitQuantity> parse_quantity(std::string_view text) {
  const std::string expected{kQuantityExpected};
  const std::string_view body = io::detail::trimmed(text);
  io::detail::Decimal number;
  if (io::detail::scan_decimal(body, number) != io::detail::DecimalError::kNone) {
    return Complaint{io::quote(body) + " is no quantity", expected, {}};
  }
  const auto [factor, unit] = multiplier(number.rest);
  if (unit.empty() || unit == "k" || unit == "M")
    return Complaint{io::quote(body) + " has no unit", expected, {}};
  if (!is_unit(unit)) return Complaint{io::quote(body) + " is no quantity", expected, {}};
  if (auto slip = slip_of(body, unit, kQuantityExpected)) return std::move(*slip);
  // Decimals count after the factor: 1.5M has none left.
  const int zeros = factor == 1 ? 0 : factor == 1'000 ? 3 : 6;
  const auto micro = scaled(number.digits, kQuantityDecimals + zeros);
  if (!micro) {
    return Complaint{io::quote(body) + (number.digits.front() == '-'
                                            ? " is negative"
                                            : " is too large, or has more than 6 decimals"),
                     expected,
                     {}};
  }
  return UnitQuantity{Quantity{*micro}, std::string{unit}};
}

Parsed<PriceText> parse_price(std::string_view text) {
  const std::string expected{kPriceExpected};
  const std::string_view body = io::detail::trimmed(text);
  const auto wrong = [&](const std::string& what) {
    return Complaint{io::quote(body) + " " + what, expected, {}};
  };
  io::detail::Decimal number;
  if (io::detail::scan_decimal(body, number) != io::detail::DecimalError::kNone) {
    return wrong("is no price");
  }
  const std::size_t slash = number.rest.find('/');
  if (slash == std::string_view::npos) return wrong("does not say for what");
  if (io::detail::trimmed(number.rest.substr(0, slash)) != "USD") return wrong("is not in USD");
  std::string_view unit = io::detail::trimmed(number.rest.substr(slash + 1));
  std::int64_t count = 1;
  io::detail::Decimal many;
  if (io::detail::scan_decimal(unit, many) == io::detail::DecimalError::kNone) {
    const auto [factor, rest] = multiplier(many.rest);
    const auto whole = times(many.integer, factor);
    if (!whole || *whole < 1) return wrong("does not say for how many");
    count = *whole;
    unit = rest;
  }
  if (!is_unit(unit)) return wrong("does not say for what");
  if (auto slip = slip_of(body, unit, kPriceExpected)) return std::move(*slip);
  const auto femto = scaled(number.digits, kPriceDecimals, count);
  if (!femto) {
    return wrong(number.digits.front() == '-'
                     ? "is negative"
                     : "is too large, or has more than 15 decimals for one unit");
  }
  return PriceText{UnitPrice{*femto}, std::string{unit}, std::string{body}};
}

Parsed<Cents> parse_cents(std::string_view text) {
  const std::string expected{kSumExpected};
  const std::string_view body = io::detail::trimmed(text);
  io::detail::Decimal number;
  if (io::detail::scan_decimal(body, number) != io::detail::DecimalError::kNone ||
      number.rest != "USD") {
    return Complaint{io::quote(body) + " is no sum", expected, {}};
  }
  const auto cents = scaled(number.digits, 2);
  if (!cents) return Complaint{io::quote(body) + " is no sum of whole cents", expected, {}};
  return Cents{*cents};
}

Parsed<std::int64_t> parse_exchange_rate(std::string_view text) {
  const std::string_view body = io::detail::trimmed(text);
  io::detail::Decimal number;
  const bool read = io::detail::scan_decimal(body, number) == io::detail::DecimalError::kNone;
  const auto micro = read && number.rest.empty() ? scaled(number.digits, 6) : std::nullopt;
  if (!micro || *micro == 0 || *micro > 1'000'000'000'000) {
    return Complaint{io::quote(body) + " is no rate of exchange", std::string{kRateExpected}, {}};
  }
  return *micro;
}

bool same_unit(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return a == b || (b.size() == a.size() + 1 && b.starts_with(a) && b.back() == 's');
}

Quantity to_quantity(double units) {
  const double micro = std::round(units * 1e6);
  if (!(micro > 0)) return {};
  return {micro < 9.2e18 ? static_cast<std::int64_t>(micro) : kMost};
}

double to_double(Quantity quantity) { return static_cast<double>(quantity.micro) / 1e6; }

void ExactSum::add(Quantity quantity, UnitPrice price) {
  sum_ += Wide{quantity.micro} * price.femto;
}

Cents ExactSum::rounded() const {
  constexpr Wide kCent = Wide{10'000'000'000} * 1'000'000'000;  // 10^19
  const Wide cents = (sum_ + kCent / 2) / kCent;
  return {cents > Wide{kMost} ? kMost : static_cast<std::int64_t>(cents)};
}

Cents exchanged(Cents dollars, std::int64_t rate_micro) {
  const Wide exact = Wide{dollars.count} * rate_micro;
  const Wide half = exact < 0 ? -500'000 : 500'000;
  return {static_cast<std::int64_t>((exact + half) / 1'000'000)};
}

std::string to_text(Cents cents) {
  const std::int64_t size = cents.count < 0 ? -cents.count : cents.count;
  const std::string rest = std::to_string(size % 100);
  return (cents.count < 0 ? "-" : "") + with_commas(std::to_string(size / 100)) +
         (rest.size() == 1 ? ".0" : ".") + rest;
}

double to_double(Cents cents) { return static_cast<double>(cents.count) / 100; }

std::string to_text(Quantity quantity) {
  std::string text = with_commas(std::to_string(quantity.micro / 1'000'000));
  std::string rest = std::to_string(quantity.micro % 1'000'000);
  rest.insert(0, 6 - rest.size(), '0');
  rest.erase(rest.find_last_not_of('0') + 1);
  return rest.empty() ? text : text + "." + rest;
}

}  // namespace lifeboat::models::prices
