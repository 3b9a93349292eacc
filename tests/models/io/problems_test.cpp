// Problems: the exact line, sorting, bounds, and the "did you mean" behind them.
#include "models/io/problems.hpp"

#include <random>
#include <string>

#include "models/io/suggest.hpp"
#include "tests/catch.hpp"
#include "tests/models/io/io.hpp"

namespace lifeboat::tests {

using models::io::edit_distance;
using models::io::nearest_name;
using models::io::one_of;
using models::io::Place;
using models::io::Problem;
using models::io::Problems;
using models::io::Severity;
using models::io::Source;

namespace {

Place at(const std::string& file, int line) {
  auto source = std::make_shared<Source>();
  source->name = file;
  return Place{source, line, nullptr}.member("a").element(2);
}

}  // namespace

TEST_CASE("a problem is one line: file, line, pointer, what, expected, suggestion", "[unit]") {
  Problems problems;
  problems.error(at("p.json", 3), "is wrong", "a number", "5");
  problems.error(at("p.json", 4), "is wrong");
  problems.error(at("p.json", 5), "is wrong", {}, "5");
  problems.warning(at("--set a.b=1", 0), "is odd", "a number");
  CHECK(problems.lines() == Lines{"--set a.b=1: /a/2: warning: is odd (expected a number)",
                                  "p.json:3: /a/2: is wrong (expected a number; did you mean 5?)",
                                  "p.json:4: /a/2: is wrong",
                                  "p.json:5: /a/2: is wrong (did you mean 5?)"});
  CHECK(problems.has_errors());
  CHECK(problems.errors() == 3);
}

TEST_CASE("a warning is no error", "[unit]") {
  Problems problems;
  CHECK(problems.empty());
  problems.warning(at("p.json", 1), "is odd");
  CHECK_FALSE(problems.empty());
  CHECK_FALSE(problems.has_errors());
}

TEST_CASE("problems are sorted by file and line and each is kept once", "[unit]") {
  Problems problems;
  problems.error(at("b.json", 1), "x");
  problems.error(at("a.json", 10), "x");
  problems.error(at("a.json", 9), "second");
  problems.error(at("a.json", 9), "first");
  problems.error(at("a.json", 10), "x");
  CHECK(problems.lines() == Lines{"a.json:9: /a/2: second", "a.json:9: /a/2: first",
                                  "a.json:10: /a/2: x", "b.json:1: /a/2: x"});
}

TEST_CASE("beyond the limit problems are counted, and warnings do not crowd out errors", "[unit]") {
  Problems problems(3);
  for (int i = 1; i <= 10; ++i) problems.warning(at("w.json", i), "odd");
  CHECK_FALSE(problems.full());
  for (int i = 1; i <= 5; ++i) problems.error(at("e.json", i), "wrong");
  CHECK(problems.full());
  const auto lines = problems.lines();
  REQUIRE(lines.size() == 7);
  CHECK(lines[0] == "e.json:1: /a/2: wrong");
  CHECK(lines[2] == "e.json:3: /a/2: wrong");
  CHECK(lines[3] == "w.json:1: /a/2: warning: odd");
  CHECK(lines[6] == "and 9 more");
  CHECK(problems.errors() == 5);
}

TEST_CASE("a line never breaks, whatever the input holds", "[unit]") {
  Problem problem;
  problem.file = "a\nb";
  problem.text = models::io::quote("x\r\n\x1b[0m\xff\"\\");
  CHECK(problem.to_line() == R"(a\nb: "x\r\n\u001b[0m\xff\"\\")");
}

TEST_CASE("a long text is quoted by its front, on a character boundary", "[unit]") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "ä";
  const std::string shown = models::io::quote(text);
  CHECK(shown == "\"" + text.substr(0, 60) + "...\"");
  CHECK(models::io::quote("x" + text) == "\"x" + text.substr(0, 58) + "...\"");
}

TEST_CASE("a pointer of absurd length is shortened", "[unit]") {
  Place place = at("p.json", 1);
  for (int i = 0; i < 100; ++i) place = place.member(std::string(1000, 'x'));
  CHECK(place.pointer().size() < 500);
}

TEST_CASE("edit distance counts insertions, deletions, replacements and swaps", "[unit]") {
  CHECK(edit_distance("", "", 5) == 0);
  CHECK(edit_distance("abc", "", 5) == 3);
  CHECK(edit_distance("kitten", "sitting", 5) == 3);
  CHECK(edit_distance("servers", "severs", 5) == 1);
  CHECK(edit_distance("ab", "ba", 5) == 1);
  CHECK(edit_distance("ca", "abc", 5) == 3);  // optimal string alignment, not 2
  CHECK(edit_distance("kitten", "sitting", 2) == 3);
  CHECK(edit_distance(std::string(65, 'a'), std::string(65, 'a'), 5) == 6);
}

TEST_CASE("edit distance is symmetric, and one edit changes it by two at most", "[property]") {
  std::mt19937 random(1);
  const auto letter = [&] { return static_cast<char>('a' + random() % 3); };
  for (int round = 0; round < 2000; ++round) {
    std::string a;
    std::string b;
    for (auto n = random() % 8; n > 0; --n) a += letter();
    for (auto n = random() % 8; n > 0; --n) b += letter();
    const auto distance = edit_distance(a, b, 20);
    CHECK(distance == edit_distance(b, a, 20));
    CHECK((distance == 0) == (a == b));
    std::string c = b;
    c.insert(c.begin() + static_cast<std::ptrdiff_t>(random() % (c.size() + 1)), letter());
    const auto changed = edit_distance(a, c, 20);
    // Two, not one: an insertion may part two letters that were swapped.
    CHECK(changed <= distance + 2);
    CHECK(distance <= changed + 2);
  }
}

TEST_CASE("the nearest name is suggested only where it is near", "[unit]") {
  const std::vector<std::string> known = {"desiredCount", "servers",     "scaling",
                                          "minCapacity",  "maxCapacity", "web"};
  CHECK(nearest_name("desiredcount", known) == "desiredCount");
  CHECK(nearest_name("desired_count", known) == "desiredCount");
  CHECK(nearest_name("severs", known) == "servers");
  CHECK(nearest_name("wbe", known) == "web");
  CHECK(nearest_name("minCapcity", known) == "minCapacity");
  CHECK(nearest_name("nimCapacity", known) == "minCapacity");
  CHECK(nearest_name("desired", known) == "desiredCount");  // its beginning
  CHECK_FALSE(nearest_name("colour", known));
  CHECK_FALSE(nearest_name("", known));
  CHECK_FALSE(nearest_name("x", known));
  CHECK_FALSE(nearest_name(std::string(1000, 'w'), known));
  CHECK_FALSE(nearest_name("web", {}));
}

TEST_CASE("names are listed as a sentence", "[unit]") {
  CHECK(one_of({}) == "");
  CHECK(one_of({"a"}) == "a");
  CHECK(one_of({"a", "b"}) == "a or b");
  CHECK(one_of({"a", "b", "c"}) == "a, b or c");
  CHECK(one_of({"a", "b", "c", "d"}, 2) == "a, b or 2 others");
}

}  // namespace lifeboat::tests
