// What a scenario's verdicts rest on: one parameter at a time, the values at which a verdict flips,
// and elementary effects (reports/comparison/morris.hpp).
//
// All points run the same trials with the same luck, so a difference to the base is paired. In
// this order, so that a budget ends the least first: the base; both ends of each parameter; flips,
// by bisection between the base and an end where the estimate lies on the other side of the
// threshold; trajectories. A flip between the ends that comes back before the end is not seen.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/sensitivity.hpp"
#include "reports/studies/run_input.hpp"
#include "reports/studies/run_study.hpp"

namespace lifeboat::reports {

struct SensitivityOptions {
  std::uint32_t trials = 10;
  std::uint32_t trajectories = 4;  ///< 0: no elementary effects
  bool flips = true;
  unsigned jobs = 1;
  std::optional<double> budget_s;  ///< wall-clock seconds: no point begins after it
};

/// The scenario with these --set options; nothing where they are refused.
using PrepareVariant = std::function<std::optional<RunInput>(const std::vector<std::string>& set)>;

/// `base` is the scenario itself; two trials or more.
[[nodiscard]] Sensitivity study_sensitivity(const RunInput& base, const PrepareVariant& prepare,
                                            std::vector<VariedParameter> parameters,
                                            const SensitivityOptions& options,
                                            const StudyProgress& progress = {});

}  // namespace lifeboat::reports
