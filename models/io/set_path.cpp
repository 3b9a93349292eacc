// One `--set PATH=VALUE` option applied to a merged document.
#include <string>
#include <utility>
#include <vector>

#include "models/io/detail/parser.hpp"
#include "models/io/detail/text.hpp"
#include "models/io/document.hpp"
#include "models/io/quantity.hpp"
#include "models/io/suggest.hpp"

namespace lifeboat::models::io {

namespace {

constexpr std::size_t kDeepest = 100;
constexpr std::string_view kExpected = "--set PATH=VALUE, such as services.web.desiredCount=2";

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> steps;
  std::size_t begin = 0;
  while (true) {
    const std::size_t dot = path.find('.', begin);
    steps.emplace_back(path.substr(begin, dot - begin));
    if (dot == std::string_view::npos) return steps;
    begin = dot + 1;
  }
}

std::vector<std::string> names_in(const Value& object) {
  std::vector<std::string> names;
  for (const Member& member : object.members()) names.push_back(member.name);
  return names;
}

/// The same tree with every place changed to one in the option: a value may be an object.
Value placed(const Value& value, const Place& place) {
  switch (value.kind()) {
    case Kind::kNull:
      return Value::null(place);
    case Kind::kBoolean:
      return Value::boolean(value.as_boolean(), place);
    case Kind::kNumber:
      return value.as_integer() ? Value::integer(*value.as_integer(), place)
                                : Value::number(value.as_number(), place);
    case Kind::kString:
      return Value::string(std::string{value.as_string()}, place);
    case Kind::kArray: {
      std::vector<Value> elements;
      for (const Value& element : value.elements()) {
        elements.push_back(placed(element, place.element(elements.size())));
      }
      return Value::array(std::move(elements), place);
    }
    case Kind::kObject: {
      std::vector<Member> members;
      for (const Member& member : value.members()) {
        const Place below = place.member(member.name);
        members.push_back({member.name, placed(member.value, below), below});
      }
      return Value::object(std::move(members), place);
    }
  }
  return value;
}

/// JSON where it is JSON, a string otherwise. A text that opens a bracket or a quote and then is
/// no JSON is an error rather than a string.
std::optional<Value> read_value(std::string_view text, const Place& place, Problems& problems) {
  Problems unused;
  const Limits limits{.bytes = std::size_t{1} << 20, .depth = kDeepest / 2, .nodes = 10'000};
  if (const auto value = detail::parse_json(text, place.source, limits, unused)) {
    if (!unused.has_errors()) return placed(*value, place);
  }
  const std::string_view body = detail::trimmed(text);
  if (!body.empty() && (body.front() == '{' || body.front() == '[' || body.front() == '"')) {
    Complaint complaint{"the value is no JSON", {}, {}};
    if (!unused.all().empty()) {
      complaint.text += ": " + unused.all().front().text;
      complaint.expected = unused.all().front().expected;
    }
    problems.error(place, std::move(complaint));
    return std::nullopt;
  }
  if (detail::first_invalid_utf8(text)) {
    problems.error(place, "the value is not UTF-8");
    return std::nullopt;
  }
  return Value::string(std::string{text}, place);
}

/// Walks down to the last step and builds the changed objects on the way back.
class Setter {
 public:
  Setter(const std::vector<std::string>& steps, std::string_view text,
         std::shared_ptr<const Source> source, Problems& problems)
      : steps_(steps), text_(text), source_(std::move(source)), problems_(problems) {}

  std::optional<Value> set(const Value& node, std::size_t depth, const Place& place,
                           bool in_patch) {
    if (depth == steps_.size()) return read_value(text_, place, problems_);
    const std::string& step = steps_[depth];
    if (node.is_array()) return set_element(node, depth, place);
    if (!node.is_object()) {
      problems_.error(place, node.shown() + " has no " + quote(step), "an object or an array");
      return std::nullopt;
    }
    const bool last = depth + 1 == steps_.size();
    const bool below_patch = in_patch || (depth >= 2 && steps_[depth - 2] == "regions");
    const Place below = place.member(step);
    const Member* member = node.find(step);
    if (member == nullptr && !last && !below_patch) {
      const auto names = names_in(node);
      problems_.error(below, "there is no " + quote(step),
                      names.empty() ? std::string{} : one_of(names), suggest(step, names));
      return std::nullopt;
    }
    const Value child = member != nullptr ? member->value : Value::object({}, below);
    const auto changed = set(child, depth + 1, below, below_patch);
    if (!changed) return std::nullopt;
    return with_member(node, step, *changed);
  }

 private:
  std::optional<Value> set_element(const Value& node, std::size_t depth, const Place& place) {
    const std::string& step = steps_[depth];
    const auto index = parse_count(step);
    if (!index || *index < 0 || static_cast<std::size_t>(*index) >= node.size()) {
      problems_.error(place.member(step), "there is no element " + quote(step),
                      node.size() == 0
                          ? "an array that is not empty"
                          : "an element number from 0 to " + std::to_string(node.size() - 1));
      return std::nullopt;
    }
    const auto at = static_cast<std::size_t>(*index);
    const auto changed = set(node.elements()[at], depth + 1, place.element(at), false);
    if (!changed) return std::nullopt;
    std::vector<Value> elements(node.elements().begin(), node.elements().end());
    elements[at] = *changed;
    return Value::array(std::move(elements), node.place());
  }

  const std::vector<std::string>& steps_;
  std::string_view text_;
  std::shared_ptr<const Source> source_;
  Problems& problems_;
};

}  // namespace

Document set_path(const Document& document, std::string_view option, Problems& problems) {
  auto source = std::make_shared<Source>();
  source->name = "--set " + detail::shortened(option, 200);
  source->directory = ".";
  const Place root{source, 0, nullptr};
  const std::size_t equals = option.find('=');
  const std::string_view path = detail::trimmed(option.substr(0, equals));
  if (equals == std::string_view::npos || path.empty()) {
    problems.error(root, equals == std::string_view::npos ? "no value" : "no path",
                   std::string{kExpected});
    return document;
  }
  const auto steps = split(path);
  if (steps.size() > kDeepest / 2 || detail::first_invalid_utf8(path)) {
    problems.error(root, "the path is no path of a document", std::string{kExpected});
    return document;
  }
  for (const std::string& step : steps) {
    if (!step.empty()) continue;
    problems.error(root, "the path has an empty step", std::string{kExpected});
    return document;
  }
  Setter setter(steps, option.substr(equals + 1), source, problems);
  const auto changed = setter.set(document.root(), 0, root, false);
  return changed ? document.with_root(*changed) : document;
}

}  // namespace lifeboat::models::io
