// The sampling rule at work, a second at a time.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/platform/counting.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::xray {

struct SamplingPolicy {
  std::string name;
  std::vector<sim::DeploymentId> entry;   ///< where requests are counted
  std::vector<sim::DeploymentId> traced;  ///< whose visits are segments
  double reservoir = 1;                   ///< a second
  double fixed_rate = 0.05;               ///< of the rest
  double segment_quota = 2600;            ///< a second
  sim::RegisterId region_up;
  sim::RegisterId traces;  ///< counts
  sim::RegisterId segments;
  sim::RegisterId lost;
};

struct SamplingState {
  std::uint64_t entered = 0;
  std::uint64_t visits = 0;
  WholeCounter traces;
  WholeCounter segments;
  WholeCounter lost;
};

/// The traces of a second with `requests` requests.
[[nodiscard]] double sampled(const SamplingPolicy& policy, double requests);

class Sampler final : public sim::ControllerOf<SamplingState> {
 public:
  explicit Sampler(SamplingPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.name + "/sampler"; }
  [[nodiscard]] const SamplingPolicy& policy() const { return policy_; }

 private:
  void start_with(SamplingState& state, sim::Control& control) const override;
  void wake_with(SamplingState& state, sim::Control& control) const override;

  SamplingPolicy policy_;
};

}  // namespace lifeboat::models::xray
