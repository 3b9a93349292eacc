// The rows of a failover, read from a trial's incident log (scenarios/README.md has its kinds).
//
// Each fault, each trigger that held, each person who was paged and each step of a runbook is a
// row. A row waited for what the log's causes name: a detection for the fault, a person for the
// detection (or for whatever released the step that needs that person), a step for what made it
// ready and for the person or the step that then kept it from beginning.
#pragma once

#include <span>
#include <vector>

#include "reports/recovery/critical_path.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::reports {

/// Rows in the order in which they appear in the log. A step that never began is left out.
[[nodiscard]] std::vector<FailoverRow> failover_rows(std::span<const sim::IncidentEvent> events);

}  // namespace lifeboat::reports
