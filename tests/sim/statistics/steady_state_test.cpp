// Batch means and MSER-5 on queues and series whose answers are known.
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "sim/statistics/batch_means.hpp"
#include "sim/statistics/mser.hpp"
#include "tests/catch.hpp"

using namespace lifeboat::sim;

namespace {

// Sojourn times of successive customers of an M/M/1 queue by Lindley's recursion, started in the
// steady state (wait 0 with chance 1 - rho, otherwise exponential) or empty.
std::vector<double> mm1_sojourns(std::uint64_t seed, double rho, int customers, bool steady) {
  std::mt19937_64 random(seed);
  std::exponential_distribution<double> gap(rho);
  std::exponential_distribution<double> service(1.0);
  std::exponential_distribution<double> steady_wait(1 - rho);
  double wait = 0;
  if (steady && std::uniform_real_distribution<double>(0, 1)(random) < rho) {
    wait = steady_wait(random);
  }
  std::vector<double> sojourns;
  for (int i = 0; i < customers; ++i) {
    const double sojourn = wait + service(random);
    sojourns.push_back(sojourn);
    wait = std::max(0.0, sojourn - gap(random));
  }
  return sojourns;
}

BatchMeans batches_of(const std::vector<double>& values) {
  BatchMeans batches;
  for (const double v : values) batches.add(v);
  return batches;
}

}  // namespace

TEST_CASE("Batches join in pairs and lose nothing", "[property]") {
  std::mt19937_64 random(1);
  double sum = 0;
  BatchMeans batches;
  CHECK(batches.mean() == 0);
  for (std::uint64_t n = 1; n <= 5000; ++n) {
    const double v = static_cast<double>(random() % 1000);
    batches.add(v);
    sum += v;
    REQUIRE(batches.count() == n);
    REQUIRE(batches.batch_sums().size() < BatchMeans::kMostBatches);
    REQUIRE(batches.mean() == Approx(sum / static_cast<double>(n)).epsilon(1e-13));
  }
  CHECK(batches.batch_length() == 128);  // 64 x 64 = 4096 observations fill 64 batches once more
  CHECK(batches.batch_sums().size() == 39);
}

TEST_CASE("Von Neumann's ratio, worked by hand", "[unit]") {
  // 1, 2, 3, 4: squares of steps 3, spread 5: correlation 1 - 3/10 = 0.7; variance 2/15.
  const std::array<double, 4> rising{1, 2, 3, 4};
  CHECK(neighbour_correlation(rising).correlation == Approx(0.7));
  CHECK(neighbour_correlation(rising).z == Approx(0.7 / std::sqrt(2.0 / 15)));
  const std::array<double, 4> equal{2, 2, 2, 2};
  CHECK(neighbour_correlation(equal).z == 0);
  CHECK(neighbour_correlation(std::array<double, 3>{1, 2, 3}).z == 0);
}

TEST_CASE("Independent batches pass the test of independence as often as they should",
          "[property]") {
  // One-sided 5 %: of 4,000 runs between 139 and 261 fail (5 standard deviations, 68 apart, and
  // a little for the normal approximation).
  int correlated = 0;
  for (int i = 0; i < 4000; ++i) {
    std::mt19937_64 random(static_cast<std::uint64_t>(i));
    std::normal_distribution<double> law;
    std::vector<double> values;
    for (int k = 0; k < 32; ++k) values.push_back(law(random));
    correlated += neighbour_correlation(values).z > 1.645 ? 1 : 0;
  }
  CHECK(correlated > 125);
  CHECK(correlated < 275);
}

TEST_CASE("Batch means cover the mean of short steady runs", "[property]") {
  // M/M/1 at rho 0.5, 2,000 customers: mean sojourn 2; 1,000 runs of nominal 95 % lie in 92.2 to
  // 97.5 % with false failure 8e-5.
  int covered = 0;
  int adequate = 0;
  constexpr int kRuns = 1000;
  for (int i = 0; i < kRuns; ++i) {
    const BatchEstimate e =
        batches_of(mm1_sojourns(static_cast<std::uint64_t>(i) + 1, 0.5, 2000, true)).estimate(0.95);
    covered += e.estimate.interval.contains(2.0) ? 1 : 0;
    adequate += e.adequate ? 1 : 0;
  }
  CAPTURE(covered, adequate);
  CHECK(covered >= 922);
  CHECK(covered <= 975);
  CHECK(adequate >= 900);
}

TEST_CASE("Batches that resemble their neighbours widen the interval, worked by hand", "[unit]") {
  // 1, 2, 3, 4: deviations -1.5, -0.5, 0.5, 1.5; products of neighbours 0.75 - 0.25 + 0.75 = 1.25
  // over squares of 5, plus 1/4 for the bias: r = 0.5, so the variance grows threefold.
  CHECK(widening_by_correlation(std::array<double, 4>{1, 2, 3, 4}) == Approx(std::sqrt(3.0)));
  CHECK(widening_by_correlation(std::array<double, 4>{1, 3, 1, 3}) == 1);
  CHECK(widening_by_correlation(std::array<double, 4>{2, 2, 2, 2}) == 1);
  CHECK(widening_by_correlation(std::array<double, 3>{1, 2, 3}) == 1);
  const std::array<double, 4> ones{1, 1, 1, 1};
  const std::array<double, 4> rising{1, 2, 3, 4};
  const Estimate plain = ratio_estimate(rising, ones, 0.95);
  const Estimate wide = ratio_estimate_from_batches(rising, ones, 0.95);
  CHECK(wide.value == plain.value);
  CHECK(wide.interval.half_width() ==
        Approx(std::sqrt(3.0) * plain.interval.half_width()).epsilon(1e-12));
  // Without a ratio there is still no interval.
  const std::array<double, 4> nothing{0, 0, 0, 0};
  CHECK(ratio_estimate_from_batches(nothing, nothing, 0.95).interval.contains(1e300));
}

TEST_CASE("Batches of a run that is too short are found inadequate", "[property]") {
  // At rho 0.99 the correlation time is about 20,000 customers; 2,000 of them are one excursion.
  int adequate = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    adequate += batches_of(mm1_sojourns(i + 1, 0.99, 2000, true)).estimate(0.95).adequate ? 1 : 0;
  }
  CHECK(adequate < 60);
  BatchMeans few;
  for (int i = 0; i < 7; ++i) few.add(i % 2);
  CHECK(!few.estimate(0.95).adequate);
}

TEST_CASE("Batch means give an interval about the mean of all observations", "[unit]") {
  // 100 observations: batches of 2, 50 of them; alternating values, so the batches are equal.
  BatchMeans batches;
  for (int i = 0; i < 101; ++i) batches.add(i % 2 == 0 ? 1.0 : 3.0);
  const BatchEstimate e = batches.estimate(0.95);
  CHECK(e.estimate.value == Approx(201.0 / 101));
  CHECK(e.estimate.interval.half_width() == Approx(0).margin(1e-12));
  CHECK(e.adequate);
}

TEST_CASE("MSER-5 cuts a start that is not typical", "[property]") {
  // A start that decays with time constant 60 from 10 to a mean of 0 under unit noise: what is
  // left must be close to typical, and little more may be lost.
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise;
    std::vector<double> series;
    for (int i = 0; i < 3000; ++i) series.push_back(10 * std::exp(-i / 60.0) + noise(random));
    const Truncation t = mser5(series);
    CHECK(t.settled);
    CHECK(t.cut >= 100);
    CHECK(t.cut <= 900);
    CHECK(t.cut % 5 == 0);
  }
}

TEST_CASE("the shift of MSER-5's cut tells a start from noise", "[property]") {
  int alarms = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise;
    std::vector<double> quiet;
    std::vector<double> starting;
    for (int i = 0; i < 60; ++i) {
      quiet.push_back(noise(random));
      starting.push_back(quiet.back() + 20 * std::exp(-i / 4.0));
    }
    alarms += mser5(quiet).shift > 5 ? 1 : 0;
    CHECK(mser5(starting).cut >= 5);
    CHECK(mser5(starting).shift > 5);
  }
  CHECK(alarms <= 10);  // once in 50
}

TEST_CASE("MSER-5 leaves a typical start alone and knows a run that is too short", "[property]") {
  int cut = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise;
    std::vector<double> series;
    for (int i = 0; i < 2000; ++i) series.push_back(noise(random));
    const Truncation t = mser5(series);
    cut += t.cut > 500 ? 1 : 0;
  }
  CHECK(cut < 10);
  // A queue that only grows has no steady state.
  std::vector<double> ramp;
  for (int i = 0; i < 1000; ++i) ramp.push_back(i);
  CHECK(!mser5(ramp).settled);
  CHECK(!mser5(std::vector<double>(49, 1.0)).settled);
  CHECK(mser5(std::vector<double>(50, 1.0)).settled);
  CHECK(mser5(std::vector<double>(50, 1.0)).cut == 0);
}
