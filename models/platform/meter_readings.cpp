#include "models/platform/meter_readings.hpp"

namespace lifeboat::models {
namespace {

constexpr double kSecondsPerHour = 3600;

template <class T>
double at(const std::vector<T>& rows, std::size_t index) {
  return index < rows.size() ? static_cast<double>(rows[index]) : 0.0;
}

}  // namespace

void MeterReadings::add(const sim::TrialResult& result) {
  hours_ += result.measured.to_seconds() / kSecondsPerHour;
  entered_.resize(result.entered.size());
  for (std::size_t d = 0; d < entered_.size(); ++d) entered_[d] += result.entered[d];
  counted_.resize(result.register_growth.size());
  for (std::size_t r = 0; r < counted_.size(); ++r) counted_[r] += result.register_growth[r];
  task_seconds_.resize(result.groups.size());
  for (std::size_t g = 0; g < task_seconds_.size(); ++g) {
    task_seconds_[g] += result.groups[g].running_task_seconds;
  }
  invocations_.resize(result.environments.size());
  busy_seconds_.resize(result.environments.size());
  for (std::size_t e = 0; e < invocations_.size(); ++e) {
    invocations_[e] += result.environments[e].measured_served;
    busy_seconds_[e] += result.environments[e].measured_busy_seconds;
  }
  completions_.resize(result.stations.size());
  capacity_seconds_.resize(result.stations.size());
  for (std::size_t s = 0; s < completions_.size(); ++s) {
    completions_[s] += result.stations[s].completions;
    capacity_seconds_[s] += result.stations[s].capacity_seconds;
  }
}

double MeterReadings::counted(sim::RegisterId counter) const {
  return at(counted_, counter.index());
}

double MeterReadings::entered(sim::DeploymentId deployment) const {
  return at(entered_, deployment.index());
}

std::vector<double> MeterReadings::entered_by(sim::DeploymentId deployment,
                                              const std::vector<sim::PlanId>& plans) const {
  double all = 0;
  for (const sim::PlanId plan : plans) all += at(plan_rates_, plan.index());
  std::vector<double> parts;
  for (const sim::PlanId plan : plans) {
    const double share =
        all > 0 ? at(plan_rates_, plan.index()) / all : 1.0 / static_cast<double>(plans.size());
    parts.push_back(entered(deployment) * share);
  }
  return parts;
}

double MeterReadings::task_hours(sim::TaskGroupId group) const {
  return at(task_seconds_, group.index()) / kSecondsPerHour;
}

double MeterReadings::invocations(sim::EnvironmentId environments) const {
  return at(invocations_, environments.index());
}

double MeterReadings::busy_seconds(sim::EnvironmentId environments) const {
  return at(busy_seconds_, environments.index());
}

double MeterReadings::completions(sim::StationId station) const {
  return at(completions_, station.index());
}

double MeterReadings::capacity_hours(sim::StationId station) const {
  return at(capacity_seconds_, station.index()) / kSecondsPerHour;
}

}  // namespace lifeboat::models
