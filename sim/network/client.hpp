// What callers keep to themselves about those whom they call: retry budgets, circuit breakers, rate
// limiters; and what a service refuses when it has more than enough to do.
//
// A process keeps these in its memory, so where the caller is a task of a group each task has a
// copy of its own, new when the task is; one more serves work that stands on no task. A caller
// without tasks has one copy, as if it were a single process.
#pragma once

#include <cstdint>
#include <string>

#include "sim/network/ids.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

struct Network;

/// Whose copies there are, and where their states stand.
struct ClientCopies {
  TaskGroupId tasks;             ///< one for each of its task places; invalid: a single one
  std::uint32_t first = 0;       ///< index of the first state; set by the builder
  std::uint32_t first_task = 0;  ///< of the group; set by the builder
  std::uint32_t count = 1;       ///< set by the builder; the last serves who stands on no task
};

/// Retry quota of a client: a retry costs, a success pays back.
struct RetryBudget {
  std::string name;
  std::uint32_t tokens = 500;
  std::uint32_t retry_cost = 5;  ///< at most 255, as the others
  std::uint32_t timeout_cost = 10;
  std::uint32_t throttled_cost = 5;
  std::uint32_t success_gain = 1;
  bool refunds = false;  ///< a retry that goes well gives back what it cost instead
  ClientCopies copies;
};

/// A circuit breaker (Resilience4j's rules). Closed, it watches how the last calls ended; when too
/// many of them failed or were slow it opens and lets none through; after a while it is half open,
/// lets a few through and decides by these. A call counts for the state that its end finds.
struct Breaker {
  std::string name;
  DeploymentId deployment;    ///< the caller's, for the incident log
  double failure_rate = 0.5;  ///< threshold
  double slow_rate = 1;       ///< threshold
  Duration slow_call = Duration::seconds(60);
  std::uint32_t window = 100;  ///< calls, or whole seconds
  bool timed = false;          ///< the window counts seconds
  std::uint32_t minimum_calls = 100;
  Duration wait_open = Duration::seconds(60);
  std::uint32_t half_open_calls = 10;
  ClientCopies copies;
  std::uint32_t first_cell = 0;  ///< of the windows; set by the builder
};

/// The client-side rate limiter of the AWS SDKs' adaptive retry mode: idle until the first
/// throttled answer, then a token bucket whose rate follows a cubic curve, as CUBIC's window does:
/// cut to `beta` of the measured rate when throttled, back to it after K = cbrt(w (1 - beta) /
/// scale) s.
struct RateLimiter {
  std::string name;
  double beta = 0.7;
  double scale = 0.4;  ///< of the cubic curve
  double least_per_second = 0.5;
  double smoothing = 0.8;  ///< weight of the newest half second in the measured rate
  ClientCopies copies;
};

/// Refusal at a task's door. Ordinary requests are refused before those of critical journeys.
struct Shedder {
  std::string name;
  std::uint32_t limit = kNone;                ///< requests on a task, waiting or served
  std::uint32_t ordinary_limit = kNone;       ///< the same for ordinary ones
  Duration queue_age = Duration::infinite();  ///< of the oldest that waits; ordinary ones only
  Duration interval;                          ///< for how long it must have been so
  ClientCopies copies;
};

/// How many states there are in all.
struct ClientTotals {
  std::uint32_t budgets = 0;
  std::uint32_t breakers = 0;
  std::uint32_t breaker_cells = 0;
  std::uint32_t limiters = 0;
  std::uint32_t shedders = 0;
};

/// Gives each copy its place; called by the builder when all groups are known.
void lay_out_clients(Network& network);

}  // namespace lifeboat::sim
