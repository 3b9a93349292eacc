// What a runbook may ask of a service's tasks and see of them.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/network/network.hpp"

namespace lifeboat::models::ecs {

/// Metric: tasks in service that pass their checks. Those that get requests because none passes
/// (fail-open) do not count.
inline constexpr std::string_view kHealthyCount = "healthyCount";

/// Task places beyond those that may be asked for: one a zone and one more, so that what fails can
/// be replaced.
[[nodiscard]] inline std::uint32_t spare_places(std::uint32_t zones) { return zones + 1; }

/// The most that a runbook may ask for: half as many again as the most that the service may run in
/// any region. More is refused, as there would be no places for them.
[[nodiscard]] inline std::int64_t most_askable(const sim::TaskGroup& tasks) {
  return std::int64_t{tasks.limit} - spare_places(tasks.zones);
}

}  // namespace lifeboat::models::ecs
