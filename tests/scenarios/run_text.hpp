// One trial of a scenario written in a test.
#pragma once

#include <string>

#include "models/io/document.hpp"
#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "sim/trial/trial.hpp"
#include "tests/catch.hpp"

namespace lifeboat::scenarios {

inline sim::TrialResult run_text(const std::string& text) {
  models::io::Problems problems;
  const auto document = models::io::Document::parse_text(text, "s.json", problems);
  REQUIRE(document);
  const auto loaded = load_scenario(*document, {}, problems);
  CAPTURE(problems.lines());
  REQUIRE(loaded);
  const auto compiled = compile_scenario(*loaded, problems);
  REQUIRE_FALSE(problems.has_errors());
  return sim::run_trial(*compiled.network, compiled.options, 0);
}

}  // namespace lifeboat::scenarios
