// Effects on some of a group's tasks.
#include <array>

#include "sim/control/control.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

/// Starts three tasks, hits the second from 3.5 s on, replaces it at 6.5 s in its place, and ends
/// the effect at 20.5 s.
struct HitsOne : ControllerOf<std::array<std::uint32_t, 2>> {
  TaskGroupId group;
  DeploymentId hit;
  Effect effect;

  HitsOne(TaskGroupId of, DeploymentId at, Effect what)
      : group(of), hit(at), effect(std::move(what)) {}
  [[nodiscard]] std::string name() const override { return "hits one"; }
  void launch(Control& control, std::uint32_t zone) const {
    const auto task = control.start_task(group, zone);
    REQUIRE(task);
    control.task_running(*task);
    control.put_in_service(*task, true);
  }
  void start_with(std::array<std::uint32_t, 2>& state, Control& control) const override {
    state = {};
    for (std::uint32_t zone = 0; zone < 3; ++zone) launch(control, zone);
    control.wake_at(Instant::from_seconds(3.5));
  }
  void wake_with(std::array<std::uint32_t, 2>& state, Control& control) const override {
    const TaskGroup& row = control.network().groups[group.index()];
    switch (state[0]++) {
      case 0: {
        Effect one = effect;
        one.from = Effect::From::kTasks;
        one.tasks = {row.first_task + 1};
        state[1] = control.begin_effect({hit}, one).index;
        control.wake_at(Instant::from_seconds(6.5));
        break;
      }
      case 1:
        control.stop_task(row.first_task + 1);
        launch(control, 1);
        control.wake_at(Instant::from_seconds(20.5));
        break;
      default:
        control.end_effect({state[1]});
    }
  }
};

/// Requests at 1, 2, ..., 12 s to the tasks in turn, 100 ms of processor each.
TrialResult run_with(const Effect& effect) {
  Station processor;
  processor.name = "cpu";
  processor.kind = StationKind::kShared;
  processor.capacity_milli = 1000;
  ZonedTasks tasks(processor, [](NetworkBuilder& builder, PlanBuilder& plan) {
    plan.compute_on_task(0, builder.add_law(Law::constant(Duration::milliseconds(100))), "work");
  });
  tasks.builder.add_controller(std::make_shared<HitsOne>(
      tasks.group, effect.kind == Effect::Kind::kSlow ? tasks.web : tasks.zones[1], effect));
  const auto network = tasks.builder.build();
  return run_trial(*network, run_for(Duration{}, Duration::seconds(60)), 0);
}

}  // namespace

// Tasks 0, 1, 2, 0, ...: of what the second gets, the request of 5 s alone comes while it is hit;
// those of 8 and 11 s go to the task that stands in its place.
TEST_CASE("an effect on a task hits what comes to it, and not its successor", "[unit]") {
  Effect effect;
  effect.kind = Effect::Kind::kErrors;
  effect.share = 1;
  const TrialResult errors = run_with(effect);
  CHECK(errors.journeys[0].failed == 1);
  CHECK(errors.journeys[0].succeeded == 11);

  effect.kind = Effect::Kind::kLatency;
  effect.delay = Duration::milliseconds(500);
  const TrialResult late = run_with(effect);
  CHECK(late.journeys[0].latency.max()->to_seconds() == Approx(0.6));
  CHECK(late.journeys[0].latency.mean_seconds() == Approx((11 * 0.1 + 0.6) / 12));

  effect.kind = Effect::Kind::kSlow;
  effect.factor = 0.25;
  const TrialResult slow = run_with(effect);
  CHECK(slow.journeys[0].latency.max()->to_seconds() == Approx(0.4));
  CHECK(slow.journeys[0].latency.mean_seconds() == Approx((11 * 0.1 + 0.4) / 12));
}

TEST_CASE("tasks are hit by latency, errors and slowness alone", "[unit]") {
  Effect effect;
  effect.kind = Effect::Kind::kShed;
  CHECK_THROWS_AS(run_with(effect), std::invalid_argument);
}

}  // namespace lifeboat::sim::test
