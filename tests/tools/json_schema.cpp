#include "tests/tools/json_schema.hpp"

#include <algorithm>
#include <regex>
#include <set>

namespace lifeboat::tests {

namespace {

using nlohmann::json;

const std::set<std::string> kKeywords{
    "$schema", "$ref",    "$defs",   "title",      "description",          "default", "type",
    "enum",    "pattern", "minimum", "maximum",    "exclusiveMinimum",     "items",   "required",
    "anyOf",   "oneOf",   "allOf",   "properties", "additionalProperties", "if",      "then"};

bool is_of_type(const json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_boolean();
  if (type == "number") return value.is_number();
  if (type == "integer") {
    return value.is_number_integer() ||
           (value.is_number() && value.get<double>() == static_cast<double>(value.get<long>()));
  }
  return false;
}

/// `types`: one, or a list of which one must fit.
bool is_of_type(const json& value, const json& types) {
  if (types.is_string()) return is_of_type(value, types.get<std::string>());
  return std::any_of(types.begin(), types.end(),
                     [&](const json& type) { return is_of_type(value, type.get<std::string>()); });
}

class Checker {
 public:
  explicit Checker(const json& root) : root_(root) {}

  void check(const json& schema, const json& value, const std::string& at) {
    if (schema.is_boolean()) {
      if (!schema.get<bool>()) problem(at, kUnknownKey);
      return;
    }
    for (const auto& [keyword, unused] : schema.items()) {
      if (!kKeywords.contains(keyword)) problem(at, "the schema has the keyword " + keyword);
    }
    if (const auto ref = schema.find("$ref"); ref != schema.end()) {
      check(root_.at(json::json_pointer{ref->get<std::string>().substr(1)}), value, at);
    }
    scalar(schema, value, at);
    combined(schema, value, at);
    if (value.is_object()) object(schema, value, at);
    if (const auto items = schema.find("items"); items != schema.end() && value.is_array()) {
      for (std::size_t i = 0; i < value.size(); ++i) {
        check(*items, value[i], at + "/" + std::to_string(i));
      }
    }
  }

  std::vector<std::string> problems() && { return std::move(problems_); }

 private:
  void problem(const std::string& at, const std::string& text) {
    problems_.push_back(at + ": " + text);
  }

  void scalar(const json& schema, const json& value, const std::string& at) {
    if (schema.contains("type") && !is_of_type(value, schema["type"])) {
      problem(at, value.dump() + " is no " + schema["type"].dump());
    }
    if (schema.contains("enum")) {
      const json& words = schema["enum"];
      if (std::find(words.begin(), words.end(), value) == words.end()) {
        problem(at, value.dump() + " is none of " + words.dump());
      }
    }
    if (schema.contains("pattern") && value.is_string()) {
      const std::regex pattern{schema["pattern"].get<std::string>()};
      if (!std::regex_search(value.get<std::string>(), pattern)) {
        problem(at, value.dump() + " does not match " + schema["pattern"].dump());
      }
    }
    if (!value.is_number()) return;
    const auto number = value.get<double>();
    if (schema.contains("minimum") && number < schema["minimum"].get<double>()) {
      problem(at, value.dump() + " is too small");
    }
    if (schema.contains("exclusiveMinimum") && number <= schema["exclusiveMinimum"].get<double>()) {
      problem(at, value.dump() + " is too small");
    }
    if (schema.contains("maximum") && number > schema["maximum"].get<double>()) {
      problem(at, value.dump() + " is too large");
    }
  }

  /// The first problem of the value by another schema; empty if it fits.
  [[nodiscard]] std::string misfit(const json& schema, const json& value,
                                   const std::string& at) const {
    Checker other{root_};
    other.check(schema, value, at);
    return other.problems_.empty() ? std::string{} : other.problems_.front();
  }

  void combined(const json& schema, const json& value, const std::string& at) {
    for (const char* keyword : {"anyOf", "oneOf"}) {
      if (!schema.contains(keyword)) continue;
      std::string misfits;
      std::size_t fits = 0;
      for (const json& one : schema[keyword]) {
        const std::string text = misfit(one, value, at);
        if (text.empty()) ++fits;
        misfits += "\n    " + text;
      }
      const bool one_only = std::string{keyword} == "oneOf";
      if (fits == 0 || (one_only && fits > 1)) {
        problem(at, std::to_string(fits) + " of " + keyword + " fit" + misfits);
      }
    }
    if (schema.contains("if") && misfit(schema["if"], value, at).empty()) {
      check(schema["then"], value, at);
    }
    if (schema.contains("allOf")) {
      for (const json& one : schema["allOf"]) check(one, value, at);
    }
  }

  void object(const json& schema, const json& value, const std::string& at) {
    if (schema.contains("required")) {
      for (const json& key : schema["required"]) {
        if (!value.contains(key.get<std::string>())) problem(at, key.dump() + " is missing");
      }
    }
    const json none = json::object();
    const json& properties = schema.contains("properties") ? schema["properties"] : none;
    for (const auto& [key, member] : value.items()) {
      const std::string below = at + "/" + key;
      if (properties.contains(key)) {
        check(properties[key], member, below);
      } else if (schema.contains("additionalProperties")) {
        check(schema["additionalProperties"], member, below);
      }
    }
  }

  const json& root_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> schema_problems(const json& schema, const json& value) {
  Checker checker{schema};
  checker.check(schema, value, "");
  return std::move(checker).problems();
}

}  // namespace lifeboat::tests
