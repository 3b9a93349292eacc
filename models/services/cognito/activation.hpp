// A replica pool is made to take requests.
//
// Asked to, it waits until its region's control plane answers, needs `takes`, and is active from
// then on.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::cognito {

struct ActivationPolicy {
  std::string subject;  ///< "user-pool@syd"
  std::string region;
  sim::RegisterId progress;
  sim::RegisterId active;  ///< 1: takes requests
  sim::RegisterId control_plane;
  sim::LawId takes;
};

struct ActivationState {
  sim::Instant ready;
  std::uint32_t number = 0;
};

class ActivationController final : public sim::ControllerOf<ActivationState> {
 public:
  explicit ActivationController(ActivationPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/activation"; }

 protected:
  void start_with(ActivationState&, sim::Control&) const override {}
  void wake_with(ActivationState& state, sim::Control& control) const override;

 private:
  ActivationPolicy policy_;
};

}  // namespace lifeboat::models::cognito
