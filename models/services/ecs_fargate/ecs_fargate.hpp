// The kind `ecs-fargate`: a service of containers, each task with its own processor and workers.
//
// A task has `cpu` vCPUs shared by the requests on it (each at most one vCPU at a time), a number
// of workers, a backlog for those who wait for one, and connection pools. A request is sent to a
// task in service, waits for a worker, holds it until the operation has ended, calls included, and
// uses the processor for its cpuTime. Tasks come and go by the scheduler (scheduler.hpp), which
// follows the desired count; scaling policies (models/scaling) move that.
//
// Start time of a task: LN(p50 20 s, p99 45 s) and 0.09 s per MB of image (fitted to 23 s for small
// images, AWS benchmark June 2026, and 53-62 s for 413 MB, elasticscale.com); then its own boot
// time, in which it runs and does not listen.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& ecs_fargate_kind();

}  // namespace lifeboat::models
