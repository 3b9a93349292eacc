// The load table of a scenario: what its traffic offers each deployment over what that can carry,
// on average, at the peak, and at the peak with everybody in the region that takes over.
//
// Computed from the network alone (models/platform/load_table.hpp): failures, retries and bursts
// are left out, services of tasks count with the most tasks that their policies allow, or that a
// failover's runbook asks for. One row a deployment, that of its most loaded station. A row at or
// above 1 cannot hold, whatever the luck.
#pragma once

#include <string>
#include <vector>

#include "reports/studies/run_input.hpp"
#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::reports {

/// The region that serves after a failover: the one that the first runbook activates, else the
/// first that no fault takes down where one takes a region down; else empty.
[[nodiscard]] std::string region_after_failover(const scenarios::Scenario& scenario,
                                                const scenarios::FaultPlan& faults);

/// Deployments in file order; those that no request reaches are left out.
[[nodiscard]] std::vector<LoadRow> load_rows(const scenarios::Scenario& scenario,
                                             const scenarios::CompiledScenario& compiled);

/// A warning for each deployment that is offered more than it can carry.
[[nodiscard]] std::vector<Finding> overload_findings(const std::vector<LoadRow>& rows);

}  // namespace lifeboat::reports
