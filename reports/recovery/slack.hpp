// By how much a step of a runbook could have ended later without delaying the recovery.
//
// Read backwards from one trial's rows, along the order that the runbook asks for: the last step
// that acts on the platform before the recovery must end when it did; a step must end before those
// that come after it would have to be ready, each of which then takes what it took from ready to
// end (the wait for whoever does it among it). Times of the trial, not of the plan. What two steps
// cost each other by sharing a person is left out, so the slack is too kind to people's steps;
// fallbacks, which stand in for another step, are not followed.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "reports/recovery/critical_path.hpp"
#include "scenarios/runbooks/runbook.hpp"

namespace lifeboat::reports {

/// In seconds, by step, of those that ended in the trial; infinite for a step after which nothing
/// acts before the recovery.
[[nodiscard]] std::map<std::string, double> slacks_of(
    const std::vector<scenarios::Runbook>& runbooks, std::span<const FailoverRow> rows,
    sim::Instant recovered);

}  // namespace lifeboat::reports
