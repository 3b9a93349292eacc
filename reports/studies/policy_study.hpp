// A workbench of scaling policies: one service, the same customers, policy after policy.
//
// First trials with plenty of tasks tell what the load needs (policy_candidates.hpp); then each
// candidate meets the same trials; then a step test of those that need no foresight: the same
// platform on a day without faults, its traffic grown to a multiple within a second. A budget ends
// each of the three. Figures of a candidate, by trial:
//
//   shortfall     minutes that fall short (reports/verdict/shortfall.hpp)
//   idle          task-hours beyond what the load needs at the target
//   tasks         task-hours that ran
//   dips          how often the count fell and rose again within half an hour: flapping
//   catch-up      of the step test: minutes from the step to the end of the last minute that falls
//                 short; never, where it still does in the last minute of the test
//
// The suggestion is the one with the fewest task-hours of the candidate with the least shortfall
// and those that are surely at most kTolerated worse than it (the upper end of the paired
// difference's 95 % interval): among all, and among those that need no foresight. So few trials
// suggest the least short, and more of them may find that a cheaper one does.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison/comparison.hpp"
#include "reports/studies/policy_candidates.hpp"
#include "reports/studies/run_study.hpp"

namespace lifeboat::reports {

/// Minutes by which a suggestion may be shorter of tasks than the best. Ours.
inline constexpr double kTolerated = 1;

struct PolicyTrial {
  std::string name;
  bool foreseen = false;
  RunInput input;
  std::optional<RunInput> step;  ///< the step test's, where there is one
};

struct PolicyOptions {
  std::uint32_t trials = 10;
  unsigned jobs = 1;
  std::optional<double> budget_s;  ///< wall-clock seconds from `begun`: no trial begins after it
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  std::string service;
  std::string region;
  double target = 0.6;
  sim::Instant step_at;  ///< of the step test
  double step_factor = 10;
};

/// A mean over trials with its 95 % interval.
struct PolicyFigure {
  double mean = 0;
  std::optional<double> low;
  std::optional<double> high;
};

struct PolicyRow {
  std::string name;
  bool foreseen = false;
  Verdict verdict = Verdict::kInconclusive;
  bool has_objectives = false;
  PolicyFigure shortfall_minutes;
  PolicyFigure idle_task_hours;
  PolicyFigure task_hours;
  PolicyFigure dips;
  std::optional<double> monthly_usd;     ///< at the run's pace, where the platform is billed
  std::optional<PolicyFigure> catch_up;  ///< minutes, over the trials that caught up
  std::uint32_t caught_up = 0;           ///< of the step test's trials
  std::uint32_t step_trials = 0;
  /// Its shortfall against that of the candidate with the least.
  Difference to_least = Difference::kNone;
};

struct PolicyBench {
  std::string scenario;
  std::string title;
  std::string service;
  std::string region;
  double target = 0;
  double step_factor = 0;
  double needed_task_hours = 0;   ///< mean over trials
  std::uint32_t needed_most = 0;  ///< tasks in the worst minute of the mean
  bool needs_more = false;        ///< tasks were missing however many there were
  std::vector<PolicyRow> rows;
  std::optional<std::size_t> suggested;         ///< among all
  std::optional<std::size_t> suggested_unseen;  ///< among those that need no foresight
  Comparison comparison;  ///< every objective and figure; the first candidate is compared with
};

/// The service's deployment in a run, or null.
[[nodiscard]] const DeploymentView* find_deployment(const RunInput& input,
                                                    const std::string& service,
                                                    const std::string& region);

/// Runs trials of a platform whose service has plenty of tasks; two at least unless interrupted.
/// Throws std::invalid_argument where the service has no tasks.
[[nodiscard]] ServiceDemand measure_demand(const RunInput& plenty, const PolicyOptions& options,
                                           const StudyProgress& progress = {});

/// Two candidates or more, of one seed; as many trials as the demand has, two or more. Interrupted,
/// it has fewer.
[[nodiscard]] PolicyBench try_policies(const std::vector<PolicyTrial>& candidates,
                                       const ServiceDemand& demand, const PolicyOptions& options,
                                       const StudyProgress& progress = {});

}  // namespace lifeboat::reports
