// The strict reader: what each call returns, and the exact line for each kind of mistake.
#include "models/io/reader.hpp"

#include <string>
#include <utility>

#include "tests/catch.hpp"
#include "tests/models/io/io.hpp"

namespace lifeboat::tests {

using models::io::Bandwidth;
using models::io::Bytes;
using models::io::Choice;
using models::io::DefaultUsed;
using models::io::Money;
using models::io::ObjectReader;
using models::io::positive;
using models::io::Problems;
using models::io::Rate;
using models::io::Ratio;
using models::io::Value;
using models::io::Vcpu;
using sim::Duration;

namespace {

enum class Discipline { kFifo, kLifo, kSharing };
constexpr Choice<Discipline> kDisciplines[] = {{"fifo", Discipline::kFifo},
                                               {"lifo", Discipline::kLifo},
                                               {"processor-sharing", Discipline::kSharing}};

/// Reads a text with `read` and returns the problems' lines.
template <class Read>
Lines reading(const std::string& text, Read read) {
  Problems problems;
  const Value root = parse(text, problems);
  {
    ObjectReader r(root, problems);
    read(r);
  }
  return problems.lines();
}

/// The one complaint about key "x", without file, line and pointer.
template <class Read>
std::string complaint(const std::string& x, Read read) {
  const Lines lines = reading("{\"x\": " + x + "}", read);
  if (lines.empty()) return "none";
  const std::string front = "t.json:1: /x: ";
  REQUIRE(lines.size() == 1);
  REQUIRE(lines[0].substr(0, front.size()) == front);
  return lines[0].substr(front.size());
}

}  // namespace

TEST_CASE("a reader returns what the object says", "[unit]") {
  const Lines lines = reading(
      R"({"d": "250ms", "r": "90/min", "b": "6 KiB", "p": "70%", "v": "0.5 vCPU", "w": "8 bit/s",
          "m": "0.05056 USD/h", "c": 4, "n": 0.8, "t": true, "s": "a text", "name": "orders-db",
          "e": "lifo", "law": {"exponential": {"mean": "10ms"}}, "clock": "+1h", "zone": "+08:00",
          "date": "2026-11-11"})",
      [](ObjectReader& r) {
        CHECK(r.required_duration("d") == Duration::milliseconds(250));
        CHECK(r.required_rate("r") == Rate{1.5});
        CHECK(r.required_bytes("b") == Bytes{6144});
        CHECK(r.required_ratio("p") == Ratio{0.7});
        CHECK(r.required_vcpu("v") == Vcpu{0.5});
        CHECK(r.required_bandwidth("w") == Bandwidth{1});
        CHECK(r.required_money("m", {"h", "month"}) == Money{0.05056, "h"});
        CHECK(r.required_count("c") == 4);
        CHECK(r.required_number("n") == 0.8);
        CHECK(r.required_boolean("t"));
        CHECK(r.required_string("s") == "a text");
        CHECK(r.required_name("name") == "orders-db");
        CHECK(r.required_enum("e", kDisciplines) == Discipline::kLifo);
        CHECK(r.required_law("law").mean() == Duration::milliseconds(10));
        CHECK(r.required_clock("clock")->offset == Duration::hours(1));
        CHECK(r.optional_time_zone("zone").offset_at(0) == 8 * 3600);
        CHECK(r.maybe_date_time("date")->civil.month == 11);
      });
  CHECK(lines == Lines{});
}

TEST_CASE("absent keys give the default or nothing", "[unit]") {
  const Lines lines = reading("{}", [](ObjectReader& r) {
    CHECK(r.optional_duration("d", Duration::seconds(60)) == Duration::seconds(60));
    CHECK(r.optional_count("c", 3, {.min = 1, .max = 1e6}) == 3);
    CHECK(r.optional_ratio("p", Ratio{0.5}) == Ratio{0.5});
    CHECK(r.optional_enum("e", Discipline::kSharing, kDisciplines) == Discipline::kSharing);
    CHECK(r.optional_string("s", "text") == "text");
    CHECK(r.optional_boolean("t", true));
    CHECK_FALSE(r.maybe_duration("d2"));
    CHECK_FALSE(r.maybe_enum("e2", kDisciplines));
    CHECK_FALSE(r.maybe_name("n"));
    CHECK_FALSE(r.maybe_law("l"));
    CHECK_FALSE(r.section("o", [](ObjectReader&) { FAIL("no such section"); }));
    CHECK(r.one_or_more("to").empty());
  });
  CHECK(lines == Lines{});
}

TEST_CASE("all problems of an object are reported at once with their places", "[unit]") {
  const Lines lines = reading(
      "{ \"kind\": \"queue\",\n  \"severs\": 2,\n  \"demand\": \"10\",\n"
      "  \"discipline\": \"fifoo\",\n  \"queueLimit\": -1 }",
      [](ObjectReader& r) {
        CHECK(r.required_string("kind") == "queue");
        CHECK(r.optional_count("servers", 1, {.min = 1}) == 1);
        r.required_law("demand");
        CHECK(r.optional_enum("discipline", Discipline::kFifo, kDisciplines) == Discipline::kFifo);
        CHECK_FALSE(r.maybe_count("queueLimit"));
        r.required_name("region");
      });
  CHECK(
      lines ==
      Lines{
          R"(t.json:1: /region: "region" is missing (expected a name))",
          R"(t.json:2: /severs: unknown key "severs" (expected kind, servers, demand, discipline, queueLimit or region; did you mean "servers"?))",
          R"(t.json:3: /demand: "10" has no unit (expected a duration such as "250ms" or "4h"; did you mean "10s"?))",
          R"(t.json:4: /discipline: found "fifoo" (expected "fifo", "lifo" or "processor-sharing"; did you mean "fifo"?))",
          R"(t.json:5: /queueLimit: -1 is negative (expected at least 0))"});
}

TEST_CASE("wrong types are told what was expected", "[unit]") {
  const std::string duration = R"( (expected a duration such as "250ms" or "4h")";
  const auto read_duration = [](ObjectReader& r) { r.maybe_duration("x"); };
  CHECK(complaint("250", read_duration) ==
        "250 has no unit" + duration + R"(; did you mean "250s"?))");
  CHECK(complaint("1e300", read_duration) ==
        "1e+300 has no unit" + duration + R"(; did you mean "1e+300s"?))");
  CHECK(complaint("null", read_duration) == "found null" + duration + ")");
  CHECK(complaint("[1]", read_duration) == "found an array" + duration + ")");
  CHECK(complaint("{}", read_duration) == "found an object" + duration + ")");
  CHECK(complaint("true", read_duration) == "found true" + duration + ")");
  CHECK(complaint(R"("-5s")", read_duration) == R"("-5s" is negative (expected at least 0s))");
  CHECK(complaint(R"("5 parsecs")", read_duration) == R"(unknown unit "parsecs")" + duration + ")");

  const auto read_count = [](ObjectReader& r) { r.maybe_count("x"); };
  const std::string count = " (expected a whole number without quotes, such as 4";
  CHECK(complaint(R"("4")", read_count) == R"(found "4")" + count + "; did you mean 4?)");
  CHECK(complaint("4.5", read_count) == "4.5 is no whole number" + count + ")");
  CHECK(complaint("1e30", read_count) == "1e+30 is no whole number" + count + ")");
  CHECK(complaint(R"("four")", read_count) == R"(found "four")" + count + ")");
  CHECK(complaint("1e3", read_count) == "none");

  CHECK(complaint("0.8", [](ObjectReader& r) { r.maybe_ratio("x"); }) ==
        R"(0.8 has no unit (expected a percentage such as "70%"; did you mean "80%"?))");
  CHECK(complaint(R"("170%")", [](ObjectReader& r) { r.maybe_ratio("x"); }) ==
        R"("170%" is too large (expected at least 0% and at most 100%))");
  CHECK(complaint("90", [](ObjectReader& r) { r.maybe_rate("x"); }) ==
        R"(90 has no unit (expected a rate such as "90/s" or "1 / 30y"; did you mean "90/s"?))");
  CHECK(complaint("6144", [](ObjectReader& r) { r.maybe_bytes("x"); }) ==
        R"(6144 has no unit (expected a size such as "6 KiB" or "250 MB"))");
  CHECK(complaint("1", [](ObjectReader& r) { r.maybe_vcpu("x"); }) ==
        R"(1 has no unit (expected processors such as "0.5 vCPU"; did you mean "1 vCPU"?))");
  CHECK(complaint(R"("0.8")", [](ObjectReader& r) { r.maybe_number("x"); }) ==
        R"(found "0.8" (expected a number without quotes, such as 0.8; did you mean 0.8?))");
  CHECK(complaint(R"("true")", [](ObjectReader& r) { r.maybe_boolean("x"); }) ==
        R"(found "true" (expected true or false; did you mean true?))");
  CHECK(complaint("1", [](ObjectReader& r) { r.maybe_boolean("x"); }) ==
        "found 1 (expected true or false)");
  CHECK(complaint("1", [](ObjectReader& r) { r.maybe_string("x"); }) ==
        "found 1 (expected a text in double quotes)");
  CHECK(complaint("7", [](ObjectReader& r) { r.maybe_enum("x", kDisciplines); }) ==
        R"(found 7 (expected "fifo", "lifo" or "processor-sharing"))");
  CHECK(complaint("5", [](ObjectReader& r) { r.section("x", [](ObjectReader&) {}); }) ==
        "found 5 (expected an object)");
  CHECK(complaint("5", [](ObjectReader& r) { r.array("x", [](std::size_t, const Value&) {}); }) ==
        "found 5 (expected an array)");
  CHECK(
      complaint(R"("noon")", [](ObjectReader& r) { r.required_clock("x"); }) ==
      R"("noon" is no clock time (expected a clock time such as "20:15", "day 2 20:15", "+6h15m" or "2026-11-11T19:20"))");
  CHECK(complaint("2015", [](ObjectReader& r) { r.required_clock("x"); }).substr(0, 16) ==
        "2015 has no unit");
  CHECK(
      complaint(R"("Singapore")", [](ObjectReader& r) { r.maybe_time_zone("x"); }) ==
      R"(unknown time zone "Singapore" (expected a zone such as "Asia/Singapore", or an offset such as "+08:00"; did you mean "Asia/Singapore"?))");
}

TEST_CASE("money is asked for by its unit", "[unit]") {
  const auto read = [](ObjectReader& r) { r.maybe_money("x", {"h", "month"}); };
  const std::string expected = R"( (expected dollars such as "0.05 USD/h" or "0.05 USD/month"))";
  CHECK(complaint(R"("5 USD/h")", read) == "none");
  CHECK(complaint(R"("5 USD")", read) == R"("5 USD" has another unit)" + expected);
  CHECK(complaint(R"("5 USD/GB")", read) == R"("5 USD/GB" has another unit)" + expected);
  CHECK(complaint(R"("-5 USD/h")", read) == R"("-5 USD/h" is negative)" + expected);
  CHECK(complaint("5", [](ObjectReader& r) { r.maybe_money("x", {}); }) ==
        R"(5 has no unit (expected dollars such as "12 USD"; did you mean "5 USD"?))");
}

TEST_CASE("ranges hold at both ends", "[unit]") {
  const auto limits = [](ObjectReader& r) { r.maybe_count("x", {.min = 1, .max = 5}); };
  CHECK(complaint("1", limits) == "none");
  CHECK(complaint("5", limits) == "none");
  CHECK(complaint("0", limits) == "0 is too small (expected at least 1 and at most 5)");
  CHECK(complaint("6", limits) == "6 is too large (expected at least 1 and at most 5)");
  const auto above = [](ObjectReader& r) { r.maybe_duration("x", positive<Duration>()); };
  CHECK(complaint(R"("1ns")", above) == "none");
  CHECK(complaint(R"("0s")", above) == R"("0s" is too small (expected more than 0s))");
  CHECK(complaint(R"("-1s")", above) == R"("-1s" is negative (expected more than 0s))");
  const auto free = [](ObjectReader& r) { r.maybe_number("x", {.min = std::nullopt}); };
  CHECK(complaint("-1e300", free) == "none");
}

TEST_CASE("a stand-in lies in the range, so that reading goes on safely", "[unit]") {
  reading("{}", [](ObjectReader& r) {
    CHECK(r.required_count("a") == 0);
    CHECK(r.required_count("b", {.min = 1}) == 1);
    CHECK(r.required_count("c", {.min = 7, .max = 9}) == 7);
    CHECK(r.required_duration("d", positive<Duration>()) == Duration::seconds(1));
    CHECK(r.required_number("e", {.min = 0.0, .max = 0.5, .above_min = true}) == 0.5);
    CHECK(r.required_rate("f", positive<Rate>()).per_second > 0);
  });
}

TEST_CASE("names are lower case with digits and hyphens", "[unit]") {
  const auto read = [](ObjectReader& r) { r.maybe_name("x"); };
  CHECK(complaint(R"("orders-db2")", read) == "none");
  const std::string expected = " (expected lower-case letters, digits and hyphens, a letter first";
  CHECK(complaint(R"("OrdersDb")", read) ==
        R"("OrdersDb" is no name)" + expected + R"(; did you mean "orders-db"?))");
  CHECK(complaint(R"("orders_db")", read) ==
        R"("orders_db" is no name)" + expected + R"(; did you mean "orders-db"?))");
  CHECK(complaint(R"("2fast")", read) ==
        R"("2fast" is no name)" + expected + R"(; did you mean "fast"?))");
  CHECK(complaint(R"("")", read) == R"("" is no name)" + expected + ")");
  CHECK(complaint(R"("日本語日本語")", read) == R"("日本語日本語" is no name)" + expected + ")");
  CHECK(complaint("3", read) == "found 3 (expected a name in double quotes)");
}

TEST_CASE("an unknown name is met with the nearest known one", "[unit]") {
  const std::vector<std::string> services = {"web", "orders-db", "pages"};
  CHECK(complaint(R"("wbe")",
                  [&](ObjectReader& r) { r.required_name_of("x", "service", services); }) ==
        R"(unknown service "wbe" (expected one of web, orders-db or pages; did you mean "web"?))");
  CHECK(complaint(R"("web")",
                  [&](ObjectReader& r) { r.maybe_name_of("x", "service", services); }) == "none");
  CHECK(complaint(R"("web")", [&](ObjectReader& r) { r.maybe_name_of("x", "service", {}); }) ==
        R"(unknown service "web")");
}

TEST_CASE("the format line names kind and version", "[unit]") {
  const auto lines = [](const std::string& text, bool needed) {
    return reading(text, [&](ObjectReader& r) { r.format("platform", 1, needed); });
  };
  CHECK(lines(R"({"format": "lifeboat/platform/1"})", true) == Lines{});
  CHECK(lines("{}", false) == Lines{});
  CHECK(lines("{}", true) ==
        Lines{R"(t.json:1: /format: "format" is missing (expected "lifeboat/platform/1"))"});
  CHECK(
      lines(R"({"format": "lifeboat/platform/2"})", true) ==
      Lines{
          R"(t.json:1: /format: this version of the format is not known: "lifeboat/platform/2" (expected "lifeboat/platform/1"))"});
  CHECK(
      lines(R"({"format": "lifeboat/scenario/1"})", true) ==
      Lines{R"(t.json:1: /format: found "lifeboat/scenario/1" (expected "lifeboat/platform/1"))"});
  CHECK(lines(R"({"format": 1})", true) ==
        Lines{R"(t.json:1: /format: found 1 (expected "lifeboat/platform/1"))"});
}

TEST_CASE("exclusive keys are counted", "[unit]") {
  const auto lines = [](const std::string& text) {
    return reading(text, [](ObjectReader& r) {
      r.exactly_one_of({"rate", "replay", "users"});
      r.ignore({"rate", "replay", "users"});
    });
  };
  CHECK(lines(R"({"rate": 1})") == Lines{});
  CHECK(
      lines("{}") ==
      Lines{"t.json:1: /: one of rate, replay or users is missing (expected exactly one of them)"});
  CHECK(
      lines(R"({"users": 1, "rate": 1})") ==
      Lines{
          R"(t.json:1: /users: "users" and "rate" exclude each other (expected one of rate, replay or users))"});
}

TEST_CASE("nested objects, maps and arrays are read with their places", "[unit]") {
  const Lines lines = reading(
      "{ \"scaling\": { \"min\": 1, \"mox\": 2 },\n"
      "  \"operations\": { \"serve\": { \"ios\": 4 }, \"Bad\": {}, \"worse\": 5 },\n"
      "  \"policies\": [ { \"type\": \"a\" },\n {} ],\n"
      "  \"after\": [\"x\", \"y\"], \"to\": \"cdn\", \"words\": [\"a\", 5], \"quotas\": "
      "{\"fargateVcpu\": 64} }",
      [](ObjectReader& r) {
        CHECK(r.section("scaling", [](ObjectReader& s) {
          CHECK(s.required_count("min") == 1);
          s.maybe_count("max");
        }));
        std::string names;
        r.map("operations", [&](std::string_view name, ObjectReader& o) {
          names += std::string{name} + " ";
          o.maybe_count("ios");
        });
        CHECK(names == "serve Bad ");
        std::size_t count = 0;
        r.objects("policies", [&](std::size_t index, ObjectReader& p) {
          CHECK(index == count++);
          p.required_string("type");
        });
        CHECK(count == 2);
        CHECK(r.one_or_more("after").size() == 2);
        CHECK(r.one_or_more("to").size() == 1);
        CHECK(r.strings("words") == std::vector<std::string>{"a"});
        r.object("quotas", [](std::string_view name, const Value& v) {
          CHECK(name == "fargateVcpu");
          CHECK(v.as_integer() == 64);
        });
      });
  CHECK(
      lines ==
      Lines{
          R"(t.json:1: /scaling/mox: unknown key "mox" (expected min or max; did you mean "max"?))",
          R"(t.json:2: /operations/Bad: "Bad" is no name (expected lower-case letters, digits and hyphens, a letter first; did you mean "bad"?))",
          "t.json:2: /operations/worse: found 5 (expected an object)",
          R"(t.json:4: /policies/1/type: "type" is missing (expected a text))",
          "t.json:5: /words/1: found 5 (expected a text in double quotes)"});
}

TEST_CASE("the rest of an object are things that the writer named", "[unit]") {
  const Lines lines = reading(
      R"({"format": "lifeboat/traffic/1", "visit": {"rate": "90/s"}, "Visit": {}, "start": 5})",
      [](ObjectReader& r) {
        r.format("traffic", 1);
        r.ignore({"start"});
        std::string names;
        r.rest("a stream", [&](std::string_view name, ObjectReader& stream) {
          names += std::string{name} + " ";
          stream.maybe_rate("rate");
        });
        CHECK(names == "visit Visit ");
      });
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("/Visit: \"Visit\" is no name") != std::string::npos);
}

TEST_CASE("what is no object is reported once and its keys are not missed", "[unit]") {
  Problems problems;
  const Value root = parse("[1]", problems);
  ObjectReader r(root, problems);
  r.required_count("a");
  r.exactly_one_of({"b", "c"});
  r.format("platform", 1);
  r.finish();
  CHECK(problems.lines() == Lines{"t.json:1: /: found an array (expected an object)"});
}

TEST_CASE("two readers may share an object when the first leaves it open", "[unit]") {
  Problems problems;
  const Value root = parse(R"({"kind": "queue", "servers": 1, "extra": 2})", problems);
  {
    ObjectReader common(root, problems);
    common.required_string("kind");
    common.leave_open();
  }
  CHECK(problems.empty());
  {
    ObjectReader own(root, problems);
    own.ignore({"kind"});
    own.maybe_count("servers");
  }
  CHECK(problems.lines() ==
        Lines{R"(t.json:1: /extra: unknown key "extra" (expected kind or servers))"});
}

TEST_CASE("defaults that were taken are collected with their sources", "[unit]") {
  Problems problems;
  const Value root = parse(R"({"a": {"given": "5s"}})", problems);
  std::vector<DefaultUsed> defaults;
  problems.note_defaults_in(&defaults);
  {
    ObjectReader r(root, problems);
    r.section("a", [](ObjectReader& a) {
      a.optional_duration({"given", "doc", "AWS"}, Duration::seconds(1));
      a.optional_duration({"ttl", "doc", "AWS documentation, 2025"}, Duration::seconds(60));
      a.optional_enum({"discipline", "doc", "guess: most are"}, Discipline::kFifo, kDisciplines);
      a.optional_law({"demand", "doc", "guess"}, sim::Law::constant(Duration::milliseconds(1)));
    });
  }
  REQUIRE(defaults.size() == 3);
  CHECK(defaults[0].pointer == "/a/ttl");
  CHECK(defaults[0].value == "1m");
  CHECK(defaults[0].source == "AWS documentation, 2025");
  CHECK(defaults[1].value == "fifo");
  CHECK(defaults[2].pointer == "/a/demand");
}

TEST_CASE("an object with a great many unknown keys is refused in bounded time and space",
          "[unit]") {
  std::string text = "{";
  for (int i = 0; i < 10'000; ++i) text += "\"k" + std::to_string(i) + "\":1,";
  text += "\"x\":1}";
  const Lines lines = reading(text, [](ObjectReader& r) { r.maybe_count("count"); });
  REQUIRE(lines.size() == 101);
  CHECK(lines.back() == "and 9901 more");
}

}  // namespace lifeboat::tests
