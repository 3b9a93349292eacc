// Markov chains, rates that change, and caches, against published and hand-worked answers.
#include <cmath>
#include <stdexcept>
#include <vector>

#include "sim/analytic/cache.hpp"
#include "sim/analytic/markov_chain.hpp"
#include "sim/analytic/queues.hpp"
#include "sim/analytic/time_varying.hpp"
#include "tests/catch.hpp"

using namespace lifeboat::sim::analytic;

TEST_CASE("Availability of two processors with coverage and reboot", "[oracle]") {
  // Heimann, Mittal and Trivedi 1989: MTTF 5000 h, MTTR 4 h, coverage 0.9, reconfiguration 30 s,
  // reboot 10 min. States: both up, reconfiguring, rebooting, one up, none up; rates per hour.
  const double failure = 1.0 / 5000;
  const double repair = 1.0 / 4;
  const std::vector<Transition> transitions{{0, 1, 2 * failure * 0.9},
                                            {0, 2, 2 * failure * 0.1},
                                            {1, 3, 120},
                                            {2, 3, 6},
                                            {3, 0, repair},
                                            {3, 4, failure},
                                            {4, 3, repair}};
  const std::vector<double> p = stationary_distribution(5, transitions);
  CHECK(p[0] == Approx(0.9983916).epsilon(1e-7));
  CHECK(p[1] == Approx(2.995e-6).epsilon(3e-4));
  CHECK(p[2] == Approx(6.656e-6).epsilon(3e-4));
  CHECK(p[3] == Approx(0.0015974).epsilon(1e-4));
  CHECK(p[4] == Approx(1.278e-6).epsilon(4e-4));
  const double minutes = 8760 * 60;
  CHECK(p[1] * minutes == Approx(1.574).epsilon(5e-4));
  CHECK(p[2] * minutes == Approx(3.498).epsilon(5e-4));
  CHECK(p[4] * minutes == Approx(0.672).epsilon(1e-3));
}

TEST_CASE("Round robin to two servers is a queue of Erlang gaps", "[oracle]") {
  // Poisson 1/s, every second one to a server of rate 2: mean response 1/sqrt(3) (GI/M/1, LINE's
  // sdroute_open). State: number at one server (to 200), and whose turn it is.
  const std::size_t places = 200;
  std::vector<Transition> transitions;
  for (std::size_t n = 0; n <= places; ++n) {
    transitions.push_back({2 * n, 2 * n + 1, 1.0});
    transitions.push_back({2 * n + 1, 2 * std::min(n + 1, places), 1.0});
    for (const std::size_t turn : {0U, 1U}) {
      if (n > 0) transitions.push_back({2 * n + turn, 2 * n - 2 + turn, 2.0});
    }
  }
  const std::vector<double> p = stationary_distribution(2 * (places + 1), transitions);
  double number = 0;
  for (std::size_t n = 0; n <= places; ++n) {
    number += static_cast<double>(n) * (p[2 * n] + p[2 * n + 1]);
  }
  CHECK(number / 0.5 == Approx(1 / std::sqrt(3.0)).epsilon(1e-9));
}

TEST_CASE("Sparse and dense solutions of a chain agree with the closed form", "[oracle]") {
  // M/M/4/K as a general chain, below and above the size where the method changes.
  for (const std::size_t states : {300U, 5000U}) {
    std::vector<Transition> transitions;
    for (std::size_t n = 0; n + 1 < states; ++n) {
      transitions.push_back({n, n + 1, 3.2});
      transitions.push_back({n + 1, n, std::min(static_cast<double>(n + 1), 4.0)});
    }
    const std::vector<double> p = stationary_distribution(states, transitions);
    double number = 0;
    for (std::size_t n = 0; n < states; ++n) number += static_cast<double>(n) * p[n];
    CHECK(number == Approx(mmc(3.2, 1, 4).mean_number).epsilon(1e-9));
  }
}

TEST_CASE("A chain relaxes as two states do", "[oracle]") {
  // Up to down at 0.2, back at 0.5: P[down at t] = 2/7 (1 - e^(-0.7 t)).
  const std::vector<Transition> transitions{{0, 1, 0.2}, {1, 0, 0.5}};
  const std::vector<double> start{1, 0};
  for (const double t : {0.0, 0.1, 1.0, 10.0, 500.0}) {
    const std::vector<double> p = transient_distribution(start, transitions, t);
    CHECK(p[1] == Approx(2.0 / 7 * (1 - std::exp(-0.7 * t))).margin(1e-12));
    CHECK(p[0] + p[1] == Approx(1).epsilon(1e-12));
  }
  // Time to the first failure is 5; from the failed state it is over.
  const std::vector<std::size_t> failed{1};
  CHECK(mean_time_to_reach(2, transitions, failed)[0] == Approx(5));
  CHECK(mean_time_to_reach(2, transitions, failed)[1] == 0);
  // Two units, repaired at m, failing at l each: MTTF = (3 l + m) / (2 l^2).
  const std::vector<Transition> pair{{0, 1, 2 * 0.01}, {1, 0, 0.25}, {1, 2, 0.01}, {2, 1, 0.25}};
  const std::vector<std::size_t> both{2};
  CHECK(mean_time_to_reach(3, pair, both)[0] == Approx((0.03 + 0.25) / (2 * 1e-4)));
}

TEST_CASE("Chains that have no answer are refused", "[unit]") {
  const std::vector<Transition> one_way{{0, 1, 1}};
  const std::vector<Transition> outside{{0, 2, 1}};
  const std::vector<Transition> negative{{0, 1, -1}, {1, 0, 1}};
  CHECK_THROWS_AS(stationary_distribution(2, one_way), std::invalid_argument);
  CHECK_THROWS_AS(stationary_distribution(2, outside), std::invalid_argument);
  CHECK_THROWS_AS(stationary_distribution(2, negative), std::invalid_argument);
  CHECK_THROWS_AS(stationary_distribution(0, {}), std::invalid_argument);
  CHECK(stationary_distribution(1, {}) == std::vector<double>{1.0});
  const std::vector<std::size_t> target{0};
  CHECK_THROWS_AS(mean_time_to_reach(2, one_way, target), std::invalid_argument);
  const std::vector<double> start{1, 0};
  CHECK_THROWS_AS(transient_distribution(start, one_way, 1e12), std::invalid_argument);
  CHECK_THROWS_AS(transient_distribution(start, one_way, -1), std::invalid_argument);
}

TEST_CASE("M(t)/M/infinity under steps, ramps and a sine", "[oracle]") {
  // Mean service 2 s. Empty start, rate 10: 20 (1 - e^(-t/2)); then a step to 0 at 4: decay.
  const std::vector<RatePoint> steps{{0, 10}, {4, 10}, {4, 0}};
  CHECK(infinite_server_mean(steps, 2, 0, 3) == Approx(20 * (1 - std::exp(-1.5))));
  CHECK(infinite_server_mean(steps, 2, 0, 6) == Approx(20 * (1 - std::exp(-2.0)) * std::exp(-1.0)));
  CHECK(infinite_server_mean(steps, 2, 5, 0) == 5);
  // A ramp of slope 3 from the steady state: 3 t lags by the mean service, 2 (r - 6) at the end.
  const std::vector<RatePoint> ramp{{0, 10}, {1000, 3010}};
  CHECK(infinite_server_mean(ramp, 2, 20, 500) == Approx(2 * (1510 - 6)).epsilon(1e-12));
  // A sine by its corners, against the integral over the past and the textbook's closed form:
  // r + a sin(w t) gives 2 (r + a (sin(wt) - 2w cos(wt)) / (1 + 4 w^2)) in the long run.
  const double w = 0.3;
  const auto rate = [&](double t) { return 50 + 20 * std::sin(w * t); };
  std::vector<RatePoint> corners;
  for (int i = 0; i <= 20'000; ++i) corners.push_back({i * 0.01, rate(i * 0.01)});
  const double t = 150.5;
  const double closed =
      2 * (50 + 20 * (std::sin(w * t) - 2 * w * std::cos(w * t)) / (1 + 4 * w * w));
  CHECK(infinite_server_mean(corners, 2, 0, t) == Approx(closed).epsilon(1e-5));
  CHECK(infinite_server_mean(
            rate, [](double u) { return std::exp(-u / 2); }, 0, t) == Approx(closed).epsilon(1e-9));
  // Constant services of 2: what arrived in the last 2 s.
  CHECK(infinite_server_mean([](double) { return 7.0; }, [](double u) { return u < 2 ? 1.0 : 0.0; },
                             0, 10, 100) == Approx(14).epsilon(1e-9));
  CHECK_THROWS_AS(infinite_server_mean({}, 2, 0, 3), std::invalid_argument);
  CHECK_THROWS_AS(infinite_server_mean(steps, 0, 0, 3), std::invalid_argument);
  CHECK_THROWS_AS(infinite_server_mean(steps, 2, 0, -3), std::invalid_argument);
}

TEST_CASE("Random replacement has LINE's hit ratio", "[oracle]") {
  // CacheExamplesTest: 5 items, Zipf(1.4), capacity 2: .590396 (LRU .616627).
  const std::vector<double> p = zipf_popularities(5, 1.4);
  CHECK(random_replacement_hit_ratio(p, 2) == Approx(0.590396).epsilon(1e-6));
  // Che's approximation is for many items, and close even here.
  CHECK(che_hit_ratio(p, 2) == Approx(0.616627).epsilon(0.02));
}

TEST_CASE("Random replacement by enumeration of all pairs and triples", "[oracle]") {
  const std::vector<double> p{0.4, 0.25, 0.2, 0.1, 0.05};
  double weight = 0;
  double hits = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t j = i + 1; j < 5; ++j) {
      for (std::size_t k = j + 1; k < 5; ++k) {
        weight += p[i] * p[j] * p[k];
        hits += p[i] * p[j] * p[k] * (p[i] + p[j] + p[k]);
      }
    }
  }
  CHECK(random_replacement_hit_ratio(p, 3) == Approx(hits / weight));
  const std::vector<double> scaled{40, 25, 20, 10, 5, 0, 0};
  CHECK(random_replacement_hit_ratio(scaled, 3) == Approx(hits / weight));
  CHECK(random_replacement_hit_ratio(p, 0) == 0);
  CHECK(random_replacement_hit_ratio(p, 5) == 1);
  CHECK(random_replacement_hit_ratio(scaled, 6) == 1);
  // Equal items: the share that fits.
  CHECK(random_replacement_hit_ratio(std::vector<double>(1000, 1.0), 250) == Approx(0.25));
}

TEST_CASE("Least recently used, by its exact chain of orders", "[oracle]") {
  // King's product for LRU with two places: P[(i, j)] = p_i p_j / (1 - p_i).
  const std::vector<double> p = zipf_popularities(5, 1.4);
  double exact = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    for (std::size_t j = 0; j < 5; ++j) {
      if (i != j) exact += p[i] * p[j] / (1 - p[i]) * (p[i] + p[j]);
    }
  }
  CHECK(exact == Approx(0.616627).epsilon(1e-6));
  CHECK(che_hit_ratio(p, 2) == Approx(exact).epsilon(0.02));
}

TEST_CASE("Hit ratios at their ends, and of entries that expire", "[unit]") {
  const std::vector<double> equal(100, 3.0);
  CHECK(che_hit_ratio(equal, 30) == Approx(0.3).epsilon(1e-9));
  CHECK(che_hit_ratio(equal, 0) == 0);
  CHECK(che_hit_ratio(equal, 100) == 1);
  const std::vector<double> zipf = zipf_popularities(200'000, 0.9);
  double sum = 0;
  for (const double v : zipf) sum += v;
  CHECK(sum == Approx(1).epsilon(1e-12));
  CHECK(zipf[0] / zipf[9] == Approx(std::pow(10, 0.9)));
  CHECK(che_hit_ratio(zipf, 20'000) >
        random_replacement_hit_ratio(zipf_popularities(2000, 0.9), 200));
  // Two items at 1 and 3 per second, 2 s to live: 2/3 and 6/7 of their requests hit.
  const std::vector<double> two{1, 3};
  CHECK(ttl_hit_ratio(two, 4, 2) == Approx(0.25 * 2 / 3 + 0.75 * 6 / 7));
  CHECK(ttl_hit_ratio(two, 4, 0) == 0);
  CHECK_THROWS_AS(che_hit_ratio(std::vector<double>{-1, 2}, 1), std::invalid_argument);
  CHECK_THROWS_AS(che_hit_ratio(std::vector<double>{0, 0}, 1), std::invalid_argument);
  CHECK_THROWS_AS(zipf_popularities(0, 1), std::invalid_argument);
  CHECK_THROWS_AS(zipf_popularities(5, std::nan("")), std::invalid_argument);
}
