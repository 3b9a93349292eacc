// From a scenario's file to what a run is given.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/io/problems.hpp"
#include "reports/studies/run_input.hpp"
#include "scenarios/scenario/automation.hpp"
#include "scenarios/scenario/strategy.hpp"

namespace lifeboat::reports {

struct PrepareOptions {
  std::uint64_t seed = 1;
  std::vector<std::string> set;                   ///< "PATH=VALUE", applied to the merged documents
  std::optional<scenarios::Strategy> strategy;    ///< in the place of the scenario's own
  bool whole_duration = false;                    ///< also where it would end once recovered
  std::optional<double> standby;                  ///< share of tasks that stand by (standby.hpp)
  scenarios::Automation automation;               ///< steps that are done by scripts
  bool without_faults = false;                    ///< the same day, and nothing happens
  std::vector<std::filesystem::path> overlays{};  ///< upon the platform, after its own
};

/// Loads, checks and compiles a scenario. Nothing, and errors in `problems`, where that fails;
/// warnings may be there in any case and become findings.
[[nodiscard]] std::optional<RunInput> prepare_run(const std::filesystem::path& file,
                                                  const PrepareOptions& options,
                                                  models::io::Problems& problems);

}  // namespace lifeboat::reports
