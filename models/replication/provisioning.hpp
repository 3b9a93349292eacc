// Something that is not there until it is asked for: a stack's resource, a replica pool that takes
// requests, a campaign.
//
// Asked to, the controller waits until the region's control plane answers; what was asked for is
// there after `takes`. It is asked for once.
#pragma once

#include <string>
#include <utility>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models {

struct ProvisioningPolicy {
  std::string subject;  ///< "user-pool@syd"
  std::string region;
  std::string what;    ///< "creation": names the controller, its luck and the log's rows
  std::string begins;  ///< the log's words: "training of recommendations@syd begins"
  std::string ends;
  sim::RegisterId progress;  ///< Progress
  sim::RegisterId control_plane;
  sim::LawId takes;
  sim::DeploymentId shut;  ///< whose gate is shut until then; invalid: none
  sim::RegisterId active;  ///< 1 from then on; invalid: none
};

struct ProvisioningState {
  sim::EffectId absent;
  sim::Instant ready = sim::Instant::never();
};

/// Watches `progress` and `control_plane`.
class ProvisioningController final : public sim::ControllerOf<ProvisioningState> {
 public:
  explicit ProvisioningController(ProvisioningPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/" + policy_.what; }
  [[nodiscard]] const ProvisioningPolicy& policy() const { return policy_; }

 protected:
  void start_with(ProvisioningState& state, sim::Control& control) const override;
  void wake_with(ProvisioningState& state, sim::Control& control) const override;

 private:
  ProvisioningPolicy policy_;
};

}  // namespace lifeboat::models
