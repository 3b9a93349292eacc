// Scaling policies that a service of tasks might have, made from what its load needs.
//
// What the load needs is measured, not guessed: trials with so many tasks that none is ever missed
// tell the processors that the same customers use, minute by minute. From those come
//
//   tracking      target tracking of the processors, on metrics of 60 s and of 20 s
//   steps         step scaling: half as many tasks more at a warm alarm, three times as many at a
//                 hot one, a fifth fewer when it is calm
//   schedule      tracking, and minima from ten minutes before each stretch of the day that needs
//                 them: what somebody would write who knows the day beforehand
//   forecast      tracking, and predictive scaling on two weeks in which every day was like this
//   mixtures      steps beside tracking, without and with the schedule
//
// Schedules and forecasts know the day, so they are a bound on what foresight is worth: a real
// history is less like the day than this one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reports/studies/run_input.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::reports {

/// Processors that a service's load uses where no task is ever missing.
struct ServiceDemand {
  double processors_per_task = 0;
  bool is_cut = false;                       ///< tasks were missing all the same: it may need more
  std::vector<std::vector<double>> minutes;  ///< by trial, by minute from time 0

  /// Over trials; as long as the longest.
  [[nodiscard]] std::vector<double> mean() const;
  /// Tasks that `processors` need at a utilization of `target`, at least one.
  [[nodiscard]] std::uint32_t tasks_for(double processors, double target) const;
};

struct CandidateLimits {
  std::uint32_t least = 1;
  std::uint32_t most = 1;
  double target = 0.6;   ///< utilization
  std::string policies;  ///< the platform's own: JSON, or empty
};

struct PolicyCandidate {
  std::string name;       ///< "steps, 20 s"
  std::string policies;   ///< JSON, the value of "policies"; empty: as the platform has it
  bool foreseen = false;  ///< it rests on knowing the day
};

/// `clock` is that of the run; without one there are no schedules and no forecasts. The first is
/// the platform's own, which is `foreseen` where its policies are. The history of a forecast is two
/// weeks of hours before the run, each day like the run's as far as that goes (other hours like its
/// first minute).
[[nodiscard]] std::vector<PolicyCandidate> policy_candidates(const ServiceDemand& demand,
                                                             const CandidateLimits& limits,
                                                             const std::optional<WallClock>& clock);

/// Whether policies (JSON, the value of "policies") rest on knowing the day.
[[nodiscard]] bool needs_foresight(const std::string& policies);

}  // namespace lifeboat::reports
