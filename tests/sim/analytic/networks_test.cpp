// Queueing networks against textbook examples and against each other.
#include "sim/analytic/networks.hpp"

#include <cmath>
#include <random>
#include <stdexcept>
#include <vector>

#include "sim/analytic/markov_chain.hpp"
#include "tests/catch.hpp"

using namespace lifeboat::sim::analytic;

namespace {

// A repairman model's throughput from its birth-death chain: n clients that think, c servers.
double repairman_throughput(int n, double think, double service, int c) {
  std::vector<double> births;
  std::vector<double> deaths;
  for (int k = 0; k < n; ++k) {
    births.push_back((n - k) / think);
    deaths.push_back(std::min(k + 1, c) / service);
  }
  const std::vector<double> p = birth_death(births, deaths);
  double x = 0;
  for (int k = 1; k <= n; ++k) x += p[static_cast<std::size_t>(k)] * std::min(k, c) / service;
  return x;
}

}  // namespace

TEST_CASE("Lazowska's open network of three centres", "[oracle]") {
  // p. 113: visits (121, 70, 50), S = (.005, .03, .027) s, 0.3/s. A job leaves the first centre
  // for the second, the third or home: 70 + 50 + 1 = 121.
  SquareMatrix routing(3);
  routing(0, 1) = 70.0 / 121;
  routing(0, 2) = 50.0 / 121;
  routing(1, 0) = 1;
  routing(2, 0) = 1;
  const std::vector<NetworkStation> stations{{0.005, 1}, {0.03, 1}, {0.027, 1}};
  const std::vector<double> external{0.3, 0, 0};
  const auto f = open_network(stations, external, routing);
  CHECK(f[0].throughput == Approx(36.3));
  CHECK(f[0].utilization == Approx(0.1815));
  CHECK(f[1].utilization == Approx(0.630));
  CHECK(f[2].utilization == Approx(0.405));
  CHECK(f[0].mean_number == Approx(0.2217).epsilon(1e-3));
  CHECK(f[1].mean_number == Approx(1.7027).epsilon(1e-4));
  CHECK(f[2].mean_number == Approx(0.6807).epsilon(1e-4));
}

TEST_CASE("Bolch's Jackson network", "[oracle]") {
  // Example 7.4: arrivals 4/s into node 4 (I/O); X = (20, 10, 10, 4), U = (.8, .3, .6, .2).
  SquareMatrix routing(4);
  routing(3, 0) = 1;    // node 4 to the CPU
  routing(0, 1) = 0.5;  // CPU to printer or disk
  routing(0, 2) = 0.5;
  routing(1, 0) = 1;    // printer back
  routing(2, 0) = 0.6;  // disk back, or out
  const std::vector<NetworkStation> stations{{0.04, 1}, {0.03, 1}, {0.06, 1}, {0.05, 1}};
  const std::vector<double> external{0, 0, 0, 4};
  const auto f = open_network(stations, external, routing);
  const std::vector<double> rates{20, 10, 10, 4};
  const std::vector<double> load{0.8, 0.3, 0.6, 0.2};
  const std::vector<double> sojourn{0.2, 0.043, 0.15, 0.0625};
  const std::vector<double> number{4, 0.429, 1.5, 0.25};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(f[i].throughput == Approx(rates[i]));
    CHECK(f[i].utilization == Approx(load[i]));
    CHECK(f[i].mean_sojourn == Approx(sojourn[i]).epsilon(5e-3));
    CHECK(f[i].mean_number == Approx(number[i]).epsilon(2e-3));
  }
}

TEST_CASE("Traffic equations follow fan-out and refuse traffic that feeds itself", "[unit]") {
  // A page calls 3 queries; each query retries with chance 0.2: 10 x 3 / 0.8 = 37.5.
  SquareMatrix fan_out(2);
  fan_out(0, 1) = 3;
  fan_out(1, 1) = 0.2;
  const std::vector<double> external{10, 0};
  CHECK(traffic_equations(external, fan_out)[1] == Approx(37.5));
  SquareMatrix loop(2);
  loop(0, 1) = 1;
  loop(1, 0) = 1;
  CHECK_THROWS_AS(traffic_equations(external, loop), std::invalid_argument);
  loop(1, 0) = 1.5;
  CHECK_THROWS_AS(traffic_equations(external, loop), std::invalid_argument);
  loop(1, 0) = -0.5;
  CHECK_THROWS_AS(traffic_equations(external, loop), std::invalid_argument);
  CHECK_THROWS_AS(traffic_equations(std::vector<double>{1}, fan_out), std::invalid_argument);
  CHECK(traffic_equations({}, SquareMatrix(0)).empty());
  // Overload is an answer; delays never overload.
  const std::vector<NetworkStation> stations{{0.2, 0}, {0.2, 1}};
  const auto f = open_network(stations, external, fan_out);
  CHECK(f[0].mean_number == Approx(2));
  CHECK(!f[1].stable);
}

TEST_CASE("Jain's closed network", "[oracle]") {
  // p. 577: S = (.125, .3, .2), V = (16, 10, 5), N = 20, Z = 4.
  const std::vector<ClosedStation> stations{{16, 0.125, 1}, {10, 0.3, 1}, {5, 0.2, 1}};
  for (const ClosedFigures& f :
       {mean_value_analysis(stations, 20, 4), closed_network(stations, 20, 4)}) {
    CHECK(f.throughput == Approx(0.33325).epsilon(1e-4));
    CHECK(f.mean_sojourn[0] == Approx(0.373).epsilon(2e-3));
    CHECK(f.mean_sojourn[1] == Approx(4.854).epsilon(2e-4));
    CHECK(f.mean_sojourn[2] == Approx(0.300).epsilon(2e-3));
    CHECK(f.mean_number[0] == Approx(1.991).epsilon(5e-4));
    CHECK(f.mean_number[1] == Approx(16.177).epsilon(1e-4));
    CHECK(f.mean_number[2] == Approx(0.500).epsilon(2e-3));
    CHECK(f.utilization[1] == Approx(f.throughput * 3));
  }
}

TEST_CASE("Bolch's closed network", "[oracle]") {
  // Example 8.3: S = (.02, .2, .4, .6), V = (1, .4, .2, .1), N = 6.
  const std::vector<ClosedStation> stations{
      {1, 0.02, 1}, {0.4, 0.2, 1}, {0.2, 0.4, 1}, {0.1, 0.6, 1}};
  const std::vector<double> number{0.244, 2.261, 2.261, 1.234};
  for (const ClosedFigures& f :
       {mean_value_analysis(stations, 6, 0), closed_network(stations, 6, 0)}) {
    CHECK(f.throughput == Approx(9.920).epsilon(1e-4));
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(f.mean_number[i] == Approx(number[i]).epsilon(2e-3));
    }
  }
}

TEST_CASE("The repairmen of LINE", "[oracle]") {
  // 10 jobs; a delay of mean 1, then 0.3 to one exponential server of mean 1.5.
  const std::vector<ClosedStation> stations{{1, 1, 0}, {0.3, 1.5, 1}};
  for (const ClosedFigures& f :
       {mean_value_analysis(stations, 10, 0), closed_network(stations, 10, 0)}) {
    CHECK(f.mean_number[0] == Approx(2.222027).epsilon(1e-6));
    CHECK(f.mean_number[1] == Approx(7.777973).epsilon(1e-6));
    CHECK(f.mean_sojourn[1] == Approx(11.667982).epsilon(1e-6));
    CHECK(f.throughput == Approx(2.222027).epsilon(1e-6));
    CHECK(f.utilization[0] == 0);
  }
}

TEST_CASE("Two classes at LINE's shared server", "[oracle]") {
  // cqn_bcmp_theorem: 2 + 2 jobs, delays of mean .666667 and .216667 (their laws do not matter),
  // one exponential server of mean 1.
  const std::vector<ClosedClass> classes{{2, 0.666667, {1}}, {2, 0.216667, {1}}};
  const auto f = multiclass_mean_value_analysis(classes, {false});
  CHECK(f.mean_number[0][0] == Approx(1.691395).epsilon(1e-5));
  CHECK(f.mean_number[1][0] == Approx(1.883752).epsilon(1e-5));
  CHECK(f.throughput[0] == Approx(0.462908).epsilon(1e-5));
  CHECK(f.throughput[1] == Approx(0.536528).epsilon(1e-5));
}

TEST_CASE("A two-threaded server with four clients", "[oracle]") {
  // LQNS regression 20-multiserver: machine repair M/M/2//4, throughput 1.7.
  const std::vector<ClosedStation> stations{{1, 1, 2}};
  CHECK(closed_network(stations, 4, 1).throughput == Approx(repairman_throughput(4, 1, 1, 2)));
  CHECK(closed_network(stations, 4, 1).throughput == Approx(1.7).epsilon(0.01));
}

TEST_CASE("Convolution agrees with birth-death chains for any servers", "[oracle]") {
  for (const int servers : {1, 2, 5, 40}) {
    for (const int clients : {1, 3, 30, 300}) {
      const std::vector<ClosedStation> stations{{1, 0.1, servers}};
      const ClosedFigures f = closed_network(stations, clients, 2);
      const double truth = repairman_throughput(clients, 2, 0.1, servers);
      CHECK(f.throughput == Approx(truth).epsilon(1e-10));
      CHECK(f.utilization[0] == Approx(truth * 0.1 / servers).epsilon(1e-10));
      // Little's law over the whole cycle.
      CHECK(f.throughput * (2 + f.mean_sojourn[0]) == Approx(clients).epsilon(1e-10));
    }
  }
}

TEST_CASE("Convolution and mean value analysis agree on random networks", "[property]") {
  std::mt19937_64 random(1);
  const auto uniform = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  for (int i = 0; i < 30; ++i) {
    std::vector<ClosedStation> stations;
    const std::size_t count = 1 + random() % 6;
    for (std::size_t k = 0; k < count; ++k) {
      stations.push_back(
          {uniform(0.1, 9), std::pow(10, uniform(-4, 0)), random() % 3 == 0 ? 0 : 1});
    }
    const std::int64_t population = static_cast<std::int64_t>(random() % 200);
    const double think = i % 2 == 0 ? uniform(0.01, 10) : 0.0;
    const ClosedFigures a = mean_value_analysis(stations, population, think);
    const ClosedFigures b = closed_network(stations, population, think);
    CHECK(b.throughput == Approx(a.throughput).epsilon(1e-9));
    for (std::size_t k = 0; k < count; ++k) {
      CHECK(b.mean_number[k] == Approx(a.mean_number[k]).epsilon(1e-8).margin(1e-12));
      CHECK(b.mean_sojourn[k] == Approx(a.mean_sojourn[k]).epsilon(1e-8));
      CHECK(b.utilization[k] == Approx(a.utilization[k]).epsilon(1e-8).margin(1e-12));
      CHECK(b.utilization[k] <= 1 + 1e-12);
    }
  }
}

TEST_CASE("A class split in two is still the same network", "[property]") {
  const std::vector<ClosedStation> stations{{1, 0.2, 1}, {3, 0.1, 1}, {1, 0.5, 0}};
  const ClosedFigures whole = mean_value_analysis(stations, 9, 1);
  const std::vector<double> demands{0.2, 0.3, 0.5};
  const auto split = multiclass_mean_value_analysis(
      std::vector<ClosedClass>{{4, 1, demands}, {5, 1, demands}, {0, 1, demands}},
      {false, false, true});
  CHECK(split.throughput[0] == Approx(whole.throughput * 4 / 9));
  CHECK(split.throughput[1] == Approx(whole.throughput * 5 / 9));
  CHECK(split.throughput[2] == 0);
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(split.mean_number[0][k] + split.mean_number[1][k] == Approx(whole.mean_number[k]));
  }
  CHECK(split.residence[0][1] == Approx(3 * whole.mean_sojourn[1]));
}

TEST_CASE("Large populations saturate the bottleneck without overflow", "[property]") {
  const std::vector<ClosedStation> stations{{1, 0.01, 4}, {1, 0.02, 1}, {2, 0.5, 0}};
  const ClosedFigures f = closed_network(stations, 3000, 20);
  CHECK(f.throughput == Approx(50).epsilon(1e-6));
  CHECK(f.utilization[1] == Approx(1).epsilon(1e-6));
  CHECK(f.utilization[0] == Approx(0.125).epsilon(1e-6));
  // Far below saturation: everyone cycles undisturbed, 3000 / (10000 + 1.03).
  const ClosedFigures idle = closed_network(stations, 3000, 10000);
  CHECK(idle.throughput == Approx(3000 / 10001.03).epsilon(1e-5));
}

TEST_CASE("Closed networks refuse what they cannot solve", "[unit]") {
  const std::vector<ClosedStation> two_servers{{1, 1, 2}};
  const std::vector<ClosedStation> nothing{{0, 1, 1}};
  const std::vector<ClosedStation> negative{{1, -1, 1}};
  CHECK_THROWS_AS(mean_value_analysis(two_servers, 3, 1), std::invalid_argument);
  CHECK_THROWS_AS(closed_network(nothing, 3, 0), std::invalid_argument);
  CHECK_THROWS_AS(closed_network(negative, 3, 1), std::invalid_argument);
  CHECK_THROWS_AS(closed_network(two_servers, -3, 1), std::invalid_argument);
  CHECK_THROWS_AS(closed_network(two_servers, 9'000'000, 1), std::invalid_argument);
  CHECK_THROWS_AS(closed_network(two_servers, 3, std::nan("")), std::invalid_argument);
  CHECK(closed_network(two_servers, 0, 1).throughput == 0);
  const std::vector<ClosedClass> many(8, ClosedClass{100, 1, {1}});
  CHECK_THROWS_AS(multiclass_mean_value_analysis(many, {false}), std::invalid_argument);
  const std::vector<ClosedClass> ragged{{1, 1, {1, 2}}};
  CHECK_THROWS_AS(multiclass_mean_value_analysis(ragged, {false}), std::invalid_argument);
  const std::vector<ClosedClass> instant{{1, 0, {0}}};
  CHECK_THROWS_AS(multiclass_mean_value_analysis(instant, {false}), std::invalid_argument);
}
