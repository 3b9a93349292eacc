// Closed forms of single stations against published values and independent calculations.
#include "sim/analytic/queues.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "sim/analytic/erlang.hpp"
#include "tests/catch.hpp"

using namespace lifeboat::sim::analytic;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Erlang B from its definition, a^c / c! over the partial sum of the exponential series.
double blocking_by_definition(int servers, double load) {
  long double term = 1;
  long double sum = 1;
  for (int k = 1; k <= servers; ++k) {
    term *= static_cast<long double>(load) / k;
    sum += term;
  }
  return static_cast<double>(term / sum);
}

}  // namespace

TEST_CASE("Erlang B and C have their published values", "[oracle]") {
  CHECK(erlang_b(12, 10) == Approx(0.119739).epsilon(1e-5));
  CHECK(erlang_b(10, 8) == Approx(0.121661).epsilon(1e-5));
  CHECK(erlang_b(100, 90) == Approx(0.026957).epsilon(1e-4));
  CHECK(erlang_b(1, 0.9) == Approx(0.473684).epsilon(1e-6));
  CHECK(erlang_c(12, 10) == Approx(0.449388).epsilon(1e-5));
  CHECK(erlang_c(10, 8) == Approx(0.409180).epsilon(1e-5));
  CHECK(erlang_c(100, 90) == Approx(0.216940).epsilon(1e-5));
  CHECK(erlang_c(1, 0.9) == Approx(0.9).epsilon(1e-12));
  // PDQ's example, 8 servers at 4 Erlang.
  CHECK(erlang_b(8, 4) == Approx(0.0304).epsilon(2e-3));
  CHECK(erlang_c(8, 4) == Approx(0.0590).epsilon(2e-3));
  for (const int servers : {1, 3, 17, 60}) {
    for (const double load : {0.1, 1.0, 20.0, 70.0}) {
      CHECK(erlang_b(servers, load) ==
            Approx(blocking_by_definition(servers, load)).epsilon(1e-12));
    }
  }
}

TEST_CASE("Erlang's formulas at their ends", "[unit]") {
  CHECK(erlang_b(0, 3) == 1);
  CHECK(erlang_b(0, 0) == 1);
  CHECK(erlang_b(5, 0) == 0);
  CHECK(erlang_c(5, 0) == 0);
  CHECK(erlang_c(5, 5) == 1);
  CHECK(erlang_c(5, 7) == 1);
  CHECK(erlang_c(0, 1) == 1);
  CHECK(erlang_b(100'000, 99'000) > 0);  // no underflow
  CHECK(erlang_b(1000, 900) < 1e-4);
  CHECK_THROWS_AS(erlang_b(1, -1), std::invalid_argument);
  CHECK_THROWS_AS(erlang_b(1, std::nan("")), std::invalid_argument);
  CHECK_THROWS_AS(erlang_b(-1, 1), std::invalid_argument);
}

TEST_CASE("Staffing finds the least number of servers", "[unit]") {
  for (const double load : {0.3, 5.0, 42.0, 90.0}) {
    for (const double chance : {0.5, 0.2, 0.01}) {
      const std::int64_t waiting = servers_for_waiting(load, chance);
      CHECK(erlang_c(waiting, load) <= chance);
      CHECK(erlang_c(waiting - 1, load) > chance);
      const std::int64_t blocking = servers_for_blocking(load, chance);
      CHECK(erlang_b(blocking, load) <= chance);
      CHECK(erlang_b(blocking - 1, load) > chance);
      // The square-root rule is right to a server.
      CHECK(std::abs(static_cast<double>(square_root_staffing(load, chance) - waiting)) <= 1.0);
    }
  }
  // Halfin and Whitt: the limit of Erlang C with c = a + b sqrt(a).
  CHECK(halfin_whitt_waiting(1.0) == Approx(0.2233).epsilon(1e-3));
  CHECK(erlang_c(10'100, 10'000) == Approx(halfin_whitt_waiting(1.0)).epsilon(0.01));
  CHECK_THROWS_AS(servers_for_waiting(5, 0), std::invalid_argument);
}

TEST_CASE("M/M/1, worked by hand", "[unit]") {
  // rho 0.9, service 10 ms: sojourn 100 ms, wait 90 ms, 9 present, 8.1 waiting.
  const StationFigures f = mm1(90, 0.010);
  CHECK(f.utilization == Approx(0.9));
  CHECK(f.mean_sojourn == Approx(0.1));
  CHECK(f.mean_wait == Approx(0.09));
  CHECK(f.mean_number == Approx(9));
  CHECK(f.mean_waiting == Approx(8.1));
  CHECK(f.wait_chance == Approx(0.9));
  CHECK(f.stable);
  // The sojourn is exponential: p99 = 0.1 ln 100 = 460.5 ms.
  CHECK(mmc_sojourn_quantile(90, 0.010, 1, 0.99) == Approx(0.1 * std::log(100.0)).epsilon(1e-10));
  CHECK(mmc_wait_quantile(90, 0.010, 1, 0.99) == Approx(0.1 * std::log(90.0)).epsilon(1e-12));
  CHECK(mmc_wait_quantile(90, 0.010, 1, 0.05) == 0);
  CHECK(mmc_wait_survival(90, 0.010, 1, 0.1) == Approx(0.9 * std::exp(-1.0)));
}

TEST_CASE("M/M/c, against its chain and a numerical convolution", "[oracle]") {
  // Tandem station: rho 0.8, 4 servers of mean 1: 20 of them take 34.911.
  CHECK(20 * mmc(3.2, 1, 4).mean_sojourn == Approx(34.911).epsilon(1e-4));
  // P[sojourn > t] = service alone, or the wait's density times the service's tail, integrated.
  const double rate = 3.2;
  const double wait_chance = mmc(rate, 1, 4).wait_chance;
  for (const double t : {0.1, 1.0, 3.0, 9.0}) {
    double waited = 0;
    constexpr int kSteps = 20'000;
    for (int i = 0; i < kSteps; ++i) {
      const double w = (i + 0.5) / kSteps * t;
      waited += 0.8 * std::exp(-0.8 * w) * std::exp(-(t - w)) * t / kSteps;
    }
    const double truth =
        (1 - wait_chance) * std::exp(-t) + wait_chance * (std::exp(-0.8 * t) + waited);
    CHECK(mmc_sojourn_survival(rate, 1, 4, t) == Approx(truth).epsilon(1e-6));
  }
  // Where the wait's rate meets the service's (c - a = 1) the formula has no singularity.
  CHECK(mmc_sojourn_survival(3, 1, 4, 2) == Approx(0.5 * (mmc_sojourn_survival(2.9999, 1, 4, 2) +
                                                          mmc_sojourn_survival(3.0001, 1, 4, 2)))
                                                .epsilon(1e-7));
  for (const double p : {0.0, 0.3, 0.5, 0.99, 0.99999}) {
    const double t = mmc_sojourn_quantile(rate, 1, 4, p);
    CHECK(mmc_sojourn_survival(rate, 1, 4, t) == Approx(1 - p).epsilon(1e-9));
  }
}

TEST_CASE("An overloaded queue waits for ever", "[unit]") {
  for (const StationFigures& f :
       {mmc(4, 1, 4), mmc(5, 1, 4), mg1(2, 1, 1), mg1_processor_sharing(1, 1)}) {
    CHECK(!f.stable);
    CHECK(f.mean_wait == kInfinity);
    CHECK(f.utilization == 1);
  }
  CHECK(mmc(5, 1, 4).throughput == 4);
  CHECK(mmc_sojourn_quantile(5, 1, 4, 0.5) == kInfinity);
  CHECK(mmc_wait_quantile(5, 1, 4, 0.5) == kInfinity);
  CHECK(mmc(0, 1, 4).mean_sojourn == 1);
  CHECK(mg1(0, 1, 4).mean_wait == 0);
  CHECK_THROWS_AS(mmc(1, 0, 1), std::invalid_argument);
  CHECK_THROWS_AS(mmc(-1, 1, 1), std::invalid_argument);
  CHECK_THROWS_AS(mmc(1, 1, 0), std::invalid_argument);
  CHECK_THROWS_AS(mg1(1, 1, -1), std::invalid_argument);
  CHECK_THROWS_AS(mmc_sojourn_quantile(1, 1, 2, 1.0), std::invalid_argument);
}

TEST_CASE("Finite stations: loss, and the two-place queue by hand", "[oracle]") {
  // No waiting places: Erlang's loss system.
  const StationFigures loss = mmck(8, 1, 10, 0);
  CHECK(loss.blocked == Approx(0.121661).epsilon(1e-5));
  CHECK(loss.mean_wait == 0);
  CHECK(loss.mean_number == Approx(8 * (1 - 0.121661)).epsilon(1e-5));
  // M/M/1 with one place, rate 1, mean 1: three states of 1/3. Throughput 2/3, waiting 1/3.
  const StationFigures f = mmck(1, 1, 1, 1);
  CHECK(f.blocked == Approx(1.0 / 3));
  CHECK(f.throughput == Approx(2.0 / 3));
  CHECK(f.mean_waiting == Approx(1.0 / 3));
  CHECK(f.mean_wait == Approx(0.5));
  CHECK(f.wait_chance == Approx(0.5));
  CHECK(f.mean_number == Approx(1));
  // Overload is no trouble; a long queue at low load is M/M/c.
  CHECK(mmck(1000, 1, 2, 50).throughput == Approx(2).epsilon(1e-9));
  CHECK(mmck(3.2, 1, 4, 1000).mean_wait == Approx(mmc(3.2, 1, 4).mean_wait).epsilon(1e-9));
  CHECK(mmck(0, 1, 1, 5).mean_sojourn == 1);
}

TEST_CASE("M/G/1: Pollaczek and Khinchine, and insensitive processor sharing", "[unit]") {
  // rho 0.8, mean 1: exponential waits 4, constant 2, cv^2 9 waits 20.
  CHECK(mg1(0.8, 1, 1).mean_wait == Approx(mm1(0.8, 1).mean_wait));
  CHECK(mg1(0.8, 1, 0).mean_wait == Approx(2));
  CHECK(mg1(0.8, 1, 9).mean_wait == Approx(20));
  CHECK(mg1(0.8, 1, 9).mean_number == Approx(0.8 * 21));
  CHECK(mg1_processor_sharing(0.8, 1).mean_sojourn == Approx(5));
  CHECK(mg1_processor_sharing(0.8, 1).mean_number == Approx(4));
  CHECK(mg_infinity(7, 0.5).mean_number == Approx(3.5));
  CHECK(mg_infinity(7, 0.5).mean_sojourn == 0.5);
}

TEST_CASE("Priority without preemption, worked by hand", "[unit]") {
  // Two exponential classes of mean 1, 0.3/s and 0.5/s: residual 0.8; waits 0.8/0.7 and
  // 0.8/(0.7 x 0.2).
  const std::vector<PriorityClass> classes{{0.3, 1, 1}, {0.5, 1, 1}};
  const std::vector<double> waits = mg1_priority_waits(classes);
  CHECK(waits[0] == Approx(0.8 / 0.7));
  CHECK(waits[1] == Approx(0.8 / 0.14));
  // Kleinrock's conservation law: the mean over classes, by load, is that of one queue.
  CHECK((0.3 * waits[0] + 0.5 * waits[1]) / 0.8 == Approx(mm1(0.8, 1).mean_wait));
  // A second class that overloads keeps the server busy: the first waits for a residual of 1.
  const std::vector<PriorityClass> flooded{{0.3, 1, 1}, {5, 1, 1}, {1, 1, 1}};
  const std::vector<double> heavy = mg1_priority_waits(flooded);
  CHECK(heavy[0] == Approx(1 / 0.7));
  CHECK(heavy[1] == kInfinity);
  CHECK(heavy[2] == kInfinity);
}

TEST_CASE("Limited processor sharing has the published distribution", "[oracle]") {
  // Ciw's guide: arrivals 10, service rate 12, three shared at a time.
  const std::vector<double> p = limited_processor_sharing(10, 1.0 / 12, 3, 3, 200);
  CHECK(p[0] == Approx(0.432133).epsilon(1e-5));
  CHECK(p[1] == Approx(0.360111).epsilon(1e-5));
  CHECK(p[2] == Approx(0.150046).epsilon(1e-5));
  CHECK(p[3] == Approx(0.041679).epsilon(1e-4));
  CHECK(p[4] == Approx(0.011578).epsilon(1e-4));
  // A limit below the servers leaves capacity idle.
  const std::vector<double> tight = limited_processor_sharing(10, 1.0 / 12, 3, 1, 2000);
  CHECK(tight[0] == Approx(1 - 10.0 / 12).epsilon(1e-9));
  // At most 2 in service on half a server: rate 0.5 throughout.
  const std::vector<double> half = limited_processor_sharing(0.25, 1, 0.5, 2, 200);
  CHECK(half[1] / half[0] == Approx(0.5));
  CHECK(half[2] / half[1] == Approx(0.5));
}

TEST_CASE("Birth-death chains balance and do not overflow", "[property]") {
  const std::vector<double> births{3, 2, 5, 0, 1};
  const std::vector<double> deaths{1, 4, 2, 3, 1};
  const std::vector<double> p = birth_death(births, deaths);
  double sum = 0;
  for (const double v : p) sum += v;
  CHECK(sum == Approx(1));
  for (std::size_t n = 0; n < births.size(); ++n) {
    CHECK(p[n] * births[n] == Approx(p[n + 1] * deaths[n]));
  }
  const std::vector<double> steep =
      birth_death(std::vector<double>(2000, 100.0), std::vector<double>(2000, 1.0));
  CHECK(steep.back() == Approx(0.99));
  CHECK(steep.front() == 0);
  CHECK_THROWS_AS(birth_death(births, std::vector<double>(5, 0.0)), std::invalid_argument);
  CHECK_THROWS_AS(birth_death(births, std::vector<double>(4, 1.0)), std::invalid_argument);
}

TEST_CASE("Approximations are exact where they should be and near the tables elsewhere",
          "[oracle]") {
  CHECK(allen_cunneen_wait(3.2, 1, 4, 1, 1) == Approx(mmc(3.2, 1, 4).mean_wait));
  CHECK(allen_cunneen_wait(0.8, 1, 1, 1, 9) == Approx(mg1(0.8, 1, 9).mean_wait));
  CHECK(kimura_wait(3.2, 1, 4, 1) == Approx(mmc(3.2, 1, 4).mean_wait));
  CHECK(kimura_wait(0.8, 1, 1, 0.25) == Approx(mg1(0.8, 1, 0.25).mean_wait));
  // M/D/c served in turn is GI/D/1 with Erlang gaps; by Spitzer's identity its wait is the sum
  // over k of E[(k - T)+] / k with T the time of kc arrivals, which is E[(N - kc)+] / (k a) for N
  // Poisson of mean k a (times in services, a the offered load).
  const auto md_wait = [](int c, double a) {
    double wait = 0;
    for (int k = 1; k <= 3000; ++k) {
      const double mean = k * a;
      const int first = k * c + 1;
      double chance = std::exp(first * std::log(mean) - mean - std::lgamma(first + 1.0));
      double excess = 0;
      for (int over = 1; chance > 1e-14; ++over) {
        excess += over * chance;
        chance *= mean / (first + over);
      }
      wait += excess / mean;
    }
    return wait;
  };
  CHECK(md_wait(1, 0.8) == Approx(2).epsilon(1e-6));
  for (const int c : {2, 4, 10}) {
    for (const double rho : {0.5, 0.8, 0.95}) {
      CHECK(kimura_wait(rho * c, 1, c, 0) == Approx(md_wait(c, rho * c)).epsilon(0.05));
    }
  }
  CHECK(kimura_wait(5, 1, 4, 0.5) == kInfinity);
}
