// The calls of one traced request, as a tree.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/network/ids.hpp"
#include "sim/network/step.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::xray {

/// One call. Its caller has its answer at `answered` where that is before its end: the caller's
/// timeout, or an early reply.
struct Span {
  std::uint32_t parent = sim::kNone;  ///< index in the trace; kNone: of the request itself
  sim::PlanId plan;
  sim::Instant began;
  sim::Instant answered = sim::Instant::never();
  sim::Instant ended = sim::Instant::never();
  sim::Cause answer = sim::Cause::kNoCause;
  sim::Cause end = sim::Cause::kNoCause;
  std::uint32_t task = sim::kNone;  ///< that served it, of all tasks
  std::uint32_t zone = 0;           ///< in which that stood
  std::uint32_t frame = sim::kNone;
  bool awaited = true;  ///< its caller waited for it

  [[nodiscard]] bool answered_early() const { return !answered.is_never(); }
  /// What its caller saw, and when; never: not before the trial's end.
  [[nodiscard]] sim::Instant seen_at() const { return answered_early() ? answered : ended; }
  [[nodiscard]] sim::Cause seen() const { return answered_early() ? answer : end; }
};

struct Trace {
  std::uint64_t number = 0;  ///< the request's
  sim::JourneyId journey;
  sim::Instant began;
  sim::Instant ended = sim::Instant::never();
  sim::Cause cause = sim::Cause::kNoCause;
  std::vector<Span> spans;  ///< callers before those that they call
  std::uint32_t open = 0;   ///< spans that have not ended
  bool sampled = false;     ///< otherwise it is not yet known whether it will be
};

}  // namespace lifeboat::models::xray
