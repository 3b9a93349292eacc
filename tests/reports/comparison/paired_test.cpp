// Paired differences: their intervals cover what they say, pairing shrinks them by what the common
// part of the luck is, and designs that are equal but for luck seem different as often as stated.
#include "reports/comparison/paired.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "sim/random/luck.hpp"
#include "sim/random/math.hpp"
#include "sim/trial/trial.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::tests {

namespace {

using reports::Figure;
using reports::paired_difference;
using reports::Sample;

constexpr double kConfidence = 0.95;
constexpr std::size_t kTrials = 20;

/// A standard normal number that belongs to (repetition, trial, name).
double normal(std::uint64_t repetition, std::uint64_t trial, std::uint64_t name) {
  const std::uint64_t bits = sim::mix(sim::mix(repetition, trial), name);
  return sim::math::normal_quantile((static_cast<double>(bits >> 11) + 0.5) * 0x1p-53);
}

struct Coverage {
  int covered = 0;
  int real = 0;
  double half_width = 0;
  double unpaired = 0;
};

/// What 2,000 comparisons say of a figure whose true difference is known. `draw` makes the samples
/// of one trial of both variants.
Coverage coverage(Figure::Way way, double truth, double q,
                  const std::function<void(std::uint64_t, std::uint64_t, Sample&, Sample&)>& draw) {
  constexpr int kRepetitions = 2000;
  Coverage result;
  for (std::uint64_t repetition = 0; repetition < kRepetitions; ++repetition) {
    std::vector<Sample> a(kTrials);
    std::vector<Sample> b(kTrials);
    for (std::size_t i = 0; i < kTrials; ++i) draw(repetition, i, a[i], b[i]);
    const auto difference = paired_difference(way, a, b, q, kConfidence);
    REQUIRE(difference.has_value());
    result.covered += *difference->low <= truth && truth <= *difference->high ? 1 : 0;
    result.real += difference->is_real() ? 1 : 0;
    result.half_width += (*difference->high - *difference->low) / 2 / kRepetitions;
    result.unpaired += *difference->unpaired_half_width / kRepetitions;
  }
  return result;
}

// 95 % of 2,000 is 1,900, with a standard deviation of 9.7.
constexpr int kFewest = 1861;
constexpr int kMost = 1939;

void exponentials(sim::Histogram& into, std::uint64_t key, double mean_ns, int count) {
  for (int i = 0; i < count; ++i) {
    const std::uint64_t bits = sim::mix(key, static_cast<std::uint64_t>(i));
    const double u = (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53;
    into.add(static_cast<std::int64_t>(-mean_ns * sim::math::log(u)));
  }
}

}  // namespace

TEST_CASE("the interval of a mean's difference covers as often as it says", "[property]") {
  // Two variants share a busy evening of deviation 3 and differ by 0.5, with 0.4 each of their own.
  const Coverage seen = coverage(Figure::Way::kMean, 0.5, 0,
                                 [](std::uint64_t r, std::uint64_t i, Sample& a, Sample& b) {
                                   const double evening = 3 * normal(r, i, 1);
                                   a.value = 10 + evening + 0.4 * normal(r, i, 2);
                                   b.value = 10.5 + evening + 0.4 * normal(r, i, 3);
                                 });
  CHECK(seen.covered >= kFewest);
  CHECK(seen.covered <= kMost);
  // Without pairs the deviation is sqrt(2 (9 + 0.16)), with them sqrt(2 x 0.16).
  CHECK(seen.unpaired / seen.half_width == Approx(std::sqrt(9.16 / 0.16)).epsilon(0.02));
}

TEST_CASE("so does that of a ratio of sums", "[property]") {
  // Each trial offers 900 to 1,100 requests; 2 % of them fail in one variant, 3 % in the other.
  const Coverage seen = coverage(
      Figure::Way::kRatio, 0.01, 0, [](std::uint64_t r, std::uint64_t i, Sample& a, Sample& b) {
        const double offered = 1000 + 50 * std::clamp(normal(r, i, 1), -2.0, 2.0);
        const double evening = normal(r, i, 2);
        a.denominator = b.denominator = offered;
        a.numerator = offered * (0.02 + 0.004 * evening + 0.001 * normal(r, i, 3));
        b.numerator = offered * (0.03 + 0.004 * evening + 0.001 * normal(r, i, 4));
      });
  CHECK(seen.covered >= kFewest);
  CHECK(seen.covered <= kMost);
  CHECK(seen.unpaired / seen.half_width == Approx(std::sqrt(17.0)).epsilon(0.05));
}

TEST_CASE("so does that of a pooled quantile", "[property]") {
  // Exponential latencies of 100 and 110 ms, half of them with bits in common: p90 is -log(0.1)
  // times the mean.
  const double truth = 0.010 * std::log(10.0);
  const Coverage seen = coverage(Figure::Way::kQuantile, truth, 0.9,
                                 [](std::uint64_t r, std::uint64_t i, Sample& a, Sample& b) {
                                   const std::uint64_t key = sim::mix(r, i);
                                   exponentials(a.latencies, key, 100e6, 200);
                                   exponentials(a.latencies, sim::mix(key, 1), 100e6, 200);
                                   exponentials(b.latencies, key, 110e6, 200);
                                   exponentials(b.latencies, sim::mix(key, 2), 110e6, 200);
                                   a.denominator = b.denominator = 400;
                                 });
  CHECK(seen.covered >= kFewest);
  CHECK(seen.covered <= kMost);
  // Half of the variance is in common.
  CHECK(seen.unpaired / seen.half_width == Approx(std::sqrt(2.0)).epsilon(0.05));
}

TEST_CASE("designs that are equal but for luck seem different one time in twenty", "[property]") {
  // 1,000 pairs of short M/M/1 runs, each of ten trials with luck of their own: of 1,000 intervals
  // at 95 % 50 leave zero out, with a standard deviation of 6.9.
  const auto network = sim::test::single_queue(50, sim::Law::exponential(sim::test::kTenMs), 1);
  const sim::RunOptions options =
      sim::test::run_for(sim::Duration::seconds(1), sim::Duration::seconds(8));
  int different = 0;
  for (std::uint32_t pair = 0; pair < 1000; ++pair) {
    std::vector<Sample> a(10);
    std::vector<Sample> b(10);
    for (std::uint32_t i = 0; i < 20; ++i) {
      const auto result = sim::run_trial(*network, options, 20 * pair + i);
      Sample& sample = i < 10 ? a[i] : b[i - 10];
      const sim::Histogram& latency = result.journeys[0].latency;
      sample.numerator = latency.mean_seconds() * static_cast<double>(latency.count());
      sample.denominator = static_cast<double>(latency.count());
    }
    const auto difference = paired_difference(Figure::Way::kRatio, a, b, 0, kConfidence);
    different += difference->is_real() ? 1 : 0;
  }
  CHECK(different >= 25);
  CHECK(different <= 75);
}

TEST_CASE("a pair in which one variant has no settled figure is left out, and counted", "[unit]") {
  std::vector<Sample> a(4);
  std::vector<Sample> b(4);
  for (std::size_t i = 0; i < 4; ++i) {
    a[i].value = 100.0 + static_cast<double>(i);
    b[i].value = 90.0 + static_cast<double>(i);
  }
  b[1].unsettled = true;
  a[3].value = std::nullopt;
  const auto difference = paired_difference(Figure::Way::kChance, a, b, 0, kConfidence);
  REQUIRE(difference.has_value());
  CHECK(difference->pairs == 2);
  CHECK(difference->left_out == 2);
  CHECK(difference->value == -10);
  CHECK(*difference->low == -10);
  a[0].value = a[2].value = std::nullopt;
  CHECK(!paired_difference(Figure::Way::kChance, a, b, 0, kConfidence));
}

}  // namespace lifeboat::tests
