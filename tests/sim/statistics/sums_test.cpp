// Exact sums, integrals of levels, and interval series, worked by hand.
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <type_traits>

#include "sim/statistics/integral.hpp"
#include "sim/statistics/interval_series.hpp"
#include "sim/statistics/wide_sum.hpp"
#include "tests/catch.hpp"

using lifeboat::sim::Duration;
using lifeboat::sim::Instant;
using lifeboat::sim::IntervalSeries;
using lifeboat::sim::LevelIntegral;
using lifeboat::sim::time_average;
using lifeboat::sim::WideSum;

namespace {

Instant at(std::int64_t seconds) { return Instant::origin() + Duration::seconds(seconds); }

}  // namespace

TEST_CASE("Wide sums carry into their high word", "[unit]") {
  WideSum sum;
  sum.add(~std::uint64_t{0});
  sum.add(1);
  CHECK(sum == WideSum(1, 0));
  sum += WideSum(2, 5);
  CHECK(sum == WideSum(3, 5));
  CHECK(sum - WideSum(0, 6) == WideSum(2, ~std::uint64_t{0}));
  CHECK(WideSum(1, 0) > WideSum(0, ~std::uint64_t{0}));
  CHECK(WideSum(1, 0).to_double() == 0x1p64);
  // (2^64 - 1)^2 = 2^128 - 2^65 + 1
  WideSum square;
  square.add_product(~std::uint64_t{0}, ~std::uint64_t{0});
  CHECK(square == WideSum(~std::uint64_t{0} - 1, 1));
}

TEST_CASE("Wide sums add products as long multiplication does", "[property]") {
  // Schoolbook multiplication on 32-bit halves.
  std::mt19937_64 random(1);
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t a = random() >> (random() % 64);
    const std::uint64_t b = random() >> (random() % 64);
    const std::uint64_t low_a = a & 0xffffffff;
    const std::uint64_t low_b = b & 0xffffffff;
    const std::uint64_t high_a = a >> 32;
    const std::uint64_t high_b = b >> 32;
    const std::uint64_t middle = high_a * low_b + (low_a * low_b >> 32);
    const std::uint64_t middle2 = low_a * high_b + (middle & 0xffffffff);
    const WideSum truth(high_a * high_b + (middle >> 32) + (middle2 >> 32), a * b);
    WideSum sum(0, 77);
    sum.add_product(a, b);
    CHECK(sum - WideSum(0, 77) == truth);
  }
}

TEST_CASE("The area under a level is exact", "[unit]") {
  static_assert(std::is_trivially_copyable_v<LevelIntegral>);
  // 0 for 10 s, 3 for 5 s, 2 for 5 s, then 4: areas 0 + 15 + 10 = 25 level-seconds.
  LevelIntegral queue{at(0)};
  queue.increase(at(10), 3);
  queue.decrease(at(15));
  queue.set(at(20), 4);
  CHECK(queue.area(at(20)).to_double() == 25e9);
  CHECK(queue.area(at(21)).to_double() == 29e9);
  CHECK(time_average(queue.area(at(20)), Duration::seconds(20)) == Approx(1.25));
  CHECK(queue.close(at(22)).to_double() == 33e9);
  CHECK(queue.level() == 4);
  CHECK(queue.area(at(22)) == WideSum{});
  CHECK(queue.close(at(23)).to_double() == 4e9);
  CHECK(time_average(WideSum(0, 5), Duration{}) == 0);
}

TEST_CASE("Areas begin in the warm-up and pass what 64 bits hold", "[unit]") {
  // A million waiting for 200 years: 6.3e24 level-nanoseconds.
  LevelIntegral queue{at(-100), 1'000'000};
  const Instant end = at(-100) + Duration::days(73050);
  CHECK(queue.area(end).to_double() == Approx(1e6 * 73050.0 * 86400e9).epsilon(1e-15));
  CHECK(queue.area(end).high() > 0);
}

TEST_CASE("Closing at any instants splits an area without loss", "[property]") {
  std::mt19937_64 random(2);
  LevelIntegral whole{at(0), 5};
  LevelIntegral split{at(0), 5};
  WideSum closed;
  Instant now = at(0);
  for (int i = 0; i < 1000; ++i) {
    now += Duration::nanoseconds(static_cast<std::int64_t>(random() % 1'000'000'000'000));
    const std::uint64_t level = random() % 1000;
    whole.set(now, level);
    split.set(now, level);
    if (random() % 4 == 0) closed += split.close(now);
  }
  closed += split.close(now);
  CHECK(closed == whole.area(now));
}

TEST_CASE("Instants find the cell of their interval", "[unit]") {
  // Intervals [-10, 0), [0, 10), [10, 20), [20, 30) cover 35 s with a fourth.
  IntervalSeries<int> series(at(-10), Duration::seconds(10), Duration::seconds(35));
  CHECK(series.size() == 4);
  CHECK(series.find(at(-11)) == nullptr);
  CHECK(series.find(at(30)) == nullptr);
  *series.find(at(-10)) += 1;
  *series.find(at(0) - Duration::nanoseconds(1)) += 1;
  *series.find(at(0)) += 1;
  *series.find(at(29)) += 1;
  *series.find(at(-1)) += 1;
  CHECK(series[0] == 3);
  CHECK(series[1] == 1);
  CHECK(series[2] == 0);
  CHECK(series[3] == 1);
  CHECK(series.start_of(3) == at(20));
  CHECK(series.find(at(-11)) == nullptr);
  CHECK(series.find(Instant::never()) == nullptr);
  IntervalSeries<int> none;
  CHECK(none.find(at(0)) == nullptr);
  IntervalSeries<int> exact(at(0), Duration::seconds(10), Duration::seconds(30));
  CHECK(exact.size() == 3);
  IntervalSeries<int> empty(at(0), Duration::seconds(10), Duration{});
  CHECK(empty.size() == 0);
  CHECK(empty.find(at(0)) == nullptr);
}

TEST_CASE("Series of one shape merge cell by cell, others are refused", "[unit]") {
  IntervalSeries<int> a(at(0), Duration::seconds(1), Duration::seconds(3));
  IntervalSeries<int> b = a;
  *a.find(at(1)) = 4;
  *b.find(at(1)) = 3;
  *b.find(at(2)) = 9;
  a.merge(b);
  CHECK(a.cells() == std::vector<int>{0, 7, 9});
  IntervalSeries<int> none;
  none.merge(a);
  CHECK(none.cells() == a.cells());
  IntervalSeries<int> other(at(0), Duration::seconds(1), Duration::seconds(4));
  CHECK_THROWS_AS(a.merge(other), std::invalid_argument);
  IntervalSeries<int> later(at(1), Duration::seconds(1), Duration::seconds(3));
  CHECK_THROWS_AS(a.merge(later), std::invalid_argument);
}

TEST_CASE("A series that cannot be laid out is refused", "[unit]") {
  using Series = IntervalSeries<char>;
  CHECK_THROWS_AS(Series(at(0), Duration{}, Duration::seconds(1)), std::invalid_argument);
  CHECK_THROWS_AS(Series(at(0), Duration::seconds(-1), Duration::seconds(1)),
                  std::invalid_argument);
  CHECK_THROWS_AS(Series(at(0), Duration::seconds(1), Duration::seconds(-1)),
                  std::invalid_argument);
  CHECK_THROWS_AS(Series(at(0), Duration::seconds(1), Duration::infinite()), std::invalid_argument);
  CHECK_THROWS_AS(Series(at(0), Duration::nanoseconds(1), Duration::days(1)),
                  std::invalid_argument);
}
