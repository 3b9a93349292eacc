// Whatever happens to a file, reading it ends, and ends in a document or in a line that says why.
// Valid samples are mutated by bytes and by words that upset parsers; each result is parsed,
// merged, changed by --set, read as laws and quantities, and written.
#include <random>
#include <string>

#include "models/io/law.hpp"
#include "models/io/reader.hpp"
#include "tests/catch.hpp"
#include "tests/models/io/io.hpp"

namespace lifeboat::tests {

using models::io::Document;
using models::io::merge_patch;
using models::io::ObjectReader;
using models::io::Problems;
using models::io::set_path;
using models::io::Value;

namespace {

const std::string kSamples[] = {
    R"({ "format": "lifeboat/platform/1", "name": "mm1", // the smallest
  "regions": { "home": { "code": "ap-southeast-1" } },
  "services": { "till": { "kind": "queue", "region": "home", "servers": 1,
    "operations": { "serve": { "demand": { "exponential": { "mean": "10ms" } } } } } },
  "journeys": { "visit": { "entry": "till.serve" } } })",
    R"({ "a": { "mixture": [[0.9, "10ms"], [0.1, {"lognormal": {"p50": "1s", "p99": "9s"}, "max": "1m"}]] },
  "b": [1, -2.5e-3, 1e308, true, false, null, "\u00e4\n\"\\", {}], /* c */ "d": "1200/s", "e": "70%" })"};

const std::string kWords[] = {"null",
                              "NaN",
                              "1e999",
                              "-1e999",
                              "\"",
                              "\\",
                              "/*",
                              "*/",
                              "//",
                              "{",
                              "}",
                              "[",
                              "]",
                              ",",
                              ":",
                              "\xff",
                              "\xc3",
                              std::string(1, '\0'),
                              "\xef\xbb\xbf",
                              "\n",
                              "true",
                              "\"10ms\"",
                              "\\u0000",
                              "\\ud800",
                              "-",
                              "1e",
                              "0x10",
                              "\"k\":",
                              "99999999999999999999",
                              "\"-5s\"",
                              "'",
                              "[[[[[[[[[[",
                              "]]]]]]]]]]"};

std::string mutated(std::string text, std::mt19937& random) {
  for (auto changes = random() % 4 + 1; changes > 0; --changes) {
    const auto at = random() % (text.size() + 1);
    const auto length = random() % 6;
    const auto& word = kWords[random() % std::size(kWords)];
    switch (random() % 5) {
      case 0:
        text.insert(at, word);
        break;
      case 1:
        text.replace(at, length, word);
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        if (at < text.size()) text[at] = static_cast<char>(random());
        break;
      default:
        text.insert(random() % (text.size() + 1), text.substr(at, random() % 40));
        break;
    }
  }
  return text;
}

/// Reads every value in every way; returns how many there are.
std::size_t walk(const Value& value, Problems& problems) {
  std::size_t count = 1;
  static_cast<void>(read_law(value, problems));
  static_cast<void>(read_duration(value, problems));
  static_cast<void>(read_rate(value, problems));
  static_cast<void>(read_count(value, problems));
  static_cast<void>(read_name(value, problems));
  static_cast<void>(read_clock(value, problems));
  for (const auto& member : value.members()) count += walk(member.value, problems);
  for (const auto& element : value.elements()) count += walk(element, problems);
  return count;
}

void check_lines(const Problems& problems) {
  for (const std::string& line : problems.lines()) {
    if (line.find('\n') != std::string::npos || line.find('\x1b') != std::string::npos) FAIL(line);
  }
}

}  // namespace

TEST_CASE("a mutated file is parsed or refused with a line, and never crashes", "[property]") {
  std::mt19937 random(20260101);
  const int rounds = heavy() ? 200'000 : 500;
  int parsed = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string text = mutated(kSamples[random() % std::size(kSamples)], random);
    Problems problems;
    const auto document = Document::parse_text(text, "t.json", problems);
    if (!document) {
      if (!problems.has_errors()) FAIL("refused without a word: " << text);
      check_lines(problems);
      continue;
    }
    ++parsed;
    Problems of_values;
    if (walk(document->root(), of_values) > 10'000) FAIL(text);
    check_lines(of_values);

    // What is written is JSON, and reads back as the same.
    const std::string written = document->to_json_text();
    Problems none;
    const auto again = Document::parse_text(written, "again", none);
    if (!again || !none.empty() || again->to_json_text() != written) FAIL(written);

    const Value merged = merge_patch(document->root(), again->root());
    static_cast<void>(merged.to_json_text());
    Problems of_set;
    const Document set = set_path(*document, mutated("services.till.servers=2", random), of_set);
    static_cast<void>(set.to_json_text());
    check_lines(of_set);
  }
  // Neither side of the test is empty.
  CHECK(parsed > rounds / 50);
  CHECK(parsed < rounds);
}

TEST_CASE("bytes at random are refused with a line", "[property]") {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::string text;
    for (auto n = random() % 200; n > 0; --n) text += static_cast<char>(random());
    Problems problems;
    const auto document = Document::parse_text(text, "t.json", problems);
    if (!document && !problems.has_errors()) FAIL("refused without a word");
    check_lines(problems);
  }
}

}  // namespace lifeboat::tests
