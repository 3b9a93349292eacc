// A service of tasks as people describe it, read and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/platform/kind.hpp"
#include "models/platform/operation.hpp"
#include "models/scaling/scaling.hpp"
#include "models/services/ecs_fargate/deployment.hpp"
#include "sim/network/client.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models::ecs {

struct PoolSpec {
  std::string service;
  std::uint32_t max = 1;
  sim::Duration acquire_timeout = sim::Duration::infinite();
};

struct Description {
  double cpu = 1;
  double memory_gib = 2;
  double image_megabytes = 0;
  sim::Duration boot;
  sim::Duration health_grace;
  sim::Duration stop_timeout;
  bool rebalancing = true;
  sim::Law rebalancing_delay;
  sim::Law zone_loss_detection;
  std::uint32_t desired = 1;
  std::uint32_t workers = 1;
  std::uint32_t backlog = 0;
  std::vector<PoolSpec> pools;
  std::optional<ScalingSpec> scaling;
  std::optional<DeploymentSettings> deployment;
  std::optional<sim::Shedder> shedding;
  std::vector<OperationSpec> operations;

  /// The most tasks that its own file lets it run at once.
  [[nodiscard]] std::uint32_t most_tasks() const;
};

/// Problems go to the collector; against a describing value it states the parameters.
[[nodiscard]] Description read_description(const Platform& platform, const DeploymentSite& site,
                                           const io::Value& value, io::Problems& problems);

}  // namespace lifeboat::models::ecs
