#include "models/io/schema.hpp"

#include <algorithm>
#include <utility>

#include "models/io/detail/parser.hpp"
#include "models/io/document.hpp"
#include "models/io/suggest.hpp"

namespace lifeboat::models::io {

namespace {

constexpr std::string_view kDecimal = R"(-?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?)";
constexpr std::string_view kNamePattern = "^[a-z][a-z0-9-]*$";

/// Builds an object value member by member.
class ObjectBuilder {
 public:
  ObjectBuilder& add(std::string_view name, Value value) {
    members_.push_back({std::string{name}, std::move(value), {}});
    return *this;
  }
  ObjectBuilder& add(std::string_view name, std::string_view text) {
    return add(name, Value::string(std::string{text}));
  }
  ObjectBuilder& add_json(std::string_view name, const std::string& json) {
    Problems unused;
    const auto value = detail::parse_json(json, nullptr, Limits{}, unused);
    return value ? add(name, *value) : *this;
  }
  [[nodiscard]] bool empty() const { return members_.empty(); }
  Value build() { return Value::object(std::move(members_)); }

 private:
  std::vector<Member> members_;
};

/// The regular expression of a quantity: a number, perhaps a space, a unit.
std::string pattern_of(ValueType type) {
  const std::string number = "^ *" + std::string{kDecimal} + " *";
  const std::string time = "(ns|us|µs|ms|s|m|min|h|d|w|month|y)";
  switch (type) {
    case ValueType::kDuration:
      return number + "(ns|us|µs|ms|s|m|min|h|d|w|y)( *[0-9]+ *(ns|us|µs|ms|s|m|min|h|d|w))* *$";
    case ValueType::kRate:
      return number + "/ *([0-9]*\\.?[0-9]+)? *" + time + " *$";
    case ValueType::kBytes:
      return number + "([kMGTP]?B|[KMGTP]iB) *$";
    case ValueType::kRatio:
      return number + "% *$";
    case ValueType::kVcpu:
      return number + "vCPU *$";
    case ValueType::kBandwidth:
      return number + "([kMGT]?bit|[kMGT]?B|[KMGT]iB)/s *$";
    case ValueType::kMoney:
      return number + "USD( */ *[^ ]+)? *$";
    case ValueType::kName:
      return std::string{kNamePattern};
    case ValueType::kClock:
      return R"(^ *(\+.+|(day [0-9]+ +)?[0-9]{2}:[0-9]{2}(:[0-9]{2})?|[0-9]{4}-[0-9]{2}-[0-9]{2}.*) *$)";
    case ValueType::kDateTime:
      return R"(^ *[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?.*)? *$)";
    case ValueType::kObject:
    case ValueType::kMap:
    case ValueType::kArray:
    case ValueType::kText:
    case ValueType::kChoice:
    case ValueType::kBoolean:
    case ValueType::kCount:
    case ValueType::kNumber:
    case ValueType::kLaw:
    case ValueType::kTimeZone:
    case ValueType::kFile:
    case ValueType::kPart:
    case ValueType::kAny:
      break;
  }
  return {};
}

std::string_view json_type(ValueType type) {
  switch (type) {
    case ValueType::kObject:
    case ValueType::kMap:
      return "object";
    case ValueType::kArray:
      return "array";
    case ValueType::kBoolean:
      return "boolean";
    case ValueType::kCount:
      return "integer";
    case ValueType::kNumber:
      return "number";
    case ValueType::kAny:
    case ValueType::kLaw:
    case ValueType::kPart:
      return "";
    case ValueType::kText:
    case ValueType::kName:
    case ValueType::kChoice:
    case ValueType::kDuration:
    case ValueType::kRate:
    case ValueType::kBytes:
    case ValueType::kRatio:
    case ValueType::kVcpu:
    case ValueType::kBandwidth:
    case ValueType::kMoney:
    case ValueType::kClock:
    case ValueType::kDateTime:
    case ValueType::kTimeZone:
    case ValueType::kFile:
      break;
  }
  return "string";
}

/// Whether a value is written in full, or only what changes of it (Declaration::patch).
enum class Extent { kWhole, kPatch };

Value schema_of(const Declaration& d, Extent around);

/// A shared definition has a form for patches beside it.
std::string definition_name(const std::string& definition, Extent extent) {
  return extent == Extent::kPatch ? definition + "-patch" : definition;
}

Value reference_to(const std::string& definition) {
  ObjectBuilder reference;
  reference.add("$ref", "#/$defs/" + definition);
  return reference.build();
}

/// One schema of several ways to write a value; in a patch null is one of them.
Value any_of(const std::vector<const Declaration*>& forms, Extent extent) {
  if (forms.size() == 1 && extent == Extent::kWhole) return schema_of(*forms.front(), extent);
  std::vector<Value> alternatives;
  for (const Declaration* form : forms) alternatives.push_back(schema_of(*form, extent));
  if (extent == Extent::kPatch) {
    ObjectBuilder taken_away;
    taken_away.add("type", "null");
    alternatives.push_back(taken_away.build());
  }
  ObjectBuilder result;
  if (!forms.front()->doc.empty()) result.add("description", forms.front()->doc);
  result.add("anyOf", Value::array(std::move(alternatives)));
  return result.build();
}

std::vector<const Declaration*> all_of(const std::vector<Declaration>& declarations) {
  std::vector<const Declaration*> result;
  for (const Declaration& d : declarations) result.push_back(&d);
  return result;
}

std::vector<const Declaration*> named(const std::vector<Declaration>& keys,
                                      const std::string& name) {
  std::vector<const Declaration*> result;
  for (const Declaration& key : keys) {
    if (key.name == name) result.push_back(&key);
  }
  return result;
}

/// Of each group of keys exactly one.
void add_groups(const Declaration& d, std::vector<Value>& rules) {
  for (const auto& group : d.exactly_one) {
    std::vector<Value> alternatives;
    for (const std::string& key : group) {
      ObjectBuilder needs;
      needs.add("required", Value::array({Value::string(key)}));
      alternatives.push_back(needs.build());
    }
    ObjectBuilder one;
    one.add("oneOf", Value::array(std::move(alternatives)));
    rules.push_back(one.build());
  }
}

void add_cases(const Declaration& d, std::vector<Value>& rules) {
  for (const Case& each : d.cases) {
    ObjectBuilder condition;
    if (!each.word.empty()) {
      ObjectBuilder word;
      word.add("enum", Value::array({Value::string(each.word)}));
      ObjectBuilder properties;
      properties.add(each.key, word.build());
      condition.add("properties", properties.build());
    }
    condition.add("required", Value::array({Value::string(each.key)}));
    ObjectBuilder rule;
    rule.add("if", condition.build()).add("then", reference_to(each.part));
    rules.push_back(rule.build());
  }
}

void add_keys(const Declaration& d, Extent extent, ObjectBuilder& schema) {
  ObjectBuilder properties;
  std::vector<Value> required;
  std::vector<std::string> seen;
  Value others = Value::boolean(d.open);
  for (const Declaration& key : d.children) {
    if (std::find(seen.begin(), seen.end(), key.name) != seen.end()) continue;
    seen.push_back(key.name);
    const auto forms = named(d.children, key.name);
    if (key.any_name) {
      others = any_of(forms, extent);
      continue;
    }
    properties.add(key.name, any_of(forms, extent));
    if (key.required && extent == Extent::kWhole) required.push_back(Value::string(key.name));
  }
  schema.add("properties", properties.build());
  if (!required.empty()) schema.add("required", Value::array(std::move(required)));
  schema.add("additionalProperties", std::move(others));
  std::vector<Value> rules;
  if (extent == Extent::kWhole) add_groups(d, rules);
  add_cases(d, rules);
  if (!rules.empty()) schema.add("allOf", Value::array(std::move(rules)));
}

std::string description_of(const Declaration& d) {
  std::string text = d.doc;
  if (!d.otherwise.empty()) text += (text.empty() ? "" : "; ") + ("otherwise " + d.otherwise);
  if (!d.source.empty()) text += (text.empty() ? "" : ". ") + ("Source: " + d.source);
  return text;
}

void add_law(const Declaration& d, Extent extent, ObjectBuilder& schema) {
  Declaration plain;
  plain.type = d.definition == "factor-law" ? ValueType::kNumber : ValueType::kDuration;
  std::vector<Value> alternatives{schema_of(plain, extent)};
  if (!d.definition.empty()) {
    alternatives.push_back(reference_to(definition_name(d.definition, extent)));
  }
  schema.add("anyOf", Value::array(std::move(alternatives)));
}

Value schema_of(const Declaration& d, Extent around) {
  const Extent extent = d.patch ? Extent::kPatch : around;
  ObjectBuilder schema;
  if (const std::string text = description_of(d); !text.empty()) schema.add("description", text);
  if (d.type == ValueType::kLaw) {
    add_law(d, extent, schema);
    return schema.build();
  }
  if (!d.definition.empty()) {
    schema.add("$ref", "#/$defs/" + definition_name(d.definition, extent));
    return schema.build();
  }
  if (const auto type = json_type(d.type); !type.empty()) schema.add("type", type);
  if (d.type == ValueType::kPart) schema.add_json("type", R"(["string", "object", "array"])");
  if (d.type == ValueType::kChoice) {
    std::vector<Value> words;
    for (const auto& choice : d.choices) words.push_back(Value::string(choice.first));
    schema.add("enum", Value::array(std::move(words)));
  }
  if (const std::string pattern = pattern_of(d.type); !pattern.empty()) {
    schema.add("pattern", pattern);
  }
  if (d.type == ValueType::kCount || d.type == ValueType::kNumber) {
    schema.add_json(d.above_min ? "exclusiveMinimum" : "minimum", d.min);
    schema.add_json("maximum", d.max);
  }
  if (extent == Extent::kWhole) schema.add_json("default", d.default_text);
  const bool says_keys = !d.children.empty() || !d.exactly_one.empty() || !d.cases.empty();
  if (d.type == ValueType::kObject && says_keys) {
    add_keys(d, extent, schema);
  }
  if (d.type == ValueType::kMap && !d.children.empty()) {
    schema.add("additionalProperties", any_of(all_of(d.children), extent));
  }
  if (d.type == ValueType::kArray && !d.children.empty()) {
    schema.add("items", any_of(all_of(d.children), Extent::kWhole));
  }
  return schema.build();
}

// --- Explanations -------------------------------------------------------------------------------

/// "10s" of "\"10s\"".
std::string bare(const std::string& json) {
  if (json.size() < 2 || json.front() != '"') return json;
  return json.substr(1, json.size() - 2);
}

std::string range_of(const Declaration& d) {
  const bool above_zero_only =
      (d.min == "0" || bare(d.min).substr(0, 2) == "0 " || bare(d.min) == "0s" ||
       bare(d.min) == "0%" || bare(d.min) == "0/s") &&
      d.max.empty();
  if (above_zero_only) return d.above_min ? "above zero" : "";
  std::string text;
  if (!d.min.empty()) text = (d.above_min ? "above " : "at least ") + bare(d.min);
  if (!d.max.empty()) text += (text.empty() ? "at most " : ", at most ") + bare(d.max);
  return text;
}

std::string type_text(const Declaration& d) {
  if (d.type == ValueType::kChoice) {
    std::vector<std::string> words;
    for (const auto& choice : d.choices) words.push_back(choice.first);
    return one_of(words, 40);
  }
  if (d.type == ValueType::kArray || d.type == ValueType::kMap) {
    std::string inside;
    for (const Declaration& form : d.children) {
      if (!inside.empty()) inside += " or ";
      inside += type_text(form);
    }
    const std::string whole = d.type == ValueType::kArray ? "array of " : "by name: ";
    return inside.empty() ? std::string{type_name(d.type)} : whole + inside;
  }
  if (d.type == ValueType::kObject && !d.definition.empty()) return d.definition;
  return std::string{type_name(d.type)};
}

Explanation explain_one(const Declaration& d, const std::string& path) {
  Explanation line;
  line.path = path;
  line.type = type_text(d);
  line.range = range_of(d);
  line.standard = d.required                ? "required"
                  : !d.default_text.empty() ? bare(d.default_text)
                                            : d.otherwise;
  line.doc = d.doc;
  line.source = d.source;
  return line;
}

void explain_keys(const Declaration& object, const std::string& prefix,
                  std::vector<Explanation>& lines);

/// The keys inside a value: an object's own, those of an array's or map's elements.
void explain_inside(const Declaration& d, const std::string& path,
                    std::vector<Explanation>& lines) {
  if (d.type == ValueType::kObject) explain_keys(d, path + ".", lines);
  if (d.type == ValueType::kArray || d.type == ValueType::kMap) {
    const std::string element = path + (d.type == ValueType::kArray ? "[]" : ".NAME");
    for (const Declaration& form : d.children) explain_inside(form, element, lines);
  }
}

void explain_keys(const Declaration& object, const std::string& prefix,
                  std::vector<Explanation>& lines) {
  for (const Declaration& key : object.children) {
    const std::string path = prefix + key.name;
    lines.push_back(explain_one(key, path));
    explain_inside(key, path, lines);
  }
}

}  // namespace

std::string_view type_name(ValueType type) {
  switch (type) {
    case ValueType::kObject:
      return "object";
    case ValueType::kMap:
      return "objects by name";
    case ValueType::kArray:
      return "array";
    case ValueType::kText:
      return "text";
    case ValueType::kName:
      return "name";
    case ValueType::kChoice:
      return "one of";
    case ValueType::kBoolean:
      return "true or false";
    case ValueType::kCount:
      return "count";
    case ValueType::kNumber:
      return "number";
    case ValueType::kDuration:
      return "duration";
    case ValueType::kRate:
      return "rate";
    case ValueType::kBytes:
      return "size";
    case ValueType::kRatio:
      return "percentage";
    case ValueType::kVcpu:
      return "vCPU";
    case ValueType::kBandwidth:
      return "bandwidth";
    case ValueType::kMoney:
      return "dollars";
    case ValueType::kLaw:
      return "law";
    case ValueType::kClock:
      return "clock time";
    case ValueType::kDateTime:
      return "date";
    case ValueType::kTimeZone:
      return "time zone";
    case ValueType::kFile:
      return "file";
    case ValueType::kPart:
      return "file or its content";
    case ValueType::kAny:
      return "any value";
  }
  return "";
}

std::string json_schema(const Schema& schema, const std::string& title) {
  ObjectBuilder document;
  document.add("$schema", "https://json-schema.org/draft/2020-12/schema").add("title", title);
  const Value root = schema_of(schema.root, Extent::kWhole);
  for (const Member& member : root.members()) document.add(member.name, member.value);
  ObjectBuilder definitions;
  for (const auto& [name, declaration] : schema.definitions) {
    Declaration unnamed = declaration;
    unnamed.definition.clear();
    definitions.add(name, schema_of(unnamed, Extent::kWhole));
    if (!schema.parts.empty()) {
      const Extent patch = Extent::kPatch;
      definitions.add(definition_name(name, patch), schema_of(unnamed, patch));
    }
  }
  for (const auto& [name, part] : schema.parts) {
    definitions.add(name, schema_of(part, Extent::kWhole));
  }
  if (!definitions.empty()) document.add("$defs", definitions.build());
  return document.build().to_json_text() + "\n";
}

std::vector<Explanation> explain(const Schema& schema) {
  std::vector<Explanation> lines;
  explain_keys(schema.root, "", lines);
  for (const auto& [name, definition] : schema.definitions) {
    explain_keys(definition, name + ": ", lines);
  }
  return lines;
}

}  // namespace lifeboat::models::io
