// The time integral of a level: requests waiting, servers busy, tasks running.
//
// The area under a step function, exact: level times nanoseconds, summed in 128 bits. Divided by
// the time it spans it is the time average, and by Little's law it is also the total time that
// requests spent there. Trivially copyable, so it may live in an arena that is snapshot by
// memcpy; areas of trials and intervals merge by addition.
#pragma once

#include <cstdint>

#include "sim/statistics/wide_sum.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

class LevelIntegral {
 public:
  constexpr LevelIntegral() = default;
  constexpr explicit LevelIntegral(Instant start, std::uint64_t level = 0)
      : since_(start), level_(level) {}

  /// The level from now on; time never goes back. A level is never negative.
  constexpr void set(Instant now, std::uint64_t level) {
    advance(now);
    level_ = level;
  }
  constexpr void increase(Instant now, std::uint64_t by = 1) { set(now, level_ + by); }
  constexpr void decrease(Instant now, std::uint64_t by = 1) { set(now, level_ - by); }

  [[nodiscard]] constexpr std::uint64_t level() const { return level_; }
  /// When the level last changed or the area was last closed.
  [[nodiscard]] constexpr Instant since() const { return since_; }

  /// Level x nanoseconds since the start, or since the last close.
  [[nodiscard]] constexpr WideSum area(Instant now) const {
    WideSum sum = area_;
    sum.add_product(level_, static_cast<std::uint64_t>((now - since_).count()));
    return sum;
  }
  /// Returns the area so far and starts a new one at `now` with the same level.
  constexpr WideSum close(Instant now) {
    advance(now);
    const WideSum closed = area_;
    area_ = WideSum{};
    return closed;
  }

 private:
  constexpr void advance(Instant now) {
    area_.add_product(level_, static_cast<std::uint64_t>((now - since_).count()));
    since_ = now;
  }

  WideSum area_;
  Instant since_;
  std::uint64_t level_ = 0;
};

/// Time average of a level with this area; zero for a span of no length.
[[nodiscard]] constexpr double time_average(WideSum area, Duration span) {
  return span > Duration{} ? area.to_double() / static_cast<double>(span.count()) : 0.0;
}

}  // namespace lifeboat::sim
