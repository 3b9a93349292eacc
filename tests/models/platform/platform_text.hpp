// Platforms from a text, for tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/platform/compile.hpp"
#include "models/platform/platform.hpp"
#include "tests/catch.hpp"

namespace lifeboat::tests {

/// Reads and checks a platform; its problems are lines.
struct ReadText {
  models::io::Problems problems;
  std::optional<models::LoadedPlatform> loaded;
  [[nodiscard]] std::vector<std::string> lines() const { return problems.lines(); }
  /// Whether some line holds the text.
  [[nodiscard]] bool says(std::string_view text) const {
    for (const std::string& line : problems.lines()) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  }
};

inline ReadText read_text(std::string_view text) {
  ReadText result;
  const auto document = models::io::Document::parse_text(text, "p.json", result.problems);
  if (document) result.loaded = models::load_platform(*document, {}, {}, result.problems);
  return result;
}

/// The same where it must be sound.
inline models::LoadedPlatform sound_text(std::string_view text) {
  ReadText result = read_text(text);
  for (const std::string& line : result.lines()) UNSCOPED_INFO(line);
  REQUIRE(result.problems.empty());
  REQUIRE(result.loaded);
  return std::move(*result.loaded);
}

/// A constant or piecewise stream of one journey.
inline sim::Source stream(sim::JourneyId journey, std::vector<sim::Profile::Point> rate) {
  sim::Source source;
  source.name = "stream";
  source.rate.points = std::move(rate);
  sim::Source::Choice choice;
  choice.journey = journey;
  choice.share.points = {{sim::Instant::origin(), 1}};
  source.mix.push_back(choice);
  return source;
}

}  // namespace lifeboat::tests
