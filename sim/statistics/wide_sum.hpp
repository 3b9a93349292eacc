// An exact sum of non-negative integers in 128 bits.
//
// Areas do not fit 64 bits (300 requests waiting for a year of nanoseconds overflow), and sums of
// doubles depend on their order. Integers do neither, so merged trials give the same bytes in any
// grouping. A trivially copyable pair of words: 10^38 before it wraps.
#pragma once

#include <compare>
#include <cstdint>

namespace lifeboat::sim {

class WideSum {
 public:
  constexpr WideSum() = default;
  constexpr WideSum(std::uint64_t high, std::uint64_t low) : high_(high), low_(low) {}

  constexpr void add(std::uint64_t n) {
    low_ += n;
    high_ += low_ < n ? 1U : 0U;
  }
  constexpr void add_product(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    add(static_cast<std::uint64_t>(product));
    high_ += static_cast<std::uint64_t>(product >> 64);
  }
  constexpr WideSum& operator+=(WideSum other) {
    add(other.low_);
    high_ += other.high_;
    return *this;
  }
  /// The difference; other must not be greater.
  constexpr WideSum& operator-=(WideSum other) {
    high_ -= other.high_ + (low_ < other.low_ ? 1U : 0U);
    low_ -= other.low_;
    return *this;
  }
  friend constexpr WideSum operator+(WideSum a, WideSum b) { return a += b; }
  friend constexpr WideSum operator-(WideSum a, WideSum b) { return a -= b; }

  [[nodiscard]] constexpr std::uint64_t high() const { return high_; }
  [[nodiscard]] constexpr std::uint64_t low() const { return low_; }
  /// Rounded twice; relative error below 2^-52.
  [[nodiscard]] constexpr double to_double() const {
    return static_cast<double>(high_) * 0x1p64 + static_cast<double>(low_);
  }

  constexpr auto operator<=>(const WideSum&) const = default;

 private:
  std::uint64_t high_ = 0;  // first, so that the default comparison is numerical
  std::uint64_t low_ = 0;
};

}  // namespace lifeboat::sim
