#include "scenarios/faults/fault_selection.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lifeboat::scenarios {

std::size_t FaultSelection::of(std::size_t all) const {
  switch (mode) {
    case Mode::kAll:
      return all;
    case Mode::kCount:
      return std::min(all, static_cast<std::size_t>(number));
    case Mode::kPercent:
      return static_cast<std::size_t>(std::floor(static_cast<double>(all) * number / 100 + 1e-9));
  }
  return all;
}

namespace detail {

std::vector<sim::DeploymentId> hit_deployments(const PlannedFault& fault, std::int64_t occurrence,
                                               sim::Control& control) {
  constexpr std::uint64_t kMostServices = 1 << 16;
  std::vector<sim::DeploymentId> hit = fault.deployments;
  for (const SelectedDeployments& selected : fault.selected) {
    std::vector<std::size_t> left(selected.services.size());
    std::iota(left.begin(), left.end(), std::size_t{0});
    for (std::size_t i = 0; i < selected.count; ++i) {
      const double share =
          control.uniform(fault.name + "/selection/" + selected.target,
                          static_cast<std::uint64_t>(occurrence) * kMostServices + i);
      const auto at = static_cast<std::size_t>(share * static_cast<double>(left.size()));
      for (const sim::DeploymentId deployment : selected.services[left[at]]) {
        if (std::find(hit.begin(), hit.end(), deployment) == hit.end()) hit.push_back(deployment);
      }
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  return hit;
}

std::vector<std::uint32_t> hit_tasks(const SelectedTasks& selected, const PlannedFault& fault,
                                     std::int64_t occurrence, sim::Control& control) {
  constexpr std::uint64_t kMostTasks = 1 << 20;
  const sim::TaskGroup& group = control.network().groups[selected.group.index()];
  std::vector<std::pair<double, std::uint32_t>> running;
  for (std::uint32_t i = 0; i < group.limit; ++i) {
    const std::uint32_t task = group.first_task + i;
    if (control.task_life(task) != sim::TaskLife::kRunning) continue;
    running.emplace_back(control.uniform(fault.name + "/tasks/" + selected.service,
                                         static_cast<std::uint64_t>(occurrence) * kMostTasks + i),
                         task);
  }
  std::sort(running.begin(), running.end());
  running.resize(selected.selection.of(running.size()));
  std::vector<std::uint32_t> tasks;
  for (const auto& [share, task] : running) tasks.push_back(task);
  std::sort(tasks.begin(), tasks.end());
  return tasks;
}

}  // namespace detail
}  // namespace lifeboat::scenarios
