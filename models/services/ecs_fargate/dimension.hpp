// The desired count of an ECS service as a scalable dimension, and the metrics that scale it.
#pragma once

#include "models/scaling/scaler.hpp"

namespace lifeboat::models::ecs {

/// ecs:service:DesiredCount.
extern const ScalableDimension kTasks;

/// Processors used over processors reserved by running tasks; new tasks count from their start.
[[nodiscard]] ScaledMetric cpu_utilization(sim::TaskGroupId group, double processors_per_task,
                                           sim::RegisterId published);
/// Requests a second over running tasks; a load balancer publishes nothing without requests.
[[nodiscard]] ScaledMetric requests_per_target(sim::TaskGroupId group, double processors_per_task);

}  // namespace lifeboat::models::ecs
