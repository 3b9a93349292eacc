// Elementary functions with the same bits on every machine and compiler.
//
// A C library picks variants of exp and log by processor (with or without fused multiply-add),
// and their last bits differ. Sampling must not, so these use only IEEE additions,
// multiplications, divisions and square roots, in a fixed order. They need round-to-nearest and a
// build without contraction (-ffp-contract=off) and without -ffast-math.
//
// log and exp reduce their argument to a cell of a 64-entry table that the compiler itself
// computes, then take a short series. Errors, measured against long double by the tests: log and
// exp below 4 x 2^-53 of the result (log1p, expm1 and pow: see each), the quantile and the
// special functions below 1e-13.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace lifeboat::sim::math {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

namespace detail {

inline constexpr int kTableBits = 6;
inline constexpr std::size_t kTableSize = 1U << kTableBits;
// ln 2 = high + low; the last 21 mantissa bits of high are zero, so that k x high is exact.
inline constexpr double kLn2High = 0x1.62e42fee00000p-1;
inline constexpr double kLn2Low = 0x1.a39ef35793c76p-33;

// log(m) for m near 1, from log(m) = 2 atanh(s), s = (m - 1) / (m + 1); about one unit in the
// last place for m in [0.7, 1.42).
constexpr double log_series(double m) {
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  double sum = 0.0;
  for (int n = 25; n >= 3; n -= 2) sum = sum * z + 2.0 / n;
  const double half_square = 0.5 * f * f;
  return f - (half_square - s * (half_square + z * sum));
}

// The mantissa of a number in [2^-1/2, 2^1/2), cut into cells of equal width in its bits. The
// cell that holds 1 has 1 itself as its centre, so that log keeps its relative accuracy there.
inline constexpr std::uint64_t kLogOrigin = 0x3ff0000000000000 -
                                            (std::uint64_t{22} << (52 - kTableBits)) -
                                            (std::uint64_t{1} << (51 - kTableBits));

struct LogCell {
  double centre;
  double log;
};

constexpr std::array<LogCell, kTableSize> make_log_table() {
  std::array<LogCell, kTableSize> table{};
  for (std::size_t i = 0; i < kTableSize; ++i) {
    const std::uint64_t middle = kLogOrigin + (std::uint64_t{i} << (52 - kTableBits)) +
                                 (std::uint64_t{1} << (51 - kTableBits));
    const double centre = std::bit_cast<double>(middle);
    table[i] = {centre, log_series(centre)};
  }
  return table;
}
inline constexpr std::array<LogCell, kTableSize> kLogTable = make_log_table();

// 2^(i/64) by the Taylor series of exp, summed with the rounding error of its argument.
constexpr std::array<double, kTableSize> make_power_table() {
  std::array<double, kTableSize> table{};
  for (std::size_t i = 0; i < kTableSize; ++i) {
    const double share = static_cast<double>(i) / kTableSize;
    const double high = share * kLn2High;  // exact: 32 bits times 6
    const double low = share * kLn2Low;
    double sum = 0.0;
    for (int n = 24; n >= 1; --n) sum = (1.0 + sum) * (high / n);
    table[i] = 1.0 + (sum + (1.0 + sum) * low);
  }
  return table;
}
inline constexpr std::array<double, kTableSize> kPowerTable = make_power_table();

}  // namespace detail

/// Natural logarithm of a normal positive number: the fast core of log(); not for zero,
/// subnormal, negative, infinite arguments or NaN.
[[nodiscard]] constexpr double log_of_normal(double x) {
  using namespace detail;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t offset = bits - kLogOrigin;
  const std::int64_t exponent = static_cast<std::int64_t>(offset) >> 52;
  const LogCell& cell = kLogTable[(offset >> (52 - kTableBits)) % kTableSize];
  const double m = std::bit_cast<double>(bits - (static_cast<std::uint64_t>(exponent) << 52));
  const double s = (m - cell.centre) / (m + cell.centre);  // |s| <= 1/256; m - centre is exact
  const double z = s * s;
  const double k = static_cast<double>(exponent);
  const double small = (s + s) + (s + s) * z * (1.0 / 3 + z * (1.0 / 5 + z * (1.0 / 7)));
  return (k * kLn2High + cell.log) + (small + k * kLn2Low);
}

/// Natural logarithm. log(0) is -infinity, log of a negative number NaN.
[[nodiscard]] constexpr double log(double x) {
  if (!(x >= 0x1p-1022)) {
    if (x > 0) return log_of_normal(x * 0x1p54) - 54 * 0.69314718055994530942;
    return x == 0 ? -kInfinity : kNan;
  }
  return x == kInfinity ? x : log_of_normal(x);
}

/// e^x; 0 below -745.2, infinity above 709.79; results below 2^-1022 lose accuracy gradually.
[[nodiscard]] constexpr double exp(double x) {
  using namespace detail;
  if (!(x > -746.0)) return x == x ? 0.0 : x;
  if (x > 709.8) return kInfinity;
  constexpr double kCellsPerUnit = static_cast<double>(kTableSize) * 1.4426950408889634074;
  const double scaled = x * kCellsPerUnit;
  const std::int64_t cells = static_cast<std::int64_t>(scaled + (scaled < 0 ? -0.5 : 0.5));
  const double n = static_cast<double>(cells);
  // |r| <= ln 2 / 128; the products with 2^-6 ln 2 are exact in their high part.
  const double r = (x - n * (kLn2High / kTableSize)) - n * (kLn2Low / kTableSize);
  const double series =
      r + r * r * (0.5 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720)))));
  const double power = kPowerTable[static_cast<std::uint64_t>(cells) % kTableSize];
  const std::int64_t exponent = cells >> kTableBits;
  const double value = power + power * series;
  // Two steps, so that neither the scale nor a subnormal result overflows on the way.
  const std::int64_t half = exponent >> 1;
  const auto scale = [](std::int64_t e) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(e + 1023) << 52);
  };
  return value * scale(half) * scale(exponent - half);
}

/// log(1 + x), accurate for small x too; x > -1.
[[nodiscard]] double log1p(double x);
/// e^x - 1, accurate for small x too.
[[nodiscard]] double expm1(double x);
/// x^y for x >= 0; relative error about 2^-52 (1 + |y log x|).
[[nodiscard]] double pow(double x, double y);

/// log of the gamma function, x > 0.
[[nodiscard]] double log_gamma(double x);
/// The gamma function, x > 0; infinity above 171.6.
[[nodiscard]] double gamma(double x);

/// Standard normal distribution function, accurate in relative terms in the lower tail
/// (the upper tail is normal_cdf(-x)).
[[nodiscard]] double normal_cdf(double x);
/// Its inverse for p in (0, 1): Wichura's algorithm AS 241 (1988). -infinity at 0, infinity at 1.
/// For the upper tail use -normal_quantile(1 - p) with 1 - p given exactly.
[[nodiscard]] double normal_quantile(double p);

/// The distribution of the sum of `shape` exponentials of mean 1 (Erlang): P[X <= x], accurate in
/// relative terms when small. shape >= 1; O(shape).
[[nodiscard]] double erlang_cdf(int shape, double x);
/// P[X > x] of the same law, accurate in relative terms when small.
[[nodiscard]] double erlang_survival(int shape, double x);
/// The x with P[X <= x] = p where p <= 1/2, otherwise the x with P[X > x] = survival. The caller
/// gives both, p + survival = 1, so that neither tail loses digits.
[[nodiscard]] double erlang_quantile(int shape, double p, double survival);

}  // namespace lifeboat::sim::math
