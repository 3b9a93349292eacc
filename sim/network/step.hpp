// The closed set of steps of which plans are made.
//
// A plan is what one operation does, step by step. The engine interprets plans for *tokens*
// (threads of control); a token stands on a stack of *frames*, one per call that it is inside.
// A step passes in zero time, makes the token wait (for a server, a worker, a delay, an answer)
// or fails with a cause; a failure unwinds frame by frame, giving back what each holds, to the
// nearest call that handles it.
//
// A step names its law and its probability as data, so that visit ratios and offered loads can
// be computed from the same tables that the engine runs (sim/network/flow.hpp).
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/network/ids.hpp"

namespace lifeboat::sim {

/// Why an attempt failed; each failed request has exactly one.
enum class Cause : std::uint8_t {
  kNoCause,      ///< it did not fail
  kTimeout,      ///< a caller's timer ended first
  kThrottled,    ///< a rate or concurrency limit said no (429)
  kRejected,     ///< a queue was full
  kReset,        ///< the connection broke or was refused
  kNoCapacity,   ///< no target to send to
  kStaleRegion,  ///< sent to a region that no longer answers the name
  kDependency,   ///< something that it calls is down or failed
  kAbandoned,    ///< the customer's patience ended
  kBlocked,      ///< a firewall's rule refuses this client (403)
  kBreakerOpen,  ///< a caller's circuit breaker let no call through
};
inline constexpr int kCauseCount = 11;
/// The name of a cause in result documents ("timeout", "stale-region", ...).
[[nodiscard]] std::string_view name_of(Cause cause);

enum class StepCode : std::uint8_t {
  kPlan,      ///< heads a plan: a is the plan, b its deployment, c the deployment of the gate that
              ///< it begins with; no token comes here
  kVisit,     ///< enter a station with timed servers, wait, be served for the law's time, leave
  kAcquire,   ///< take one place of a hold station (worker, connection), waiting if need be
  kRelease,   ///< give it back
  kCompute,   ///< use the law's CPU time on a shared (processor-sharing) station
  kDelay,     ///< let the law's time pass
  kThrottle,  ///< take tokens from a bucket or fail
  kPace,      ///< take tokens from a bucket, waiting for them in turn
  kGate,      ///< pass the deployment's gate: open, refusing, black hole, slow, failing
  kChoose,    ///< pick a task of a group among those in service
  kResolve,   ///< jump by the region in which this client's resolver still believes
  kSwitch,    ///< jump by the value of a register
  kBranch,    ///< jump with a probability
  kJump,      ///< jump
  kLookup,    ///< jump if the request's key is in a cache
  kFill,      ///< put the request's key into a cache
  kCall,      ///< run a plan on a new frame, with timeout, retries and a failure handler
  kReturn,    ///< end the frame well
  kFail,      ///< end the frame with a cause
  kSpawn,     ///< start a token on a plan and go on at once
  kFork,      ///< start several tokens and wait for k of them
  kPut,       ///< append a message to a buffer
  kTake,      ///< wait for messages of a buffer
  kNextMessage,  ///< stand in for the next message of the batch; jump when there is none
  kAcknowledge,  ///< delete the batch's messages
  kEnvironment,  ///< take an execution environment, starting one if the limits allow
  kVacate,       ///< give it back
  kCommit,       ///< acknowledge a write: append it to replication streams and to its record
  kPartition,    ///< take tokens from the bucket that serves the request's key, or fail
  kKeyRange,     ///< the same of partitions that may be split
  kReply,        ///< answer the caller now; what follows runs after the answer
  kRepeat,       ///< jump back a number of times
  kScreen,       ///< be counted by a rate rule; fail if it blocks the request's client
  kGuardedCall,  ///< kCall that a circuit breaker lets through, or not
  kLimit,        ///< wait for a token of the caller's own rate limiter
  kShed,         ///< fail if the service has more than enough to do
  kStillWanted,  ///< of a branch: jump if what it was begun for has gone on
  kTooOld,       ///< of a consumer: jump if its message was put longer ago than it may have been
  kRewind,       ///< of a consumer: begin its batch anew, or the first half of it alone
  kZoneGate,     ///< kGate, of the zone in which the chosen task stands
  kFetch,        ///< run a plan for the request's key, or wait for the run that is under way
};

/// One step. What a, b and c mean is said at the builder's function for the code.
struct Step {
  StepCode code = StepCode::kReturn;
  std::uint8_t flags = 0;
  std::uint16_t small = 0;
  std::uint32_t a = kNone;
  std::uint32_t b = kNone;
  std::uint32_t c = kNone;
  std::uint64_t key = 0;  ///< hash of the step's stable name: what its draws belong to
};
static_assert(sizeof(Step) == 24);

/// Step::flags: `a` is a station relative to the task that the frame chose.
inline constexpr std::uint8_t kOnTask = 1;
/// Step::flags of a call: its policy has a timeout; its caller keeps account of how its calls end
/// (a retry budget, a circuit breaker, a rate limiter); the step before it is its rate limiter's.
inline constexpr std::uint8_t kTimed = 2;
inline constexpr std::uint8_t kAccounted = 4;
inline constexpr std::uint8_t kLimited = 8;
/// Step::flags of a call: nothing but the caller's own return follows.
inline constexpr std::uint8_t kTail = 32;
/// Step::flags of a call or a delay: what follows is a look-up in a cache.
inline constexpr std::uint8_t kThenLookup = 64;
/// Step::flags of kRewind: the batch's second half goes back.
inline constexpr std::uint8_t kHalf = 16;

/// Whether the step runs a plan on a new frame and waits for its end.
[[nodiscard]] constexpr bool is_call(StepCode code) {
  return code == StepCode::kCall || code == StepCode::kGuardedCall;
}

}  // namespace lifeboat::sim
