// Keyed luck: the mixer's avalanche, uniformity and independence, and its stability.
//
// Statistical cases use fixed keys, so they pass or fail for ever; the probability given is that
// of a failure if the mixer were ideal. The comparison generator is the standard library's.
#include "sim/random/luck.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <boost/math/distributions/chi_squared.hpp>

#include "tests/catch.hpp"

using lifeboat::sim::happens;
using lifeboat::sim::hash_name;
using lifeboat::sim::mix;
using lifeboat::sim::uniform_index;
using lifeboat::sim::unit;

namespace {

using Bits = std::function<std::uint64_t(std::uint64_t)>;

// The largest deviation, in standard deviations, of any output bit's flips from one half when any
// one input bit of the pair is flipped.
double worst_avalanche(const std::vector<std::array<std::uint64_t, 2>>& keys) {
  const double n = static_cast<double>(keys.size());
  double worst = 0;
  for (int input = 0; input < 128; ++input) {
    std::array<std::uint64_t, 64> flips{};
    for (const auto& [a, b] : keys) {
      const std::uint64_t one = std::uint64_t{1} << (input % 64);
      std::uint64_t changed = mix(a, b) ^ (input < 64 ? mix(a ^ one, b) : mix(a, b ^ one));
      for (int out = 0; out < 64; ++out, changed >>= 1)
        flips[static_cast<std::size_t>(out)] += changed & 1;
    }
    for (const std::uint64_t f : flips) {
      worst = std::max(worst, std::abs(static_cast<double>(f) - n / 2) / std::sqrt(n / 4));
    }
  }
  return worst;
}

// The chance of a chi-square statistic at least as extreme, on either side.
double two_sided_p(const std::vector<std::uint64_t>& counts) {
  double total = 0;
  for (const std::uint64_t c : counts) total += static_cast<double>(c);
  const double expected = total / static_cast<double>(counts.size());
  double statistic = 0;
  for (const std::uint64_t c : counts) {
    const double off = static_cast<double>(c) - expected;
    statistic += off * off / expected;
  }
  const boost::math::chi_squared law(static_cast<double>(counts.size() - 1));
  return 2 * std::min(cdf(law, statistic), cdf(complement(law, statistic)));
}

double uniformity_p(const Bits& draw, int shift) {
  std::vector<std::uint64_t> counts(4096);
  for (std::uint64_t i = 0; i < 4096 * 32; ++i) ++counts[(draw(i) >> shift) & 4095];
  return two_sided_p(counts);
}

// Pairs of draws on a 64 x 64 grid by their top six bits.
double independence_p(const Bits& first, const Bits& second) {
  std::vector<std::uint64_t> counts(4096);
  for (std::uint64_t i = 0; i < 4096 * 32; ++i) ++counts[(first(i) >> 58) * 64 + (second(i) >> 58)];
  return two_sided_p(counts);
}

}  // namespace

TEST_CASE("A flipped bit of either key flips each output bit half of the time", "[property]") {
  // 8,192 standardised binomials; 6.2 standard deviations: false failure 5e-6 a set of keys.
  std::vector<std::array<std::uint64_t, 2>> random_keys;
  std::mt19937_64 other(1);
  for (int i = 0; i < 4000; ++i) random_keys.push_back({other(), other()});
  CHECK(worst_avalanche(random_keys) < 6.2);
  // Small numbers, as seeds, trials and arrivals are. Multiples of 7 keep flipped keys apart.
  std::vector<std::array<std::uint64_t, 2>> small_keys;
  for (std::uint64_t i = 0; i < 64; ++i) {
    for (std::uint64_t j = 0; j < 64; ++j) small_keys.push_back({7 * i, 7 * j + (i << 32)});
  }
  // A flip can still lead from one of these keys to another, which pairs some samples.
  CHECK(worst_avalanche(small_keys) < 6.2 * std::sqrt(2.0));
}

TEST_CASE("Draws of successive keys are uniform in their high, middle and low bits", "[property]") {
  // Each p-value is uniform under the ideal: nine of them, false failure 9e-6.
  for (const int shift : {52, 26, 0}) {
    CHECK(uniformity_p([](std::uint64_t i) { return mix(42, i); }, shift) > 1e-6);
    CHECK(uniformity_p([](std::uint64_t i) { return mix(i, 42); }, shift) > 1e-6);
    CHECK(uniformity_p([](std::uint64_t i) { return mix(mix(i, 1), i << 40); }, shift) > 1e-6);
  }
}

TEST_CASE("Neighbouring keys, trials, steps and swapped keys draw independently", "[property]") {
  // Six p-values, false failure 6e-6.
  const Bits arrival = [](std::uint64_t i) { return mix(mix(1, 0), i); };
  const auto against = [&](const Bits& other) { return independence_p(arrival, other); };
  CHECK(against([](std::uint64_t i) { return mix(mix(1, 0), i + 1); }) > 1e-6);
  CHECK(against([](std::uint64_t i) { return mix(mix(1, 1), i); }) > 1e-6);
  CHECK(against([](std::uint64_t i) { return mix(mix(2, 0), i); }) > 1e-6);
  CHECK(against([](std::uint64_t i) { return mix(i, mix(1, 0)); }) > 1e-6);
  CHECK(against([&](std::uint64_t i) { return mix(arrival(i), 0); }) > 1e-6);
  const Bits step = [&](std::uint64_t i) { return mix(arrival(i), hash_name("cpu")); };
  CHECK(independence_p(step, [&](std::uint64_t i) { return mix(arrival(i), hash_name("db")); }) >
        1e-6);
}

TEST_CASE("Neither key can silence the other", "[property]") {
  // A product of zero would: try keys that cancel the constants, and the extremes.
  const std::array<std::uint64_t, 6> odd_ones{
      0, 1, ~std::uint64_t{0}, 0x6a09e667f3bcc909, 0xbb67ae8584caa73b, std::uint64_t{1} << 63};
  for (const std::uint64_t key : odd_ones) {
    std::set<std::uint64_t> by_second;
    std::set<std::uint64_t> by_first;
    for (std::uint64_t i = 0; i < 10000; ++i) {
      by_second.insert(mix(key, i));
      by_first.insert(mix(i, key));
    }
    CHECK(by_second.size() == 10000);
    CHECK(by_first.size() == 10000);
  }
}

TEST_CASE("Draws never change between versions", "[unit]") {
  CHECK(mix(0, 0) == 0x84b996c7169cd535);
  CHECK(mix(0, 1) == 0xb2cefa930195a460);
  CHECK(mix(1, 0) == 0x80b74a26f1e1fd37);
  CHECK(mix(~std::uint64_t{0}, 1) == 0x740713f11c8f645a);
  CHECK(hash_name("") == 0x21b607fcf0ed55c1);
  CHECK(hash_name("web.check-out") == 0xab755bcf7af9e434);
  static_assert(hash_name("web") != hash_name("Web"));
}

TEST_CASE("Names hash by all of their bytes and their length", "[unit]") {
  std::set<std::uint64_t> hashes;
  const std::string long_name(100, 'x');
  for (std::size_t n = 0; n <= long_name.size(); ++n)
    hashes.insert(hash_name(long_name.substr(0, n)));
  CHECK(hashes.size() == 101);
  CHECK(hash_name("a") != hash_name(std::string_view("a\0", 2)));
  CHECK(hash_name("12345678a") != hash_name("a12345678"));
}

TEST_CASE("The ends of the unit interval and of chances are exact", "[unit]") {
  CHECK(unit(0) == 0.0);
  CHECK(unit(~std::uint64_t{0}) == 1.0 - 0x1p-53);
  CHECK(unit(std::uint64_t{1} << 63) == 0.5);
  for (const std::uint64_t bits : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    CHECK(happens(bits, 1.0));
    CHECK(!happens(bits, 0.0));
    CHECK(!happens(bits, std::nan("")));
    CHECK(uniform_index(bits, 1) == 0);
  }
  CHECK(uniform_index(~std::uint64_t{0}, 7) == 6);
}
