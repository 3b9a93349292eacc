// From a scenario to a network that can be run.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/io/problems.hpp"
#include "models/platform/compile.hpp"
#include "scenarios/faults/fault_plan.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "sim/network/network.hpp"
#include "sim/trial/trial.hpp"

namespace lifeboat::scenarios {

/// The network and what names its parts. `platform` owns what the network's controllers call, so
/// it lives as long as the network is used.
struct CompiledScenario {
  std::shared_ptr<const models::Platform> description;
  std::shared_ptr<models::CompiledPlatform> platform;
  std::shared_ptr<const sim::Network> network;
  sim::RunOptions options;  ///< warm-up, duration, follow and bin; seed and the rest as default
  FaultPlan faults;         ///< rows in the order of `faults/blamed`
};

/// Compiles a loaded scenario. Problems that only a compiled platform shows (a block that a service
/// does not offer, an unknown metric) are reported; then the network is null.
[[nodiscard]] CompiledScenario compile_scenario(const Scenario& scenario,
                                                models::io::Problems& problems);

}  // namespace lifeboat::scenarios
