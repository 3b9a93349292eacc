// Documents: what is JSON for us, where each value stands, and how every kind of broken or
// hostile text is refused. The expected messages are written out, for people read them.
#include "models/io/document.hpp"

#include <string>

#include "tests/catch.hpp"
#include "tests/models/io/io.hpp"

namespace lifeboat::tests {

using models::io::Document;
using models::io::Kind;
using models::io::Limits;
using models::io::Problems;
using models::io::Value;

TEST_CASE("a document keeps kinds, order and lines", "[unit]") {
  Problems problems;
  const Value root = parse(
      "// a comment\n{ \"b\": [1, -2.5,\n \"x\"], /* in\nbetween */ \"a\": null,\n"
      "  \"c\": true, \"big\": 12345678901234567890, \"e\": 1e3\n}\n",
      problems);
  REQUIRE(problems.lines() == Lines{});
  REQUIRE(root.kind() == Kind::kObject);
  REQUIRE(root.members().size() == 5);
  CHECK(root.members()[0].name == "b");
  CHECK(root.members()[1].name == "a");
  CHECK(root.place().line == 2);
  const Value list = root.find("b")->value;
  CHECK(list.elements()[0].as_integer() == 1);
  CHECK(list.elements()[1].as_number() == -2.5);
  CHECK_FALSE(list.elements()[1].as_integer());
  CHECK(list.elements()[2].as_string() == "x");
  CHECK(list.elements()[1].place().line == 2);
  CHECK(list.elements()[2].place().line == 3);
  CHECK(list.elements()[2].place().pointer() == "/b/2");
  CHECK(root.find("a")->value.is_null());
  CHECK(root.find("a")->place.line == 4);
  CHECK(root.find("c")->value.as_boolean());
  CHECK(root.find("big")->value.as_number() == 12345678901234567890.0);
  CHECK_FALSE(root.find("big")->value.as_integer());
  CHECK(root.find("e")->value.as_integer() == 1000);
  CHECK(root.find("nothing") == nullptr);
}

TEST_CASE("the line of a number is its own even where a line break ends it", "[unit]") {
  Problems problems;
  const Value root = parse("[1\n,2\n,\n3\n]", problems);
  CHECK(root.elements()[0].place().line == 1);
  CHECK(root.elements()[1].place().line == 2);
  CHECK(root.elements()[2].place().line == 4);
}

TEST_CASE("a pointer escapes the signs that it is made of", "[unit]") {
  Problems problems;
  const Value root = parse(R"({"a/b": {"~c": [5]}})", problems);
  CHECK(root.members()[0].value.members()[0].value.elements()[0].place().pointer() ==
        "/a~1b/~0c/0");
  CHECK(root.place().pointer() == "/");
}

TEST_CASE("broken JSON is refused in words that help", "[unit]") {
  struct Case {
    std::string text;
    std::string complaint;
  };
  const std::vector<Case> cases = {
      {"", R"(t.json:1: /: the file holds no value (expected an object))"},
      {"  // only this\n", R"(t.json:1: /: the file holds no value (expected an object))"},
      {"{\n\"a\": 1,\n}", R"(t.json:3: /: trailing comma before "}" (expected no comma))"},
      {"{\"a\": [1,\n2,\n]}", R"(t.json:3: /a/2: trailing comma before "]" (expected no comma))"},
      {"{\"a\": 1",
       R"(t.json:1: /: the file ends inside an object that opens on line 1 (expected "}"))"},
      {"{\n\"a\": [1, 2\n",
       R"(t.json:2: /a/2: the file ends inside an array that opens on line 2 (expected "]"))"},
      {"{\"a\" 1}", R"(t.json:1: /a: unexpected number literal (expected ":" after the key))"},
      {"{\"a\": 1 \"b\": 2}", R"(t.json:1: /: unexpected string literal (expected "," or "}"))"},
      {"{\"a\": {\"b\": 1 \"c\": 2}}",
       R"(t.json:1: /a: unexpected string literal (expected "," or "}"))"},
      {"[1 2]", R"(t.json:1: /1: unexpected number literal (expected "," or "]"))"},
      {"{a: 1}",
       R"(t.json:1: /: a key without quotes (expected keys in double quotes; did you mean "a"?))"},
      {"{'a': 1}", R"(t.json:1: /: text in single quotes (expected double quotes))"},
      {"{\"a\": 'b'}", R"(t.json:1: /a: text in single quotes (expected double quotes))"},
      {"{\"a\": NaN}", R"(t.json:1: /a: NaN is no number (expected a finite number))"},
      {"{\"a\": Infinity}", R"(t.json:1: /a: Infinity is no number (expected a finite number))"},
      {"{\"a\": -Infinity}", R"(t.json:1: /a: -Infinity is no number (expected a finite number))"},
      {"{\"a\": nan}", R"(t.json:1: /a: nan is no number (expected a finite number))"},
      {"{\"a\": True}", R"(t.json:1: /a: "True" is not written so (did you mean true?))"},
      {"{\"a\": None}", R"(t.json:1: /a: "None" is no value (did you mean null?))"},
      {"{\"a\": +5}", R"(t.json:1: /a: "+5" is no number (expected a number such as 0.5 or -2))"},
      {"{\"a\": .5}", R"(t.json:1: /a: ".5" is no number (expected a number such as 0.5 or -2))"},
      {"{\"a\": 30s}",
       R"(t.json:1: /: "30s" is no value (expected a number, a text in double quotes, true or false))"},
      {"{\"a\": 1e999}",
       R"(t.json:1: /a: the number 1e999 is too large (expected at most 1.8e308))"},
      {"{\"a\": -1e999}",
       R"(t.json:1: /a: the number -1e999 is too large (expected at most 1.8e308))"},
      {"{\"a\": \"b\n\"}",
       R"(t.json:1: /a: the text is not closed on its line (expected a closing quote, or \n for a line break))"},
      {"{\"a\": \"b", R"(t.json:1: /a: the file ends inside a text (expected a closing quote))"},
      {"{ /* a\n", R"(t.json:1: /: the file ends inside a comment (expected */))"},
      {"{ / }", R"(t.json:1: /: a single slash (expected a comment, // or /* */))"},
      {R"({"a": "\q"})", R"(t.json:1: /a: bad text: forbidden character after backslash)"},
      {"{} {}", R"(t.json:1: /: there is more after the end of the document (expected nothing))"},
      {"{\"a\": 1}}",
       R"(t.json:1: /: there is more after the end of the document (expected nothing))"},
      {"hello", R"(t.json:1: /: "hello" is no JSON (expected an object))"},
      {std::string("{\"a\":\n1}\0", 9), "t.json:2: /: the file holds a NUL byte (expected text)"},
      {"\xef\xbb\xbf{}",
       "t.json:1: /: the file starts with a byte order mark (expected UTF-8 without one)"},
      {std::string("\xff\xfe{\0", 4), "t.json:1: /: the file is UTF-16 (expected UTF-8)"},
      {"{\n\"a\": \"\xc3\x28\"}", R"(t.json:2: /: the byte \xc3 is not UTF-8 (expected UTF-8))"},
      {"// \xa0\n{}", R"(t.json:1: /: the byte \xa0 is not UTF-8 (expected UTF-8))"},
      {"{\"a\": \"\xed\xa0\x80\"}", R"(t.json:1: /: the byte \xed is not UTF-8 (expected UTF-8))"},
  };
  for (const auto& c : cases) {
    INFO(c.text);
    CHECK(complaints(c.text) == Lines{c.complaint});
  }
}

TEST_CASE("a key that stands twice is reported with both lines and the first one counts",
          "[unit]") {
  Problems problems;
  const Value root = parse("{\"a\": 1,\n\"b\": {\"c\": 1,\n\"c\": 2},\n\"a\": 3}", problems);
  CHECK(problems.lines() == Lines{R"(t.json:3: /b/c: key "c" was given already, on line 2)",
                                  R"(t.json:4: /a: key "a" was given already, on line 1)"});
  CHECK(root.find("a")->value.as_integer() == 1);
}

TEST_CASE("duplicate keys are found in large objects too", "[unit]") {
  std::string text = "{";
  for (int i = 0; i < 50; ++i)
    text += "\"k" + std::to_string(i) + "\": " + std::to_string(i) + ",\n";
  text += "\"k3\": 0, \"k40\": 0}";
  CHECK(complaints(text) == Lines{R"(t.json:51: /k3: key "k3" was given already, on line 4)",
                                  R"(t.json:51: /k40: key "k40" was given already, on line 41)"});
  Problems problems;
  const Value root = parse(text, problems);
  REQUIRE(root.find("k40") != nullptr);
  CHECK(root.find("k40")->value.as_integer() == 40);
  CHECK(root.find("k") == nullptr);
  CHECK(root.find("zz") == nullptr);
}

TEST_CASE("nesting, size and number of values are bounded", "[unit]") {
  const std::size_t deep = 100'000;
  CHECK(complaints(std::string(deep, '[')) == Lines{"t.json:1: /" + [] {
          std::string pointer = "0";
          for (int i = 1; i < 100; ++i) pointer += "/0";
          return pointer;
        }() + ": the file is nested too deeply (expected at most 100 levels)"});
  std::string objects;
  for (std::size_t i = 0; i < deep; ++i) objects += "{\"a\":";
  CHECK(complaints(objects).size() == 1);
  CHECK(complaints(std::string(100, '[') + std::string(100, ']')) == Lines{});

  Problems problems;
  const Limits small{.bytes = 100, .depth = 3, .nodes = 5};
  CHECK_FALSE(Document::parse_text("[1,2,3,4,5,6]", "many", problems, small));
  CHECK_FALSE(Document::parse_text("[[[[]]]]", "deep", problems, small));
  CHECK_FALSE(Document::parse_text("\"" + std::string(200, 'x') + "\"", "long", problems, small));
  CHECK(problems.lines() ==
        Lines{"deep:1: /0/0/0: the file is nested too deeply (expected at most 3 levels)",
              "long: /: the text is too large (expected at most 100 B)",
              "many:1: /5: the file has too many values (expected at most 5)"});
}

TEST_CASE("a sample cut at any byte is refused with a line, and never crashes", "[unit]") {
  const std::string sample =
      "// p.json\n{ \"format\": \"lifeboat/platform/1\", \"name\": \"mm1\", /* x */\n"
      "  \"regions\": { \"home\": { \"code\": \"ap-southeast-1\\u00e4\", \"n\": [1, -2.5e-3, true, "
      "null] } },\n"
      "  \"services\": { \"till\": { \"demand\": { \"exponential\": { \"mean\": \"10ms\" } } } } "
      "}\n";
  const std::size_t end = sample.rfind('}');
  for (std::size_t length = 0; length <= sample.size(); ++length) {
    INFO("cut at byte " << length);
    const auto lines = complaints(sample.substr(0, length));
    if (length > end) {
      CHECK(lines == Lines{});
    } else {
      REQUIRE(lines.size() == 1);
      CHECK(lines[0].rfind("t.json:", 0) == 0);
    }
  }
}

TEST_CASE("control characters of an input do not reach the terminal", "[unit]") {
  const auto lines = complaints("{\"a\\u001b[31m\\u202e\": 1, \"a\\u001b[31m\\u202e\": 2}");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] ==
        R"(t.json:1: /a\u001b[31m\u202e: key "a\u001b[31m\u202e" was given already, on line 1)");
}

TEST_CASE("written JSON reads back as the same values in the same order", "[unit]") {
  const std::string text = R"({
  "z": [1, 2.5, -0.1, 1e+300, 5e-324, 0.30000000000000004, true, null],
  "a": {
    "text": "tab\t quote\" back\\ break\n bell\u0007 ä€",
    "empty": {},
    "none": [],
    "nested": [
      {
        "x": 1
      },
      [2]
    ]
  },
  "whole": 9007199254740993
})";
  Problems problems;
  const Value root = parse(text, problems);
  REQUIRE(problems.empty());
  CHECK(root.to_json_text() == text);
}

TEST_CASE("a negative zero and numbers too small for a double are numbers", "[unit]") {
  Problems problems;
  const Value root = parse("[-0, -0.0, 1e-999, 123456789012345678901234567890]", problems);
  REQUIRE(problems.empty());
  CHECK(root.elements()[0].as_integer() == 0);
  CHECK(root.elements()[2].as_number() == 0);
  CHECK(root.elements()[3].as_number() == 123456789012345678901234567890.0);
}

}  // namespace lifeboat::tests
