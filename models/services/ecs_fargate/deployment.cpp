#include "models/services/ecs_fargate/deployment.hpp"

#include <algorithm>

#include "sim/control/control.hpp"

namespace lifeboat::models::ecs {

DeploymentSettings read_deployment(io::ObjectReader& r) {
  constexpr std::string_view kSource =
      "AWS API reference, ECS DeploymentConfiguration, as of 2026-11";
  DeploymentSettings settings;
  settings.minimum_healthy =
      r.optional_ratio(
           {"minimumHealthyPercent", "healthy tasks to keep, of the desired count", kSource},
           io::Ratio{1}, {.min = io::Ratio{0}, .max = io::Ratio{1}})
          .value;
  settings.maximum =
      r.optional_ratio({"maximumPercent", "tasks at most, of the desired count", kSource},
                       io::Ratio{2}, {.min = io::Ratio{1}, .max = io::Ratio{2}})
          .value;
  r.section({"deploymentCircuitBreaker", "ends a deployment whose tasks fail", "", "disabled"},
            [&](io::ObjectReader& breaker) {
              settings.breaker = breaker.required_boolean({"enable", "whether it watches"});
              settings.rollback = breaker.required_boolean(
                  {"rollback", "back to the last version that was deployed whole"});
            });
  if (!r.describing() && settings.minimum_healthy >= 1 && settings.maximum <= 1) {
    r.error("maximumPercent", "no task may be started and none stopped: no deployment could begin",
            "more than 100%, or a minimumHealthyPercent below");
  }
  return settings;
}

DeploymentRegisters add_deployment_registers(sim::NetworkBuilder& network,
                                             const std::string& deployment) {
  const auto add = [&](const char* name, std::int64_t initial) {
    return network.add_register(deployment + "/deployment/" + name, initial);
  };
  DeploymentRegisters registers;
  registers.version = add("version", 0);
  registers.unhealthy = add("unhealthy", 0);
  registers.speed = add("speed", Version::kWhole);
  registers.errors = add("errors", 0);
  registers.rollback = add("rollback", 0);
  registers.phase = add("phase", 0);
  return registers;
}

std::int64_t breaker_threshold(std::int64_t desired) {
  return std::clamp<std::int64_t>((desired + 1) / 2, 3, 200);
}

Verb rollback_verb(const DeploymentRegisters& registers) {
  Verb verb;
  verb.block = "ecsRollback";
  verb.what = "deploys the version before; done when it serves alone";
  verb.begin = [registers](sim::Control& control, const VerbArguments&) {
    control.set(registers.phase, static_cast<std::int64_t>(DeploymentPhase::kRollingBack));
    control.set(registers.rollback, control.value(registers.rollback) + 1);
  };
  verb.status = [registers](sim::Control& control, const VerbArguments&) {
    return control.value(registers.phase) == static_cast<std::int64_t>(DeploymentPhase::kSteady)
               ? VerbStatus::kDone
               : VerbStatus::kRunning;
  };
  verb.changes = registers.phase;
  return verb;
}

}  // namespace lifeboat::models::ecs
