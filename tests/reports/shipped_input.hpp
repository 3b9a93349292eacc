// A scenario of the library, prepared as a study takes it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reports/studies/prepare.hpp"
#include "tests/catch.hpp"

namespace lifeboat::reports {

/// `prepare`: prepare_run, or what takes the same.
template <class Prepare>
auto shipped(Prepare prepare, const std::string& scenario, const PrepareOptions& options) {
  models::io::Problems problems;
  auto prepared =
      prepare(tests::source_dir() / "scenarios/library" / (scenario + ".json"), options, problems);
  CAPTURE(scenario, problems.lines());
  REQUIRE(prepared);
  return std::move(*prepared);
}

/// With other values ("duration=2h").
inline PrepareOptions with_values(std::vector<std::string> set) {
  PrepareOptions options;
  options.set = std::move(set);
  return options;
}

inline RunInput shipped_input(const std::string& scenario, std::vector<std::string> set = {}) {
  return shipped(prepare_run, scenario, with_values(std::move(set)));
}

}  // namespace lifeboat::reports
