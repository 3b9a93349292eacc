// What `lifeboat explain` says of a recovery strategy, read from its files: what stands in the
// region that takes over, what the runbook does, and a month's cost beside that of the platform
// alone.
#pragma once

#include <string>

#include "scenarios/scenario/strategy.hpp"

namespace lifeboat::tools {

/// Throws UsageError where a file of the strategy is wrong.
[[nodiscard]] std::string strategy_text(const scenarios::Strategy& strategy);

}  // namespace lifeboat::tools
