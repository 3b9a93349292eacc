#include "models/platform/front_door.hpp"

#include <algorithm>

namespace lifeboat::models {

std::vector<std::string> read_targets(io::ObjectReader& reader, const Platform& platform) {
  std::vector<std::string> targets;
  for (const io::Value& value :
       reader.one_or_more({"to", "the service that it sends to, or a list of them"})) {
    if (value.describer()) continue;
    const auto name = io::read_name(value, reader.problems());
    if (!name) continue;
    if (platform.find_service(*name) == nullptr) {
      io::unknown_name(reader.problems(), value.place(), "service", *name,
                       platform.service_names());
      continue;
    }
    if (std::find(targets.begin(), targets.end(), *name) != targets.end()) {
      reader.problems().error(value.place(), io::quote(*name) + " stands here twice");
      continue;
    }
    targets.push_back(*name);
  }
  if (!reader.describing() && !reader.has("to")) {
    reader.error("to", "a front door must send to something", "\"to\": SERVICE");
  }
  return targets;
}

void FrontDoorModel::declare(Compiler& compiler) {
  for (const std::string& operation : compiler.operations_of(site_)) {
    plans_[operation] = compiler.network().declare_plan(site_.service + "." + operation,
                                                        compiler.deployment(site_));
  }
}

sim::PlanId FrontDoorModel::plan(std::string_view operation) const {
  const auto found = plans_.find(operation);
  return found == plans_.end() ? sim::PlanId{} : found->second;
}

std::vector<std::string> FrontDoorModel::passed_on() const {
  std::vector<std::string> names;
  for (const auto& [operation, plan] : plans_) names.push_back(operation);
  return names;
}

std::string FrontDoorModel::target_of(Compiler& compiler, std::string_view operation) const {
  for (const std::string& target : targets_) {
    for (const std::string& region : compiler.regions_of(target)) {
      if (!site_.region.empty() && !region.empty() && region != site_.region) continue;
      const DeploymentSpec* there = compiler.platform().find_deployment(target, region);
      const auto operations = compiler.operations_of(there->site);
      if (std::binary_search(operations.begin(), operations.end(), operation)) return target;
    }
  }
  return {};
}

}  // namespace lifeboat::models
