// From a scenario's file to what a run is given.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/io/problems.hpp"
#include "reports/studies/run_input.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::reports {

/// What is changed of the scenario's files, and how it is run.
struct PrepareOptions : scenarios::ScenarioChanges {
  std::uint64_t seed = 1;
  bool whole_duration = false;  ///< also where it would end once recovered
};

/// Loads, checks and compiles a scenario. Nothing, and errors in `problems`, where that fails;
/// warnings may be there in any case and become findings.
[[nodiscard]] std::optional<RunInput> prepare_run(const std::filesystem::path& file,
                                                  const PrepareOptions& options,
                                                  models::io::Problems& problems);

}  // namespace lifeboat::reports
