// When the faults of a plan begin and how long they last, as far as the plan says so before a run.
//
// A fault's instant is its own, or follows from those that it comes after or with. A length that is
// drawn counts with its mean. Left to the run: what begins with a step of a runbook or again and
// again (a life), what ends when somebody finds it, and chances.
#pragma once

#include <optional>
#include <vector>

#include "scenarios/faults/fault_plan.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

struct FaultTime {
  std::optional<sim::Instant> begins;  ///< without jitter; nothing: known in the run alone
  std::optional<sim::Duration> lasts;  ///< nothing: without an end
  sim::Duration jitter;       ///< by so much later it may begin, with those that it waits for
  bool begins_drawn = false;  ///< `begins` rests on the mean length of another
  bool lasts_drawn = false;   ///< `lasts` is a mean
};

/// By row.
[[nodiscard]] std::vector<FaultTime> fault_times(const FaultPlan& plan);

/// When it is over at the latest; nothing: nobody knows before a run.
[[nodiscard]] std::optional<sim::Instant> latest_end(const FaultTime& time);

}  // namespace lifeboat::scenarios
