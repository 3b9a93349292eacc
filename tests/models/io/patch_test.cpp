// Merge patches, overlays and --set: the result, and that every value still says where it was
// written.
#include <random>
#include <string>

#include "models/io/document.hpp"
#include "tests/catch.hpp"
#include "tests/models/io/io.hpp"

namespace lifeboat::tests {

using models::io::Document;
using models::io::merge_patch;
using models::io::Problems;
using models::io::set_path;
using models::io::Value;
using models::io::with_member;
using models::io::without_member;

namespace {

std::string compact(const Value& value) {
  std::string text;
  bool in_string = false;
  for (const char c : value.to_json_text()) {
    if (c == '"') in_string = !in_string;
    if (in_string || (c != ' ' && c != '\n')) text += c;
  }
  return text;
}

std::string merged(const std::string& base, const std::string& patch) {
  Problems problems;
  const Value result = merge_patch(parse(base, problems), parse(patch, problems));
  REQUIRE(problems.empty());
  return compact(result);
}

/// The value at member names one after the other.
Value at(Value value, const std::vector<std::string>& path) {
  for (const auto& step : path) {
    const auto* member = value.find(step);
    REQUIRE(member != nullptr);
    value = member->value;
  }
  return value;
}

Document document(const std::string& text, const std::string& name = "t.json") {
  Problems problems;
  const auto result = Document::parse_text(text, name, problems);
  REQUIRE(result);
  return *result;
}

}  // namespace

// The rules of RFC 7396, section 2, case by case.
TEST_CASE("a merge patch sets, adds, removes and replaces as RFC 7396 says", "[unit]") {
  CHECK(merged(R"({"a":"b"})", R"({"a":"c"})") == R"({"a":"c"})");
  CHECK(merged(R"({"a":"b"})", R"({"b":"c"})") == R"({"a":"b","b":"c"})");
  CHECK(merged(R"({"a":"b"})", R"({"a":null})") == R"({})");
  CHECK(merged(R"({"a":"b","b":"c"})", R"({"a":null})") == R"({"b":"c"})");
  CHECK(merged(R"({"a":["b"]})", R"({"a":"c"})") == R"({"a":"c"})");
  CHECK(merged(R"({"a":"c"})", R"({"a":["b"]})") == R"({"a":["b"]})");
  CHECK(merged(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})") == R"({"a":{"b":"d"}})");
  CHECK(merged(R"({"a":[{"b":"c"}]})", R"({"a":[1]})") == R"({"a":[1]})");
  CHECK(merged(R"(["a","b"])", R"(["c","d"])") == R"(["c","d"])");
  CHECK(merged(R"({"a":"b"})", R"(["c"])") == R"(["c"])");
  CHECK(merged(R"({"a":"foo"})", R"(null)") == R"(null)");
  CHECK(merged(R"({"a":"foo"})", R"("bar")") == R"("bar")");
  CHECK(merged(R"({"e":null})", R"({"a":1})") == R"({"e":null,"a":1})");
  CHECK(merged(R"([1,2])", R"({"a":"b","c":null})") == R"({"a":"b"})");
  CHECK(merged(R"({})", R"({"a":{"bb":{"ccc":null}}})") == R"({"a":{"bb":{}}})");
  CHECK(merged(R"({"a":5})", R"({"a":{"b":{"c":null,"d":1}}})") == R"({"a":{"b":{"d":1}}})");
  CHECK(merged(R"({"a":[{"b":null}]})", R"({})") == R"({"a":[{"b":null}]})");
}

TEST_CASE("a merged document keeps the order of the base and appends what is new", "[unit]") {
  CHECK(merged(R"({"z":1,"y":2,"x":3})", R"({"x":4,"a":5,"z":6})") ==
        R"({"z":6,"y":2,"x":4,"a":5})");
}

TEST_CASE("patching with nothing changes nothing, and a patch applied twice is applied once",
          "[property]") {
  std::mt19937 random(11);
  const auto tree = [&](const auto& self, int depth) -> std::string {
    const auto kind = random() % (depth > 0 ? 6 : 4);
    if (kind == 0) return "null";
    if (kind == 1) return std::to_string(random() % 5);
    if (kind == 2) return "\"t\"";
    if (kind == 3) return "[1,null]";
    std::string text = "{";
    for (char key = 'a'; key < 'e'; ++key) {
      if (random() % 2 == 0) continue;
      if (text.size() > 1) text += ",";
      text += std::string("\"") + key + "\":" + self(self, depth - 1);
    }
    return text + "}";
  };
  for (int round = 0; round < 500; ++round) {
    Problems problems;
    const Value base = parse(tree(tree, 3), problems);
    const Value patch = parse(tree(tree, 3), problems);
    INFO(compact(base) << " with " << compact(patch));
    if (base.is_object()) CHECK(compact(merge_patch(base, parse("{}", problems))) == compact(base));
    const Value once = merge_patch(base, patch);
    CHECK(compact(merge_patch(once, patch)) == compact(once));
    CHECK(problems.empty());
  }
}

TEST_CASE("each value of a merged document stands where it was written", "[unit]") {
  Problems problems;
  const Value base =
      parse("{\"services\": {\n\"web\": {\n\"cpu\": 1,\n\"count\": 2}}}", problems, "shop.json");
  const Value overlay =
      parse("{\"patch\":\n{\"services\": {\n\"web\": {\"count\": 5},\n\"new\": {\"cpu\": 3}}}}",
            problems, "standby.json");
  const Value result = merge_patch(base, overlay.find("patch")->value);
  const auto text = [&](const std::vector<std::string>& path) {
    const auto& place = at(result, path).place();
    return place.text() + " " + place.pointer();
  };
  CHECK(text({"services", "web"}) == "shop.json:2 /services/web");
  CHECK(text({"services", "web", "cpu"}) == "shop.json:3 /services/web/cpu");
  CHECK(text({"services", "web", "count"}) == "standby.json:3 /patch/services/web/count");
  CHECK(text({"services", "new", "cpu"}) == "standby.json:4 /patch/services/new/cpu");
  // The base is untouched, and a patch on a patch keeps the last place.
  CHECK(at(base, {"services", "web", "count"}).as_integer() == 2);
  const Value again =
      merge_patch(result, parse("{\"services\": {\"web\": {\"count\": 7}}}", problems, "z.json"));
  CHECK(at(again, {"services", "web", "count"}).place().text() == "z.json:1");
}

TEST_CASE("members are replaced, added and removed by name", "[unit]") {
  Problems problems;
  const Value base = parse(R"({"a": 1, "b": 2})", problems);
  CHECK(compact(with_member(base, "a", Value::integer(5))) == R"({"a":5,"b":2})");
  CHECK(compact(with_member(base, "c", Value::boolean(true))) == R"({"a":1,"b":2,"c":true})");
  CHECK(compact(without_member(base, "a")) == R"({"b":2})");
  CHECK(compact(without_member(base, "x")) == R"({"a":1,"b":2})");
}

TEST_CASE("An option --set replaces a value, which then says so", "[unit]") {
  const Document base = document(
      R"({"platform": {"services": {"web": {"cpu": "1 vCPU", "desiredCount": 4, "steps": [{"a": 1}, {"b": 2}],
          "regions": {"sg": {}, "syd": {"desiredCount": 0}}}}}})");
  Problems problems;
  const auto set = [&](const std::string& option) {
    return set_path(base, option, problems).root();
  };
  const std::vector<std::string> count = {"platform", "services", "web",
                                          "regions",  "syd",      "desiredCount"};
  const Value changed = at(set("platform.services.web.regions.syd.desiredCount=2"), count);
  CHECK(changed.as_integer() == 2);
  CHECK(changed.place().text() == "--set platform.services.web.regions.syd.desiredCount=2");
  CHECK(changed.place().pointer() == "/platform/services/web/regions/syd/desiredCount");
  CHECK(at(base.root(), count).as_integer() == 0);

  const auto web = [&](const std::string& option) {
    return at(set("platform.services.web." + option), {"platform", "services", "web"});
  };
  CHECK(web("cpu=2 vCPU").find("cpu")->value.as_string() == "2 vCPU");
  CHECK(web("cpu=\"4\"").find("cpu")->value.as_string() == "4");
  CHECK(web("new=a=b").find("new")->value.as_string() == "a=b");
  CHECK(web("new=").find("new")->value.as_string() == "");
  CHECK(web("new=true").find("new")->value.as_boolean());
  CHECK(web("new=null").find("new")->value.is_null());
  CHECK(web("steps.1.b=9").find("steps")->value.elements()[1].find("b")->value.as_integer() == 9);
  CHECK(web("steps.0=7").find("steps")->value.elements()[0].as_integer() == 7);
  const Value law = web(R"(law={"exponential": {"mean": "9ms"}})").find("law")->value;
  CHECK(at(law, {"exponential", "mean"}).as_string() == "9ms");
  CHECK(at(law, {"exponential", "mean"}).place().pointer() ==
        "/platform/services/web/law/exponential/mean");
  // A region's patch may be empty so far: what lies on the way is made.
  CHECK(at(web("regions.sg.scaling.minCapacity=0"), {"regions", "sg", "scaling", "minCapacity"})
            .as_integer() == 0);
  CHECK(problems.lines() == Lines{});
}

TEST_CASE("An option --set with a path that leads nowhere changes nothing and suggests", "[unit]") {
  const Document base =
      document(R"({"platform": {"services": {"web": {"count": 4, "list": [1]}}}})");
  const auto complaint = [&](const std::string& option) {
    Problems problems;
    const Document result = set_path(base, option, problems);
    CHECK(compact(result.root()) == compact(base.root()));
    const auto lines = problems.lines();
    return lines.empty() ? std::string{} : lines[0];
  };
  CHECK(
      complaint("platform.services.wbe.count=2") ==
      R"(--set platform.services.wbe.count=2: /platform/services/wbe: there is no "wbe" (expected web; did you mean "web"?))");
  CHECK(
      complaint("platfrom.services.web.count=2") ==
      R"(--set platfrom.services.web.count=2: /platfrom: there is no "platfrom" (expected platform; did you mean "platform"?))");
  CHECK(
      complaint("platform.services.web.count.x=2") ==
      R"(--set platform.services.web.count.x=2: /platform/services/web/count: 4 has no "x" (expected an object or an array))");
  CHECK(
      complaint("platform.services.web.list.1=2") ==
      R"(--set platform.services.web.list.1=2: /platform/services/web/list/1: there is no element "1" (expected an element number from 0 to 0))");
  CHECK(
      complaint("platform.services.web.regions.syd.count=2") ==
      R"(--set platform.services.web.regions.syd.count=2: /platform/services/web/regions: there is no "regions" (expected count or list))");
  CHECK(complaint("a") ==
        "--set a: /: no value (expected --set PATH=VALUE, such as services.web.desiredCount=2)");
  CHECK(complaint("=2") ==
        "--set =2: /: no path (expected --set PATH=VALUE, such as services.web.desiredCount=2)");
  CHECK(complaint("platform..web=2") ==
        "--set platform..web=2: /: the path has an empty step (expected --set PATH=VALUE, such as "
        "services.web.desiredCount=2)");
  CHECK(
      complaint("platform.x={\"a\": ") ==
      R"(--set platform.x={"a": : /platform/x: the value is no JSON: the file ends inside an object that opens on line 1 (expected "}"))");
  CHECK(complaint("platform.x=\xff") ==
        R"(--set platform.x=\xff: /platform/x: the value is not UTF-8)");
  std::string deep = "platform";
  for (int i = 0; i < 1000; ++i) deep += ".a";
  CHECK_FALSE(complaint(deep + "=1").empty());
  CHECK_FALSE(complaint("platform.x=" + std::string(100000, '[')).empty());
}

TEST_CASE("a value set inside a region's patch cannot nest without bound", "[unit]") {
  Document changed = document(R"({"regions": {"syd": {}}})");
  Problems problems;
  std::string path = "regions.syd";
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 10; ++i) path += ".a";
    changed = set_path(changed, path + "={}", problems);
  }
  CHECK(problems.has_errors());
  CHECK_FALSE(changed.to_json_text().empty());
}

}  // namespace lifeboat::tests
