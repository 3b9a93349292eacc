// Nested values of a reader, and the describing of them.
#include <algorithm>
#include <utility>

#include "models/io/detail/node.hpp"
#include "models/io/detail/quantity_traits.hpp"
#include "models/io/reader.hpp"

namespace lifeboat::models::io {

namespace {

constexpr std::string_view kAnyName = "NAME";

Declaration of_type(ValueType type) {
  Declaration form;
  form.type = type;
  return form;
}

Declaration array_of(ValueType type) {
  Declaration form = of_type(ValueType::kArray);
  form.children.push_back(of_type(type));
  return form;
}

/// Whether two objects have the same keys; those that differ are alternatives.
bool same_names(const std::vector<Declaration>& a, const std::vector<Declaration>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Declaration& x, const Declaration& y) { return x.name == y.name; });
}

}  // namespace

// --- Describing ---------------------------------------------------------------------------------

Schema describe(const std::function<void(const Value&, Problems&)>& read) {
  Schema schema;
  auto describer = std::make_shared<Describer>();
  describer->schema = &schema;
  Problems unused;
  read(Value::describing(describer), unused);
  if (!describer->forms.empty()) schema.root = std::move(describer->forms.front());
  return schema;
}

std::shared_ptr<Describer> ObjectReader::new_describer() const {
  auto describer = std::make_shared<Describer>();
  describer->schema = value_.describer()->schema;
  return describer;
}

void ObjectReader::declare(const Parameter& p, Presence presence, Declaration form) {
  form.name = p.name;
  form.doc = p.doc;
  form.source = p.source;
  form.otherwise = p.otherwise;
  form.required = presence == Presence::kRequired;
  const bool again =
      std::any_of(own_.children.begin(), own_.children.end(), [&](const Declaration& known) {
        return known.name == form.name && known.type == form.type &&
               known.definition == form.definition && same_names(known.children, form.children);
      });
  if (!again) own_.children.push_back(std::move(form));
}

void ObjectReader::declare_nested(const Parameter& p, Presence presence,
                                  std::optional<ValueType> wrapper, const Describer& describer,
                                  ValueType otherwise) {
  std::vector<Declaration> forms = describer.forms;
  if (forms.empty()) forms.push_back(of_type(otherwise));
  if (wrapper) {
    Declaration whole = of_type(*wrapper);
    whole.children = std::move(forms);
    declare(p, presence, std::move(whole));
    return;
  }
  for (Declaration& form : forms) declare(p, presence, std::move(form));
}

bool ObjectReader::named(std::string_view name) {
  if (!describing()) return true;
  auto& definitions = value_.describer()->schema->definitions;
  const auto [entry, is_new] = definitions.try_emplace(std::string{name});
  own_.definition = name;
  if (is_new) defines_ = name;
  return is_new;
}

void ObjectReader::finish_describing(bool open) {
  for (auto pending = pending_.rbegin(); pending != pending_.rend(); ++pending) {
    std::vector<Declaration> forms = pending->describer->forms;
    if (forms.empty()) forms.push_back(of_type(pending->otherwise));
    for (Declaration& form : forms) {
      form.name = pending->key.name;
      form.doc = pending->key.doc;
      form.source = pending->key.source;
      form.otherwise = pending->key.otherwise;
      form.required = pending->key.required;
    }
    own_.children.insert(own_.children.begin() + static_cast<std::ptrdiff_t>(pending->position),
                         forms.begin(), forms.end());
  }
  Describer& describer = *value_.describer();
  if (!defines_.empty()) {
    describer.schema->definitions[defines_] = own_;
    own_.children.clear();
    own_.exactly_one.clear();
  }
  own_.open = open;
  // A second reader of the same object adds its keys to the first one's.
  for (Declaration& form : describer.forms) {
    if (form.type != ValueType::kObject || form.definition != own_.definition) continue;
    form.children.insert(form.children.end(), own_.children.begin(), own_.children.end());
    form.exactly_one.insert(form.exactly_one.end(), own_.exactly_one.begin(),
                            own_.exactly_one.end());
    form.open = open;
    return;
  }
  describer.forms.push_back(own_);
}

// --- Objects ------------------------------------------------------------------------------------

bool ObjectReader::nested(const Parameter& p, Presence presence,
                          const std::function<void(ObjectReader&)>& read) {
  if (describing()) {
    const auto describer = new_describer();
    {
      ObjectReader inner(Value::describing(describer), *problems_);
      read(inner);
    }
    declare_nested(p, presence, std::nullopt, *describer, ValueType::kObject);
    return true;
  }
  const Value* value = take(p, presence, "an object");
  if (value == nullptr) return false;
  ObjectReader inner(*value, *problems_);
  if (inner.usable_) read(inner);
  return true;
}

bool ObjectReader::section(const Parameter& p, const std::function<void(ObjectReader&)>& read) {
  return nested(p, Presence::kMaybe, read);
}

bool ObjectReader::required_section(const Parameter& p,
                                    const std::function<void(ObjectReader&)>& read) {
  return nested(p, Presence::kRequired, read);
}

bool ObjectReader::object(const Parameter& p,
                          const std::function<void(std::string_view, const Value&)>& read,
                          ValueType element) {
  if (describing()) {
    const auto describer = new_describer();
    read(kAnyName, Value::describing(describer));
    declare_nested(p, Presence::kMaybe, ValueType::kMap, *describer, element);
    return true;
  }
  const Value* value = take(p, Presence::kMaybe, "an object");
  if (value == nullptr) return false;
  if (!value->is_object()) {
    problems_->error(value->place(), "found " + value->shown(), "an object");
    return true;
  }
  for (const Member& member : value->members()) read(member.name, member.value);
  return true;
}

bool ObjectReader::map(const Parameter& p,
                       const std::function<void(std::string_view, ObjectReader&)>& read) {
  return object(p, [&](std::string_view name, const Value& value) {
    if (auto complaint = check_name(name); complaint && !describing()) {
      problems_->error(value.place(), std::move(*complaint));
    }
    ObjectReader inner(value, *problems_);
    if (inner.usable_) read(name, inner);
  });
}

void ObjectReader::rest(std::string_view doc,
                        const std::function<void(std::string_view, ObjectReader&)>& read) {
  if (describing()) {
    const auto describer = new_describer();
    {
      ObjectReader inner(Value::describing(describer), *problems_);
      read(kAnyName, inner);
    }
    for (Declaration form : describer->forms) {
      form.any_name = true;
      declare({kAnyName, doc}, Presence::kMaybe, std::move(form));
    }
    return;
  }
  const std::vector<std::string> before = known_;
  for (const Member& member : value_.members()) {
    if (std::find(before.begin(), before.end(), member.name) != before.end()) continue;
    know(member.name);
    if (auto complaint = check_name(member.name)) {
      problems_->error(member.place, std::move(*complaint));
    }
    ObjectReader inner(member.value, *problems_);
    if (inner.usable_) read(member.name, inner);
  }
}

// --- Arrays -------------------------------------------------------------------------------------

bool ObjectReader::array(const Parameter& p,
                         const std::function<void(std::size_t, const Value&)>& read,
                         ValueType element) {
  if (describing()) {
    const auto describer = new_describer();
    read(0, Value::describing(describer));
    declare_nested(p, Presence::kMaybe, ValueType::kArray, *describer, element);
    return true;
  }
  const Value* value = take(p, Presence::kMaybe, "an array");
  if (value == nullptr) return false;
  if (!value->is_array()) {
    problems_->error(value->place(), "found " + value->shown(), "an array");
    return true;
  }
  std::size_t index = 0;
  for (const Value& item : value->elements()) read(index++, item);
  return true;
}

bool ObjectReader::objects(const Parameter& p,
                           const std::function<void(std::size_t, ObjectReader&)>& read) {
  return array(p, [&](std::size_t index, const Value& value) {
    ObjectReader inner(value, *problems_);
    if (inner.usable_) read(index, inner);
  });
}

std::vector<Value> ObjectReader::one_or_more(const Parameter& p, ValueType element) {
  if (describing()) {
    declare(p, Presence::kMaybe, of_type(element));
    declare(p, Presence::kMaybe, array_of(element));
    return {};
  }
  const Value* value = take(p, Presence::kMaybe, {});
  if (value == nullptr) return {};
  if (!value->is_array()) return {*value};
  return {value->elements().begin(), value->elements().end()};
}

std::vector<std::string> ObjectReader::strings(const Parameter& p) {
  std::vector<std::string> result;
  array(
      p,
      [&](std::size_t, const Value& value) {
        if (auto text = read_string(value, *problems_)) result.push_back(std::move(*text));
      },
      ValueType::kText);
  return result;
}

std::optional<Value> ObjectReader::raw(const Parameter& p, ValueType type, bool required) {
  const Presence presence = required ? Presence::kRequired : Presence::kMaybe;
  if (describing()) {
    Declaration key;
    key.name = p.name;
    key.doc = p.doc;
    key.source = p.source;
    key.otherwise = p.otherwise;
    key.required = required;
    auto describer = new_describer();
    pending_.push_back({own_.children.size(), std::move(key), describer, type});
    return Value::describing(std::move(describer));
  }
  const Value* value = take(p, presence, type == ValueType::kLaw ? "a law" : "");
  if (value == nullptr) return std::nullopt;
  return *value;
}

}  // namespace lifeboat::models::io
