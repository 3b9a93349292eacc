// Task places: what is looked at again and again leaves those out that never had a task, and must
// tell the same as a look at all of them.
#include <algorithm>
#include <memory>
#include <vector>

#include "sim/control/control.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

constexpr std::uint32_t kPlaces = 6;

/// Two tasks at first; a third from 30 s, the second gone from 70 s, two more from 100 s: one of
/// them in its place. What it sees of them each second is kept.
struct Places : ControllerOf<std::uint32_t> {
  struct Seen {
    std::uint32_t of_group = 0;
    std::uint32_t of_tasks = 0;
  };
  explicit Places(std::vector<Seen>* into) : seen(into) {}
  [[nodiscard]] std::string name() const override { return "places"; }
  static void begin(Control& control) {
    const auto task = control.start_task(TaskGroupId{0}, 0);
    control.task_running(*task);
    control.put_in_service(*task, true);
  }
  void start_with(std::uint32_t& seconds, Control& control) const override {
    seconds = 0;
    begin(control);
    begin(control);
    control.wake_at(Instant::from_seconds(1));
  }
  void wake_with(std::uint32_t& seconds, Control& control) const override {
    ++seconds;
    if (seconds == 30 || seconds == 100) begin(control);
    if (seconds == 100) begin(control);
    if (seconds == 70) control.stop_task(1);
    Seen now;
    now.of_group = control.group(TaskGroupId{0}).outstanding;
    for (std::uint32_t task = 0; task < kPlaces; ++task) {
      now.of_tasks += control.task_outstanding(task);
    }
    seen->push_back(now);
    control.wake_at(control.now() + Duration::seconds(1));
  }
  std::vector<Seen>* seen;
};

std::shared_ptr<const Network> web(std::vector<Places::Seen>* seen) {
  OneService one;
  Station cpu;
  cpu.name = "cpu";
  cpu.kind = StationKind::kShared;
  cpu.capacity_milli = 1000;
  const TaskGroupId group = add_tasks(one, kPlaces, TaskGroup::Choice::kRandom, cpu);
  PlanBuilder plan = one.builder.define(one.plan);
  plan.choose(group);
  plan.compute_on_task(0, one.builder.add_law(Law::exponential(Duration::milliseconds(250))),
                       "work");
  plan.finish();
  one.builder.add_source(constant_source("visit", 5, one.journey));
  one.builder.add_controller(std::make_shared<Places>(seen));
  return one.builder.build();
}

}  // namespace

TEST_CASE("places that never had a task are left out, and nothing else", "[property]") {
  std::vector<Places::Seen> seen;
  const TrialResult result = run_trial(*web(&seen), run_for({}, Duration::seconds(180)), 0);

  // The first of a group's stations stands for all of them.
  const double busy = result.stations[0].busy_server_seconds;
  CHECK(busy == Approx(180 * 5 * 0.25).epsilon(0.15));
  CHECK(result.stations[3].busy_server_seconds > 5);
  CHECK(result.groups[0].cpu_used_seconds == Approx(busy).epsilon(1e-9));
  // A second longer, the third minute has ended within the window.
  std::vector<Places::Seen> further;
  const TrialResult longer = run_trial(*web(&further), run_for({}, Duration::seconds(181)), 0);
  double by_minutes = 0;
  for (const GroupMinute& minute : longer.groups[0].minutes) by_minutes += 60.0 * minute.cpu_used;
  CHECK(longer.groups[0].minutes.size() == 3);
  CHECK(by_minutes == Approx(busy).epsilon(1e-5));
  // All six places have a processor for all the time, used or not.
  CHECK(result.stations[0].capacity_seconds == Approx(kPlaces * 180.0).epsilon(1e-9));
  CHECK(result.stations[4].arrivals == 0);
  CHECK(result.stations[4].capacity_seconds == Approx(180.0).epsilon(1e-9));
  REQUIRE(seen.size() >= 179);
  std::uint32_t most = 0;
  for (const Places::Seen& now : seen) {
    CHECK(now.of_group == now.of_tasks);
    most = std::max(most, now.of_tasks);
  }
  CHECK(most > 3);
}

}  // namespace lifeboat::sim::test
