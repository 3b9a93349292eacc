#include "models/io/detail/text.hpp"

#include <array>
#include <cstdio>

namespace lifeboat::models::io::detail {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool is_continuation(unsigned byte) { return (byte & 0xc0U) == 0x80U; }

/// Characters that change how a terminal shows what follows.
bool steers_terminal(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029 || c == 0x200e || c == 0x200f;
}

std::string escape(char32_t c) {
  if (c == '\n') return "\\n";
  if (c == '\r') return "\\r";
  if (c == '\t') return "\\t";
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "\\u%04x", static_cast<unsigned>(c));
  return buffer.data();
}

std::string escape_byte(unsigned byte) {
  std::array<char, 8> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "\\x%02x", byte);
  return buffer.data();
}

}  // namespace

std::optional<CodePoint> code_point_at(std::string_view text, std::size_t at) {
  const unsigned first = byte_at(text, at);
  if (first < 0x80) return CodePoint{static_cast<char32_t>(first), 1};
  std::size_t length = 0;
  unsigned value = 0;
  if (first >= 0xc2 && first <= 0xdf) {
    length = 2;
    value = first & 0x1fU;
  } else if (first >= 0xe0 && first <= 0xef) {
    length = 3;
    value = first & 0x0fU;
  } else if (first >= 0xf0 && first <= 0xf4) {
    length = 4;
    value = first & 0x07U;
  } else {
    return std::nullopt;
  }
  if (text.size() - at < length) return std::nullopt;
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned next = byte_at(text, at + i);
    if (!is_continuation(next)) return std::nullopt;
    value = (value << 6U) | (next & 0x3fU);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (overlong || surrogate || value > 0x10ffff) return std::nullopt;
  return CodePoint{static_cast<char32_t>(value), length};
}

std::optional<std::size_t> first_invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (byte_at(text, at) < 0x80) {
      ++at;
      continue;
    }
    const auto c = code_point_at(text, at);
    if (!c) return at;
    at += c->length;
  }
  return std::nullopt;
}

std::string cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string{text};
  std::size_t end = most;
  while (end > 0 && end + 3 > most && is_continuation(byte_at(text, end))) --end;
  return std::string{text.substr(0, end)};
}

std::string cut_front(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string{text};
  std::size_t begin = text.size() - most;
  while (begin < text.size() && is_continuation(byte_at(text, begin))) ++begin;
  return std::string{text.substr(begin)};
}

std::string shortened(std::string_view text, std::size_t most) {
  return text.size() <= most ? std::string{text} : cut(text, most) + "...";
}

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const auto c = code_point_at(text, at);
    if (!c) {
      result += escape_byte(byte_at(text, at));
      ++at;
      continue;
    }
    if (steers_terminal(c->value)) {
      result += escape(c->value);
    } else {
      result += text.substr(at, c->length);
    }
    at += c->length;
  }
  return result;
}

std::string lower(std::string_view text) {
  std::string result{text};
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace lifeboat::models::io::detail
