#include "tests/tools/lifeboat.hpp"

#include <algorithm>

#include "tests/catch.hpp"

namespace lifeboat::tests {

namespace {

std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

Call lifeboat_call(std::vector<std::string> words) {
  return {.program = lifeboat_binary(), .words = std::move(words)};
}

Outcome lifeboat(std::vector<std::string> words) { return run(lifeboat_call(std::move(words))); }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void check_text(const std::string& text) {
  INFO(text);
  REQUIRE_FALSE(text.empty());
  CHECK(text.back() == '\n');
  CHECK(text.find_first_of("\t\r\x1b") == std::string::npos);
  for (const std::string& line : lines_of(text)) {
    INFO("the line: " << line);
    CHECK(columns(line) <= 80);
    CHECK_FALSE(line.ends_with(' '));
  }
}

void check_refused(const Outcome& outcome, std::string_view expected) {
  INFO("standard error: " << outcome.err);
  INFO("standard output: " << outcome.out);
  CHECK(outcome.status == 3);
  CHECK(outcome.signal == 0);
  CHECK_FALSE(outcome.timed_out);
  CHECK(outcome.out.empty());
  CHECK(outcome.err.find(expected) != std::string::npos);
  CHECK(outcome.err.ends_with('\n'));
  CHECK(outcome.err.find("internal error") == std::string::npos);
  CHECK(outcome.err.find('\x1b') == std::string::npos);
}

std::vector<std::string> quick_run(std::vector<std::string> more) {
  std::vector<std::string> words{"run",       "smallest", "--set", "duration=20s", "--set",
                                 "warmup=2s", "--trials", "3",     "--jobs",       "1"};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace lifeboat::tests
