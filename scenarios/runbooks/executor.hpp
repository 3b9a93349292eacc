// The executor: runs a planned runbook in a trial.
//
// One controller a runbook. People are servers: a step that needs one takes somebody of the group
// who is at the keyboard and free, otherwise pages one who is not there yet, otherwise waits its
// turn. A page is answered after a drawn time; who has answered stays for the rest of the
// incident. Labour is spent once; a retry repeats the block's call alone. A failed attempt is
// known at once.
//
// Everything that happens is logged with what released it, so that the critical path can be read
// from the trial (the events and their causes: scenarios/README.md).
#pragma once

#include <memory>
#include <vector>

#include "scenarios/runbooks/runbook_plan.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::scenarios {

/// Means over the running tasks "before fault" go back this far.
inline constexpr sim::Duration kBeforeFault = sim::Duration::minutes(5);

/// The controller "runbook/LUCK" of a plan, where LUCK is its name unless it says otherwise.
[[nodiscard]] std::shared_ptr<const sim::Controller> make_runbook_controller(RunbookPlan plan);

/// Registers whose change must wake it.
[[nodiscard]] std::vector<sim::RegisterId> watched_registers(const RunbookPlan& plan);

}  // namespace lifeboat::scenarios
