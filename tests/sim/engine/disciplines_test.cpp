// Orders of service, limits of waiting and occupancy, beyond the means of stations_test.cpp. The
// false-failure probability of one comparison is 1.3e-5 (estimate.hpp); no case makes more than
// six.
#include <array>
#include <atomic>
#include <cmath>
#include <vector>

#include "sim/analytic/erlang.hpp"
#include "sim/analytic/markov_chain.hpp"
#include "sim/analytic/queues.hpp"
#include "sim/analytic/time_varying.hpp"
#include "sim/control/control.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

TEST_CASE("the order of service spreads waits as Takacs says", "[oracle]") {
  // M/M/1, s = 10 ms, rho = 0.5. First come first served: E[W^2] = 2 rho s^2 / (1 - rho)^2; last
  // come: that over 1 - rho (Takacs 1963). The service comes on top, independent of the wait:
  // E[(W + S)^2] = E[W^2] + 2 s E[W] + 2 s^2.
  const double s = 0.010;
  const double rho = 0.5;
  const double wait = rho * s / (1 - rho);
  const double fifo = 2 * rho * s * s / ((1 - rho) * (1 - rho));
  const RunOptions options = run_for(Duration::seconds(10), Duration::seconds(1500));
  for (const auto& [discipline, squared] : {std::pair<Discipline, double>{Discipline::kFifo, fifo},
                                            {Discipline::kLifo, fifo / (1 - rho)}}) {
    const auto net = single_queue(50, Law::exponential(kTenMs), 1, kNone, discipline);
    check_estimate(estimate(*net, options, mean_square_of(0)), squared + 2 * s * wait + 2 * s * s,
                   kOfRare);
  }
}

TEST_CASE("the 99th percentile of M/M/1 and M/M/4 is that of the closed form", "[oracle]") {
  const auto p99 = [](const TrialResult& r) {
    return r.journeys[0].latency.quantile(0.99)->to_seconds();
  };
  const auto one = single_queue(60, Law::exponential(kTenMs), 1);
  check_estimate(estimate(*one, run_for(Duration::seconds(10), Duration::seconds(1000)), p99),
                 -std::log(0.01) * 0.010 / 0.4, kOfRare);
  const auto four = single_queue(320, Law::exponential(kTenMs), 4);
  check_estimate(estimate(*four, run_for(Duration::seconds(10), Duration::seconds(300)), p99),
                 analytic::mmc_sojourn_quantile(320, 0.010, 4, 0.99), kOfRare);
}

TEST_CASE("four priorities of different laws wait as Cobham says", "[oracle]") {
  NetworkBuilder builder;
  const DeploymentId till = builder.add_deployment("till", builder.add_region("home"));
  Station station;
  station.name = "till";
  station.discipline = Discipline::kPriority;
  station.deployment = till;
  const StationId id = builder.add_station(station);
  const std::vector<Law> laws{Law::exponential(kTenMs), Law::constant(Duration::milliseconds(5)),
                              Law::erlang(Duration::milliseconds(20), 4),
                              Law::lognormal(kTenMs, 1.5)};
  const std::vector<double> rates{12, 24, 8, 16};
  std::vector<analytic::PriorityClass> classes;
  // The classes are added in an order that is not theirs.
  const std::array<std::size_t, 4> order{2, 0, 3, 1};
  for (const std::size_t j : order) {
    Journey row;
    row.name = "class " + std::to_string(j);
    row.plan = builder.declare_plan(row.name, till);
    PlanBuilder plan = builder.define(row.plan);
    plan.visit(id, builder.add_law(laws[j]), "demand", static_cast<std::uint16_t>(j));
    plan.finish();
    builder.add_source(constant_source(row.name, rates[j], builder.add_journey(row)));
  }
  for (std::size_t j = 0; j < 4; ++j) {
    classes.push_back({rates[j], laws[j].mean_seconds(), laws[j].squared_cv()});
  }
  const std::vector<double> waits = analytic::mg1_priority_waits(classes);
  const auto net = builder.build();
  std::vector<Expected> expected;
  for (std::size_t row = 0; row < 4; ++row) {
    const std::size_t j = order.at(row);
    expected.push_back({latency_of(row), waits[j] + laws[j].mean_seconds()});
  }
  check_estimates(*net, run_for(Duration::seconds(20), Duration::seconds(8000)), expected);
}

TEST_CASE("a place given to the more urgent first waits as Cobham says", "[oracle]") {
  // The same rule at a pool of places: one place, held for an exponential time.
  NetworkBuilder builder;
  const DeploymentId till = builder.add_deployment("till", builder.add_region("home"));
  Station station;
  station.name = "place";
  station.kind = StationKind::kHold;
  station.discipline = Discipline::kPriority;
  station.deployment = till;
  const StationId id = builder.add_station(station);
  const LawId law = builder.add_law(Law::exponential(kTenMs));
  for (const std::uint16_t priority : {std::uint16_t{1}, std::uint16_t{0}}) {
    Journey row;
    row.name = "class " + std::to_string(priority);
    row.plan = builder.declare_plan(row.name, till);
    PlanBuilder plan = builder.define(row.plan);
    plan.acquire(id, Duration::infinite(), priority);
    plan.delay(law, "work");
    plan.release(id);
    plan.finish();
    builder.add_source(constant_source(row.name, 30, builder.add_journey(row)));
  }
  const auto net = builder.build();
  const std::vector<analytic::PriorityClass> classes{{30, 0.010, 1.0}, {30, 0.010, 1.0}};
  const std::vector<double> waits = analytic::mg1_priority_waits(classes);
  check_estimates(*net, run_for(Duration::seconds(20), Duration::seconds(2000)),
                  {{latency_of(1), waits[0] + 0.010}, {latency_of(0), waits[1] + 0.010}});
}

TEST_CASE("those who wait at most a while leave as Barrer says", "[oracle]") {
  // M/M/1 whose customers leave after waiting t: the wait that an arrival would have to sit out
  // has density lambda p0 e^((lambda - mu) v) up to t and lambda p0 e^(lambda t - mu v) beyond
  // (Barrer 1957); the share that leaves is what lies beyond t.
  for (const double rate : {80.0, 120.0}) {
    const double mu = 100;
    const double t = 0.020;
    const double growth = std::exp((rate - mu) * t);
    const double within = rate * (growth - 1) / (rate - mu);
    const double beyond = rate * growth / mu;
    OneService one;
    const StationId place = hold(one.builder, one.deployment, "place", 1);
    PlanBuilder plan = one.builder.define(one.plan);
    plan.acquire(place, Duration::milliseconds(20));
    plan.delay(one.builder.add_law(Law::exponential(kTenMs)), "work");
    plan.release(place);
    plan.finish();
    one.builder.add_source(constant_source("visit", rate, one.journey));
    const auto net = one.builder.build();
    const RunOptions options = run_for(Duration::seconds(5), Duration::seconds(400));
    check_estimate(estimate(*net, options, failed_of(0)), beyond / (1 + within + beyond), kOfRare);
    const TrialResult r = run_trial(*net, options, 0);
    CHECK(r.journeys[0].failed_by[static_cast<std::size_t>(Cause::kTimeout)] ==
          r.journeys[0].failed);
  }
}

TEST_CASE("M/M/c/K over a pool of places loses and waits as its chain does", "[oracle]") {
  const auto truth = analytic::mmck(350, 0.010, 3, 4);
  OneService one;
  const StationId places = hold(one.builder, one.deployment, "places", 3, 4);
  PlanBuilder plan = one.builder.define(one.plan);
  plan.acquire(places);
  plan.delay(one.builder.add_law(Law::exponential(kTenMs)), "work");
  plan.release(places);
  plan.finish();
  one.builder.add_source(constant_source("visit", 350, one.journey));
  const auto net = one.builder.build();
  const RunOptions options = run_for(Duration::seconds(5), Duration::seconds(150));
  check_estimates(*net, options,
                  {{failed_of(0), truth.blocked, kOfRare},
                   {mean_latency, truth.mean_sojourn},
                   {waiting_at(0), truth.mean_waiting}});
}

TEST_CASE("limited processor sharing keeps the published distribution under a limit", "[oracle]") {
  // Two processors, at most three share, at most two wait: the birth-death chain of M/M/2/5, and
  // the mean number in service from it: sum of min(n, 3) p(n).
  OneService one;
  const StationId places = hold(one.builder, one.deployment, "places", 3, 2);
  Station processor;
  processor.name = "processor";
  processor.kind = StationKind::kShared;
  processor.capacity_milli = 2000;
  processor.deployment = one.deployment;
  const StationId cpu = one.builder.add_station(processor);
  PlanBuilder plan = one.builder.define(one.plan);
  plan.acquire(places);
  plan.compute(cpu, one.builder.add_law(Law::exponential(kTenMs)), "work");
  plan.finish();
  one.builder.add_source(constant_source("visit", 180, one.journey));
  const auto net = one.builder.build();
  const std::vector<double> p = analytic::limited_processor_sharing(180, 0.010, 2, 3, 5);
  double sharing = 0;
  for (std::size_t n = 0; n < p.size(); ++n) {
    sharing += p[n] * static_cast<double>(std::min<std::size_t>(n, 3));
  }
  const RunOptions options = run_for(Duration::seconds(5), Duration::seconds(200));
  check_estimates(*net, options, {{number_at(1), sharing}, {failed_of(0), p.back(), kOfRare}});
}

/// Sums of the number held at time zero, over trials.
struct Look : ControllerOf<int> {
  explicit Look(StationId at) : station(at) {}
  [[nodiscard]] std::string name() const override { return "look"; }
  void start_with(int&, Control& control) const override { control.wake_at(Instant::origin()); }
  void wake_with(int&, Control& control) const override {
    const std::uint64_t n = control.station(station).in_service;
    sum += n;
    squares += n * n;
  }
  StationId station;
  mutable std::atomic<std::uint64_t> sum{0};
  mutable std::atomic<std::uint64_t> squares{0};
};

TEST_CASE("the number in an unlimited place is Poisson whatever the law of the stay", "[oracle]") {
  // From an empty start its mean is rate x the integral of P[stay > u] over the time so far. Over
  // n trials, the mean of the number lies within 5 sqrt(m / n), and the variance over m, which is
  // chi-squared with n - 1 degrees of freedom over n - 1, within 5 sqrt(2 / n + 1 / (n m)).
  constexpr int kLooks = 20'000;
  const std::vector<Law> stays{Law::constant(Duration::seconds(1)),
                               Law::pareto(Duration::seconds(1), 1.5),
                               Law::lognormal(Duration::seconds(1), 4)};
  for (const Law& stay : stays) {
    OneService one;
    const StationId lots = hold(one.builder, one.deployment, "lots", 1'000'000);
    PlanBuilder plan = one.builder.define(one.plan);
    plan.acquire(lots);
    plan.delay(one.builder.add_law(stay), "stay");
    plan.release(lots);
    plan.finish();
    one.builder.add_source(constant_source("visit", 20, one.journey));
    const auto look = std::make_shared<Look>(lots);
    one.builder.add_controller(look);
    const auto net = one.builder.build();
    RunOptions options = run_for(Duration::seconds(5), Duration::milliseconds(1));
    options.follow = Duration{};
    run_trials(*net, options, 0, kLooks, std::thread::hardware_concurrency(),
               [](TrialResult&&) { return true; });
    const double m = analytic::infinite_server_mean(
        [](double) { return 20.0; }, [&](double u) { return stay.survival(u); }, -5, 0, 4096);
    const double mean = static_cast<double>(look->sum) / kLooks;
    const double variance = static_cast<double>(look->squares) / kLooks - mean * mean;
    INFO(stay.describe() << ": mean " << mean << ", variance " << variance << ", truth " << m);
    CHECK(std::abs(mean - m) <= 5 * std::sqrt(m / kLooks));
    CHECK(std::abs(variance / m - 1) <= 5 * std::sqrt(2.0 / kLooks + 1 / (kLooks * m)));
  }
}

}  // namespace
}  // namespace lifeboat::sim::test
