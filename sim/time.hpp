// Simulated time.
//
// An Instant is a point on the clock of one trial, a Duration the distance between two. Both
// count whole nanoseconds in 64 signed bits: 292 years either way, exact sums, a total order,
// and the same bytes on every machine. They are different types, so an instant is never added
// to an instant nor passed where a duration is meant.
//
// Instant zero is the end of the warm-up; the warm-up runs in negative time.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace lifeboat::sim {

/// A length of simulated time in nanoseconds; may be negative.
class Duration {
 public:
  constexpr Duration() = default;

  static constexpr Duration nanoseconds(std::int64_t n) { return Duration{n}; }
  static constexpr Duration microseconds(std::int64_t n) { return Duration{n * 1'000}; }
  static constexpr Duration milliseconds(std::int64_t n) { return Duration{n * 1'000'000}; }
  static constexpr Duration seconds(std::int64_t n) { return Duration{n * 1'000'000'000}; }
  static constexpr Duration minutes(std::int64_t n) { return seconds(n * 60); }
  static constexpr Duration hours(std::int64_t n) { return seconds(n * 3600); }
  static constexpr Duration days(std::int64_t n) { return seconds(n * 86400); }
  /// Rounds to the nearest nanosecond; saturates beyond 292 years; a NaN becomes zero.
  static constexpr Duration from_seconds(double s) {
    const double n = s * 1e9;
    if (n != n) return Duration{0};
    if (n >= 9.2e18) return infinite();
    if (n <= -9.2e18) return Duration{-std::numeric_limits<std::int64_t>::max()};
    return Duration{static_cast<std::int64_t>(n < 0 ? n - 0.5 : n + 0.5)};
  }
  /// Longer than any run; not to be added to.
  static constexpr Duration infinite() {
    return Duration{std::numeric_limits<std::int64_t>::max()};
  }

  [[nodiscard]] constexpr std::int64_t count() const { return nanoseconds_; }
  [[nodiscard]] constexpr double to_seconds() const {
    return static_cast<double>(nanoseconds_) * 1e-9;
  }
  [[nodiscard]] constexpr bool is_infinite() const { return *this == infinite(); }

  constexpr auto operator<=>(const Duration&) const = default;
  constexpr Duration operator-() const { return Duration{-nanoseconds_}; }
  constexpr Duration& operator+=(Duration d) { return *this = *this + d; }
  constexpr Duration& operator-=(Duration d) { return *this = *this - d; }
  friend constexpr Duration operator+(Duration a, Duration b) {
    return Duration{a.nanoseconds_ + b.nanoseconds_};
  }
  friend constexpr Duration operator-(Duration a, Duration b) {
    return Duration{a.nanoseconds_ - b.nanoseconds_};
  }
  friend constexpr Duration operator*(Duration a, std::int64_t k) {
    return Duration{a.nanoseconds_ * k};
  }
  friend constexpr Duration operator*(std::int64_t k, Duration a) { return a * k; }
  /// How many whole times b fits in a, toward zero; b is not zero.
  friend constexpr std::int64_t operator/(Duration a, Duration b) {
    return a.nanoseconds_ / b.nanoseconds_;
  }
  friend constexpr Duration operator/(Duration a, std::int64_t k) {
    return Duration{a.nanoseconds_ / k};
  }

 private:
  constexpr explicit Duration(std::int64_t n) : nanoseconds_(n) {}
  std::int64_t nanoseconds_ = 0;
};

/// A point in simulated time; zero is the end of the warm-up.
class Instant {
 public:
  constexpr Instant() = default;

  static constexpr Instant origin() { return Instant{}; }
  /// Later than every event of any run: what a timer that is not set shows.
  static constexpr Instant never() { return Instant{std::numeric_limits<std::int64_t>::max()}; }
  static constexpr Instant from_nanoseconds(std::int64_t n) { return Instant{n}; }
  static constexpr Instant from_seconds(double s) {
    return Instant{Duration::from_seconds(s).count()};
  }

  [[nodiscard]] constexpr std::int64_t nanoseconds() const { return nanoseconds_; }
  [[nodiscard]] constexpr double to_seconds() const {
    return static_cast<double>(nanoseconds_) * 1e-9;
  }
  [[nodiscard]] constexpr bool is_never() const { return *this == never(); }

  constexpr auto operator<=>(const Instant&) const = default;
  constexpr Instant& operator+=(Duration d) { return *this = *this + d; }
  /// Saturates at never, so that adding an infinite duration is safe.
  friend constexpr Instant operator+(Instant t, Duration d) {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(t.nanoseconds_, d.count(), &sum)) return never();
    return Instant{sum};
  }
  friend constexpr Instant operator-(Instant t, Duration d) { return t + -d; }
  /// Saturates: from any instant it is infinitely long to never.
  friend constexpr Duration operator-(Instant a, Instant b) {
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(a.nanoseconds_, b.nanoseconds_, &difference)) {
      return a > b ? Duration::infinite() : -Duration::infinite();
    }
    return Duration::nanoseconds(difference);
  }

 private:
  constexpr explicit Instant(std::int64_t n) : nanoseconds_(n) {}
  std::int64_t nanoseconds_ = 0;
};

}  // namespace lifeboat::sim
