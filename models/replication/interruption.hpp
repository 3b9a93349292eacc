// An interruption: a copy, or a share of it, is gone for a drawn time and then back.
//
// What a failover inside a region looks like from outside: connections break, new ones are
// refused until the standby has taken over under the same name. Nothing is lost. It is a verb, so
// that faults and drills may cause it; asked again while one lasts, it changes nothing.
#pragma once

#include <cstdint>
#include <string>

#include "models/replication/opening.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models {

struct InterruptionPolicy {
  std::string subject;
  std::string region;
  std::string word;  ///< "failover"
  sim::RegisterId progress;
  sim::DeploymentId deployment;
  sim::Effect effect;
  sim::LawId takes;
};

struct InterruptionState {
  sim::Instant ends;
  sim::EffectId effect;
  std::uint32_t number = 0;
};

class InterruptionController final : public sim::ControllerOf<InterruptionState> {
 public:
  explicit InterruptionController(InterruptionPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/" + policy_.word; }

 protected:
  void start_with(InterruptionState&, sim::Control&) const override {}
  void wake_with(InterruptionState& state, sim::Control& control) const override;

 private:
  InterruptionPolicy policy_;
};

}  // namespace lifeboat::models
