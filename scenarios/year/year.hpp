// A year's incidents: which scenarios happen, and how often (format lifeboat/year/1).
//
//   "zone-lost": { "scenario": "../library/incident-2016-sydney.json", "rate": "0.15 / 1y", ... }
//
// A rate is how often a thing of that kind begins, per calendar time. Nobody knows it well: each
// stands with the range in which it may lie, where it comes from, and whether that is published,
// derived from what is published, or a guess.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "models/io/schema.hpp"

namespace lifeboat::scenarios {

/// Days of a year: 99.99 % of it leave 52.56 minutes.
inline constexpr double kDaysOfYear = 365;
inline constexpr double kMinutesOfYear = kDaysOfYear * 24 * 60;

struct YearlyRate {
  double per_year = 0;
  double low = 0;  ///< at most `per_year`; above 0
  double high = 0;
  enum class Basis : std::uint8_t { kPublished, kDerived, kGuess } basis = Basis::kGuess;
  std::string source;
};
[[nodiscard]] std::string_view name_of(YearlyRate::Basis basis);

struct YearlyIncident {
  std::string name;
  std::filesystem::path scenario;
  YearlyRate rate;
};

struct Year {
  std::string name;
  std::string title;
  double promise = 0.9999;
  /// What is lost without any incident; absent: nothing.
  std::optional<std::filesystem::path> steady;
  std::vector<YearlyIncident> incidents;
};

/// Paths are relative to the file.
[[nodiscard]] Year read_year(const models::io::Value& root, models::io::Problems& problems);
[[nodiscard]] models::io::Schema year_schema();

}  // namespace lifeboat::scenarios
