// Deployments of an ECS service: a new version takes the place of the old one task by task.
//
// The scheduler starts tasks of the new version while the service has at most `maximumPercent` of
// its desired count, and stops old ones while at least `minimumHealthyPercent` are healthy. The
// circuit breaker counts tasks of the new version that fail before they are healthy; a healthy one
// resets the count. At half of the desired count, at least 3 and at most 200, it ends the
// deployment, and with `rollback` the last version that was deployed whole returns in the same way.
//
// What a version is like is data: which share of its tasks fails its health checks, how fast it is,
// which share of requests it fails. A fault writes that into registers and then counts up the
// version, as a pipeline would.
//
// Sources: AWS API reference, ECS DeploymentConfiguration and DeploymentCircuitBreaker, as of
// 2026-11.
#pragma once

#include <cstdint>
#include <string>

#include "models/io/reader.hpp"
#include "models/platform/compiler.hpp"
#include "sim/network/ids.hpp"

namespace lifeboat::models::ecs {

/// `deployment`.
struct DeploymentSettings {
  double minimum_healthy = 1;  ///< of the desired count, upwards
  double maximum = 2;          ///< of the desired count, downwards
  bool breaker = false;
  bool rollback = false;
};

[[nodiscard]] DeploymentSettings read_deployment(io::ObjectReader& r);

/// What a version of the service is like; shares in millionths.
struct Version {
  static constexpr std::int64_t kWhole = 1'000'000;
  std::int64_t id = 0;
  std::int64_t unhealthy = 0;   ///< of its tasks
  std::int64_t speed = kWhole;  ///< of full speed
  std::int64_t errors = 0;      ///< of requests
};

/// Registers through which a service is deployed to: "web@sg/deployment/version" and so on.
struct DeploymentRegisters {
  sim::RegisterId version;    ///< counted up: the new version is as the next three say
  sim::RegisterId unhealthy;  ///< as Version
  sim::RegisterId speed;
  sim::RegisterId errors;
  sim::RegisterId rollback;  ///< counted up: back to the version before
  sim::RegisterId phase;     ///< kSteady ...
};
enum class DeploymentPhase : std::uint8_t { kSteady, kRollingOut, kRollingBack, kFailed };

[[nodiscard]] DeploymentRegisters add_deployment_registers(sim::NetworkBuilder& network,
                                                           const std::string& deployment);

/// Failed tasks at which the circuit breaker ends a deployment.
[[nodiscard]] std::int64_t breaker_threshold(std::int64_t desired);

/// The verb `ecsRollback`; done when the version before serves alone.
[[nodiscard]] Verb rollback_verb(const DeploymentRegisters& registers);

}  // namespace lifeboat::models::ecs
