#include "models/io/detail/json_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "models/io/detail/number.hpp"

namespace lifeboat::models::io::detail {

namespace {

constexpr std::size_t kLineLength = 100;

std::string scalar_text(const Value& value) {
  switch (value.kind()) {
    case Kind::kBoolean:
      return value.as_boolean() ? "true" : "false";
    case Kind::kNumber:
      return number_text(value);
    case Kind::kString:
      return json_string(value.as_string());
    case Kind::kNull:
    case Kind::kArray:
    case Kind::kObject:
      break;
  }
  return "null";
}

bool is_scalar(const Value& value) { return !value.is_array() && !value.is_object(); }

/// "[1, 2]" where all elements are scalars and the line is not too long; empty otherwise.
std::string one_line(const Value& array, std::size_t indent) {
  std::string line = "[";
  for (const Value& element : array.elements()) {
    if (!is_scalar(element)) return {};
    if (line.size() > 1) line += ", ";
    line += scalar_text(element);
    if (indent + line.size() > kLineLength) return {};
  }
  return line + "]";
}

void append(const Value& value, std::size_t indent, std::string& out);

void append_array(const Value& array, std::size_t indent, std::string& out) {
  if (std::string line = one_line(array, indent); !line.empty()) {
    out += line;
    return;
  }
  const std::string margin(indent + 2, ' ');
  bool first = true;
  out += '[';
  for (const Value& element : array.elements()) {
    out += first ? "\n" : ",\n";
    first = false;
    out += margin;
    append(element, indent + 2, out);
  }
  out += '\n' + std::string(indent, ' ') + ']';
}

void append_object(const Value& object, std::size_t indent, std::string& out) {
  if (object.members().empty()) {
    out += "{}";
    return;
  }
  const std::string margin(indent + 2, ' ');
  bool first = true;
  out += '{';
  for (const Member& member : object.members()) {
    out += first ? "\n" : ",\n";
    first = false;
    out += margin + json_string(member.name) + ": ";
    append(member.value, indent + 2, out);
  }
  out += '\n' + std::string(indent, ' ') + '}';
}

void append(const Value& value, std::size_t indent, std::string& out) {
  if (value.is_array()) {
    append_array(value, indent, out);
  } else if (value.is_object()) {
    append_object(value, indent, out);
  } else {
    out += scalar_text(value);
  }
}

}  // namespace

std::string json_text(const Value& value) {
  std::string out;
  append(value, 0, out);
  return out;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      std::array<char, 8> buffer{};
      std::snprintf(buffer.data(), buffer.size(), "\\u%04x", static_cast<unsigned>(c));
      out += buffer.data();
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string number_text(const Value& number) {
  if (const auto integer = number.as_integer()) return std::to_string(*integer);
  return shortest(number.as_number());
}

}  // namespace lifeboat::models::io::detail
