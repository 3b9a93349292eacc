// What the front doors share: "to", and a plan for each operation passed on.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/io/reader.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/kind.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models {

/// Reads "to": one service or a list; unknown names are reported.
[[nodiscard]] std::vector<std::string> read_targets(io::ObjectReader& reader,
                                                    const Platform& platform);

class FrontDoorModel : public DeploymentModel {
 public:
  FrontDoorModel(DeploymentSite site, std::vector<std::string> targets)
      : site_(std::move(site)), targets_(std::move(targets)) {}

  [[nodiscard]] std::vector<std::string> operations() const override { return {}; }
  [[nodiscard]] std::vector<std::string> fronts() const override { return targets_; }
  /// Operations that its description names (a cache's behaviours); each must be passed on.
  [[nodiscard]] virtual std::vector<OperationName> named() const { return {}; }
  /// Whether it chooses among regions, so that a target may stand in several.
  [[nodiscard]] virtual bool chooses_region() const { return false; }
  /// Declares a plan for every operation passed on.
  void declare(Compiler& compiler) override;
  [[nodiscard]] sim::PlanId plan(std::string_view operation) const override;
  [[nodiscard]] const Handles& handles() const override { return handles_; }
  /// The operations passed on, once declared.
  [[nodiscard]] std::vector<std::string> passed_on() const;

 protected:
  /// The target that offers the operation, as seen from this front door; empty if there is none.
  [[nodiscard]] std::string target_of(Compiler& compiler, std::string_view operation) const;

  DeploymentSite site_;
  std::vector<std::string> targets_;
  std::map<std::string, sim::PlanId, std::less<>> plans_;
  Handles handles_;
};

}  // namespace lifeboat::models
