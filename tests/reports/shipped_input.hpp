// A scenario of the library, as a run takes it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "reports/studies/prepare.hpp"
#include "tests/catch.hpp"

namespace lifeboat::reports {

/// With other values ("duration=2h").
inline RunInput shipped_input(const std::string& scenario, std::vector<std::string> set = {}) {
  models::io::Problems problems;
  PrepareOptions options;
  options.set = std::move(set);
  auto input = prepare_run(tests::source_dir() / "scenarios/library" / (scenario + ".json"),
                           options, problems);
  CAPTURE(scenario, problems.lines());
  REQUIRE(input);
  return std::move(*input);
}

}  // namespace lifeboat::reports
