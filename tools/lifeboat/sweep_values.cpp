#include "tools/lifeboat/sweep_values.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "models/io/problems.hpp"
#include "tools/lifeboat/command.hpp"

namespace lifeboat::tools {

namespace {

using models::io::quote;

struct NumberWithUnit {
  double number = 0;
  std::string unit;
};

std::optional<NumberWithUnit> read_number(std::string_view text) {
  NumberWithUnit result;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result.number);
  if (error != std::errc{} || !std::isfinite(result.number)) return std::nullopt;
  result.unit = std::string(end, static_cast<std::size_t>(text.data() + text.size() - end));
  return result;
}

/// With at most so many significant digits, and without a power of ten where people write none.
std::string written(double number, int digits) {
  return fmt::format("{}", std::stod(fmt::format("{:.{}g}", number, digits)));
}

/// Less than rounding makes of a sum.
constexpr int kDigits = 12;

struct Ends {
  NumberWithUnit from;
  NumberWithUnit to;
};

Ends read_ends(const std::string& text, std::string_view from, std::string_view to) {
  const auto first = read_number(from);
  const auto last = read_number(to);
  if (!first || !last) {
    throw UsageError(quote(text) + " is no range: two numbers, such as 2..8 or 10ms..50ms:10ms");
  }
  if (first->unit != last->unit) {
    throw UsageError(quote(text) + " has two units: " + quote(first->unit) + " and " +
                     quote(last->unit));
  }
  if (!(first->number < last->number)) {
    throw UsageError(quote(text) + " does not grow: write the lesser end first");
  }
  return {*first, *last};
}

SweptValues evenly(const std::string& text, const Ends& ends, std::size_t count) {
  if (count < 2 || count > kMostValues) {
    throw UsageError(
        fmt::format("{} has {} values: 2 to {} are possible", quote(text), count, kMostValues));
  }
  SweptValues result;
  result.unit = ends.from.unit;
  for (std::size_t i = 0; i < count; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(count - 1);
    const double number = i + 1 == count
                              ? ends.to.number
                              : ends.from.number + share * (ends.to.number - ends.from.number);
    const std::string value = written(number, 6);
    result.numbers.push_back(read_number(value)->number);
    result.values.push_back(value + result.unit);
  }
  return result;
}

SweptValues by_steps(const std::string& text, const Ends& ends, double step) {
  if (!(step > 0)) throw UsageError(quote(text) + " has a step that is not above 0");
  const double width = ends.to.number - ends.from.number;
  const double count = std::floor(width / step + 1e-9) + 1;
  if (count > static_cast<double>(kMostValues)) {
    throw UsageError(
        fmt::format("{} has {} values: at most {} are possible", quote(text), count, kMostValues));
  }
  SweptValues result;
  result.unit = ends.from.unit;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    const double number = ends.from.number + static_cast<double>(i) * step;
    result.numbers.push_back(number);
    result.values.push_back(written(number, kDigits) + result.unit);
  }
  return result;
}

SweptValues read_range(const std::string& text, std::size_t dots) {
  const std::string_view whole = text;
  const std::string_view from = whole.substr(0, dots);
  std::string_view rest = whole.substr(dots + 2);
  if (const std::size_t colon = rest.find(':'); colon != std::string_view::npos) {
    const Ends ends = read_ends(text, from, rest.substr(0, colon));
    const auto step = read_number(rest.substr(colon + 1));
    if (!step || step->unit != ends.from.unit) {
      throw UsageError(quote(text) + " needs a step in " +
                       (ends.from.unit.empty() ? "plain numbers" : quote(ends.from.unit)));
    }
    return by_steps(text, ends, step->number);
  }
  // "/4" at the end is how many; "/s" belongs to a unit.
  if (const std::size_t slash = rest.rfind('/'); slash != std::string_view::npos) {
    const auto count = read_number(rest.substr(slash + 1));
    if (count && count->unit.empty()) {
      const Ends ends = read_ends(text, from, rest.substr(0, slash));
      if (count->number != std::floor(count->number) || count->number < 0) {
        throw UsageError(quote(text) + ": how many points is a whole number");
      }
      return evenly(text, ends, static_cast<std::size_t>(std::min(count->number, 1e6)));
    }
  }
  const Ends ends = read_ends(text, from, rest);
  if (!ends.from.unit.empty() || ends.from.number != std::floor(ends.from.number) ||
      ends.to.number != std::floor(ends.to.number)) {
    throw UsageError(quote(text) + " needs a step, such as " + text + ":" +
                     written((ends.to.number - ends.from.number) / 4, kDigits) + ends.from.unit);
  }
  return by_steps(text, ends, 1);
}

}  // namespace

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '[' || c == '{')) ++depth;
    if (!quoted && (c == ']' || c == '}')) --depth;
    if (c == ',' && depth == 0 && !quoted) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

SweptValues read_swept_values(const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots != std::string::npos && text.find_first_of("\"[{,") == std::string::npos) {
    return read_range(text, dots);
  }
  SweptValues result;
  result.values = split_at_commas(text);
  if (result.values.size() > kMostValues) {
    throw UsageError(
        fmt::format("{} values: at most {} are possible", result.values.size(), kMostValues));
  }
  bool grow = true;
  for (std::size_t i = 0; i < result.values.size(); ++i) {
    const std::string& value = result.values[i];
    if (value.empty()) throw UsageError("an empty value in " + quote(text));
    if (std::find(result.values.begin(), result.values.begin() + static_cast<std::ptrdiff_t>(i),
                  value) != result.values.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw UsageError(quote(value) + " stands twice in " + quote(text));
    }
    const auto number = read_number(value);
    grow = grow && number && (i == 0 || number->unit == result.unit) &&
           (i == 0 || number->number > result.numbers.back());
    if (!grow) continue;
    result.unit = number->unit;
    result.numbers.push_back(number->number);
  }
  if (!grow) {
    result.numbers.clear();
    result.unit.clear();
  }
  return result;
}

}  // namespace lifeboat::tools
