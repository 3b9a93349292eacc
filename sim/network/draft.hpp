// What NetworkBuilder and PlanBuilder keep beside the network while it is being built.
#pragma once

#include <memory>
#include <vector>

#include "sim/network/builder.hpp"
#include "sim/network/plan_layout.hpp"

namespace lifeboat::sim {

struct NetworkBuilder::Draft {
  std::shared_ptr<Network> network = std::make_shared<Network>();
  std::vector<bool> plan_defined;
  std::vector<std::vector<std::uint32_t>> calls;  ///< by plan: plans whose end it waits for
  std::vector<StepTarget> targets;                ///< of jumps, and of steps that may jump
};

}  // namespace lifeboat::sim
