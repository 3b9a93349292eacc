// How the reader treats each type of quantity: one row per type, and the checks they share.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/io/document.hpp"
#include "models/io/quantity.hpp"
#include "models/io/reader.hpp"
#include "models/io/schema.hpp"
#include "models/io/units.hpp"

namespace lifeboat::models::io::detail {

inline constexpr std::string_view kClockExpected =
    R"(a clock time such as "20:15", "day 2 20:15", "+6h15m" or "2026-11-11T19:20")";

/// `text` as a JSON string.
[[nodiscard]] std::string json_of_text(std::string_view text);
/// "myName_x y" as "my-name-x-y".
[[nodiscard]] std::string kebab_case(std::string_view name);

/// If `value` is being described: records that it may be of that type, and returns true.
bool describe_as(const Value& value, ValueType type);
bool describe_as(const Value& value, Declaration form);

/// Reads a value that must be a string with a quantity in it. A bare number is told from other
/// kinds: it lacks its unit.
template <class T>
Parsed<T> from_text(const Value& value, Parsed<T> (*parse)(std::string_view),
                    std::string_view expected) {
  if (value.is_string()) return parse(value.as_string());
  if (!value.is_number()) return Complaint{"found " + value.shown(), std::string{expected}, {}};
  const Parsed<T> as_text = parse(value.shown());
  if (as_text) {
    return Complaint{"found " + value.shown(), std::string{expected}, quote(value.shown())};
  }
  return Complaint{value.shown() + " has no unit", std::string{expected},
                   as_text.complaint().suggestion};
}

/// Reads a bare number; a string that holds one is told what to write.
template <class T>
Complaint no_bare_number(const Value& value, Parsed<T> (*parse)(std::string_view),
                         std::string_view expected) {
  std::string suggestion;
  if (value.is_string()) {
    const Parsed<T> meant = parse(value.as_string());
    if (meant) suggestion = to_text(*meant);
  }
  return Complaint{"found " + value.shown(), std::string{expected}, suggestion};
}

template <class T>
struct Quantity;

template <>
struct Quantity<sim::Duration> {
  static constexpr ValueType kType = ValueType::kDuration;
  static constexpr std::string_view kExpected = R"(a duration such as "250ms" or "4h")";
  static Parsed<sim::Duration> read(const Value& v) {
    return from_text(v, parse_duration, kExpected);
  }
  static std::string json(sim::Duration x) { return json_of_text(to_text(x)); }
  static sim::Duration one() { return sim::Duration::seconds(1); }
};

template <>
struct Quantity<Rate> {
  static constexpr ValueType kType = ValueType::kRate;
  static constexpr std::string_view kExpected = R"(a rate such as "90/s" or "1 / 30y")";
  static Parsed<Rate> read(const Value& v) { return from_text(v, parse_rate, kExpected); }
  static std::string json(Rate x) { return json_of_text(to_text(x)); }
  static Rate one() { return {1}; }
};

template <>
struct Quantity<Bytes> {
  static constexpr ValueType kType = ValueType::kBytes;
  static constexpr std::string_view kExpected = R"(a size such as "6 KiB" or "250 MB")";
  static Parsed<Bytes> read(const Value& v) { return from_text(v, parse_bytes, kExpected); }
  static std::string json(Bytes x) { return json_of_text(to_text(x)); }
  static Bytes one() { return {1}; }
};

template <>
struct Quantity<Ratio> {
  static constexpr ValueType kType = ValueType::kRatio;
  static constexpr std::string_view kExpected = R"(a percentage such as "70%")";
  static Parsed<Ratio> read(const Value& v) { return from_text(v, parse_ratio, kExpected); }
  static std::string json(Ratio x) { return json_of_text(to_text(x)); }
  static Ratio one() { return {1}; }
};

template <>
struct Quantity<Vcpu> {
  static constexpr ValueType kType = ValueType::kVcpu;
  static constexpr std::string_view kExpected = R"(processors such as "0.5 vCPU")";
  static Parsed<Vcpu> read(const Value& v) { return from_text(v, parse_vcpu, kExpected); }
  static std::string json(Vcpu x) { return json_of_text(to_text(x)); }
  static Vcpu one() { return {1}; }
};

template <>
struct Quantity<Bandwidth> {
  static constexpr ValueType kType = ValueType::kBandwidth;
  static constexpr std::string_view kExpected = R"(a bandwidth such as "5 Gbit/s" or "125 MiB/s")";
  static Parsed<Bandwidth> read(const Value& v) { return from_text(v, parse_bandwidth, kExpected); }
  static std::string json(Bandwidth x) { return json_of_text(to_text(x)); }
  static Bandwidth one() { return {1}; }
};

template <>
struct Quantity<std::int64_t> {
  static constexpr ValueType kType = ValueType::kCount;
  static constexpr std::string_view kExpected = "a whole number without quotes, such as 4";
  static Parsed<std::int64_t> read(const Value& v) {
    if (const auto whole = v.as_integer()) return *whole;
    if (v.is_number()) {
      return Complaint{v.shown() + " is no whole number", std::string{kExpected}, {}};
    }
    return no_bare_number(v, parse_count, kExpected);
  }
  static std::string json(std::int64_t x) { return to_text(x); }
  static std::int64_t one() { return 1; }
};

template <>
struct Quantity<double> {
  static constexpr ValueType kType = ValueType::kNumber;
  static constexpr std::string_view kExpected = "a number without quotes, such as 0.8";
  static Parsed<double> read(const Value& v) {
    if (v.is_number()) return v.as_number();
    return no_bare_number(v, parse_number, kExpected);
  }
  static std::string json(double x) { return to_text(x); }
  static double one() { return 1; }
};

/// "at least 1 and at most 5", "more than 0s", "zero or more"; empty for no range.
template <class T>
std::string range_text(const Range<T>& range) {
  std::string text;
  if (range.min) {
    text = (range.above_min ? "more than " : "at least ") + to_text(*range.min);
  }
  if (range.max) text += (text.empty() ? "at most " : " and at most ") + to_text(*range.max);
  return text;
}

template <class T>
bool allows(const Range<T>& range, const T& x) {
  if (range.min && (x < *range.min || (range.above_min && !(*range.min < x)))) return false;
  return !range.max || !(*range.max < x);
}

/// What a reader goes on with after an error: inside the range, and not zero where that is out.
template <class T>
T stand_in(const Range<T>& range) {
  const T candidates[] = {T{}, Quantity<T>::one()};
  for (const T& candidate : candidates) {
    if (allows(range, candidate)) return candidate;
  }
  if (range.min && !range.above_min) return *range.min;
  return range.max.value_or(Quantity<T>::one());
}

template <class T>
Declaration declaration_of(const Range<T>& range) {
  Declaration form;
  form.type = Quantity<T>::kType;
  if (range.min) form.min = Quantity<T>::json(*range.min);
  if (range.max) form.max = Quantity<T>::json(*range.max);
  form.above_min = range.above_min;
  return form;
}

template <class T>
std::optional<T> read_quantity(const Value& value, Problems& problems, const Range<T>& range) {
  if (describe_as(value, declaration_of(range))) return std::nullopt;
  const Parsed<T> result = Quantity<T>::read(value);
  if (!result) {
    problems.error(value.place(), result.complaint());
    return std::nullopt;
  }
  if (allows(range, *result)) return *result;
  const bool small = range.min && !(*range.min < *result);
  const bool negative = small && *result < T{};
  problems.error(value.place(),
                 value.shown() + (negative ? " is negative"
                                  : small  ? " is too small"
                                           : " is too large"),
                 range_text(range));
  return std::nullopt;
}

}  // namespace lifeboat::models::io::detail
