// What automating each step of a runbook would save: the same trials with that step automatic, with
// the same luck.
//
// First the trials as the runbook is, then with each of its people's steps automatic by itself
// (those most often on the critical path first), then in turns: of the steps that are still on the
// critical path, given those that are automatic already, the one that saves most at the median
// (then at the 95th percentile) is made automatic for good, until none saves anything by itself.
// Last, all of them at once: two branches of which each waits for the other save together only. A
// saving is a difference between runs, never a step's share of the path: another branch may take
// over, and a person who is no longer waited for may be free for something else.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "reports/comparison/automation.hpp"
#include "reports/studies/run_input.hpp"
#include "reports/studies/run_study.hpp"
#include "scenarios/runbooks/runbook.hpp"
#include "scenarios/scenario/automation.hpp"

namespace lifeboat::reports {

struct AutomationOptions {
  std::uint32_t trials = 40;
  unsigned jobs = 1;
  std::optional<double> budget_s;  ///< wall-clock seconds: nothing further begins after it
  std::string script = "10s";
};

/// The scenario with steps made automatic; throws where it cannot be prepared.
using PrepareAutomation = std::function<RunInput(const scenarios::Automation&)>;

/// `runbooks` are the scenario's.
[[nodiscard]] AutomationStudy study_automation(const std::vector<scenarios::Runbook>& runbooks,
                                               const PrepareAutomation& prepare,
                                               const AutomationOptions& options,
                                               const StudyProgress& progress = {});

}  // namespace lifeboat::reports
