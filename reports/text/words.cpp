#include "reports/text/words.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace lifeboat::reports {

namespace {

/// `value` with `digits` significant digits, without an exponent and without trailing zeros.
std::string significant(double value, int digits) {
  if (value == 0) return "0";
  const int magnitude = static_cast<int>(std::floor(std::log10(std::abs(value))));
  const int decimals = std::clamp(digits - 1 - magnitude, 0, 12);
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

std::string with_commas(std::string digits) {
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  const std::size_t point = std::min(digits.find('.'), digits.size());
  for (std::size_t at = point; at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string two_units(double seconds, double large, std::string_view large_name, double small,
                      std::string_view small_name) {
  const double whole = std::round(seconds / small);
  const double per = large / small;
  const double units = std::floor(whole / per);
  const double rest = whole - units * per;
  if (rest == 0) return fmt::format("{:.0f} {}", units, large_name);
  return fmt::format("{:.0f} {} {:.0f} {}", units, large_name, rest, small_name);
}

}  // namespace

std::string duration_words(double seconds) {
  if (std::isnan(seconds)) return "unknown";
  if (std::isinf(seconds)) return "never";
  if (seconds < 0) return "-" + duration_words(-seconds);
  if (seconds == 0) return "0 s";
  if (seconds < 0.9995) return significant(seconds * 1e3, seconds < 0.1 ? 3 : 4) + " ms";
  if (seconds < 99.95) return significant(seconds, 3) + " s";
  if (seconds < 5970) return significant(seconds / 60, 3) + " min";
  if (seconds < 2 * 86400) return two_units(seconds, 3600, "h", 60, "min");
  return two_units(seconds, 86400, "d", 3600, "h");
}

std::string share_words(double share) {
  if (!std::isfinite(share)) return "unknown";
  if (share <= 0.5 || share >= 1) return significant(share * 100, 3) + " %";
  // Two digits of what is missing from 100 %, so that 99.983 never shows as 100.
  const double missing = (1 - share) * 100;
  const int magnitude = static_cast<int>(std::floor(std::log10(missing)));
  const int decimals = std::clamp(1 - magnitude, 1, 9);
  std::string text = fmt::format("{:.{}f}", 100 - missing, decimals);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + " %";
}

std::string count_words(std::uint64_t count) { return with_commas(fmt::format("{}", count)); }

std::string number_words(double value) {
  if (std::isnan(value)) return "unknown";
  if (std::isinf(value)) return value > 0 ? "infinite" : "-infinite";
  return with_commas(significant(value, 4));
}

std::string quantity_words(double value, std::string_view unit) {
  if (unit == "s") return duration_words(value);
  if (unit == "share") return share_words(value);
  if (unit == "min") return number_words(value) + " min";
  if (unit == "count" || unit.empty()) return number_words(value);
  return fmt::format("{} {}", number_words(value), unit);
}

std::string interval_words(const std::optional<double>& low, const std::optional<double>& high,
                           std::string_view unit) {
  if (!low || !high) return {};
  return fmt::format("{} to {}", quantity_words(*low, unit), quantity_words(*high, unit));
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (!line.empty() && columns(line) + 1 + columns(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!word.empty()) {
      if (!line.empty()) line += ' ';
      line += word;
    }
    at = end + 1;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string pad(std::string_view text, std::size_t width) {
  std::string padded{text};
  const std::size_t taken = columns(text);
  if (taken < width) padded.append(width - taken, ' ');
  return padded;
}

std::string pad_left(std::string_view text, std::size_t width) {
  const std::size_t taken = columns(text);
  return (taken < width ? std::string(width - taken, ' ') : std::string{}) + std::string{text};
}

std::string strong(std::string_view text, bool colours) {
  return colours ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string{text};
}

std::string paragraph(std::string_view text) {
  std::string lines;
  for (const std::string& line : wrap(text, kColumns)) lines += line + "\n";
  return lines;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string{text};
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end) {
    // A continuation byte belongs to the code point before it.
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (begins && ++seen == width) break;
  }
  return std::string{text.substr(0, end)} + "\u2026";
}

std::string table_cell(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '|') safe += '\\';
    safe += c;
  }
  return safe;
}

}  // namespace lifeboat::reports
