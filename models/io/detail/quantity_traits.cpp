#include "models/io/detail/quantity_traits.hpp"

#include <utility>

#include "models/io/detail/json_text.hpp"
#include "models/io/detail/node.hpp"

namespace lifeboat::models::io::detail {

std::string json_of_text(std::string_view text) { return json_string(text); }

std::string kebab_case(std::string_view name) {
  std::string result;
  bool after_small = false;
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital && after_small) result += '-';
    if (capital) {
      result += static_cast<char>(c - 'A' + 'a');
    } else if (c == '_' || c == ' ' || c == '.') {
      result += '-';
    } else {
      result += c;
    }
    after_small = !capital && c != '_' && c != ' ' && c != '.';
  }
  return result;
}

bool describe_as(const Value& value, Declaration form) {
  const auto& describer = value.describer();
  if (describer == nullptr) return false;
  for (const Declaration& known : describer->forms) {
    if (known.type == form.type && known.definition == form.definition) return true;
  }
  describer->forms.push_back(std::move(form));
  return true;
}

bool describe_as(const Value& value, ValueType type) {
  Declaration form;
  form.type = type;
  return describe_as(value, std::move(form));
}

}  // namespace lifeboat::models::io::detail
