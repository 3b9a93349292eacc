// How long a runbook takes at the least, from its file and the laws of what it asks for.
//
// The longest path of mean times through its steps: people who are not there yet come once, then
// the labour, then what the platform takes for it where a law says so (a promotion, a restore, a
// creation); after the step that moves names, the time until enough clients believe the new answer.
// Left out, so that the sum is too kind: what two steps of one person cost each other, retries,
// starts of tasks, replay, warm-ups.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::reports {

/// From the fault to the trigger, at best: all checks but the first fail, then the trigger lasts.
/// Nothing where no check triggers it.
[[nodiscard]] std::optional<double> detection_of(const scenarios::Scenario& scenario,
                                                 const scenarios::Runbook& runbook);

/// Seconds until the share of clients that a recovery needs (`good`) believe a changed answer: of
/// the names that requests of the slowest journey which recovery speaks of pass. 0: none.
[[nodiscard]] double names_move_within(const scenarios::Scenario& scenario,
                                       const scenarios::CompiledScenario& compiled);

/// Whether the step changes what names answer.
[[nodiscard]] bool moves_names(const scenarios::RunbookStep& step);

struct RunbookPath {
  double labour_s = 0;    ///< people who come, and their labour
  double platform_s = 0;  ///< what the platform takes
  double names_s = 0;
  std::vector<std::string> steps;
  [[nodiscard]] double seconds() const { return labour_s + platform_s + names_s; }
};

/// See the file comment: to the last step that moves names; where none does, to the longest that
/// acts and whose failure would stop the runbook.
[[nodiscard]] RunbookPath longest_path(const scenarios::Scenario& scenario,
                                       const scenarios::CompiledScenario& compiled,
                                       const scenarios::Runbook& runbook);

}  // namespace lifeboat::reports
