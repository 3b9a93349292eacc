// Fencing: the old primary is made to refuse writes, so that nothing is acknowledged there that
// the new one will never see.
//
// It is a call to the control plane of the old primary's region (a security group, a parameter, a
// stop), which takes effect after `takes`. Where that control plane does not answer, the call
// fails after its connect timeout and nothing is fenced.
#pragma once

#include <cstdint>
#include <string>

#include "models/replication/opening.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models {

struct FencePolicy {
  std::string subject;
  std::string region;
  sim::RegisterId progress;
  sim::RegisterId fenced;  ///< 1: writes are refused
  sim::RegisterId control_plane;
  sim::LawId takes;
  sim::Duration call_timeout = sim::Duration::seconds(60);
};

struct FenceState {
  sim::Instant ends;
  bool reached = false;
  std::uint32_t number = 0;
};

class FenceController final : public sim::ControllerOf<FenceState> {
 public:
  explicit FenceController(FencePolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/fence"; }

 protected:
  void start_with(FenceState&, sim::Control&) const override {}
  void wake_with(FenceState& state, sim::Control& control) const override;

 private:
  FencePolicy policy_;
};

}  // namespace lifeboat::models
