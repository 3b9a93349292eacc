// Closed populations, places held in turn and loss networks, against mean value analysis, Markov
// chains and product forms. The false-failure probability of one comparison is 1.3e-5
// (estimate.hpp); no case makes more than six.
#include <array>
#include <cmath>
#include <vector>

#include "sim/analytic/markov_chain.hpp"
#include "sim/analytic/networks.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

TEST_CASE("a closed network holds the published queues", "[oracle]") {
  // Bolch and others, example 8.3: S = (.02, .2, .4, .6), visits (1, .4, .2, .1), six customers:
  // throughput 9.920, numbers (.244, 2.261, 2.261, 1.234). A cycle visits the first station, then
  // each other one with its chance, in turn.
  OneService one;
  const std::array<double, 4> service{0.02, 0.2, 0.4, 0.6};
  const std::array<double, 4> visits{1, 0.4, 0.2, 0.1};
  std::array<StationId, 4> stations;
  for (StationId& id : stations) {
    Station station;
    station.name = "station";
    station.deployment = one.deployment;
    id = one.builder.add_station(station);
  }
  PlanBuilder plan = one.builder.define(one.plan);
  for (std::size_t i = 0; i < 4; ++i) {
    const PlanBuilder::Label past = plan.label();
    if (i > 0) plan.branch(1 - visits.at(i), past, "past " + std::to_string(i));
    plan.visit(stations.at(i),
               one.builder.add_law(Law::exponential(Duration::from_seconds(service.at(i)))),
               "demand " + std::to_string(i));
    plan.place(past);
  }
  plan.finish();
  one.builder.add_source(
      users(6, one.builder.add_law(Law::constant(Duration::nanoseconds(1))), one.journey));
  const auto net = one.builder.build();
  std::vector<analytic::ClosedStation> rows;
  for (std::size_t i = 0; i < 4; ++i) rows.push_back({visits.at(i), service.at(i), 1});
  const analytic::ClosedFigures truth = analytic::mean_value_analysis(rows, 6, 0);
  CHECK(truth.throughput == Approx(9.920).epsilon(1e-4));
  std::vector<Expected> expected{{throughput, truth.throughput}};
  for (std::size_t i = 0; i < 4; ++i) {
    expected.push_back({number_at(i), truth.mean_number[i], i == 3 ? 2 * kOfMean : kOfMean});
  }
  check_estimates(*net, run_for(Duration::seconds(100), Duration::seconds(12'000)), expected);
}

TEST_CASE("two classes of thinking users share a processor as published", "[oracle]") {
  // LINE, cqn_bcmp_theorem: 2 + 2 users who think Erlang(3) of mean .666667 and hyperexponential
  // of mean .216667, one shared server of mean 1: numbers 1.691395 and 1.883752, throughputs
  // .462908 and .536528. Under processor sharing the demand's law does not matter either.
  const std::array<double, 2> think{2.0 / 3, 0.65 / 3};
  for (const Law& demand :
       {Law::exponential(Duration::seconds(1)), Law::lognormal(Duration::seconds(1), 2)}) {
    NetworkBuilder builder;
    const DeploymentId place = builder.add_deployment("place", builder.add_region("home"));
    Station processor;
    processor.name = "processor";
    processor.kind = StationKind::kShared;
    processor.capacity_milli = 1000;
    processor.deployment = place;
    const StationId cpu = builder.add_station(processor);
    const std::array<Law, 2> thinking{Law::erlang(Duration::from_seconds(think[0]), 3),
                                      Law::hyperexponential(Duration::from_seconds(think[1]), 2)};
    for (std::size_t c = 0; c < 2; ++c) {
      Journey row;
      row.name = "class " + std::to_string(c);
      row.plan = builder.declare_plan(row.name, place);
      PlanBuilder plan = builder.define(row.plan);
      plan.compute(cpu, builder.add_law(demand), "demand");
      plan.finish();
      Source source = users(2, builder.add_law(thinking.at(c)), builder.add_journey(row));
      source.name = row.name;
      builder.add_source(source);
    }
    const auto net = builder.build();
    const auto rate_of = [](std::size_t journey) {
      return [journey](const TrialResult& r) {
        return static_cast<double>(r.journeys[journey].succeeded) / r.measured.to_seconds();
      };
    };
    check_estimates(*net, run_for(Duration::seconds(100), Duration::seconds(50'000)),
                    {{rate_of(0), 0.462908},
                     {rate_of(1), 0.536528},
                     {latency_of(0), 1.691395 / 0.462908},
                     {latency_of(1), 1.883752 / 0.536528}});
  }
}

TEST_CASE("ten users and one server are the published machine repair", "[oracle]") {
  // LINE, cqn_repairmen: each delay of mean 1 ends at the server (mean 1.5) with chance 0.3, so a
  // user thinks 1 / 0.3 s; 7.777973 of ten at the server, each for 11.667982 s.
  OneService one;
  Station station;
  station.name = "repair";
  station.deployment = one.deployment;
  const StationId id = one.builder.add_station(station);
  PlanBuilder plan = one.builder.define(one.plan);
  plan.visit(id, one.builder.add_law(Law::exponential(Duration::milliseconds(1500))), "demand");
  plan.finish();
  one.builder.add_source(users(
      10, one.builder.add_law(Law::exponential(Duration::from_seconds(1 / 0.3))), one.journey));
  const auto net = one.builder.build();
  const RunOptions options = run_for(Duration::seconds(300), Duration::seconds(20'000));
  check_estimates(*net, options, {{number_at(0), 7.777973}, {mean_latency, 11.667982}});
}

TEST_CASE("two pools, one held inside the other, serve as their chain", "[oracle]") {
  // Four users think an exponential second; a cycle takes one of two workers, works an exponential
  // second, then takes the only connection too for another, then gives both back. State: n in the
  // system, of whom c hold or await the connection. Throughput: 1 x P[c > 0].
  std::vector<std::array<int, 2>> states;
  for (int n = 0; n <= 4; ++n) {
    for (int c = 0; c <= std::min(n, 2); ++c) states.push_back({n, c});
  }
  const auto at = [&](int n, int c) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      if (states[i] == std::array<int, 2>{n, c}) return i;
    }
    return states.size();
  };
  std::vector<analytic::Transition> moves;
  for (const auto& [n, c] : states) {
    if (n < 4) moves.push_back({at(n, c), at(n + 1, c), 4.0 - n});
    const int working = std::min(n, 2) - c;
    if (working > 0) moves.push_back({at(n, c), at(n, c + 1), static_cast<double>(working)});
    if (c > 0) moves.push_back({at(n, c), at(n - 1, c - 1), 1.0});
  }
  const std::vector<double> p = analytic::stationary_distribution(states.size(), moves);
  double truth = 0;
  for (std::size_t i = 0; i < states.size(); ++i) truth += states[i][1] > 0 ? p[i] : 0;

  OneService one;
  const StationId workers = hold(one.builder, one.deployment, "workers", 2);
  const StationId connection = hold(one.builder, one.deployment, "connection", 1);
  const LawId second = one.builder.add_law(Law::exponential(Duration::seconds(1)));
  PlanBuilder plan = one.builder.define(one.plan);
  plan.acquire(workers);
  plan.delay(second, "own");
  plan.acquire(connection);
  plan.delay(second, "query");
  plan.release(connection);
  plan.release(workers);
  plan.finish();
  one.builder.add_source(users(4, second, one.journey));
  const auto net = one.builder.build();
  check_estimate(
      estimate(*net, run_for(Duration::seconds(50), Duration::seconds(8000)), throughput), truth,
      kOfMean);
}

TEST_CASE("two routes over two links block as the product form says", "[oracle]") {
  // Route 1 takes a circuit of link A (5), route 2 one of each of A and B (3), route 3 one of B.
  // P(n1, n2, n3) is proportional to the product of a^n / n! over n1 + n2 <= 5, n2 + n3 <= 3,
  // whatever the law of the calls' lengths (here lognormal, constant and exponential).
  const std::array<double, 3> load{2, 1.2, 1};
  std::array<double, 3> blocked{};
  double sum = 0;
  const auto weight = [](double a, int n) {
    double w = 1;
    for (int i = 1; i <= n; ++i) w *= a / i;
    return w;
  };
  for (int x = 0; x <= 5; ++x) {
    for (int y = 0; x + y <= 5 && y <= 3; ++y) {
      for (int z = 0; y + z <= 3; ++z) {
        const double w = weight(load[0], x) * weight(load[1], y) * weight(load[2], z);
        sum += w;
        const bool a_full = x + y == 5;
        const bool b_full = y + z == 3;
        if (a_full) blocked[0] += w;
        if (a_full || b_full) blocked[1] += w;
        if (b_full) blocked[2] += w;
      }
    }
  }
  NetworkBuilder builder;
  const DeploymentId place = builder.add_deployment("place", builder.add_region("home"));
  const StationId a = hold(builder, place, "a", 5, 0);
  const StationId b = hold(builder, place, "b", 3, 0);
  const std::array<Law, 3> lengths{Law::lognormal(Duration::milliseconds(100), 2),
                                   Law::constant(Duration::milliseconds(100)),
                                   Law::exponential(Duration::milliseconds(100))};
  for (std::size_t route = 0; route < 3; ++route) {
    Journey row;
    row.name = "route " + std::to_string(route);
    row.plan = builder.declare_plan(row.name, place);
    PlanBuilder plan = builder.define(row.plan);
    if (route != 2) plan.acquire(a);
    if (route != 0) plan.acquire(b);
    plan.delay(builder.add_law(lengths.at(route)), "call");
    plan.finish();
    builder.add_source(constant_source(row.name, 10 * load.at(route), builder.add_journey(row)));
  }
  const auto net = builder.build();
  const RunOptions options = run_for(Duration::seconds(5), Duration::seconds(1500));
  std::vector<Expected> expected;
  for (std::size_t route = 0; route < 3; ++route) {
    expected.push_back({failed_of(route), blocked.at(route) / sum, kOfRare});
  }
  check_estimates(*net, options, expected);
}

}  // namespace
}  // namespace lifeboat::sim::test
