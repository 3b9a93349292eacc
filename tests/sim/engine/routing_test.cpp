// Where a request goes: branches, repeats, switches, balancers, resolvers, sessions and customers
// who come back. The false-failure probability of one comparison is 1.3e-5 (estimate.hpp); no
// case makes more than eight.
#include <array>
#include <cmath>
#include <vector>

#include "sim/analytic/markov_chain.hpp"
#include "sim/analytic/queues.hpp"
#include "sim/control/control.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

Station servers(const std::string& name, DeploymentId deployment, std::uint32_t count = 1) {
  Station station;
  station.name = name;
  station.servers = count;
  station.deployment = deployment;
  return station;
}

TEST_CASE("branches split a Poisson stream into independent ones", "[oracle]") {
  // Probabilities 0.2, then 0.5 of the rest: shares 0.2, 0.4, 0.4; each is an M/M/1 of its own.
  OneService one;
  std::array<StationId, 3> stations;
  for (StationId& station : stations) {
    station = one.builder.add_station(servers("till", one.deployment));
  }
  const LawId law = one.builder.add_law(Law::exponential(kTenMs));
  PlanBuilder plan = one.builder.define(one.plan);
  const PlanBuilder::Label first = plan.label();
  const PlanBuilder::Label second = plan.label();
  const PlanBuilder::Label end = plan.label();
  plan.branch(0.2, first, "first?");
  plan.branch(0.5, second, "second?");
  plan.visit(stations[2], law, "third");
  plan.jump(end);
  plan.place(first);
  plan.visit(stations[0], law, "first");
  plan.jump(end);
  plan.place(second);
  plan.visit(stations[1], law, "second");
  plan.place(end);
  plan.finish();
  one.builder.add_source(constant_source("visit", 150, one.journey));
  const auto net = one.builder.build();
  const auto wait_at = [](std::size_t station) {
    return [station](const TrialResult& r) {
      return r.stations[station].queue_seconds / static_cast<double>(r.stations[station].arrivals);
    };
  };
  const std::array<double, 3> rates{30, 60, 60};
  std::vector<Expected> expected;
  for (std::size_t i = 0; i < 3; ++i) {
    expected.push_back({arrival_rate_at(i), rates.at(i)});
    expected.push_back({wait_at(i), analytic::mm1(rates.at(i), 0.010).mean_wait, 2 * kOfMean});
  }
  check_estimates(*net, run_for(Duration::seconds(10), Duration::seconds(1000)), expected);
}

TEST_CASE("a stretch that is repeated draws anew each time", "[oracle]") {
  // Four exponential delays of 10 ms in a row: Erlang of mean 40 ms and E[T^2] = (1 + 1/4) mean^2;
  // one draw four times would give (1 + 1) mean^2.
  OneService one;
  PlanBuilder plan = one.builder.define(one.plan);
  const PlanBuilder::Label back = plan.label();
  plan.place(back);
  plan.delay(one.builder.add_law(Law::exponential(kTenMs)), "work");
  plan.repeat(back, 4);
  plan.finish();
  one.builder.add_source(constant_source("visit", 200, one.journey));
  const auto net = one.builder.build();
  const RunOptions options = run_for(Duration::seconds(1), Duration::seconds(60));
  check_estimates(*net, options, {{mean_latency, 0.040}, {mean_square_of(0), 1.25 * 0.0016}});
}

/// Sets a register at an instant.
struct SetAt : ControllerOf<int> {
  SetAt(RegisterId which, double when_s, std::int64_t to)
      : reg(which), at(Instant::from_seconds(when_s)), value(to) {}
  [[nodiscard]] std::string name() const override { return "set"; }
  void start_with(int&, Control& control) const override { control.wake_at(at); }
  void wake_with(int&, Control& control) const override { control.set(reg, value); }
  RegisterId reg;
  Instant at;
  std::int64_t value;
};

TEST_CASE("a switch follows its register from the instant that it is set", "[oracle]") {
  // Register 0, then 1 at 40 s of 100 s, then a value without a label: 40, 30 and 30 s of traffic.
  OneService one;
  const RegisterId reg = one.builder.add_register("way", 0);
  one.builder.add_controller(std::make_shared<SetAt>(reg, 40, 1));
  one.builder.add_controller(std::make_shared<SetAt>(reg, 70, 7));
  std::array<StationId, 3> stations;
  for (StationId& station : stations) {
    station = one.builder.add_station(servers("till", one.deployment, 10));
  }
  const LawId law = one.builder.add_law(Law::constant(Duration::milliseconds(1)));
  PlanBuilder plan = one.builder.define(one.plan);
  const PlanBuilder::Label zero = plan.label();
  const PlanBuilder::Label first = plan.label();
  const PlanBuilder::Label end = plan.label();
  plan.switch_on(reg, {zero, first});
  plan.visit(stations[2], law, "neither");
  plan.jump(end);
  plan.place(zero);
  plan.visit(stations[0], law, "zero");
  plan.jump(end);
  plan.place(first);
  plan.visit(stations[1], law, "one");
  plan.place(end);
  plan.finish();
  one.builder.add_source(constant_source("visit", 200, one.journey));
  const auto net = one.builder.build();
  check_estimates(*net, run_for(Duration::seconds(1), Duration::seconds(100)),
                  {{arrival_rate_at(0), 80}, {arrival_rate_at(1), 60}, {arrival_rate_at(2), 60}});
}

struct StartAll : ControllerOf<int> {
  explicit StartAll(std::uint32_t tasks) : count(tasks) {}
  [[nodiscard]] std::string name() const override { return "start all"; }
  void start_with(int&, Control& control) const override {
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto task = control.start_task(TaskGroupId{0}, 0);
      control.task_running(*task);
      control.put_in_service(*task, true);
    }
  }
  void wake_with(int&, Control&) const override {}
  std::uint32_t count;
};

/// Tasks of one worker with a processor of its own, behind a balancer; exponential demands.
std::shared_ptr<const Network> balanced(TaskGroup::Choice choice, std::uint32_t tasks,
                                        double per_second) {
  OneService one;
  TaskGroup group;
  group.name = "tills";
  group.deployment = one.deployment;
  group.limit = tasks;
  group.choice = choice;
  Station worker;
  worker.name = "worker";
  worker.kind = StationKind::kHold;
  worker.servers = 1;
  Station processor;
  processor.name = "cpu";
  processor.kind = StationKind::kShared;
  processor.capacity_milli = 1000;
  const TaskGroupId id = one.builder.add_task_group(group, {worker, processor});
  one.builder.add_controller(std::make_shared<StartAll>(tasks));
  PlanBuilder plan = one.builder.define(one.plan);
  plan.choose(id);
  plan.acquire_on_task(0);
  plan.compute_on_task(1, one.builder.add_law(Law::exponential(kTenMs)), "demand");
  plan.finish();
  one.builder.add_source(constant_source("visit", per_second, one.journey));
  return one.builder.build();
}

TEST_CASE("a random choice among tasks makes each an M/M/1 of its share", "[oracle]") {
  const auto net = balanced(TaskGroup::Choice::kRandom, 4, 240);
  check_estimate(
      estimate(*net, run_for(Duration::seconds(10), Duration::seconds(400)), mean_latency),
      analytic::mm1(60, 0.010).mean_sojourn, kOfMean);
}

TEST_CASE("the shorter of two queues is joined as its chain says", "[oracle]") {
  // States (n1, n2) up to 40 each; ties half and half (the two are alike, so any rule will do).
  constexpr std::size_t kMost = 40;
  constexpr double kRate = 160;
  const auto state = [](std::size_t a, std::size_t b) { return a * (kMost + 1) + b; };
  std::vector<analytic::Transition> moves;
  for (std::size_t a = 0; a <= kMost; ++a) {
    for (std::size_t b = 0; b <= kMost; ++b) {
      const double to_first = a < b ? kRate : a == b ? kRate / 2 : 0;
      if (a < kMost && to_first > 0) moves.push_back({state(a, b), state(a + 1, b), to_first});
      if (b < kMost && to_first < kRate) {
        moves.push_back({state(a, b), state(a, b + 1), kRate - to_first});
      }
      if (a > 0) moves.push_back({state(a, b), state(a - 1, b), 100});
      if (b > 0) moves.push_back({state(a, b), state(a, b - 1), 100});
    }
  }
  const std::vector<double> p = analytic::stationary_distribution((kMost + 1) * (kMost + 1), moves);
  double number = 0;
  for (std::size_t a = 0; a <= kMost; ++a) {
    for (std::size_t b = 0; b <= kMost; ++b) {
      number += p[state(a, b)] * static_cast<double>(a + b);
    }
  }
  // Better than a random choice, worse than one queue for both.
  CHECK(number / kRate < analytic::mm1(80, 0.010).mean_sojourn);
  CHECK(number / kRate > analytic::mmc(160, 0.010, 2).mean_sojourn);
  const auto net = balanced(TaskGroup::Choice::kLeastOutstanding, 2, kRate);
  check_estimate(
      estimate(*net, run_for(Duration::seconds(10), Duration::seconds(1700)), mean_latency),
      number / kRate, kOfMean);
}

/// Changes a resolver's answer to region 1 at time zero.
struct Move : ControllerOf<int> {
  Move(ResolverId which, RegisterId answer) : resolver(which), reg(answer) {}
  [[nodiscard]] std::string name() const override { return "move"; }
  void start_with(int&, Control& control) const override { control.wake_at(Instant::origin()); }
  void wake_with(int&, Control& control) const override {
    control.set(reg, 1);
    control.set_answer_changed(resolver, 1);
  }
  ResolverId resolver;
  RegisterId reg;
};

TEST_CASE("clients follow a changed answer after their cohort's delay", "[oracle]") {
  // 70 % notice after an exponential 30 s, 30 % after just 50 s. Requests of the minute after the
  // change that still go to the old region: 0.7 x 30 (1 - e^-2) / 60 + 0.3 x 50 / 60.
  NetworkBuilder builder;
  const RegionId home = builder.add_region("home");
  const RegionId far = builder.add_region("far");
  const DeploymentId place = builder.add_deployment("place", home);
  const DeploymentId other = builder.add_deployment("place", far);
  Resolver resolver;
  resolver.name = "name";
  resolver.cohorts = {{0.7, builder.add_law(Law::exponential(Duration::seconds(30)))},
                      {0.3, builder.add_law(Law::constant(Duration::seconds(50)))}};
  resolver.answer = builder.add_register("answer", 0);
  const ResolverId id = builder.add_resolver(resolver);
  builder.add_controller(std::make_shared<Move>(id, resolver.answer));
  builder.set_population({1'000'000});
  const StationId here = builder.add_station(servers("here", place, 60));
  const StationId there = builder.add_station(servers("there", other, 60));
  const LawId law = builder.add_law(Law::constant(Duration::milliseconds(1)));
  Journey row;
  row.name = "visit";
  row.plan = builder.declare_plan("visit", DeploymentId{});
  PlanBuilder plan = builder.define(row.plan);
  const PlanBuilder::Label at_home = plan.label();
  const PlanBuilder::Label far_away = plan.label();
  const PlanBuilder::Label end = plan.label();
  plan.resolve(id, {at_home, far_away});
  plan.place(at_home);
  plan.visit(here, law, "here");
  plan.jump(end);
  plan.place(far_away);
  plan.visit(there, law, "there");
  plan.place(end);
  plan.finish();
  builder.add_source(constant_source("visit", 300, builder.add_journey(row)));
  const auto net = builder.build();
  const RunOptions options = run_for(Duration::seconds(1), Duration::seconds(60));
  const double stale = 0.7 * 0.5 * (1 - std::exp(-2.0)) + 0.3 * 50 / 60;
  const auto share_at = [](std::size_t region) {
    return [region](const TrialResult& r) {
      return static_cast<double>(r.journeys[0].served_by[region]) /
             static_cast<double>(r.journeys[0].offered);
    };
  };
  check_estimates(*net, options, {{share_at(0), stale}, {share_at(1), 1 - stale}});
}

TEST_CASE("sessions move as the published network of Bolch and others", "[oracle][long]") {
  // Example 7.4: arrivals 4/s into node 4, then node 1; from there to 2 or 3; 2 goes back to 1, 3
  // with chance 0.6, else out. Services .04, .03, .06, .05 s: throughputs 20, 10, 10, 4; sojourn
  // times .2, .042857, .15, .0625. Each node is a journey of a session with (nearly) no
  // thinking. The first, 80 % busy, is held within 4 %.
  NetworkBuilder builder;
  const DeploymentId place = builder.add_deployment("place", builder.add_region("home"));
  const std::array<double, 4> service{0.04, 0.03, 0.06, 0.05};
  Visit visit;
  visit.name = "job";
  visit.think = builder.add_law(Law::constant(Duration::nanoseconds(1)));
  for (std::size_t i = 0; i < 4; ++i) {
    const StationId station = builder.add_station(servers("node", place));
    Journey row;
    row.name = "node " + std::to_string(i + 1);
    row.plan = builder.declare_plan(row.name, place);
    PlanBuilder plan = builder.define(row.plan);
    plan.visit(station, builder.add_law(Law::exponential(Duration::from_seconds(service.at(i)))),
               "demand");
    plan.finish();
    builder.add_journey(row);
  }
  visit.start = JourneyId{3};
  visit.next = {{{JourneyId{1}, 0.5}, {JourneyId{2}, 0.5}},
                {{JourneyId{0}, 1}},
                {{JourneyId{0}, 0.6}},
                {{JourneyId{0}, 1}}};
  Source source = constant_source("jobs", 4, JourneyId{});
  source.mix[0].visit = builder.add_visit(visit);
  builder.add_source(source);
  const auto net = builder.build();
  const std::array<double, 4> rates{20, 10, 10, 4};
  const std::array<double, 4> sojourns{0.2, 0.03 / 0.7, 0.15, 0.0625};
  std::vector<Expected> expected;
  for (std::size_t i = 0; i < 4; ++i) {
    expected.push_back({arrival_rate_at(i), rates.at(i)});
    expected.push_back({latency_of(i), sojourns.at(i), i == 0 ? 4 * kOfMean : kOfMean});
  }
  check_estimates(*net, run_for(Duration::seconds(100), Duration::seconds(10'000)), expected);
}

TEST_CASE("customers who come back try a geometric number of times", "[oracle]") {
  // A try fails with chance 0.4, and half of those come back: 1 / (1 - 0.2) tries a customer, of
  // which the share 0.2 are second tries; all of 10 s away, so the warm-up holds the early ones.
  OneService one;
  PlanBuilder plan = one.builder.define(one.plan);
  const PlanBuilder::Label bad = plan.label();
  const PlanBuilder::Label end = plan.label();
  plan.branch(0.4, bad, "fails");
  plan.jump(end);
  plan.place(bad);
  plan.fail(Cause::kDependency);
  plan.place(end);
  plan.finish();
  Journey& row = one.builder.journey(one.journey);
  row.come_back = 0.5;
  row.come_back_after = one.builder.add_law(Law::exponential(Duration::seconds(10)));
  one.builder.add_source(constant_source("visit", 100, one.journey));
  const auto net = one.builder.build();
  const RunOptions options = run_for(Duration::seconds(200), Duration::seconds(500));
  const auto offered = [](const TrialResult& r) {
    return static_cast<double>(r.journeys[0].offered) / r.measured.to_seconds();
  };
  const auto again = [](const TrialResult& r) {
    return static_cast<double>(r.journeys[0].came_back) /
           static_cast<double>(r.journeys[0].offered);
  };
  check_estimates(*net, options, {{offered, 125}, {again, 0.2}});
}

}  // namespace
}  // namespace lifeboat::sim::test
