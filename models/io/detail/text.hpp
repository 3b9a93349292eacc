// Text of inputs made fit for messages: cut where it is long, escaped where it could steer a
// terminal, and never in the middle of a character.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace lifeboat::models::io::detail {

/// The UTF-8 character at `at`: its code point and length; nothing if it is not well-formed
/// (Unicode 15, table 3-7: no overlong forms, no surrogates, at most U+10FFFF).
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 1;
};
[[nodiscard]] std::optional<CodePoint> code_point_at(std::string_view text, std::size_t at);

/// The offset of the first byte that is not UTF-8, or nothing.
[[nodiscard]] std::optional<std::size_t> first_invalid_utf8(std::string_view text);

/// At most `most` bytes from the front, on a character boundary.
[[nodiscard]] std::string cut(std::string_view text, std::size_t most);
/// At most `most` bytes from the back, on a character boundary.
[[nodiscard]] std::string cut_front(std::string_view text, std::size_t most);
/// The text, or its front and "..." if it is longer than `most` bytes.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most);

/// Control characters, bidirectional overrides and bytes that are not UTF-8 as \n, \u202e, \xff.
[[nodiscard]] std::string printable(std::string_view text);

/// ASCII lower case.
[[nodiscard]] std::string lower(std::string_view text);
/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace lifeboat::models::io::detail
