// Figures as a person reads them on a terminal: rounded, with units, never NaN.
//
// Documents carry full precision; these are for eyes. Three or four significant digits, a share
// near 1 by the digits of what is missing from it, durations in the unit that fits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::reports {

/// "0.45 ms", "460 ms", "12.3 s", "34.9 min", "3 h 14 min", "2 d 4 h"; "never" for infinity.
[[nodiscard]] std::string duration_words(double seconds);

/// 0.99983 is "99.983 %", 0.5 "50 %", 0.000021 "0.0021 %"; 1 only where nothing is missing.
[[nodiscard]] std::string share_words(double share);

/// "36,000,000".
[[nodiscard]] std::string count_words(std::uint64_t count);

/// A number with at most four significant digits: "0.8312", "14,563", "8.1".
[[nodiscard]] std::string number_words(double value);

/// By the unit of a figure: s, share, min, count, 1/s, USD, ...; any other is printed after it.
[[nodiscard]] std::string quantity_words(double value, std::string_view unit);

/// "low to high" in the unit, or empty where either is missing.
[[nodiscard]] std::string interval_words(const std::optional<double>& low,
                                         const std::optional<double>& high, std::string_view unit);

/// The width of a terminal that reports keep to.
inline constexpr std::size_t kColumns = 80;
/// Breaks a text at spaces into lines of at most `width` columns; a longer word stands alone.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// Columns that a UTF-8 text takes (code points; no wide characters are used here).
[[nodiscard]] std::size_t columns(std::string_view text);

/// The text with spaces after it (or before it) up to `width` columns.
[[nodiscard]] std::string pad(std::string_view text, std::size_t width);
[[nodiscard]] std::string pad_left(std::string_view text, std::size_t width);

/// Bold where there are colours.
[[nodiscard]] std::string strong(std::string_view text, bool colours);

/// The text broken into lines of a terminal's width, each with a line break at its end.
[[nodiscard]] std::string paragraph(std::string_view text);

/// The text, or what fits of it with an ellipsis at its end.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t width);

/// The text as a cell of a Markdown table.
[[nodiscard]] std::string table_cell(std::string_view text);

}  // namespace lifeboat::reports
