// From a runbook's names to registers, laws and verbs of a compiled platform.
//
// A block is a verb of the deployment that it acts on (models/platform/kind.hpp), found by name.
// `fence` needs none: it closes the gate of a deployment that offers no fence of its own.
#pragma once

#include "models/io/problems.hpp"
#include "models/platform/compile.hpp"
#include "scenarios/faults/fault_plan.hpp"
#include "scenarios/runbooks/runbook_plan.hpp"

namespace lifeboat::scenarios {

/// Errors (a deployment that does not offer the block, an unknown metric) stand at the steps. The
/// runbook was checked without errors. Adds laws and the progress register to the network.
[[nodiscard]] RunbookPlan plan_runbook(const Runbook& runbook, const models::io::Calendar& calendar,
                                       const PlatformNames& names,
                                       models::CompiledPlatform& platform, const FaultPlan& faults,
                                       models::io::Problems& problems);

}  // namespace lifeboat::scenarios
