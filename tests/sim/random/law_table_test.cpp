// The compiled sampler against its law: moments by deterministic integration over the random
// bits, distribution by Kolmogorov and Smirnov, both tails exactly, and stable draws.
#include "sim/random/law_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <random>
#include <vector>

#include "sim/random/luck.hpp"
#include "tests/catch.hpp"
#include "tests/sim/random/ms.hpp"

using lifeboat::sim::Duration;
using lifeboat::sim::Law;
using lifeboat::sim::LawTable;
using lifeboat::sim::mix;
using lifeboat::sim::sample_unit_exponential;
using lifeboat::sim::test::ms;

namespace {

struct Moments {
  double mean = 0;
  double variance = 0;
};

// Integrates the sampler over all 2^64 bit patterns: in each octave of the distance to either end
// by the midpoint rule, down to a probability of 2^-64.
Moments integrate(const LawTable& table) {
  double first = 0;
  double second = 0;
  for (int side = 0; side < 2; ++side) {
    for (int octave = 1; octave <= 63; ++octave) {
      const std::uint64_t from = std::uint64_t{1} << (63 - octave);
      const std::uint64_t points = std::min<std::uint64_t>(from, octave < 17 ? 4096 : 128);
      const double weight = std::ldexp(1.0, -octave - 1) / static_cast<double>(points);
      for (std::uint64_t i = 0; i < points; ++i) {
        const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(points);
        const std::uint64_t to_end =
            from + static_cast<std::uint64_t>(static_cast<double>(from) * share);
        const double x = 1e-9 * static_cast<double>(table.sample(side == 0 ? to_end : ~to_end));
        first += weight * x;
        second += weight * x * x;
      }
    }
  }
  return {first, second - first * first};
}

void check_moments(const Law& law, double mean_error, double variance_error) {
  INFO(law.describe());
  const LawTable table(law);
  const Moments sampled = integrate(table);
  CHECK(sampled.mean == Approx(law.mean_seconds()).epsilon(mean_error));
  if (variance_error > 0) CHECK(sampled.variance == Approx(law.variance()).epsilon(variance_error));
  CHECK(table.memory_bytes() <= 16 * 1024);
}

std::vector<Law> smooth_laws() {
  return {Law::exponential(ms(10)),
          Law::erlang(ms(10), 3),
          Law::hyperexponential(ms(10), 3),
          Law::lognormal(ms(10), 0.8),
          Law::lognormal_quantiles(ms(150), ms(900)),
          Law::weibull(ms(10), 0.5),
          Law::weibull(ms(10), 4),
          Law::pareto(ms(10), 2.5),
          Law::pareto(ms(10), 1.3),
          Law::uniform(ms(5), ms(10)),
          Law::triangular(ms(0), ms(4), ms(15)),
          Law::exponential(ms(10)).scaled(3).shifted(ms(7))};
}

}  // namespace

TEST_CASE("A sampled exponential has the law's mean and variance to six digits", "[oracle]") {
  check_moments(Law::exponential(ms(10)), 1e-6, 1e-6);
  check_moments(Law::exponential(Duration::hours(5000)), 1e-6, 1e-6);
  check_moments(Law::exponential(Duration::nanoseconds(100)), 1e-4, 1e-3);
}

TEST_CASE("Sampled moments of every family agree with the law's", "[oracle]") {
  check_moments(Law::erlang(ms(10), 3), 1e-6, 1e-5);
  check_moments(Law::erlang(ms(10), 200), 1e-6, 1e-5);
  check_moments(Law::hyperexponential(ms(10), 3), 1e-6, 1e-5);
  check_moments(Law::lognormal(ms(10), 0.8), 1e-6, 1e-5);
  check_moments(Law::weibull(ms(10), 4), 1e-6, 1e-5);
  check_moments(Law::uniform(ms(5), ms(10)), 1e-6, 1e-5);
  check_moments(Law::triangular(ms(0), ms(4), ms(15)), 1e-6, 1e-5);
}

TEST_CASE("Sampled moments of heavy tails agree with the law's", "[oracle]") {
  check_moments(Law::hyperexponential(ms(10), 50), 1e-5, 1e-4);
  check_moments(Law::lognormal(ms(10), 20), 1e-5, 1e-3);
  check_moments(Law::weibull(ms(10), 0.2), 1e-5, 1e-4);
  check_moments(Law::weibull(ms(10), 0.1), 1e-4, 1e-3);
  check_moments(Law::pareto(ms(10), 3), 1e-5, 1e-4);
  check_moments(Law::pareto(ms(10), 2.5), 1e-5, 1e-3);
  check_moments(Law::pareto(ms(10), 1.5), 1e-4, 0);  // no variance
  check_moments(Law::pareto(ms(10), 1.3), 1e-3, 0);
}

TEST_CASE("Sampled moments of bounded laws and mixtures agree with the law's", "[oracle]") {
  check_moments(Law::exponential(ms(10)).at_least(ms(5)).at_most(ms(30)), 1e-5, 1e-4);
  check_moments(Law::lognormal(ms(10), 2).shifted(ms(-3)), 1e-5, 1e-4);
  check_moments(Law::pareto(ms(10), 1.5).at_most(ms(1000)).shifted(ms(2)), 1e-5, 1e-4);
  check_moments(Law::mixture({{0.9, Law::constant(ms(1))}, {0.1, Law::exponential(ms(100))}}), 1e-5,
                1e-4);
  check_moments(
      Law::mixture({{0.3, Law::constant(ms(1))}, {0.3, Law::constant(ms(9))}, {0.4, Law()}}), 1e-3,
      1e-3);
}

TEST_CASE("Draws follow the distribution function", "[oracle]") {
  // Kolmogorov and Smirnov: P[D sqrt(n) > 2.5] = 2 exp(-2 x 2.5^2) = 7e-6 a law, 12 laws.
  constexpr int kDraws = 20'000;
  std::uint64_t key = 0;
  for (const Law& law : smooth_laws()) {
    INFO(law.describe());
    const LawTable table(law);
    std::vector<double> draws;
    std::mt19937_64 random(++key);
    for (int i = 0; i < kDraws; ++i) {
      draws.push_back(1e-9 * static_cast<double>(table.sample(random())));
    }
    std::sort(draws.begin(), draws.end());
    double distance = 0;
    for (int i = 0; i < kDraws; ++i) {
      const double f = law.cdf(draws[static_cast<std::size_t>(i)]);
      distance = std::max({distance, f - i / double{kDraws}, (i + 1) / double{kDraws} - f});
    }
    CHECK(distance * std::sqrt(kDraws) < 2.5);
  }
}

TEST_CASE("A draw stays close to the exact quantile of its bits, everywhere", "[property]") {
  // The line of a cell misses a quantile by less than 0.4 %, and an exponential's by 1e-4 means.
  for (const Law& law : smooth_laws()) {
    INFO(law.describe());
    const LawTable table(law);
    std::mt19937_64 random(9);
    for (int i = 0; i < 3000; ++i) {
      std::uint64_t bits = random() >> (random() % 64);
      if (random() % 2 == 0) bits = ~bits;
      const bool upper = (bits >> 63) != 0;
      const double p = (std::ldexp(static_cast<double>(upper ? ~bits : bits), -64) + 0x1p-65);
      const double exact = std::min(upper ? law.upper_quantile_seconds(p) : law.quantile_seconds(p),
                                    Law::kLongestDraw.to_seconds());
      const double drawn = 1e-9 * static_cast<double>(table.sample(bits));
      if (std::abs(drawn - exact) > 0.004 * exact + 1e-9) {
        CAPTURE(bits, exact, drawn);
        FAIL_CHECK("a draw is far from its quantile");
      }
    }
  }
  const LawTable table(Law::exponential(ms(10)));
  std::mt19937_64 random(10);
  for (int i = 0; i < 3000; ++i) {
    const std::uint64_t bits = random();
    const double exact = -10e6 * std::log1p(-std::ldexp(static_cast<double>(bits), -64));
    CHECK(std::abs(static_cast<double>(table.sample(bits)) - exact) < 10e6 * 1e-4 + 1);
  }
}

TEST_CASE("The last 2^-17 at either end is exact, to the rarest draw", "[unit]") {
  // The last of 2^64 patterns stands for the survival probability 2^-65.
  const LawTable table(Law::exponential(Duration::seconds(1)));
  CHECK(table.sample(~std::uint64_t{0}) == Approx(65 * std::log(2.0) * 1e9).epsilon(1e-9));
  CHECK(table.sample(0) == 0);
  CHECK(table.sample(~std::uint64_t{1'000'000}) ==
        Approx(-std::log(1'000'000.5 * 0x1p-64) * 1e9).epsilon(1e-9));
  // An hour's law of heavy tail stops at the longest draw.
  const LawTable heavy(Law::pareto(Duration::hours(1), 1.3));
  CHECK(heavy.sample(~std::uint64_t{0}) == Law::kLongestDraw.count());
}

TEST_CASE("Draws grow with the bits, so that equal luck couples two laws", "[property]") {
  for (const Law& law : smooth_laws()) {
    INFO(law.describe());
    const LawTable table(law);
    // Where cells meet, two lines may overlap by their distance from the curve.
    std::int64_t highest = 0;
    std::int64_t worst = 0;
    for (std::uint64_t i = 0; i < (1U << 16); ++i) {
      const std::int64_t x = table.sample(i << 48);
      worst = std::max(worst, highest - x);
      highest = std::max(highest, x);
    }
    CHECK(static_cast<double>(worst) < 1e9 * law.mean_seconds() * 2e-4 + 1);
  }
}

TEST_CASE("No draw leaves the law's bounds", "[property]") {
  const Law bounded = Law::lognormal(ms(10), 3).at_least(ms(2)).at_most(ms(50));
  const LawTable table(bounded);
  const LawTable jumping(Law::mixture({{0.5, Law::constant(ms(1))}, {0.5, Law::constant(ms(9))}}));
  std::mt19937_64 random(3);
  for (int i = 0; i < 200'000; ++i) {
    const std::int64_t x = table.sample(random());
    const std::int64_t y = jumping.sample(random());
    if (x < ms(2).count() || x > ms(50).count()) FAIL("a draw leaves the bounds");
    if (y != ms(1).count() && y != ms(9).count()) FAIL("a draw lies between two constants");
  }
}

TEST_CASE("A law on another scale draws the same from shared cells as from its own", "[property]") {
  for (const Law& law : smooth_laws()) {
    INFO(law.describe());
    const LawTable base(law);
    for (const double factor : {0.37, 1.0, 12.5}) {
      const Law other = law.scaled(factor);
      const auto scale = base.scale_to(other);
      REQUIRE(scale);
      CHECK(*scale == Approx(factor).epsilon(1e-11));
      const LawTable shared(base, other, *scale);
      const LawTable own(other);
      CHECK(shared.memory_bytes() == 0);
      std::mt19937_64 random(9);
      for (int i = 0; i < 2000; ++i) {
        const std::uint64_t bits = random() >> (i % 24);  // far into the lower tail too
        for (const std::uint64_t draw : {bits, ~bits}) {
          CHECK(std::abs(shared.sample(draw) - own.sample(draw)) <= 1);
        }
      }
      const Moments sampled = integrate(shared);
      CHECK(sampled.mean == Approx(other.mean_seconds()).epsilon(1e-3));
    }
  }
}

TEST_CASE("Only laws of one shape share cells", "[unit]") {
  const LawTable base(Law::lognormal(ms(10), 0.6));
  CHECK(base.scale_to(Law::lognormal(ms(200), 0.6)));
  CHECK(!base.scale_to(Law::lognormal(ms(10), 0.61)));
  CHECK(!base.scale_to(Law::lognormal(ms(10), 0.6).shifted(ms(1))));
  CHECK(!base.scale_to(Law::lognormal(ms(10), 0.6).at_most(ms(60))));
  CHECK(!base.scale_to(Law::exponential(ms(10))));
  CHECK(!base.scale_to(Law::constant(ms(10))));
  // Where a nanosecond counts, each has its own.
  CHECK(!base.scale_to(Law::lognormal(Duration::microseconds(20), 0.6)));
  CHECK(!LawTable(Law::constant(ms(10))).scale_to(Law::constant(ms(20))));
}

TEST_CASE("Constants and empirical laws draw their values", "[unit]") {
  const LawTable constant(Law::constant(ms(5)));
  CHECK(constant.memory_bytes() == 0);
  CHECK(constant.sample(constant.row(), 17) == 5'000'000);
  CHECK(constant.sample(0) == 5'000'000);
  CHECK(constant.sample(~std::uint64_t{0}) == 5'000'000);
  CHECK(LawTable().sample(123) == 0);

  const LawTable values(Law::empirical({ms(1), ms(2), ms(50)}));
  CHECK(values.sample(0) == 1'000'000);
  CHECK(values.sample(std::uint64_t{1} << 63) == 2'000'000);
  CHECK(values.sample(~std::uint64_t{0}) == 50'000'000);
  std::vector<int> counts(3);
  for (std::uint64_t i = 0; i < 30'000; ++i) {
    const std::int64_t x = values.sample(mix(1, i));
    ++counts[x == 1'000'000 ? 0 : x == 2'000'000 ? 1 : 2];
  }
  // Binomial, 4.9 standard deviations: false failure 1e-6 each.
  for (const int c : counts) CHECK(std::abs(c - 10'000) < 4.9 * std::sqrt(30'000 * 2.0 / 9));
}

TEST_CASE("A row apart from its table draws what the table does", "[unit]") {
  const LawTable table(Law::exponential(ms(10)));
  const LawTable tripled(table, Law::exponential(ms(30)), 3);
  for (const LawTable& one : {std::cref(table), std::cref(tripled)}) {
    const LawTable::Row row = one.row();
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const std::uint64_t bits = mix(2, i);
      CHECK(one.sample(row, bits) == one.sample(bits));
    }
    CHECK(one.sample(row, 5) == one.sample(5));  // beyond the cells
  }
  CHECK(static_cast<double>(tripled.sample(mix(2, 1))) ==
        Approx(3.0 * static_cast<double>(table.sample(mix(2, 1)))).epsilon(1e-6));
}

TEST_CASE("Unit exponentials are exact and have the right mean far out", "[oracle]") {
  CHECK(sample_unit_exponential(0) == Approx(0).margin(1e-15));
  CHECK(sample_unit_exponential(~std::uint64_t{0}) == Approx(64 * std::log(2.0)).epsilon(1e-14));
  std::mt19937_64 random(4);
  for (int i = 0; i < 10'000; ++i) {
    const std::uint64_t bits = random();
    const long double survival = (static_cast<long double>(~bits >> 1) + 0.5L) / 0x1p63L;
    CHECK(sample_unit_exponential(bits) ==
          Approx(static_cast<double>(-std::log(survival))).epsilon(1e-15).margin(2e-16));
  }
  // Midpoints in octaves of the survival probability s: the integral of -log(s) is 1.
  double mean = 0;
  for (int octave = 1; octave <= 60; ++octave) {
    for (int i = 0; i < 1024; ++i) {
      const double s = std::ldexp(1.0 + (i + 0.5) / 1024, -octave);
      const std::uint64_t bits = ~static_cast<std::uint64_t>(std::ldexp(s, 64));
      mean += std::ldexp(1.0 / 1024, -octave) * sample_unit_exponential(bits);
    }
  }
  CHECK(mean == Approx(1).epsilon(1e-6));
}

TEST_CASE("Draws of laws never change between versions and compilers", "[unit]") {
  const std::vector<Law> laws = smooth_laws();
  std::vector<std::uint64_t> checksums;
  for (const Law& law : laws) {
    const LawTable table(law);
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
      const std::uint64_t bits = mix(2, i);
      sum = mix(sum, static_cast<std::uint64_t>(table.sample(i % 10 == 0 ? bits >> 50 : bits)));
    }
    checksums.push_back(sum);
  }
  CHECK(checksums ==
        std::vector<std::uint64_t>{0xb90141f31b86c010, 0xce46518fe7faa89b, 0xf66e284dab6aeec2,
                                   0x38d8f4c615995079, 0x39180498d3d656f4, 0xef92faf466aee60a,
                                   0xb6c3b6f9a4f03d5, 0xd156f2c1134e2ca0, 0x4fa4ac8e0df3199e,
                                   0x2200c6fe04edfdf9, 0x3d6addea5baf5da8, 0x120110b0923e15ca});
}
