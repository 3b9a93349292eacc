// Do a scenario's objectives agree with one another and with what the platform is made of? Found
// before any run, from the files alone, each finding with what to change:
//
//   an availability that one recovery as long as its own RTO allows would use up
//   an RPO below the lag of the stream that carries the data
//   a plan that cannot meet its RTO, or asks for what will not be there (plan_checks.hpp)
//   an availability above the product of the service levels that AWS promises for the kinds that
//   the platform's requests pass
#pragma once

#include <vector>

#include "reports/studies/run_input.hpp"
#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::reports {

[[nodiscard]] std::vector<Finding> consistency_findings(
    const scenarios::Scenario& scenario, const scenarios::CompiledScenario& compiled);

/// Whether the finding is one of these.
[[nodiscard]] bool is_consistency(const Finding& finding);

}  // namespace lifeboat::reports
