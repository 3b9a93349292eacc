// Least servers against an exhaustive search over formulas written out anew: Erlang's by their
// sums, the traffic equations by iteration.
#include "sim/analytic/staffing.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "sim/analytic/networks.hpp"
#include "tests/catch.hpp"

using namespace lifeboat::sim::analytic;

namespace {

/// M/M/c from its sums: the terms a^n / n! are scaled by the largest.
struct PlainQueue {
  double rate;
  double service;
  int servers;

  double offered() const { return rate * service; }
  bool stable() const { return offered() < servers; }
  double wait_chance() const {
    const double a = offered();
    double below = 0;
    const auto term = [&](int n) { return std::exp(n * std::log(a) - std::lgamma(n + 1.0) - a); };
    for (int n = 0; n < servers; ++n) below += term(n);
    const double waiting = term(servers) * servers / (servers - a);
    return waiting / (below + waiting);
  }
  double slack() const { return servers / service - rate; }
  double mean_wait() const { return wait_chance() / slack(); }
  double mean_sojourn() const { return mean_wait() + service; }
  double wait_beyond(double t) const { return wait_chance() * std::exp(-slack() * t); }
  /// Of a service alone, or a wait and a service, by the convolution's two exponentials.
  double sojourn_beyond(double t) const {
    const double m = 1 / service;
    const double s = slack();
    const double both = std::abs(s - m) < 1e-9
                            ? std::exp(-m * t) * (1 + m * t)
                            : (s * std::exp(-m * t) - m * std::exp(-s * t)) / (s - m);
    return (1 - wait_chance()) * std::exp(-m * t) + wait_chance() * both;
  }
};

template <class Holds>
int first_that(double rate, double service, const Holds& holds) {
  for (int c = 1; c < 3000; ++c) {
    const PlainQueue queue{rate, service, c};
    if (queue.stable() && holds(queue)) return c;
  }
  return -1;
}

double between(std::mt19937_64& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

/// x = external + x routing, by iteration.
std::vector<double> rates_by_iteration(const std::vector<double>& external,
                                       const SquareMatrix& routing) {
  std::vector<double> rates = external;
  for (int turn = 0; turn < 2000; ++turn) {
    std::vector<double> next = external;
    for (std::size_t i = 0; i < rates.size(); ++i) {
      for (std::size_t j = 0; j < rates.size(); ++j) next[j] += rates[i] * routing(i, j);
    }
    rates = next;
  }
  return rates;
}

/// A random open network whose rows leak at least 0.2.
struct RandomNetwork {
  std::vector<double> external;
  SquareMatrix routing{0};
  std::vector<double> services;
  std::vector<double> prices;

  RandomNetwork(std::mt19937_64& random, std::size_t size, bool one_price) : routing(size) {
    for (std::size_t i = 0; i < size; ++i) {
      external.push_back(i == 0 ? between(random, 5, 60) : between(random, 0, 20));
      services.push_back(between(random, 0.005, 0.2));
      prices.push_back(one_price ? 1.0 : between(random, 1, 9));
      double left = 0.8;
      for (std::size_t j = 0; j < size; ++j) {
        routing(i, j) = left * between(random, 0, 0.6);
        left -= routing(i, j);
      }
    }
  }
};

}  // namespace

TEST_CASE("the least servers of 600 random M/M/c are those of an exhaustive search", "[oracle]") {
  std::mt19937_64 random(20261126);
  for (int i = 0; i < 600; ++i) {
    const double service = between(random, 0.002, 2);
    const double rate = std::exp(between(random, std::log(0.1), std::log(60))) / service;
    StaffingGoal goal;
    int expected = 0;
    CAPTURE(i, rate, service);
    switch (i % 6) {
      case 0: {
        const double most = between(random, 0.3, 0.98);
        goal.utilization = most;
        expected = first_that(rate, service,
                              [&](const auto& q) { return q.offered() / q.servers <= most; });
        break;
      }
      case 1: {
        const double most = between(random, 0.01, 0.9);
        goal.wait_chance = most;
        expected =
            first_that(rate, service, [&](const auto& q) { return q.wait_chance() <= most; });
        break;
      }
      case 2: {
        const double most = service * std::exp(between(random, -6, 3));
        goal.mean_wait = most;
        expected = first_that(rate, service, [&](const auto& q) { return q.mean_wait() <= most; });
        break;
      }
      case 3: {
        const double most = service * (1 + std::exp(between(random, -6, 3)));
        goal.mean_sojourn = most;
        expected =
            first_that(rate, service, [&](const auto& q) { return q.mean_sojourn() <= most; });
        break;
      }
      case 4: {
        const double p = between(random, 0.5, 0.999);
        const double most = service * std::exp(between(random, -5, 2));
        goal.wait = {{p, most}};
        expected =
            first_that(rate, service, [&](const auto& q) { return q.wait_beyond(most) <= 1 - p; });
        break;
      }
      default: {
        const double p = between(random, 0.5, 0.999);
        const double most = -service * std::log(1 - p) * (1 + std::exp(between(random, -6, 2)));
        goal.sojourn = {{p, most}};
        expected = first_that(rate, service,
                              [&](const auto& q) { return q.sojourn_beyond(most) <= 1 - p; });
        break;
      }
    }
    REQUIRE(expected > 0);
    CHECK(least_servers(rate, service, goal) == expected);
  }
}

TEST_CASE("a goal that no number of servers holds is told apart", "[unit]") {
  StaffingGoal goal;
  goal.mean_sojourn = 0.01;
  CHECK(!least_servers(5, 0.01, goal));  // a service alone takes as long
  goal = {};
  goal.sojourn = {{0.99, 0.046}};  // ln 100 x 10 ms = 46.05 ms
  CHECK(!least_servers(5, 0.01, goal));
  goal.sojourn = {{0.99, 0.0461}};
  CHECK(least_servers(5, 0.01, goal));
  CHECK(least_servers(0, 0.01, {}) == 1);
  CHECK(least_servers(400, 0.01, {}) == 5);  // 4 busy on average: 4 servers never catch up
}

// M/M/1: p99 = ln 100 / (mu - lambda) is 0.8 s at 100 - 5.7565 a second; utilization 0.95 at 95.
TEST_CASE("the highest rate of one server is that of the closed form", "[oracle]") {
  StaffingGoal goal;
  goal.sojourn = {{0.99, 0.8}};
  CHECK(highest_rate(0.01, 1, goal) == Approx(100 - std::log(100.0) / 0.8).epsilon(1e-8));
  goal = {};
  goal.utilization = 0.95;
  CHECK(highest_rate(0.01, 1, goal) == Approx(95).epsilon(1e-8));
  CHECK(highest_rate(0.01, 3, {}) == Approx(300).epsilon(1e-8));
}

TEST_CASE("the cheapest servers of 300 random Jackson networks are those of an exhaustive search",
          "[oracle]") {
  std::mt19937_64 random(5);
  for (int i = 0; i < 300; ++i) {
    const std::size_t size = 2 + static_cast<std::size_t>(i % 2);
    const RandomNetwork network(random, size, i % 3 == 0);
    const std::vector<double> rates = traffic_equations(network.external, network.routing);
    const std::vector<double> plain = rates_by_iteration(network.external, network.routing);
    double arrivals = 0;
    for (const double rate : network.external) arrivals += rate;
    std::vector<StaffedStation> stations;
    MeanGoal goal;
    double least = 0;
    for (std::size_t s = 0; s < size; ++s) {
      REQUIRE(rates[s] == Approx(plain[s]).epsilon(1e-9));
      stations.push_back({rates[s], network.services[s], network.prices[s], 0});
      goal.visits.push_back(rates[s] / arrivals);
      least += goal.visits[s] * network.services[s];
    }
    goal.at_most = least * (1 + std::exp(between(random, -5, 1.5)));
    // A second goal on the way through the first station alone.
    MeanGoal first{std::vector<double>(size, 0), 0};
    first.visits[0] = 1;
    first.at_most = network.services[0] * (1 + std::exp(between(random, -4, 2)));
    const std::vector<MeanGoal> goals{goal, first};

    const auto time = [&](std::size_t s, int c) {
      const PlainQueue queue{plain[s], network.services[s], c};
      return queue.stable() ? queue.mean_sojourn() : INFINITY;
    };
    // Up to what the exact answer could use: so many beyond what is stable that a wait is nothing.
    std::vector<std::vector<double>> times(size);
    for (std::size_t s = 0; s < size; ++s) {
      const int most = static_cast<int>(plain[s] * network.services[s] +
                                        12 * std::sqrt(plain[s] * network.services[s]) + 14);
      for (int c = 1; c <= most; ++c) times[s].push_back(time(s, c));
    }
    double cheapest = INFINITY;
    std::vector<std::size_t> at(size, 1);
    const auto try_all = [&](const auto& self, std::size_t s, double price, double used) -> void {
      if (price >= cheapest || used > goal.at_most) return;
      if (s == size) {
        cheapest = price;
        return;
      }
      for (std::size_t c = 1; c <= times[s].size(); ++c) {
        if (s == 0 && times[0][c - 1] > first.at_most) continue;
        self(self, s + 1, price + network.prices[s] * static_cast<double>(c),
             used + goal.visits[s] * times[s][c - 1]);
      }
    };
    try_all(try_all, 0, 0, 0);

    const auto found = cheapest_servers(stations, goals);
    CAPTURE(i, goal.at_most, least);
    REQUIRE(found);
    double price = 0;
    double used = 0;
    for (std::size_t s = 0; s < size; ++s) {
      price += network.prices[s] * static_cast<double>((*found)[s]);
      used += goal.visits[s] * time(s, static_cast<int>((*found)[s]));
    }
    CHECK(used <= goal.at_most * (1 + 1e-9));
    CHECK(price == Approx(cheapest).epsilon(1e-9));
  }
}

TEST_CASE("a network's goal below its services is told apart, and bad stations are refused",
          "[unit]") {
  const std::vector<StaffedStation> stations{{10, 0.1, 1, 0}, {10, 0.05, 1, 0}};
  CHECK(!cheapest_servers(stations, std::vector<MeanGoal>{{{1, 1}, 0.15}}));
  // Without a goal: what is stable. With a station's own least: that.
  CHECK(cheapest_servers(stations, {}) == std::vector<std::int64_t>{2, 1});
  const std::vector<StaffedStation> held{{10, 0.1, 1, 7}, {10, 0.05, 1, 0}};
  CHECK(cheapest_servers(held, {}) == std::vector<std::int64_t>{7, 1});
  const std::vector<StaffedStation> free_ones{{10, 0.1, 0, 0}};
  CHECK_THROWS_AS(cheapest_servers(free_ones, {}), std::invalid_argument);
  CHECK_THROWS_AS(cheapest_servers(stations, std::vector<MeanGoal>{{{1}, 1}}),
                  std::invalid_argument);
}
