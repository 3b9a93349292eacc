#include "models/io/quantity.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "models/io/detail/number.hpp"
#include "models/io/detail/text.hpp"
#include "models/io/detail/unit_table.hpp"
#include "models/io/suggest.hpp"

namespace lifeboat::models::io {

namespace {

using detail::Decimal;
using detail::DecimalError;
using detail::Slip;
using detail::WholeUnit;

constexpr std::string_view kDurationExpected = R"(a duration such as "250ms" or "4h")";
constexpr std::string_view kRateExpected = R"(a rate such as "90/s" or "1 / 30y")";
constexpr std::string_view kBytesExpected = R"(a size such as "6 KiB" or "250 MB")";
constexpr std::string_view kRatioExpected = R"(a percentage such as "70%")";
constexpr std::string_view kVcpuExpected = R"(processors such as "0.5 vCPU")";
constexpr std::string_view kBandwidthExpected = R"(a bandwidth such as "5 Gbit/s" or "125 MiB/s")";
constexpr std::string_view kMoneyExpected = R"(dollars such as "12 USD" or "0.05056 USD/h")";
constexpr std::string_view kNumberExpected = "a number such as 0.8";
constexpr std::string_view kCountExpected = "a whole number such as 4";

Complaint complain(std::string text, std::string_view expected, std::string suggestion = {}) {
  return {std::move(text), std::string{expected}, std::move(suggestion)};
}

/// Everything of a text after its first number, or a complaint.
Parsed<Decimal> leading_number(std::string_view text, std::string_view expected) {
  const std::string_view body = detail::trimmed(text);
  if (body.empty()) return complain("the text is empty", expected);
  Decimal number;
  switch (detail::scan_decimal(body, number)) {
    case DecimalError::kNone:
      return number;
    case DecimalError::kTooLarge:
      return complain(quote(body) + " is too large", expected);
    case DecimalError::kNotANumber:
      break;
  }
  return complain(quote(body) + " does not start with a number", expected);
}

template <std::size_t N>
const WholeUnit* find_unit(std::string_view name, const WholeUnit (&units)[N]) {
  for (const auto& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

/// What was perhaps meant by an unknown unit: a known slip, else the nearest name.
template <std::size_t N>
std::string meant_unit(std::string_view unit, const std::vector<std::string>& names,
                       const Slip (&slips)[N]) {
  const std::string small = detail::lower(unit);
  for (const auto& slip : slips) {
    if (slip.written == small) return std::string{slip.meant};
  }
  for (const auto& name : names) {
    if (detail::lower(name) == small) return name;
  }
  return nearest_name(unit, names).value_or("");
}

template <class Units>
std::vector<std::string> names_of(const Units& units) {
  std::vector<std::string> names;
  for (const auto& unit : units) names.emplace_back(unit.name);
  return names;
}

std::string with_unit(std::string_view front, std::string_view space, const std::string& unit) {
  if (unit.empty()) return {};
  return quote(std::string{front} + std::string{space} + unit);
}

Complaint no_unit(std::string_view text, std::string_view expected, std::string suggestion = {}) {
  return complain(quote(detail::trimmed(text)) + " has no unit", expected, std::move(suggestion));
}

Complaint unknown_unit(std::string_view unit, std::string_view expected, std::string suggestion) {
  return complain("unknown unit " + quote(unit), expected, std::move(suggestion));
}

/// number x factor as 64 bits, exact where the number is whole, otherwise rounded half away from
/// zero; nothing if it does not fit.
std::optional<std::int64_t> scaled(const Decimal& number, std::int64_t factor) {
  std::int64_t product = 0;
  if (number.integer) {
    if (__builtin_mul_overflow(*number.integer, factor, &product)) return std::nullopt;
    return product;
  }
  const double value = number.value * static_cast<double>(factor);
  if (std::fabs(value) >= 9.2e18) return std::nullopt;
  return std::llround(value);
}

/// The letters at the front: a unit inside a compound such as "6h15m".
std::string_view unit_word(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (text[end] < '0' || text[end] > '9') && text[end] != ' ' &&
         text[end] != '.' && text[end] != '-') {
    ++end;
  }
  return text.substr(0, end);
}

/// The terms after the first of a compound duration; adds them to `total`.
std::optional<Complaint> add_terms(std::string_view rest, std::int64_t last_factor, bool negative,
                                   std::string_view whole, std::int64_t& total) {
  const auto malformed = [&] {
    return complain(quote(whole) + " is no duration",
                    R"(a duration such as "250ms", or whole numbers in falling units, "6h15m")");
  };
  while (!rest.empty()) {
    Decimal number;
    if (rest.front() == '-' || detail::scan_decimal(rest, number) != DecimalError::kNone ||
        !number.integer) {
      return malformed();
    }
    const std::string_view word = unit_word(number.rest);
    const WholeUnit* unit = find_unit(word, detail::kDurationUnits);
    if (unit == nullptr || unit->factor >= last_factor) return malformed();
    const auto term = scaled(number, unit->factor);
    if (!term || __builtin_add_overflow(total, negative ? -*term : *term, &total)) {
      return complain(quote(whole) + " is too long", "at most 292 years");
    }
    last_factor = unit->factor;
    rest = detail::trimmed(number.rest.substr(word.size()));
  }
  return std::nullopt;
}

}  // namespace

Parsed<sim::Duration> parse_duration(std::string_view text) {
  const auto number = leading_number(text, kDurationExpected);
  if (!number) return number.complaint();
  const std::string_view whole = detail::trimmed(text);
  if (number->rest.empty()) {
    return no_unit(text, kDurationExpected, with_unit(number->digits, "", "s"));
  }
  const std::string_view word = unit_word(number->rest);
  const WholeUnit* unit = find_unit(word, detail::kDurationUnits);
  if (unit == nullptr) {
    const std::string meant =
        meant_unit(number->rest, names_of(detail::kDurationUnits), detail::kTimeSlips);
    const bool month = meant == "month";
    return unknown_unit(number->rest, kDurationExpected,
                        month ? std::string{} : with_unit(number->digits, "", meant));
  }
  const auto first = scaled(*number, unit->factor);
  if (!first) return complain(quote(whole) + " is too long", "at most 292 years");
  std::int64_t total = *first;
  const std::string_view rest = detail::trimmed(number->rest.substr(word.size()));
  if (!rest.empty()) {
    if (!number->integer) {
      return complain(quote(whole) + " is no duration", kDurationExpected);
    }
    if (auto complaint = add_terms(rest, unit->factor, number->digits.front() == '-', whole, total))
      return *complaint;
  }
  if (total == std::numeric_limits<std::int64_t>::max() ||
      total == std::numeric_limits<std::int64_t>::min()) {
    return complain(quote(whole) + " is too long", "at most 292 years");
  }
  return sim::Duration::nanoseconds(total);
}

Parsed<Rate> parse_rate(std::string_view text) {
  const auto number = leading_number(text, kRateExpected);
  if (!number) return number.complaint();
  if (number->rest.empty()) {
    return no_unit(text, kRateExpected, with_unit(number->digits, "", "/s"));
  }
  if (number->rest.front() != '/') return unknown_unit(number->rest, kRateExpected, {});
  const std::string_view under = detail::trimmed(number->rest.substr(1));
  Decimal divisor;
  divisor.value = 1;
  divisor.rest = under;
  const DecimalError error = detail::scan_decimal(under, divisor);
  if (error == DecimalError::kTooLarge || divisor.value <= 0) {
    return complain(quote(detail::trimmed(text)) + " is no rate", kRateExpected);
  }
  const WholeUnit* unit = find_unit(divisor.rest, detail::kRateUnits);
  if (unit == nullptr) {
    const std::string meant =
        meant_unit(divisor.rest, names_of(detail::kRateUnits), detail::kTimeSlips);
    const std::string front = std::string{number->digits} + "/" + std::string{divisor.digits};
    return unknown_unit("/" + std::string{divisor.rest}, kRateExpected,
                        with_unit(front, "", meant));
  }
  const double seconds = divisor.value * (static_cast<double>(unit->factor) / 1e9);
  const double per_second = number->value / seconds;
  if (!std::isfinite(per_second)) {
    return complain(quote(detail::trimmed(text)) + " is too large", kRateExpected);
  }
  return Rate{per_second};
}

Parsed<Bytes> parse_bytes(std::string_view text) {
  const auto number = leading_number(text, kBytesExpected);
  if (!number) return number.complaint();
  if (number->rest.empty()) return no_unit(text, kBytesExpected);
  const WholeUnit* unit = find_unit(number->rest, detail::kByteUnits);
  if (unit == nullptr) {
    const std::string meant =
        meant_unit(number->rest, names_of(detail::kByteUnits), detail::kByteSlips);
    return unknown_unit(number->rest, kBytesExpected, with_unit(number->digits, " ", meant));
  }
  const auto count = scaled(*number, unit->factor);
  if (!count) return complain(quote(detail::trimmed(text)) + " is too large", "at most 8000 PiB");
  return Bytes{*count};
}

Parsed<Ratio> parse_ratio(std::string_view text) {
  const auto number = leading_number(text, kRatioExpected);
  if (!number) return number.complaint();
  if (number->rest.empty()) {
    const double percent = number->value <= 1 ? number->value * 100 : number->value;
    const auto same = [&](double n) { return n == percent || n / 100 == number->value; };
    return no_unit(text, kRatioExpected, with_unit(detail::fewest_digits(percent, same), "", "%"));
  }
  if (number->rest != "%") {
    const std::string small = detail::lower(number->rest);
    const bool percent = small == "percent" || small == "pct" || small == "per cent";
    return unknown_unit(number->rest, kRatioExpected,
                        percent ? with_unit(number->digits, "", "%") : std::string{});
  }
  return Ratio{number->value / 100};
}

Parsed<Vcpu> parse_vcpu(std::string_view text) {
  const auto number = leading_number(text, kVcpuExpected);
  if (!number) return number.complaint();
  if (number->rest.empty()) {
    return no_unit(text, kVcpuExpected, with_unit(number->digits, " ", "vCPU"));
  }
  if (number->rest != "vCPU") {
    const std::string small = detail::lower(number->rest);
    const bool meant = nearest_name(small, {"vcpu", "vcpus"}).has_value() || small == "cpu" ||
                       small == "cpus" || small == "cores" || small == "core";
    return unknown_unit(number->rest, kVcpuExpected,
                        meant ? with_unit(number->digits, " ", "vCPU") : std::string{});
  }
  return Vcpu{number->value};
}

Parsed<Bandwidth> parse_bandwidth(std::string_view text) {
  const auto number = leading_number(text, kBandwidthExpected);
  if (!number) return number.complaint();
  if (number->rest.empty()) return no_unit(text, kBandwidthExpected);
  for (const auto& unit : detail::kBandwidthUnits) {
    if (unit.name != number->rest) continue;
    const double value = number->value * unit.bytes_per_second;
    if (!std::isfinite(value)) {
      return complain(quote(detail::trimmed(text)) + " is too large", kBandwidthExpected);
    }
    return Bandwidth{value};
  }
  const std::string meant =
      meant_unit(number->rest, names_of(detail::kBandwidthUnits), detail::kBandwidthSlips);
  return unknown_unit(number->rest, kBandwidthExpected, with_unit(number->digits, " ", meant));
}

Parsed<Money> parse_money(std::string_view text) {
  std::string_view body = detail::trimmed(text);
  if (!body.empty() && body.front() == '$') {
    const std::string_view amount = detail::trimmed(body.substr(1));
    Decimal number;
    std::string suggestion;
    if (detail::scan_decimal(amount, number) == DecimalError::kNone) {
      suggestion = quote(std::string{number.digits} + " USD" + std::string{number.rest});
    }
    return complain(quote(body) + " does not name the currency", kMoneyExpected,
                    std::move(suggestion));
  }
  const auto number = leading_number(body, kMoneyExpected);
  if (!number) return number.complaint();
  if (number->rest.empty()) {
    return no_unit(text, kMoneyExpected, with_unit(number->digits, " ", "USD"));
  }
  const std::size_t slash = number->rest.find('/');
  const std::string_view currency = detail::trimmed(number->rest.substr(0, slash));
  std::string per;
  if (slash != std::string_view::npos) {
    per = detail::trimmed(number->rest.substr(slash + 1));
    if (per.empty()) {
      return complain(quote(body) + " ends after the slash", kMoneyExpected);
    }
  }
  if (currency != "USD") {
    const bool meant = detail::lower(currency) == "usd" || detail::lower(currency) == "us$" ||
                       detail::lower(currency) == "dollars" || detail::lower(currency) == "dollar";
    const std::string unit = "USD" + (per.empty() ? std::string{} : "/" + per);
    return complain("unknown currency " + quote(currency), kMoneyExpected,
                    meant ? with_unit(number->digits, " ", unit) : std::string{});
  }
  return Money{number->value, per};
}

Parsed<double> parse_number(std::string_view text) {
  const auto number = leading_number(text, kNumberExpected);
  if (!number) return number.complaint();
  if (!number->rest.empty()) {
    return complain(quote(detail::trimmed(text)) + " is no plain number", kNumberExpected);
  }
  return number->value;
}

Parsed<std::int64_t> parse_count(std::string_view text) {
  const auto number = leading_number(text, kCountExpected);
  if (!number) return number.complaint();
  if (!number->rest.empty() || !number->integer) {
    return complain(quote(detail::trimmed(text)) + " is no whole number", kCountExpected);
  }
  return *number->integer;
}

std::optional<double> usd_per_month(const Money& money) {
  if (money.per.empty()) return std::nullopt;
  const Parsed<Rate> rate = parse_rate("1/" + money.per);
  if (!rate) return std::nullopt;
  return money.usd * rate->per_second * (kHoursPerMonth * 3600);
}

}  // namespace lifeboat::models::io
