#include "models/io/document.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "models/io/detail/json_text.hpp"
#include "models/io/detail/node.hpp"
#include "models/io/detail/number.hpp"

namespace lifeboat::models::io {

namespace {

// Above so many members a name is found by binary search.
constexpr std::size_t kLinearSearch = 16;

template <class Data>
std::shared_ptr<const Node> make_node(Data data, Place place) {
  auto node = std::make_shared<Node>();
  node->data = std::move(data);
  node->place = std::move(place);
  return node;
}

std::vector<std::uint32_t> index_by_name(const std::vector<Member>& members) {
  if (members.size() <= kLinearSearch) return {};
  std::vector<std::uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return members[a].name < members[b].name;
  });
  return order;
}

std::optional<std::int64_t> whole(double value) {
  if (value != std::floor(value) || std::fabs(value) >= 9.2e18) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBoolean:
      return "true or false";
    case Kind::kNumber:
      return "a number";
    case Kind::kString:
      return "a string";
    case Kind::kArray:
      return "an array";
    case Kind::kObject:
      return "an object";
  }
  return "";
}

Value::Value() {
  static const std::shared_ptr<const Node> nowhere = std::make_shared<const Node>();
  node_ = nowhere;
}

Kind Value::kind() const { return static_cast<Kind>(node_->data.index()); }

bool Value::as_boolean() const {
  const bool* value = std::get_if<bool>(&node_->data);
  return value != nullptr && *value;
}

double Value::as_number() const {
  const auto* value = std::get_if<NumberData>(&node_->data);
  return value == nullptr ? 0 : value->value;
}

std::optional<std::int64_t> Value::as_integer() const {
  const auto* value = std::get_if<NumberData>(&node_->data);
  return value == nullptr ? std::nullopt : value->integer;
}

std::string_view Value::as_string() const {
  const auto* value = std::get_if<std::string>(&node_->data);
  return value == nullptr ? std::string_view{} : std::string_view{*value};
}

std::span<const Value> Value::elements() const {
  const auto* value = std::get_if<std::vector<Value>>(&node_->data);
  return value == nullptr ? std::span<const Value>{} : std::span<const Value>{*value};
}

std::span<const Member> Value::members() const {
  const auto* value = std::get_if<ObjectData>(&node_->data);
  return value == nullptr ? std::span<const Member>{} : std::span<const Member>{value->members};
}

const Member* Value::find(std::string_view name) const {
  const auto* object = std::get_if<ObjectData>(&node_->data);
  if (object == nullptr) return nullptr;
  const auto& members = object->members;
  if (object->by_name.empty()) {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const Member& member) { return member.name == name; });
    return found == members.end() ? nullptr : &*found;
  }
  const auto found = std::lower_bound(
      object->by_name.begin(), object->by_name.end(), name,
      [&](std::uint32_t at, std::string_view key) { return members[at].name < key; });
  if (found == object->by_name.end() || members[*found].name != name) return nullptr;
  return &members[*found];
}

std::size_t Value::size() const { return is_array() ? elements().size() : members().size(); }

const Place& Value::place() const { return node_->place; }

std::string Value::shown() const {
  switch (kind()) {
    case Kind::kBoolean:
      return as_boolean() ? "true" : "false";
    case Kind::kNumber:
      return detail::number_text(*this);
    case Kind::kString:
      return quote(as_string());
    case Kind::kNull:
    case Kind::kArray:
    case Kind::kObject:
      break;
  }
  return std::string{kind_name(kind())};
}

std::string Value::to_json_text() const { return detail::json_text(*this); }

const std::shared_ptr<Describer>& Value::describer() const { return node_->describer; }

Value Value::describing(std::shared_ptr<Describer> describer) {
  auto node = std::make_shared<Node>();
  node->describer = std::move(describer);
  return Value{std::move(node)};
}

Value Value::null(Place place) { return Value{make_node(std::monostate{}, std::move(place))}; }

Value Value::boolean(bool value, Place place) { return Value{make_node(value, std::move(place))}; }

Value Value::number(double value, Place place) {
  return Value{make_node(NumberData{value, whole(value)}, std::move(place))};
}

Value Value::integer(std::int64_t value, Place place) {
  return Value{make_node(NumberData{static_cast<double>(value), value}, std::move(place))};
}

Value Value::string(std::string value, Place place) {
  return Value{make_node(std::move(value), std::move(place))};
}

Value Value::array(std::vector<Value> elements, Place place) {
  return Value{make_node(std::move(elements), std::move(place))};
}

Value Value::object(std::vector<Member> members, Place place) {
  ObjectData data{std::move(members), {}};
  data.by_name = index_by_name(data.members);
  return Value{make_node(std::move(data), std::move(place))};
}

}  // namespace lifeboat::models::io
