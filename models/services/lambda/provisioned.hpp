// Provisioned concurrency: environments that are kept ready, and their auto scaling.
//
// A controller keeps as many environments warm as are provisioned: it sends empty executions
// through those that are not busy often enough that none of them expires, and through new ones when
// the number has grown. A call takes any warm environment; more calls than are provisioned spill
// over to environments that start on demand, as they do at AWS.
//
// A new number is there 1 to 2 minutes after it was asked for, and a hundredth of a second more for
// each environment (6,000 a minute); none of the new ones serves before all are allocated.
//
// Source: AWS documentation, Lambda provisioned concurrency, as of 2026-11; its target tracking:
// AWS API reference.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/platform/compiler.hpp"
#include "models/scaling/delayed_capacity.hpp"
#include "models/scaling/scaler.hpp"

namespace lifeboat::models::lambda {

/// lambda:function:ProvisionedConcurrency.
extern const ScalableDimension kProvisionedConcurrency;

class ProvisionedConcurrency {
 public:
  /// Adds the station that each execution holds a place of, and the registers.
  ProvisionedConcurrency(Compiler& compiler, const DeploymentSite& site, std::uint32_t initial,
                         const std::optional<ScalingSpec>& spec);

  /// A hold station: how many executions there are.
  [[nodiscard]] sim::StationId executions() const { return executions_; }
  [[nodiscard]] const CapacityRegisters& registers() const { return registers_; }
  /// Adds the empty executions' plan and the controllers.
  void define(Compiler& compiler, const DeploymentSite& site, sim::EnvironmentId environments,
              sim::Duration idle_expiry, const std::optional<ScalingSpec>& spec) const;

 private:
  sim::StationId executions_;
  sim::PlanId warm_;
  CapacityRegisters registers_;
};

}  // namespace lifeboat::models::lambda
