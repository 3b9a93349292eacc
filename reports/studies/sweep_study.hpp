// A sweep: the same trials of one scenario at each value of a parameter, or of two.
//
// All points meet the same customers with the same luck, so that the step from one to the next is
// a paired difference. Points run in their order, each on all threads. Where a folder is given,
// what a point's trials said is kept there, by the fingerprint of its inputs, the seed and the
// program; a later sweep runs only the trials that are not there.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/sweep.hpp"
#include "reports/studies/run_input.hpp"
#include "reports/studies/run_study.hpp"

namespace lifeboat::reports {

struct SweepPointInput {
  std::vector<std::size_t> at;
  std::string name;
  RunInput input;
};

struct SweepOptions {
  std::uint32_t trials = 20;
  unsigned jobs = 1;
  std::optional<double> budget_s;  ///< wall-clock seconds: no second point begins after it
  std::optional<std::filesystem::path> folder;  ///< where points are kept; must be there
  std::string program;  ///< whose trials are kept: another program's are run again
};

/// One point or more, of one seed; two trials or more. `axes` are one or two. That a point
/// could not be kept is a finding.
[[nodiscard]] Sweep sweep_points(std::vector<SweepAxis> axes,
                                 const std::vector<SweepPointInput>& points,
                                 const SweepOptions& options, const StudyProgress& progress = {});

}  // namespace lifeboat::reports
