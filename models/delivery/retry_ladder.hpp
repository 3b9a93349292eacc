// Retry ladders: how long a service that delivers for others waits before each further attempt.
//
// A ladder is a row of phases; each says how often, and after what pause each time, a delivery is
// tried again. What is left when the last phase is over is a dead letter.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

/// `times` further attempts, each after a pause of its own draw.
struct RetryPhase {
  std::uint32_t times = 1;
  sim::Law pause;
};
using RetryLadder = std::vector<RetryPhase>;

/// Exponential with full jitter: the n-th pause is uniform on 0 to min(base x 2^(n-1), cap). At
/// most `retries`, and as many as fit into `age` by their mean times.
[[nodiscard]] RetryLadder jittered_ladder(sim::Duration base, sim::Duration cap,
                                          std::uint32_t retries, sim::Duration age);
/// `times` constant pauses that rise from `low` to `high` by equal factors.
void add_rising_pauses(RetryLadder& ladder, std::uint32_t times, sim::Duration low,
                       sim::Duration high);

/// All further attempts of the ladder, and the mean time that they take.
[[nodiscard]] std::uint32_t retries_of(const RetryLadder& ladder);
[[nodiscard]] double mean_seconds_of(const RetryLadder& ladder);

}  // namespace lifeboat::models
