// Private to scenarios/faults: which of its targets' services, or of a service's tasks, a fault
// hits.
//
// A target with a selectionMode names services of which some are hit: drawn without replacement, by
// the luck of the fault, the target and the occurrence, so that they are the same for as long as it
// lasts, and others the next time.
#pragma once

#include <cstdint>
#include <vector>

#include "scenarios/faults/fault_plan.hpp"
#include "sim/control/control.hpp"

namespace lifeboat::scenarios::detail {

/// All that it names, and of each selection those that were drawn.
[[nodiscard]] std::vector<sim::DeploymentId> hit_deployments(const PlannedFault& fault,
                                                             std::int64_t occurrence,
                                                             sim::Control& control);

/// Places of the tasks that were drawn, ascending: of those that run, the ones with the least luck.
[[nodiscard]] std::vector<std::uint32_t> hit_tasks(const SelectedTasks& selected,
                                                   const PlannedFault& fault,
                                                   std::int64_t occurrence, sim::Control& control);

}  // namespace lifeboat::scenarios::detail
