// Balancers: choices within a zone, and tasks whose share of the turns grows.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/trial/listener.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

/// Tasks in service from the beginning on, in the zones of the list; then acts at instants.
struct Tasks : ControllerOf<std::uint32_t> {
  struct Act {
    double at_s;
    std::function<void(Control&)> act;
  };
  Tasks(std::vector<std::uint32_t> zones_of, std::vector<Act> list)
      : zones(std::move(zones_of)), acts(std::move(list)) {}
  [[nodiscard]] std::string name() const override { return "tasks"; }
  void start_with(std::uint32_t& done, Control& control) const override {
    done = 0;
    for (const std::uint32_t zone : zones) {
      const auto task = control.start_task(TaskGroupId{0}, zone);
      control.task_running(*task);
      control.put_in_service(*task, true);
    }
    if (!acts.empty()) control.wake_at(Instant::from_seconds(acts[0].at_s));
  }
  void wake_with(std::uint32_t& done, Control& control) const override {
    acts[done++].act(control);
    if (done < acts.size()) control.wake_at(Instant::from_seconds(acts[done].at_s));
  }
  std::vector<std::uint32_t> zones;
  std::vector<Act> acts;
};

/// Each request chooses a task in that zone (kNone: in any) and works there for as long.
void work_on_tasks(OneService& one, std::uint32_t tasks, TaskGroup::Choice choice,
                   std::uint32_t zone, const Law& work) {
  Station workers;
  workers.name = "workers";
  workers.kind = StationKind::kHold;
  workers.servers = 1000;
  const TaskGroupId group = add_tasks(one, tasks, choice, workers);
  PlanBuilder plan = one.builder.define(one.plan);
  plan.choose(group, zone);
  plan.acquire_on_task(0);
  plan.delay(one.builder.add_law(work), "work");
  plan.release_on_task(0);
  plan.finish();
}

/// Requests that each task got: `per_second` of them at even distances until `seconds`, none of
/// which meets another.
std::vector<std::uint64_t> shares(TaskGroup::Choice choice, const std::vector<std::uint32_t>& zones,
                                  std::uint32_t zone, int per_second, int seconds,
                                  const std::vector<Tasks::Act>& acts = {},
                                  JourneyResult* visits = nullptr) {
  OneService one;
  work_on_tasks(one, static_cast<std::uint32_t>(zones.size()), choice, zone,
                Law::constant(Duration::microseconds(1)));
  Source source = constant_source("visit", 0, one.journey);
  source.kind = Source::Kind::kStamps;
  for (int i = 0; i < per_second * seconds; ++i) {
    source.stamps.push_back(Instant::from_seconds((i + 0.5) / per_second));
  }
  one.builder.add_source(source);
  one.builder.add_controller(std::make_shared<Tasks>(zones, acts));
  const auto net = one.builder.build();
  const TrialResult result = run_trial(*net, run_for(Duration{}, Duration::seconds(seconds)), 0);
  if (visits != nullptr) *visits = result.journeys[0];
  std::vector<std::uint64_t> got;
  for (std::size_t i = 0; i < zones.size(); ++i) got.push_back(result.stations[i].arrivals);
  // The first of a group's stations stands for all of them.
  got[0] = std::accumulate(got.begin() + 1, got.end(), got[0], std::minus<>());
  return got;
}

using Choice = TaskGroup::Choice;
using Counts = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("a choice within a zone goes round among its own tasks", "[unit]") {
  const std::vector<std::uint32_t> zones{0, 1, 1, 0, 1};
  CHECK(shares(Choice::kRoundRobin, zones, 1, 10, 9) == Counts{0, 30, 30, 0, 30});
  CHECK(shares(Choice::kLeastOutstanding, zones, 1, 10, 9) == Counts{0, 30, 30, 0, 30});
  CHECK(shares(Choice::kRoundRobin, zones, kNone, 10, 9) == Counts{18, 18, 18, 18, 18});
  // 3,000 at random: each a binomial number of deviation 26.
  const Counts random = shares(Choice::kRandom, zones, 1, 100, 30);
  CHECK(random[0] + random[3] == 0);
  for (const std::size_t task : {1U, 2U, 4U}) {
    CHECK(std::abs(static_cast<double>(random[task]) - 1000) < 4 * 26);
  }
}

/// Counts who is at each task, and how often one was chosen while another of those in service had
/// less to do.
struct LeastBusy : Listener {
  explicit LeastBusy(std::size_t tasks) : busy(tasks, 0), serving(tasks) {}
  void station(Instant at, StationId id, Stay stay, std::uint32_t) override {
    if (stay == Stay::kCompleted) --busy.at(id.index());
    if (stay != Stay::kArrived) return;
    const std::size_t in_service = at < Instant::from_seconds(100) ? serving : serving / 2;
    const auto least = std::min_element(busy.begin(), busy.begin() + std::ptrdiff_t(in_service));
    wrong += busy[id.index()] != *least || id.index() >= in_service ? 1U : 0U;
    uneven += *least != *std::max_element(busy.begin(), busy.end()) ? 1U : 0U;
    ++busy[id.index()];
    ++chosen;
  }

  std::vector<int> busy;  ///< by task
  std::size_t serving;    ///< in the first 100 s; then half as many
  std::size_t wrong = 0;
  std::size_t uneven = 0;  ///< choices at which the counts differed
  std::size_t chosen = 0;
};

// Few are looked at one by one and many stand in a tree: here two on each side of the change from
// one to the other, and two that pass it when half of the tasks leave.
TEST_CASE("nobody is chosen while another has less to do", "[property]") {
  for (const std::uint32_t tasks : {3U, 8U, 9U, 15U, 16U, 40U}) {
    CAPTURE(tasks);
    OneService one;
    work_on_tasks(one, tasks, TaskGroup::Choice::kLeastOutstanding, kNone,
                  Law::exponential(Duration::seconds(1)));
    one.builder.add_source(constant_source("visit", 2.0 * tasks, one.journey));
    const auto half_leaves = [tasks](Control& control) {
      for (std::uint32_t i = tasks / 2; i < tasks; ++i) control.put_in_service(i, false);
    };
    one.builder.add_controller(std::make_shared<Tasks>(
        std::vector<std::uint32_t>(tasks, 0), std::vector<Tasks::Act>{{100, half_leaves}}));
    const auto net = one.builder.build();
    const auto listener = std::make_shared<LeastBusy>(tasks);
    RunOptions options = run_for(Duration{}, Duration::seconds(200));
    options.listen = [&](std::uint32_t) { return listener; };
    (void)run_trial(*net, options, 0);
    CHECK(listener->chosen > 300 * tasks);
    CHECK(listener->uneven > 150 * tasks);
    CHECK(listener->wrong == 0);
  }
}

TEST_CASE("the least busy of few and of many are found alike", "[unit]") {
  // Twelve tasks, then six of them, then all again, a second each at 12 requests/s. No request
  // meets another, so ties alone decide, and those go round: 1 + 2 + 1 and 1 + 0 + 1.
  const auto put_others = [](bool in_service) {
    return [in_service](Control& control) {
      for (std::uint32_t task = 6; task < 12; ++task) control.put_in_service(task, in_service);
    };
  };
  const Counts expected{4, 4, 4, 4, 4, 4, 2, 2, 2, 2, 2, 2};
  CHECK(shares(Choice::kLeastOutstanding, std::vector<std::uint32_t>(12, 0), kNone, 12, 3,
               {{1, put_others(false)}, {2, put_others(true)}}) == expected);
}

TEST_CASE("a zone without a task has no capacity", "[unit]") {
  for (const Choice choice : {Choice::kRoundRobin, Choice::kLeastOutstanding, Choice::kRandom}) {
    JourneyResult visits;
    CHECK(shares(choice, {0, 1}, 2, 10, 1, {}, &visits) == Counts{0, 0});
    CHECK(visits.failed_by[static_cast<std::size_t>(Cause::kNoCapacity)] == 10);
  }
}

// Beside one that takes every turn, a share s of the turns is s / (1 + s) of the requests: over a
// ramp from 0 to 1, 1 - ln 2 of them on average; afterwards half. To two requests.
TEST_CASE("a task that ramps takes a growing share of its turns", "[oracle]") {
  const std::vector<Tasks::Act> ramp{
      {0, [](Control& c) { c.ramp_task(1, Duration::seconds(100)); }}};
  const Counts during = shares(Choice::kRoundRobin, {0, 0}, kNone, 100, 100, ramp);
  CHECK(std::abs(static_cast<double>(during[1]) - 10'000 * (1 - std::log(2))) <= 2);
  const Counts after = shares(Choice::kRoundRobin, {0, 0}, kNone, 100, 150, ramp);
  CHECK(after[1] - during[1] == 2500);
  // The same within a zone, whatever stands in the others.
  const Counts beside = shares(Choice::kRoundRobin, {1, 1, 0}, 1, 100, 100, ramp);
  CHECK(beside == Counts{during[0], during[1], 0});
}

// Both ramp alike: half each, all served.
TEST_CASE("where all tasks ramp they share alike", "[unit]") {
  JourneyResult visits;
  const Counts got = shares(Choice::kRoundRobin, {0, 0}, kNone, 100, 100,
                            {{0,
                              [](Control& c) {
                                c.ramp_task(0, Duration::seconds(100));
                                c.ramp_task(1, Duration::seconds(100));
                              }}},
                            &visits);
  CHECK(visits.succeeded == 10'000);
  CHECK(std::abs(static_cast<double>(got[0]) - 5000) <= 100);
}

// Out of service at 50 s and back at 60 s: of the 4,000 requests after that, half.
TEST_CASE("a ramp ends when its task leaves service", "[unit]") {
  const std::vector<Tasks::Act> acts{
      {0, [](Control& c) { c.ramp_task(1, Duration::seconds(1000)); }},
      {50, [](Control& c) { c.put_in_service(1, false); }},
      {60, [](Control& c) { c.put_in_service(1, true); }}};
  const Counts before = shares(Choice::kRoundRobin, {0, 0}, kNone, 100, 60, acts);
  const Counts all = shares(Choice::kRoundRobin, {0, 0}, kNone, 100, 100, acts);
  CHECK(before[1] < 200);
  CHECK(all[1] - before[1] == 2000);
}

}  // namespace lifeboat::sim::test
