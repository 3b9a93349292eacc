// State of what callers keep to themselves (sim/network/client.hpp): circuit breakers, rate
// limiters, shedders, as plain records, and the rules by which they change.
#pragma once

#include <cstdint>

#include "sim/network/client.hpp"

namespace lifeboat::sim {

/// Calls of one place in a breaker's window: one call, or those of one second.
struct BreakerCell {
  std::uint32_t calls = 0;
  std::uint32_t failures = 0;
  std::uint32_t slow = 0;
};

struct BreakerState {
  enum class Mode : std::uint8_t { kClosed, kOpen, kHalfOpen };
  std::int64_t opened = 0;    ///< when, nanoseconds
  std::int64_t second = 0;    ///< timed: of the newest cell
  BreakerCell sum;            ///< closed: over the window; half open: of the trial calls
  std::uint32_t newest = 0;   ///< cell
  std::uint32_t permits = 0;  ///< half open: trial calls that may still begin
  Mode mode = Mode::kClosed;
};

/// One copy of a breaker with its window.
class BreakerCopy {
 public:
  BreakerCopy(const Breaker& rule, BreakerState& state, BreakerCell* cells)
      : rule_(rule), state_(state), cells_(cells) {}

  /// Whether a call may begin now; one that may not is no call. Opens the trial when it is time.
  [[nodiscard]] bool permits(std::int64_t now);
  /// A call that was let through ended in `took` nanoseconds.
  void heard(std::int64_t now, bool failed, std::int64_t took);
  /// A call that was let through will never be heard of.
  void give_back();
  /// A new process: closed, nothing seen.
  void reset();

 private:
  void record(std::int64_t now, const BreakerCell& call);
  void clear_window();
  void open(std::int64_t now);
  [[nodiscard]] bool too_bad() const;

  const Breaker& rule_;
  BreakerState& state_;
  BreakerCell* cells_;
};

/// One copy of a rate limiter. Rates are per second, times in nanoseconds.
struct LimiterState {
  bool enabled = false;
  double fill_rate = 1;
  double capacity = 1;
  double tokens = 0;
  std::int64_t refilled = 0;
  double w_max = 0;  ///< rate at the last cut
  double k = 0;      ///< seconds from the last cut until that rate is reached again
  std::int64_t last_cut = 0;
  double measured = 0;  ///< rate of answers, smoothed over half seconds
  std::int64_t half_second = 0;
  double count = 0;  ///< answers since that half second began

  /// A client that begins now.
  void begin(std::int64_t now);
  /// Takes a token, or tells in how long to look again: when the next one is due, at least each
  /// half second (the rate may rise meanwhile) and at most each millisecond.
  [[nodiscard]] std::int64_t take(std::int64_t now);
  /// An answer came.
  void heard(const RateLimiter& rule, std::int64_t now, bool throttled);

 private:
  void refill(std::int64_t now);
  void measure(const RateLimiter& rule, std::int64_t now);
  void set_rate(const RateLimiter& rule, std::int64_t now, double rate);
};

/// How long a task's queue has been standing.
struct ShedState {
  static constexpr std::int64_t kNever = INT64_MAX;
  std::int64_t above_since = kNever;  ///< when the oldest was first seen to wait too long
};

}  // namespace lifeboat::sim
