// What this version cannot judge, said before anything runs.
#include <algorithm>

#include "reports/verdict/judge.hpp"

namespace lifeboat::reports {

using models::io::Complaint;
using scenarios::Objective;
using Measure = Objective::Measure;
using Subject = Objective::Subject;

namespace {

/// Figures that are kept for the whole run only.
bool without_phases(const RunInput& input, const Objective& objective) {
  if (objective.subject == Subject::kRto || objective.subject == Subject::kRpo ||
      objective.subject == Subject::kLost || objective.subject == Subject::kBadMinutes ||
      objective.subject == Subject::kCost) {
    return true;
  }
  if (objective.subject != Subject::kService) return false;
  const bool by_minute =
      objective.measure == Measure::kUtilization || objective.measure == Measure::kQueue;
  const bool all_tasks =
      std::all_of(input.deployments.begin(), input.deployments.end(), [&](const auto& deployment) {
        return (objective.name != "*" && deployment.service != objective.name) || deployment.tasks;
      });
  return !by_minute || !all_tasks;
}

bool has_tasks(const RunInput& input, const Objective& objective) {
  return std::any_of(input.deployments.begin(), input.deployments.end(), [&](const auto& one) {
    return (objective.name == "*" || one.service == objective.name) && one.tasks;
  });
}

bool has_buffers(const RunInput& input, const Objective& objective) {
  return std::any_of(input.deployments.begin(), input.deployments.end(), [&](const auto& one) {
    return (objective.name == "*" || one.service == objective.name) && !one.buffers.empty();
  });
}

}  // namespace

std::vector<Complaint> check_objectives(const RunInput& input) {
  std::vector<Complaint> complaints;
  for (const Objective& objective : input.objectives) {
    const std::string text = models::io::quote(objective.text) + ": ";
    const bool is_cost = objective.subject == Subject::kCost;
    if (is_cost && !input.cost) {
      complaints.push_back({text + "the platform has no \"billing\"",
                            "a platform that says what it uses: lifeboat explain usage", ""});
    }
    if (objective.per_year || (objective.per_month && !is_cost)) {
      complaints.push_back({text + "figures a year or a month weigh incidents by how often they "
                                   "happen, which comes in a later version",
                            "the objective without its period, which judges this run", ""});
    }
    if (!objective.phase.empty() && without_phases(input, objective)) {
      complaints.push_back({text + "this figure is known for the whole run only",
                            "the objective without \"during " + objective.phase + "\"", ""});
    }
    const bool short_of_tasks = objective.measure == Measure::kShortfallMinutes;
    if ((objective.window || short_of_tasks) && !has_tasks(input, objective)) {
      complaints.push_back(
          {text + (short_of_tasks ? "only a service with tasks falls short of them"
                                  : "utilization by the minute is kept for services with tasks"),
           short_of_tasks ? "utilization, queue or errors" : "\"utilization\" without max(...)",
           ""});
    }
    if (objective.measure == Measure::kBacklogAge && !has_buffers(input, objective)) {
      complaints.push_back(
          {text + "only a queue of messages has a backlog", "a queue service", ""});
    }
  }
  return complaints;
}

}  // namespace lifeboat::reports
