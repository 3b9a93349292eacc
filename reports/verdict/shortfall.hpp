// When a service has less running than its load needs.
#pragma once

#include "sim/trial/result.hpp"

namespace lifeboat::reports {

/// Processors that are used to more than this share have no time left for a burst within the
/// minute. Ours.
inline constexpr double kSpentProcessors = 0.95;

/// Whether less ran in that minute than the load needed: the processors of its tasks were spent, or
/// at its end more requests waited for a worker than there were tasks. What was turned away before
/// it came to a task does not show here, which is too kind to a service whose tasks are all gone.
[[nodiscard]] inline bool falls_short(const sim::GroupMinute& minute) {
  const auto reserved = static_cast<double>(minute.cpu_reserved);
  const bool spent =
      reserved > 0 && static_cast<double>(minute.cpu_used) > kSpentProcessors * reserved;
  return spent || minute.queued > minute.running;
}

}  // namespace lifeboat::reports
