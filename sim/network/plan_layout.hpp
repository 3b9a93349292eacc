// Where plans stand in the table of steps.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/network/network.hpp"

namespace lifeboat::sim {

/// A field of a step that names another step.
struct StepTarget {
  std::uint32_t step = kNone;
  std::uint32_t Step::*field = nullptr;
};

/// Moves the plans to the order in which requests come through them: from each journey's on, a plan
/// and then what it calls, depth first. So steps that run after one another share cache lines, and
/// those of a region that stands by lie apart. `calls`: by plan, the plans that it waits for;
/// `targets`: all such fields but the calls' next steps, handlers and jump tables, which are known.
void lay_out_plans(Network& network, const std::vector<std::vector<std::uint32_t>>& calls,
                   const std::vector<StepTarget>& targets);

}  // namespace lifeboat::sim
