// What a runbook may ask of a service's tasks and see of them.
#pragma once

#include <string_view>

namespace lifeboat::models::ecs {

/// Metric: tasks in service that pass their checks. Those that get requests because none passes
/// (fail-open) do not count.
inline constexpr std::string_view kHealthyCount = "healthyCount";

}  // namespace lifeboat::models::ecs
