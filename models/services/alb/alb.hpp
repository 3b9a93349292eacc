// The kind `alb`: an Application Load Balancer in one region.
//
// A front door: it offers every operation of the services in "to", takes a moment for each request,
// and gives up after the idle timeout (a 504, the cause "timeout"). Which task gets a request is
// the routing algorithm's choice among the tasks in service: all that have passed their checks or,
// with none of them left, all that it knows (fail-open). The checks themselves (interval, timeout,
// two thresholds, registration, deregistration delay) are run by the scheduler of the ECS service
// behind it, with the settings read here, as requests through the task's workers and processor.
//
// Its own capacity follows demand late (capacity.hpp); what is beyond it is refused.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& alb_kind();

}  // namespace lifeboat::models
