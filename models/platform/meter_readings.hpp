// What a run used, as the meters of deployments read it.
//
// A meter is a function of these readings: of counters that a trial keeps anyway (visits through a
// gate, time of tasks, invocations), summed over trials, and of the length of their measured
// windows. So metering costs nothing on the request path, and a meter is a rate: its quantity over
// the measured hours, times the 730 hours of a billing month.
//
// What is not counted apart is split: visits through a deployment's gate are counted together,
// and belong to its operations in the shares that its plans' rates say (entered_by).
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/network/ids.hpp"
#include "sim/trial/result.hpp"

namespace lifeboat::models {

/// See the file comment. Sums are of whole numbers, or are taken in the order of the trials.
class MeterReadings {
 public:
  /// `plan_rates`: executions a second by plan, to split by; may be empty (all alike).
  explicit MeterReadings(std::vector<double> plan_rates = {})
      : plan_rates_(std::move(plan_rates)) {}

  void add(const sim::TrialResult& result);

  /// Measured hours of all trials.
  [[nodiscard]] double hours() const { return hours_; }
  /// Visits that passed the deployment's gate.
  [[nodiscard]] double entered(sim::DeploymentId deployment) const;
  /// The same by plan; all plans of the deployment that begin with its gate must be given.
  [[nodiscard]] std::vector<double> entered_by(sim::DeploymentId deployment,
                                               const std::vector<sim::PlanId>& plans) const;
  /// Time that tasks of the group ran, in hours.
  [[nodiscard]] double task_hours(sim::TaskGroupId group) const;
  /// Invocations of a fleet of environments, and how long they were busy, in seconds.
  [[nodiscard]] double invocations(sim::EnvironmentId environments) const;
  [[nodiscard]] double busy_seconds(sim::EnvironmentId environments) const;
  /// By how much a register grew: what controllers count there.
  [[nodiscard]] double counted(sim::RegisterId counter) const;
  /// Visits that the station has served.
  [[nodiscard]] double completions(sim::StationId station) const;
  /// Integral of the station's servers over the time, in server-hours.
  [[nodiscard]] double capacity_hours(sim::StationId station) const;

 private:
  std::vector<double> plan_rates_;
  double hours_ = 0;
  std::vector<std::uint64_t> entered_;      // by deployment
  std::vector<double> task_seconds_;        // by task group
  std::vector<std::uint64_t> invocations_;  // by environments
  std::vector<double> busy_seconds_;        // by environments
  std::vector<std::int64_t> counted_;       // by register
  std::vector<std::uint64_t> completions_;  // by station
  std::vector<double> capacity_seconds_;    // by station
};

}  // namespace lifeboat::models
