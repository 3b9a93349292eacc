// Compiles what a caller does about its calls (models/platform/client.hpp) into plans.
#pragma once

#include <functional>
#include <string>

#include "models/platform/operation.hpp"

namespace lifeboat::models {

/// Makes plans of one deployment's calls.
class ClientCompiler {
 public:
  ClientCompiler(Compiler& compiler, const DeploymentSite& site, const StepEmitter& emitter);

  /// Declares and defines a plan of the deployment under a name of its own.
  using SubPlan = std::function<sim::PlanId(const std::string& name,
                                            const std::function<void(sim::PlanBuilder&)>& define)>;

  /// What to call and how: the callee itself, or a plan that hedges or waits for a place.
  struct Attempt {
    sim::PlanId plan;
    sim::CallPolicy policy;
  };
  [[nodiscard]] Attempt attempt(const CallSpec& call, sim::PlanId callee, const std::string& name,
                                const SubPlan& sub_plan) const;

 private:
  [[nodiscard]] sim::CallPolicy policy(const CallSpec& call) const;
  [[nodiscard]] sim::PlanId in_bulkhead(const CallSpec& call, sim::PlanId callee,
                                        const std::string& name, const SubPlan& sub_plan) const;
  [[nodiscard]] sim::PlanId hedged(const CallSpec& call, const Attempt& inner,
                                   const std::string& name, const SubPlan& sub_plan) const;
  [[nodiscard]] sim::StationId shared_bulkhead(const CallSpec& call) const;
  [[nodiscard]] std::string whose(const std::string& callee) const;

  Compiler& compiler_;
  const DeploymentSite& site_;
  const StepEmitter& emitter_;
  sim::TaskGroupId tasks_;
};

}  // namespace lifeboat::models
