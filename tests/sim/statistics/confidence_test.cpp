// Intervals against published tables, exact binomial sums and their own coverage.
//
// Coverage cases repeat an experiment with fixed seeds and count how often the interval holds the
// truth; the bounds are five standard deviations of that count around the nominal level (false
// failure 6e-7), plus what the method itself is known to miss, where said.
#include "sim/statistics/confidence.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "tests/catch.hpp"

using namespace lifeboat::sim;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// P[X >= k] for X binomial (n, p), summed term by term.
long double binomial_upper(int n, int k, long double p) {
  long double sum = 0;
  for (int i = k; i <= n; ++i) {
    sum += std::exp(std::lgamma(static_cast<long double>(n + 1)) -
                    std::lgamma(static_cast<long double>(i + 1)) -
                    std::lgamma(static_cast<long double>(n - i + 1)) + i * std::log(p) +
                    (n - i) * std::log1p(-p));
  }
  return sum;
}

// How often an experiment's interval holds the truth, in `runs` runs.
template <class Experiment>
double coverage(int runs, const Experiment& covers) {
  int hits = 0;
  for (int i = 0; i < runs; ++i) {
    std::mt19937_64 random(static_cast<std::uint64_t>(i) + 1);
    hits += covers(random) ? 1 : 0;
  }
  return static_cast<double>(hits) / runs;
}

double five_sigma(double level, int runs) { return 5 * std::sqrt(level * (1 - level) / runs); }

}  // namespace

TEST_CASE("Student's t and the normal law have their tabled quantiles", "[oracle]") {
  // Any table of the t distribution.
  CHECK(student_t_quantile(0.975, 1) == Approx(12.7062).epsilon(1e-5));
  CHECK(student_t_quantile(0.95, 5) == Approx(2.015048).epsilon(1e-6));
  CHECK(student_t_quantile(0.975, 10) == Approx(2.228139).epsilon(1e-6));
  CHECK(student_t_quantile(0.995, 39) == Approx(2.707913).epsilon(1e-6));
  CHECK(student_t_quantile(0.05, 5) == Approx(-2.015048).epsilon(1e-6));
  CHECK(student_t_quantile(0.975, kInfinity) == Approx(1.959964).epsilon(1e-6));
  CHECK(normal_quantile(0.95) == Approx(1.644854).epsilon(1e-6));
}

TEST_CASE("Chances have their tabled exact bounds", "[oracle]") {
  // Clopper and Pearson's tables: 0 of 10, 5 of 10 at 95 %.
  CHECK(chance_interval(0, 10, 0.95).low == 0);
  CHECK(chance_interval(0, 10, 0.95).high == Approx(0.3085).epsilon(1e-3));
  CHECK(chance_interval(5, 10, 0.95).low == Approx(0.1871).epsilon(1e-3));
  CHECK(chance_interval(5, 10, 0.95).high == Approx(0.8129).epsilon(1e-3));
  CHECK(chance_interval(10, 10, 0.95).high == 1);
  // Clean trials: the lower bound at error a is a^(1/n). Ten show 74 %, forty 92.8 %.
  CHECK(chance_lower_bound(10, 10, 0.05) == Approx(std::pow(0.05, 0.1)).epsilon(1e-10));
  CHECK(chance_lower_bound(40, 40, 0.05) == Approx(0.928).epsilon(1e-3));
  CHECK(chance_upper_bound(0, 40, 0.05) == Approx(1 - std::pow(0.05, 1 / 40.0)).epsilon(1e-10));
  CHECK(chance_lower_bound(0, 0, 0.05) == 0);
  CHECK(chance_upper_bound(0, 0, 0.05) == 1);
}

TEST_CASE("A chance's bound is where the binomial tail equals the error", "[oracle]") {
  for (const int n : {1, 7, 40, 200}) {
    for (int k = 1; k <= n; k += 1 + n / 9) {
      const long double p =
          chance_lower_bound(static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(n), 0.0083);
      CHECK(static_cast<double>(binomial_upper(n, k, p)) == Approx(0.0083).epsilon(1e-8));
    }
  }
}

TEST_CASE("Exact bounds never cover less than they say", "[property]") {
  for (const int n : {5, 20, 59}) {
    for (int i = 1; i < 40; ++i) {
      const double p = i / 40.0;
      long double covered = 0;
      for (int k = 0; k <= n; ++k) {
        if (chance_lower_bound(static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(n),
                               0.05) <= p) {
          covered += binomial_upper(n, k, p) - (k < n ? binomial_upper(n, k + 1, p) : 0);
        }
      }
      CHECK(static_cast<double>(covered) >= 0.95 - 1e-9);
    }
  }
}

TEST_CASE("The number of trials that would settle a chance", "[unit]") {
  // Clean trials settle 95 % when 0.95^n <= error: 59 at 5 %, 94 at a sixth of that.
  CHECK(trials_to_settle(10, 10, 0.95, 0.05, 10'000) == 59);
  CHECK(trials_to_settle(40, 40, 0.95, 0.05 / 6, 10'000) == 94);
  CHECK(trials_to_settle(0, 0, 0.95, 0.05, 10'000) == 59);
  CHECK(trials_to_settle(100, 100, 0.95, 0.05, 10'000) == 100);  // settled already
  CHECK(trials_to_settle(2, 10, 0.95, 0.05, 10'000) == 10);      // missed already
  CHECK(!trials_to_settle(95, 100, 0.95, 0.05, 100'000));        // on the line
  CHECK(!trials_to_settle(10, 10, 0.95, 0.05, 50));
  // 97 % in 100 trials against 95 %: settled later, and the bound is then passed.
  const std::uint64_t n = trials_to_settle(97, 100, 0.95, 0.05, 100'000).value();
  CHECK(n > 100);
  CHECK(chance_lower_bound(static_cast<std::uint64_t>(0.97 * static_cast<double>(n) + 0.5), n,
                           0.05) >= 0.95);
}

TEST_CASE("The mean over trials, worked by hand", "[unit]") {
  // 1, 2, 3, 4: mean 2.5, variance 5/3, error sqrt(5/12) = 0.6455, t(0.975, 3) = 3.18245.
  const std::array<double, 4> values{1, 2, 3, 4};
  const Estimate e = mean_estimate(values, 0.95);
  CHECK(e.value == Approx(2.5));
  CHECK(e.standard_error == Approx(std::sqrt(5.0 / 12)));
  CHECK(e.interval.low == Approx(2.5 - 3.182446 * std::sqrt(5.0 / 12)).epsilon(1e-6));
  CHECK(e.interval.half_width() == Approx(3.182446 * std::sqrt(5.0 / 12)).epsilon(1e-6));
  CHECK(e.trials == 4);
  CHECK(mean_estimate(std::array<double, 1>{7}, 0.95).value == 7);
  CHECK(mean_estimate(std::array<double, 1>{7}, 0.95).interval.high == kInfinity);
  CHECK(mean_estimate({}, 0.95).interval.contains(1e300));
  const std::array<double, 3> equal{5, 5, 5};
  CHECK(mean_estimate(equal, 0.95).interval.half_width() == 0);
}

TEST_CASE("A ratio over trials, worked by hand", "[unit]") {
  // y = (1, 3), x = (2, 4): 4/6. Left out: 3/4 and 1/2; off by 1/12 and -1/6. Jackknife variance
  // (1/2) (1/144 + 1/36) = 5/288.
  const std::array<double, 2> y{1, 3};
  const std::array<double, 2> x{2, 4};
  const Estimate e = ratio_estimate(y, x, 0.9);
  CHECK(e.value == Approx(2.0 / 3));
  CHECK(e.standard_error == Approx(std::sqrt(5.0 / 288)));
  CHECK(e.interval.high == Approx(2.0 / 3 + 6.313752 * std::sqrt(5.0 / 288)).epsilon(1e-6));
  const std::array<double, 2> zero{0, 0};
  CHECK(ratio_estimate(zero, zero, 0.9).interval.high == kInfinity);
  const std::array<double, 2> one_sided{0, 4};
  CHECK(ratio_estimate(y, one_sided, 0.9).interval.high == kInfinity);
  // Equal denominators: the ratio's interval is that of the mean, about a factor n/(n-1) aside.
  std::vector<double> values;
  for (int i = 0; i < 50; ++i) values.push_back(std::sin(i));
  const Estimate mean = mean_estimate(values, 0.95);
  const Estimate ratio = ratio_estimate(values, std::vector<double>(50, 1.0), 0.95);
  CHECK(ratio.value == Approx(mean.value));
  CHECK(ratio.standard_error == Approx(mean.standard_error).epsilon(1e-10));
}

TEST_CASE("Tree sums do not depend on later values and err little", "[property]") {
  std::vector<double> values(1000, 0.1);
  CHECK(tree_sum(values) == Approx(100).epsilon(1e-15));
  CHECK(tree_sum({}) == 0);
  CHECK(tree_sum(std::vector<double>{1, 2, 3, 4, 5}) == 15);
  std::vector<double> rough(4096);
  std::mt19937_64 random(1);
  long double exact = 0;
  for (double& v : rough) {
    v = std::ldexp(static_cast<double>(random()), -static_cast<int>(random() % 100));
    exact += v;
  }
  CHECK(tree_sum(rough) == Approx(static_cast<double>(exact)).epsilon(1e-15));
  // The tree over the first 64 is a subtree of the tree over 128.
  const std::span<const double> all(rough);
  CHECK(tree_sum(all.first(128)) == tree_sum(all.first(64)) + tree_sum(all.subspan(64, 64)));
}

TEST_CASE("Student's interval covers a mean of skewed trials nearly as often as it says",
          "[property]") {
  constexpr int kRuns = 4000;
  const double normal = coverage(kRuns, [](std::mt19937_64& random) {
    std::normal_distribution<double> law(3, 2);
    std::vector<double> values;
    for (int i = 0; i < 10; ++i) values.push_back(law(random));
    return mean_estimate(values, 0.95).interval.contains(3);
  });
  CHECK(std::abs(normal - 0.95) < five_sigma(0.95, kRuns));
  // Exponential trials: 40 of them lose about one point.
  const double skewed = coverage(kRuns, [](std::mt19937_64& random) {
    std::exponential_distribution<double> law(1);
    std::vector<double> values;
    for (int i = 0; i < 40; ++i) values.push_back(law(random));
    return mean_estimate(values, 0.95).interval.contains(1);
  });
  CHECK(skewed > 0.93 - five_sigma(0.95, kRuns));
  CHECK(skewed < 0.95 + five_sigma(0.95, kRuns));
}

TEST_CASE("A pooled ratio's interval covers where trials differ in size", "[property]") {
  // Each trial has its own size and its own chance (mean 0.3); the pooled ratio estimates
  // E[size x chance] / E[size] = 0.3, as they are independent.
  constexpr int kRuns = 3000;
  const double covered = coverage(kRuns, [](std::mt19937_64& random) {
    std::vector<double> good;
    std::vector<double> offered;
    for (int i = 0; i < 40; ++i) {
      const int size = 50 + static_cast<int>(random() % 400);
      const double chance = std::uniform_real_distribution<double>(0.1, 0.5)(random);
      offered.push_back(size);
      good.push_back(std::binomial_distribution<int>(size, chance)(random));
    }
    return ratio_estimate(good, offered, 0.95).interval.contains(0.3);
  });
  CHECK(covered > 0.94 - five_sigma(0.95, kRuns));
  CHECK(covered < 0.96 + five_sigma(0.95, kRuns));
}

TEST_CASE("A pooled quantile's interval covers when trials are dependent inside", "[property]") {
  // Every trial slows all of its 200 requests by its own factor; the pooled law is the mixture.
  // X = F E with F uniform on (0.5, 1.5), E exponential: quantiles of the mixture by integration.
  const auto survival = [](double x) {
    double sum = 0;
    for (int i = 0; i < 2000; ++i) sum += std::exp(-x / (0.5 + (i + 0.5) / 2000));
    return sum / 2000;
  };
  const auto quantile = [&](double q) {
    double low = 0;
    double high = 100;
    for (int i = 0; i < 60; ++i) {
      const double middle = 0.5 * (low + high);
      (survival(middle) > 1 - q ? low : high) = middle;
    }
    return low;
  };
  constexpr int kRuns = 600;
  for (const double q : {0.5, 0.95}) {
    const double truth = quantile(q);
    const double covered = coverage(kRuns, [&](std::mt19937_64& random) {
      std::vector<Histogram> trials(40);
      for (Histogram& h : trials) {
        const double factor = std::uniform_real_distribution<double>(0.5, 1.5)(random);
        std::exponential_distribution<double> law(1 / factor);
        for (int i = 0; i < 200; ++i) h.add(Duration::from_seconds(law(random)));
      }
      return quantile_estimate(trials, {}, q, 0.95)->interval.contains(truth);
    });
    CHECK(covered > 0.94 - five_sigma(0.95, kRuns));
    CHECK(covered < 0.97 + five_sigma(0.95, kRuns));
  }
}

TEST_CASE("A pooled quantile counts failures as infinitely slow", "[unit]") {
  std::vector<Histogram> trials(4);
  for (Histogram& h : trials) {
    for (int i = 1; i <= 100; ++i) h.add(Duration::milliseconds(i));
  }
  const std::vector<std::uint64_t> none(4, 0);
  const auto clean = quantile_estimate(trials, none, 0.95, 0.95).value();
  CHECK(clean.value == Approx(0.095).epsilon(0.01));
  CHECK(clean.trials == 4);
  CHECK(clean.beyond == Approx(20));
  CHECK(clean.interval.half_width() == Approx(0).margin(1e-9));  // trials agree
  // A tenth of all fail, unevenly: p95 is infinite, p50 moves up.
  const std::vector<std::uint64_t> some{0, 0, 20, 25};
  CHECK(quantile_estimate(trials, some, 0.95, 0.95)->value == kInfinity);
  const auto median = quantile_estimate(trials, some, 0.5, 0.95).value();
  CHECK(median.value == Approx(0.0557).epsilon(0.01));
  CHECK(median.interval.low < median.value);
  CHECK(median.interval.high > median.value);
  CHECK(!quantile_estimate({}, {}, 0.5, 0.95));
  CHECK(!quantile_estimate(std::vector<Histogram>(3), {}, 0.5, 0.95));
  const std::vector<Histogram> one(trials.begin(), trials.begin() + 1);
  CHECK(quantile_estimate(one, {}, 0.5, 0.95)->interval.high == kInfinity);
}
