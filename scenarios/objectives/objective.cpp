// What an objective means once it is read: the comparison, and the names that it may use.
#include "scenarios/objectives/objective.hpp"

#include <algorithm>

#include "models/io/suggest.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using Subject = Objective::Subject;

void check(std::vector<io::Complaint>& complaints, std::string_view what, const std::string& name,
           const std::vector<std::string>& known) {
  if (name.empty() || name == "*") return;
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  complaints.push_back({"there is no " + std::string(what) + " " + io::quote(name),
                        known.empty() ? "no name: the platform has none" : io::one_of(known),
                        io::suggest(name, known)});
}

std::vector<std::string> joined(std::vector<std::string> first,
                                const std::vector<std::string>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

bool Objective::met_by(double value) const {
  switch (compare) {
    case Compare::kLess:
      return value < threshold;
    case Compare::kLessOrEqual:
      return value <= threshold;
    case Compare::kGreater:
      return value > threshold;
    case Compare::kGreaterOrEqual:
      return value >= threshold;
  }
  return false;
}

const std::vector<std::string>& built_in_phases() {
  static const std::vector<std::string> phases{"steady", "incident", "recovery-tail"};
  return phases;
}

std::vector<io::Complaint> check_names(const Objective& objective, const ObjectiveNames& names) {
  std::vector<io::Complaint> complaints;
  switch (objective.subject) {
    case Subject::kJourney:
    case Subject::kRto:
      check(complaints, "journey", objective.name, names.journeys);
      break;
    case Subject::kRpo:
      check(complaints, "store or class", objective.name, joined(names.stores, names.classes));
      break;
    case Subject::kLost:
      check(complaints, "data class", objective.name, names.classes);
      break;
    case Subject::kService:
      check(complaints, "service", objective.name, names.services);
      check(complaints, "region", objective.region, names.regions);
      break;
    case Subject::kAvailability:
    case Subject::kErrors:
    case Subject::kBadMinutes:
    case Subject::kCost:
      break;
  }
  check(complaints, "phase", objective.phase, joined(built_in_phases(), names.phases));
  return complaints;
}

}  // namespace lifeboat::scenarios
