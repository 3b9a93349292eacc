// The plans of a store's operations: one each for calls without a key, and one for each key space
// that some call names with it. All of an operation have its name, and so the same luck.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/platform/kind.hpp"
#include "sim/network/builder.hpp"

namespace lifeboat::models {

struct KeyedPlan {
  std::size_t operation = 0;  ///< index
  std::string key_space;      ///< empty: evenly spread keys
  sim::PlanId plan;
};

class KeyedPlans {
 public:
  /// Of operations that have names.
  template <class Operations>
  explicit KeyedPlans(const Operations& operations) {
    for (const auto& operation : operations) names_.push_back(operation.name);
  }

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// A call to the operation with a key of that space was met (DeploymentModel::note_key); an
  /// operation that is none of these is passed over.
  void note(std::string_view operation, std::string_view key_space);
  /// Declares the plans of all that were noted, and those for calls without a key.
  void declare(sim::NetworkBuilder& network, const std::string& service, sim::DeploymentId here);
  /// Invalid where there is none.
  [[nodiscard]] sim::PlanId find(std::string_view operation, std::string_view key_space) const;
  [[nodiscard]] const std::vector<KeyedPlan>& all() const { return plans_; }
  [[nodiscard]] std::vector<sim::PlanId> ids() const;

 private:
  std::vector<std::string> names_;
  std::vector<KeyedPlan> plans_;
};

}  // namespace lifeboat::models
