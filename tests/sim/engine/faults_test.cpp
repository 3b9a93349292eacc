// Gates, resets, hangs and speeds; tasks that stop; what overlapping faults leave.
#include <cstring>
#include <functional>

#include "sim/control/control.hpp"
#include "sim/engine/engine.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

/// Does what a list says at its instants; handles of effects are kept by number.
struct Script : ControllerOf<std::array<std::uint32_t, 8>> {
  struct Act {
    double at_s;
    std::function<void(Control&, std::array<std::uint32_t, 8>&)> act;
  };
  explicit Script(std::vector<Act> list) : acts(std::move(list)) {}
  [[nodiscard]] std::string name() const override { return "script"; }
  [[nodiscard]] bool is_fault() const override { return true; }
  void start_with(std::array<std::uint32_t, 8>& state, Control& control) const override {
    state.fill(0);  // state[7] counts what has been done
    if (!acts.empty()) control.wake_at(Instant::from_seconds(acts[0].at_s));
  }
  void wake_with(std::array<std::uint32_t, 8>& state, Control& control) const override {
    while (state[7] < acts.size() && Instant::from_seconds(acts[state[7]].at_s) <= control.now()) {
      acts[state[7]].act(control, state);
      ++state[7];
    }
    if (state[7] < acts.size()) control.wake_at(Instant::from_seconds(acts[state[7]].at_s));
  }
  std::vector<Act> acts;
};

Effect outage(double reset, double refuse) {
  Effect effect;
  effect.kind = Effect::Kind::kOutage;
  effect.share = reset;
  effect.refuse_share = refuse;
  return effect;
}

/// One request each at the given seconds; the till takes 10 s; patience 30 s.
struct Shop {
  NetworkBuilder builder;
  RegionId region = builder.add_region("home");
  DeploymentId door = builder.add_deployment("door", region);
  DeploymentId till = builder.add_deployment("till", region, true);
  JourneyId journey;
  StationId station;

  explicit Shop(const std::vector<double>& seconds) {
    Station row;
    row.name = "till";
    row.servers = 10;
    row.deployment = till;
    station = builder.add_station(row);
    const PlanId serve = builder.declare_plan("till.serve", till);
    PlanBuilder inner = builder.define(serve);
    inner.gate();
    inner.visit(station, builder.add_law(Law::constant(Duration::seconds(10))), "demand");
    inner.finish();
    const PlanId enter = builder.declare_plan("door.enter", door);
    PlanBuilder middle = builder.define(enter);
    middle.gate();
    middle.call(serve, CallPolicy{}, "serve");
    middle.finish();
    Journey visit;
    visit.name = "visit";
    visit.plan = builder.declare_plan("journey", DeploymentId{});
    PlanBuilder root = builder.define(visit.plan);
    CallPolicy patience;
    patience.timeout = Duration::seconds(30);
    patience.timeout_cause = Cause::kAbandoned;
    root.call(enter, patience, "entry");
    root.finish();
    journey = builder.add_journey(visit);
    Source source = constant_source("visit", 0, journey);
    source.kind = Source::Kind::kStamps;
    for (const double s : seconds) source.stamps.push_back(Instant::from_seconds(s));
    builder.add_source(source);
  }

  TrialResult run(std::vector<Script::Act> acts) {
    builder.add_controller(std::make_shared<Script>(std::move(acts)));
    const auto net = builder.build();
    return run_trial(*net, run_for(Duration{}, Duration::seconds(200)), 0);
  }
};

std::uint64_t failed_by(const TrialResult& r, Cause cause) {
  return r.journeys[0].failed_by[static_cast<std::size_t>(cause)];
}

TEST_CASE("a reset fails what is inside, once, and frees the servers", "[unit]") {
  Shop shop({1, 2, 50});
  const auto both = std::vector<DeploymentId>{shop.door, shop.till};
  const TrialResult r = shop.run(
      {{5, [both](Control& c, auto& s) { s[0] = c.begin_effect(both, outage(1, 1)).index; }},
       {40, [](Control& c, auto& s) { c.end_effect({s[0]}); }}});
  CHECK(failed_by(r, Cause::kReset) == 2);
  CHECK(r.journeys[0].succeeded == 1);  // at 50 s all is well again
  CHECK(r.stations[0].completions == 1);
  CHECK(r.stations[0].busy_server_seconds == Approx(4 + 3 + 10));
}

TEST_CASE("a hang leaves the customer to his patience", "[unit]") {
  Shop shop({1, 10});
  const auto both = std::vector<DeploymentId>{shop.door, shop.till};
  const TrialResult r = shop.run(
      {{5, [both](Control& c, auto& s) { s[0] = c.begin_effect(both, outage(0, 0)).index; }}});
  // One was inside, one came to a dead door; both wait their 30 seconds out.
  CHECK(failed_by(r, Cause::kAbandoned) == 2);
  CHECK(r.stations[0].busy_server_seconds == Approx(4));
}

TEST_CASE("a gate that opens resets those that hang behind it", "[unit]") {
  Shop shop({10});
  const auto till = std::vector<DeploymentId>{shop.till};
  const TrialResult r = shop.run(
      {{5, [till](Control& c, auto& s) { s[0] = c.begin_effect(till, outage(0, 0)).index; }},
       {20, [](Control& c, auto& s) { c.end_effect({s[0]}); }}});
  CHECK(failed_by(r, Cause::kReset) == 1);
}

TEST_CASE("a refusal at a store is a failed dependency", "[unit]") {
  Shop shop({10});
  const auto till = std::vector<DeploymentId>{shop.till};
  const TrialResult r = shop.run(
      {{5, [till](Control& c, auto& s) { s[0] = c.begin_effect(till, outage(1, 1)).index; }}});
  CHECK(failed_by(r, Cause::kDependency) == 1);
}

TEST_CASE("a brown-out stretches the work that is left, and no more", "[unit]") {
  // Ten seconds of work from t = 1: four done by t = 5; at half speed until t = 9 two more; the
  // other four at full speed: done at 13, a latency of 12.
  Shop shop({1});
  const auto till = std::vector<DeploymentId>{shop.till};
  Effect slow;
  slow.kind = Effect::Kind::kSlow;
  slow.factor = 0.5;
  const TrialResult r =
      shop.run({{5, [till, slow](Control& c, auto& s) { s[0] = c.begin_effect(till, slow).index; }},
                {9, [](Control& c, auto& s) { c.end_effect({s[0]}); }}});
  CHECK(r.journeys[0].latency.mean_seconds() == Approx(12));
}

TEST_CASE("a frozen server keeps its work and thaws with it", "[unit]") {
  Shop shop({1});
  const auto till = std::vector<DeploymentId>{shop.till};
  Effect frozen;
  frozen.kind = Effect::Kind::kSlow;
  frozen.factor = 0;
  const TrialResult r = shop.run(
      {{5, [till, frozen](Control& c, auto& s) { s[0] = c.begin_effect(till, frozen).index; }},
       {12, [](Control& c, auto& s) { c.end_effect({s[0]}); }}});
  CHECK(r.journeys[0].latency.mean_seconds() == Approx(17));
}

// Three tasks, one a zone, in turn: of requests at 1, 2, ... seconds with 10 s of work each, those
// on the task of zone 1 are cut off when that is lost, and so is every third one that comes.
TEST_CASE("a zone's gate acts on the work of the tasks that stand there", "[unit]") {
  struct StartTasks : ControllerOf<std::uint32_t> {
    TaskGroupId group;
    explicit StartTasks(TaskGroupId of) : group(of) {}
    [[nodiscard]] std::string name() const override { return "tasks"; }
    void start_with(std::uint32_t&, Control& control) const override {
      for (std::uint32_t zone = 0; zone < 3; ++zone) {
        const auto task = control.start_task(group, zone);
        control.task_running(*task);
        control.put_in_service(*task, true);
      }
    }
    void wake_with(std::uint32_t&, Control&) const override {}
  };
  for (const double refused : {1.0, 0.0}) {
    CAPTURE(refused);
    Station workers;
    workers.name = "workers";
    workers.kind = StationKind::kHold;
    workers.servers = 100;
    ZonedTasks tasks(workers, [](NetworkBuilder& builder, PlanBuilder& plan) {
      plan.acquire_on_task(0);
      plan.delay(builder.add_law(Law::constant(Duration::seconds(10))), "work");
      plan.release_on_task(0);
    });
    const DeploymentId lost = tasks.zones[1];
    tasks.builder.add_controller(std::make_shared<StartTasks>(tasks.group));
    tasks.builder.add_controller(std::make_shared<Script>(std::vector<Script::Act>{
        {6.5,
         [lost, refused](Control& c, auto& state) {
           state[0] = c.begin_effect({lost}, outage(refused, refused)).index;
         }},
        {20.5, [](Control& c, auto& state) { c.end_effect({state[0]}); }}}));
    const auto network = tasks.builder.build();
    const TrialResult result = run_trial(*network, run_for(Duration{}, Duration::seconds(60)), 0);
    // Tasks 0, 1, 2, 0, ...: the 2nd and 5th are inside at 6.5 s, the 8th and 11th come later.
    // Those that hang are let go when the gate opens.
    CHECK(result.journeys[0].failed == 4);
    CHECK(result.journeys[0].succeeded == 8);
    CHECK(result.journeys[0].failed_by[static_cast<std::size_t>(Cause::kReset)] == 4);
  }
}

TEST_CASE("two overlapping faults end in either order with the same gate", "[property]") {
  // The gate's state after both have ended, and while one still acts, does not depend on the
  // order; the latencies of later requests show it.
  const auto run = [](bool first_ends_first) {
    Shop shop({30, 60});
    const auto till = std::vector<DeploymentId>{shop.till};
    Effect late;
    late.kind = Effect::Kind::kLatency;
    late.delay = Duration::seconds(3);
    Effect slow;
    slow.kind = Effect::Kind::kSlow;
    slow.factor = 0.5;
    return shop.run(
        {{5, [till, late](Control& c, auto& s) { s[0] = c.begin_effect(till, late).index; }},
         {10, [till, slow](Control& c, auto& s) { s[1] = c.begin_effect(till, slow).index; }},
         {50, [=](Control& c, auto& s) { c.end_effect({s[first_ends_first ? 0 : 1]}); }},
         {50, [=](Control& c, auto& s) { c.end_effect({s[first_ends_first ? 1 : 0]}); }}});
  };
  const TrialResult a = run(true);
  const TrialResult b = run(false);
  CHECK(a.draws == b.draws);
  // At 30 s: 3 s at the gate and 10 s of work at half speed until 50: 8.5 done, 1.5 left.
  CHECK(a.journeys[0].latency.max()->to_seconds() == Approx(21.5));
  CHECK(a.journeys[0].latency.min()->to_seconds() == Approx(10));
}

TEST_CASE("an outage under an outage keeps the gate shut until both have ended", "[unit]") {
  Shop shop({25, 45});
  const auto till = std::vector<DeploymentId>{shop.till};
  const TrialResult r = shop.run(
      {{5, [till](Control& c, auto& s) { s[0] = c.begin_effect(till, outage(1, 1)).index; }},
       {10, [till](Control& c, auto& s) { s[1] = c.begin_effect(till, outage(1, 1)).index; }},
       {20, [](Control& c, auto& s) { c.end_effect({s[0]}); }},
       {40, [](Control& c, auto& s) { c.end_effect({s[1]}); }}});
  CHECK(failed_by(r, Cause::kDependency) == 1);
  CHECK(r.journeys[0].succeeded == 1);
}

TEST_CASE("a snapshot continues to the same end as the original", "[property]") {
  const auto net = single_queue(90, Law::lognormal(Duration::milliseconds(10), 1.5), 1);
  const RunOptions options = run_for(Duration::seconds(5), Duration::seconds(100));
  Engine original{*net, options, 3};
  original.run_until(Instant::from_seconds(40));
  const State snapshot = original.state();
  original.run_until(Instant::from_seconds(90));
  Engine copy{*net, options, 3};
  copy.restore(snapshot);
  copy.run_until(Instant::from_seconds(90));
  CHECK(copy.state().events_run == original.state().events_run);
  State ends = copy.state();
  State meant = original.state();
  CHECK(ends.events.root().time == meant.events.root().time);
  CHECK(copy.state().counts[0].wait_sum == original.state().counts[0].wait_sum);

  // With other luck the same past has another future.
  RunOptions other = options;
  other.seed = 2;
  Engine fork{*net, other, 3};
  fork.restore(snapshot);
  CHECK(fork.state().now == snapshot.now);
  fork.run_until(Instant::from_seconds(90));
  CHECK(fork.state().counts[0].wait_sum != original.state().counts[0].wait_sum);
}

TEST_CASE("results do not depend on the number of jobs", "[property]") {
  const auto net = single_queue(90, Law::exponential(Duration::milliseconds(10)), 1);
  const RunOptions options = run_for(Duration::seconds(1), Duration::seconds(20));
  std::vector<std::uint64_t> draws;
  for (const unsigned jobs : {1U, 2U, 5U}) {
    std::uint64_t sum = 0;
    std::uint32_t expected = 0;
    run_trials(*net, options, 0, 12, jobs, [&](TrialResult&& r) {
      CHECK(r.trial == expected++);
      sum = mix(sum, r.draws);
      return true;
    });
    draws.push_back(sum);
  }
  CHECK(draws[0] == draws[1]);
  CHECK(draws[0] == draws[2]);
}

TEST_CASE("a fault leaves the arrivals as they were", "[property]") {
  const auto arrivals = [](bool with_fault) {
    Shop shop({});
    shop.builder.add_source(constant_source("more", 5, shop.journey));
    std::vector<Script::Act> acts;
    if (with_fault) {
      const auto till = std::vector<DeploymentId>{shop.till};
      acts.push_back(
          {5, [till](Control& c, auto& s) { s[0] = c.begin_effect(till, outage(1, 1)).index; }});
    }
    const TrialResult r = shop.run(std::move(acts));
    std::vector<std::uint32_t> offered;
    for (const ArrivalBin& bin : r.journeys[0].bins) offered.push_back(bin.offered);
    return offered;
  };
  CHECK(arrivals(true) == arrivals(false));
}

}  // namespace
}  // namespace lifeboat::sim::test
