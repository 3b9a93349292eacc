// Describing mode: the calls that read a format also declare it. The schema and the explanations
// of a small format are written out here as a person would expect them.
#include "models/io/schema.hpp"

#include <string>

#include "models/io/law.hpp"
#include "models/io/reader.hpp"
#include "tests/catch.hpp"
#include "tests/models/io/io.hpp"

namespace lifeboat::tests {

using models::io::Choice;
using models::io::describe;
using models::io::explain;
using models::io::json_schema;
using models::io::ObjectReader;
using models::io::positive;
using models::io::Problems;
using models::io::Ratio;
using models::io::Schema;
using models::io::Value;
using models::io::ValueType;
using sim::Duration;

namespace {

enum class Order { kFifo, kLifo };
constexpr Choice<Order> kOrders[] = {{"fifo", Order::kFifo, "first come, first served"},
                                     {"lifo", Order::kLifo, "last come, first served"}};

void read_step(ObjectReader& r);

void read_steps(ObjectReader& r, const std::string& key) {
  r.objects({key, "what is done, in order"},
            [](std::size_t, ObjectReader& step) { read_step(step); });
}

/// A recursive object: a call that misses has steps of its own.
void read_step(ObjectReader& r) {
  if (!r.named("step")) return;
  r.exactly_one_of({"demand", "call"});
  r.maybe_law({"demand", "time a server is held"});
  if (r.has("call")) {
    r.maybe_string({"call", "service.operation"});
    read_steps(r, "onMiss");
  }
}

/// Everything that a service kind may do with a reader.
void read_kind(const Value& value, Problems& problems) {
  ObjectReader r(value, problems);
  r.format("kind", 1);
  r.optional_count({"servers", "servers in parallel", "guess: one"}, 1, {.min = 1, .max = 1e6});
  r.required_duration({"ttl", "how long an answer lives"}, positive<Duration>());
  r.maybe_ratio({"share", "the part that comes back", "", "nobody"});
  r.optional_enum({"discipline", "who is served next"}, Order::kFifo, kOrders);
  r.section({"scaling", "limits of the count"}, [](ObjectReader& s) {
    s.required_count("minCapacity", {.min = 1});
    s.optional_ratio("targetValue", Ratio{0.6});
  });
  r.map({"operations", "what it can be asked to do"}, [](std::string_view name, ObjectReader& o) {
    CHECK(name == "NAME");
    read_steps(o, "steps");
  });
  r.one_or_more({"to", "services behind it"});
  r.object("quotas", [](std::string_view, const Value& v) {
    Problems unused;
    models::io::read_count(v, unused);
  });
  // One key, two forms.
  if (const auto rate = r.raw({"rate", "arrivals"}, ValueType::kAny, true)) {
    if (rate->is_string() || rate->describer()) read_rate(*rate, r.problems());
    if (rate->is_object() || rate->describer()) {
      ObjectReader table(*rate, r.problems());
      table.required_rate("mean");
    }
  }
  r.rest("a stream", [](std::string_view, ObjectReader& stream) { stream.maybe_number("weight"); });
}

/// The member of a schema at a path of names.
Value position(Value value, const std::vector<std::string>& path) {
  for (const auto& step : path) {
    const auto* member = value.find(step);
    INFO(step << " in " << value.to_json_text());
    REQUIRE(member != nullptr);
    value = member->value;
  }
  return value;
}

}  // namespace

TEST_CASE("describing runs without data and without a complaint", "[unit]") {
  Problems problems;
  const Schema schema = describe([&](const Value& value, Problems& own) {
    read_kind(value, own);
    CHECK(own.lines() == Lines{});
  });
  CHECK(schema.root.children.size() == 13);
  CHECK(schema.definitions.count("step") == 1);
  CHECK(schema.definitions.count("law") == 1);
}

TEST_CASE("the JSON Schema follows from the calls", "[unit]") {
  Problems problems;
  const std::string text = json_schema(describe(read_kind), "A kind");
  const Value schema = parse(text, problems);
  REQUIRE(problems.lines() == Lines{});
  CHECK(position(schema, {"$schema"}).as_string() ==
        "https://json-schema.org/draft/2020-12/schema");
  CHECK(position(schema, {"title"}).as_string() == "A kind");
  CHECK(position(schema, {"required"}).to_json_text() == R"(["format", "ttl", "rate"])");
  CHECK(position(schema, {"properties", "format", "enum"}).to_json_text() ==
        R"(["lifeboat/kind/1"])");
  CHECK(position(schema, {"properties", "servers"}).to_json_text() == R"({
  "description": "servers in parallel. Source: guess: one",
  "type": "integer",
  "minimum": 1,
  "maximum": 1000000,
  "default": 1
})");
  CHECK(position(schema, {"properties", "share", "description"}).as_string() ==
        "the part that comes back; otherwise nobody");
  CHECK(position(schema, {"properties", "discipline", "enum"}).to_json_text() ==
        R"(["fifo", "lifo"])");
  CHECK(position(schema, {"properties", "discipline", "default"}).as_string() == "fifo");
  const Value scaling = position(schema, {"properties", "scaling"});
  CHECK(position(scaling, {"required"}).to_json_text() == R"(["minCapacity"])");
  CHECK_FALSE(position(scaling, {"additionalProperties"}).as_boolean());
  CHECK(position(scaling, {"properties", "targetValue", "default"}).as_string() == "60%");
  CHECK(position(schema, {"properties", "operations", "additionalProperties", "properties", "steps",
                          "items"})
            .to_json_text() == "{\n  \"$ref\": \"#/$defs/step\"\n}");
  CHECK(position(schema, {"properties", "to", "anyOf"}).size() == 2);
  CHECK(position(schema, {"properties", "quotas", "additionalProperties", "type"}).as_string() ==
        "integer");
  CHECK(position(schema, {"properties", "rate", "anyOf"}).size() == 2);
  CHECK(position(schema, {"additionalProperties", "properties", "weight", "type"}).as_string() ==
        "number");
  const Value step = position(schema, {"$defs", "step"});
  CHECK(position(step, {"properties", "onMiss", "items", "$ref"}).as_string() == "#/$defs/step");
  CHECK(position(step, {"allOf"}).size() == 1);
  CHECK(position(step, {"properties", "demand", "anyOf"})
            .elements()[1]
            .find("$ref")
            ->value.as_string() == "#/$defs/law");
  CHECK(
      position(schema, {"$defs", "law", "properties", "exponential", "required"}).to_json_text() ==
      R"(["mean"])");
}

TEST_CASE("the explanations follow from the calls", "[unit]") {
  std::string text;
  for (const auto& line : explain(describe(read_kind))) {
    if (line.path.rfind("law: ", 0) == 0) continue;
    text += line.path + " | " + line.type + " | " + line.range + " | " + line.standard + " | " +
            line.doc + " | " + line.source + "\n";
  }
  CHECK(text ==
        "format | lifeboat/kind/1 |  | required | what this file is | \n"
        "servers | count | at least 1, at most 1000000 | 1 | servers in parallel | guess: one\n"
        "ttl | duration | above zero | required | how long an answer lives | \n"
        "share | percentage | at least 0%, at most 100% | nobody | the part that comes back | \n"
        "discipline | fifo or lifo |  | fifo | who is served next | \n"
        "scaling | object |  |  | limits of the count | \n"
        "scaling.minCapacity | count | at least 1 | required |  | \n"
        "scaling.targetValue | percentage | at least 0%, at most 100% | 60% |  | \n"
        "operations | by name: object |  |  | what it can be asked to do | \n"
        "operations.NAME.steps | array of step |  |  | what is done, in order | \n"
        "to | name |  |  | services behind it | \n"
        "to | array of name |  |  | services behind it | \n"
        "quotas | by name: count |  |  |  | \n"
        "rate | rate |  | required | arrivals | \n"
        "rate | object |  | required | arrivals | \n"
        "rate.mean | rate |  | required |  | \n"
        "NAME | object |  |  | a stream | \n"
        "NAME.weight | number |  |  |  | \n"
        "step: demand | law |  |  | time a server is held | \n"
        "step: call | text |  |  | service.operation | \n"
        "step: onMiss | array of step |  |  | what is done, in order | \n");
}

TEST_CASE("the same calls read what they describe", "[unit]") {
  Problems problems;
  const Value value = parse(
      R"({"format": "lifeboat/kind/1", "ttl": "60s", "rate": {"mean": "9/s"},
          "operations": {"get": {"steps": [{"call": "a.b", "onMiss": [{"demand": "1ms"}, {"dmand": "1ms"}]}]}}})",
      problems);
  {
    ObjectReader r(value, problems);
    r.map("operations", [](std::string_view, ObjectReader& o) { read_steps(o, "steps"); });
    r.leave_open();
  }
  CHECK(
      problems.lines() ==
      Lines{
          "t.json:2: /operations/get/steps/0/onMiss/1: one of demand or call is missing (expected "
          "exactly one of them)",
          R"(t.json:2: /operations/get/steps/0/onMiss/1/dmand: unknown key "dmand" (expected demand; did you mean "demand"?))"});
}

// A thing is a box or a list; a box needs a height, its patch does not.
TEST_CASE("what a word or a key decides, and patches, are parts of the JSON Schema", "[unit]") {
  using models::io::Declaration;
  Schema schema;
  schema.root.type = ValueType::kObject;
  schema.root.open = true;
  schema.root.cases = {{"kind", "box", "box"}, {"patch", "", "box-patch"}};
  Declaration height;
  height.name = "height";
  height.type = ValueType::kCount;
  height.required = true;
  Declaration sides;
  sides.name = "sides";
  sides.type = ValueType::kArray;
  sides.children.emplace_back().type = ValueType::kObject;
  sides.children.front().children.push_back(height);
  Declaration box;
  box.type = ValueType::kObject;
  box.children = {height, sides};
  box.exactly_one = {{"height", "width"}};
  schema.parts["box"] = box;
  box.patch = true;
  schema.parts["box-patch"] = box;

  Problems problems;
  const Value text = parse(json_schema(schema, "A thing"), problems);
  const auto rules = position(text, {"allOf"}).elements();
  REQUIRE(rules.size() == 2);
  CHECK(position(rules[0], {"if", "properties", "kind", "enum"}).to_json_text() == R"(["box"])");
  CHECK(position(rules[0], {"if", "required"}).to_json_text() == R"(["kind"])");
  CHECK(position(rules[0], {"then", "$ref"}).as_string() == "#/$defs/box");
  CHECK(position(rules[1], {"if"}).to_json_text() == "{\n  \"required\": [\"patch\"]\n}");
  const Value whole = position(text, {"$defs", "box"});
  CHECK(position(whole, {"required"}).to_json_text() == R"(["height"])");
  CHECK(position(whole, {"allOf"}).size() == 1);
  CHECK(position(whole, {"properties", "height", "type"}).as_string() == "integer");
  const Value patch = position(text, {"$defs", "box-patch"});
  CHECK(patch.find("required") == nullptr);
  CHECK(patch.find("allOf") == nullptr);
  const auto forms = position(patch, {"properties", "height", "anyOf"}).elements();
  REQUIRE(forms.size() == 2);
  CHECK(position(forms[0], {"type"}).as_string() == "integer");
  CHECK(position(forms[1], {"type"}).as_string() == "null");
  // A patch replaces an array: what stands in it is whole.
  const auto lists = position(patch, {"properties", "sides", "anyOf"}).elements();
  REQUIRE(lists.size() == 2);
  CHECK(position(lists[0], {"items", "required"}).to_json_text() == R"(["height"])");
}

}  // namespace lifeboat::tests
