#include "models/platform/keyed_plans.hpp"

#include <algorithm>

namespace lifeboat::models {

void KeyedPlans::note(std::string_view operation, std::string_view key_space) {
  const auto name = std::find(names_.begin(), names_.end(), operation);
  if (name == names_.end()) return;
  const auto index = static_cast<std::size_t>(name - names_.begin());
  const bool there = std::any_of(plans_.begin(), plans_.end(), [&](const KeyedPlan& p) {
    return p.operation == index && p.key_space == key_space;
  });
  if (!there) plans_.push_back({index, std::string(key_space), {}});
}

void KeyedPlans::declare(sim::NetworkBuilder& network, const std::string& service,
                         sim::DeploymentId here) {
  for (const std::string& name : names_) note(name, {});
  for (KeyedPlan& keyed : plans_) {
    keyed.plan = network.declare_plan(service + "." + names_[keyed.operation], here);
  }
}

sim::PlanId KeyedPlans::find(std::string_view operation, std::string_view key_space) const {
  for (const KeyedPlan& keyed : plans_) {
    if (names_[keyed.operation] == operation && keyed.key_space == key_space) return keyed.plan;
  }
  return {};
}

std::vector<sim::PlanId> KeyedPlans::ids() const {
  std::vector<sim::PlanId> ids;
  for (const KeyedPlan& keyed : plans_) ids.push_back(keyed.plan);
  return ids;
}

}  // namespace lifeboat::models
