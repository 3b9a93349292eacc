#include "models/io/detail/number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

namespace lifeboat::models::io::detail {

namespace {

constexpr int kMostDigits = 17;
constexpr std::int64_t kHugeExponent = 1'000'000'000'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view after_spaces(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

/// Length of the number at the front: -digits.digits e-digits. An "e" without digits after it is
/// no exponent.
std::size_t number_length(std::string_view text) {
  std::size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  std::size_t digits = at - begin;
  if (at < text.size() && text[at] == '.') {
    const std::size_t point = at++;
    while (at < text.size() && is_digit(text[at])) ++at;
    digits += at - point - 1;
  }
  if (digits == 0) return 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t exponent = at + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    if (exponent < text.size() && is_digit(text[exponent])) {
      while (exponent < text.size() && is_digit(text[exponent])) ++exponent;
      at = exponent;
    }
  }
  return at;
}

/// The power of ten of the first digit that is not zero, for a number beyond a double's range.
std::int64_t magnitude(std::string_view digits) {
  std::size_t mantissa_end = digits.find_first_of("eE");
  std::int64_t exponent = 0;
  if (mantissa_end == std::string_view::npos) {
    mantissa_end = digits.size();
  } else {
    const bool negative = digits[mantissa_end + 1] == '-';
    for (const char c : digits.substr(mantissa_end + 1)) {
      if (is_digit(c)) exponent = std::min<std::int64_t>(exponent * 10 + (c - '0'), kHugeExponent);
    }
    if (negative) exponent = -exponent;
  }
  const std::string_view mantissa = digits.substr(0, mantissa_end);
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first = static_cast<std::int64_t>(mantissa.find_first_of("123456789"));
  return point - first + exponent;
}

}  // namespace

DecimalError scan_decimal(std::string_view text, Decimal& result) {
  const std::size_t length = number_length(text);
  if (length == 0) return DecimalError::kNotANumber;
  const char* const begin = text.data();
  const char* const end = begin + length;
  result.digits = text.substr(0, length);
  result.rest = after_spaces(text.substr(length));
  const auto parsed = std::from_chars(begin, end, result.value);
  if (parsed.ec == std::errc::result_out_of_range) {
    if (magnitude(result.digits) > 0) return DecimalError::kTooLarge;
    result.value = 0;  // nearer to zero than to any double
  }
  std::int64_t integer = 0;
  const auto whole = std::from_chars(begin, end, integer);
  result.integer.reset();
  if (whole.ec == std::errc{} && whole.ptr == end) result.integer = integer;
  return DecimalError::kNone;
}

std::string shortest(double value) {
  std::array<char, 400> buffer{};
  // Plain notation where it is short, as a person would write it.
  const double size = std::fabs(value);
  const auto format = size == 0 || (size >= 1e-5 && size < 1e16) ? std::chars_format::fixed
                                                                 : std::chars_format::scientific;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
  return {buffer.data(), end.ptr};
}

std::string fewest_digits(double value, const std::function<bool(double)>& reads_back) {
  std::array<char, 64> buffer{};
  for (int digits = 1; digits <= kMostDigits; ++digits) {
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                   std::chars_format::scientific, digits - 1);
    double rounded = 0;
    std::from_chars(buffer.data(), end.ptr, rounded);
    if (reads_back(rounded)) return shortest(rounded);
  }
  return shortest(value);
}

}  // namespace lifeboat::models::io::detail
