// Can the plan work at all? Looked for before any run, from the files alone, each finding with what
// to change:
//
//   rto-against-detection    the RTO is over before the trigger can fire
//   rto-against-names        or before enough clients can know of another answer
//   rto-against-runbook      or before the steps are done, on average (runbook_path.hpp)
//   quota-against-runbook    the tasks that steps ask for, with those that run there, or those that
//                            everybody's peak would keep busy, are beyond the region's quota
//   runbook-against-faults   a step needs a control plane, or a region, that a fault takes away
#pragma once

#include <vector>

#include "reports/studies/run_input.hpp"
#include "scenarios/objectives/objective.hpp"
#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::reports {

[[nodiscard]] std::vector<Finding> plan_findings(const scenarios::Scenario& scenario,
                                                 const scenarios::CompiledScenario& compiled);

/// The strictest objective of that subject; with `whole`, of those that speak of no part (a phase,
/// a name). Null: there is none.
[[nodiscard]] const scenarios::Objective* strictest_objective(const scenarios::Scenario& scenario,
                                                              scenarios::Objective::Subject subject,
                                                              bool whole);

}  // namespace lifeboat::reports
