// The runbook executor over a world without requests: times worked by hand, the log's causes,
// people as servers, failures and their ways out.
#include "scenarios/runbooks/executor.hpp"

#include <optional>

#include "tests/catch.hpp"
#include "tests/sim/fake_world.hpp"

namespace lifeboat::scenarios {
namespace {

using models::VerbArguments;
using models::VerbStatus;
using sim::Duration;
using sim::Instant;

/// Builds a plan and its world step by step.
class Stage {
 public:
  Stage() {
    check = builder.add_register("check", 1);
    control_plane = builder.add_register("region/syd/control-plane", 1);
    plan.name = "over";
    plan.check = "sg-up";
    plan.watched = check;
    plan.fires_at_value = 0;
    plan.lasting = Duration::minutes(2);
    plan.progress = builder.add_register("runbook/over/progress", 0);
  }

  sim::LawId fixed(int seconds) {
    return builder.add_law(sim::Law::constant(Duration::seconds(seconds)));
  }
  std::uint32_t people(const std::string& name, std::uint32_t count, int answers) {
    PlannedPeople group;
    group.name = name;
    group.count = count;
    group.answers = fixed(answers);
    plan.people.push_back(group);
    return static_cast<std::uint32_t>(plan.people.size() - 1);
  }
  PlannedStep& step(const std::string& name, std::vector<std::uint32_t> after, int seconds,
                    std::optional<std::uint32_t> by = std::nullopt) {
    PlannedStep row;
    row.name = name;
    row.block = "executionApproval";
    row.region = "syd";
    row.after = std::move(after);
    row.takes = fixed(seconds);
    row.people = by;
    plan.steps.push_back(std::move(row));
    return plan.steps.back();
  }
  /// The check fails at time 100 s; runs to 10,000 s.
  tests::FakeWorld run(std::uint64_t trial = 1, double until = 10'000) {
    tests::FakeWorld world(std::make_shared<const sim::Network>(builder.so_far()), trial);
    world.add(make_runbook_controller(plan), watched_registers(plan));
    world.start(Instant::origin());
    world.run_until(Instant::from_seconds(100));
    world.set(check, 0);
    world.run_until(Instant::from_seconds(until));
    return world;
  }

  sim::NetworkBuilder builder;
  sim::RegisterId check;
  sim::RegisterId control_plane;
  RunbookPlan plan;
};

TEST_CASE("steps run in order, and the log says what released each", "[unit]") {
  // Unhealthy at 100, for 120 s: detected at 220. On-call answers 60 s later (280) and the lead
  // is paged for the decision: 90 s to answer (370), 600 s to decide (970). Then two steps wait:
  // fence (180 s by on-call, free) ends at 1150; scale (automatic, 300 s) at 1270. shift comes
  // after both and takes no time; verify takes on-call 240 s more (1510).
  Stage stage;
  const auto on_call = stage.people("on-call", 1, 60);
  const auto lead = stage.people("lead", 1, 90);
  stage.plan.pages = on_call;
  stage.step("declare", {}, 600, lead);
  stage.step("fence", {0}, 180, on_call);
  stage.step("scale", {0}, 300);
  stage.step("shift", {1, 2}, 0);
  stage.step("verify", {3}, 240, on_call);
  const auto world = stage.run();
  const std::vector<std::string> expected{
      "220 detected sg-up",
      "220 person-paged on-call <- detected:sg-up",
      "280 person-answers on-call <- detected:sg-up",
      "280 step-ready declare <- person:on-call",
      "280 person-paged lead <- step:declare",
      "370 person-answers lead <- step:declare",
      "370 step-begin declare <- person:lead",
      "970 step-end declare",
      "970 step-ready fence <- step:declare",
      "970 step-ready scale <- step:declare",
      "970 step-begin scale",
      "970 step-begin fence",
      "1150 step-end fence",
      "1270 step-end scale",
      "1270 step-ready shift <- step:scale",
      "1270 step-begin shift",
      "1270 step-end shift",
      "1270 step-ready verify <- step:shift",
      "1270 step-begin verify",
      "1510 step-end verify",
      "1510 runbook-end over",
  };
  CHECK(world.lines() == expected);
  CHECK(world.value("runbook/over/progress") == 2);
}

TEST_CASE("a check that recovers in time triggers nothing", "[unit]") {
  Stage stage;
  stage.step("declare", {}, 600);
  tests::FakeWorld world(std::make_shared<const sim::Network>(stage.builder.so_far()));
  world.add(make_runbook_controller(stage.plan), watched_registers(stage.plan));
  world.start(Instant::origin());
  for (int i = 0; i < 20; ++i) {
    world.set(stage.check, 0);
    world.run_until(world.now + Duration::seconds(119));
    world.set(stage.check, 1);
    world.run_until(world.now + Duration::seconds(60));
  }
  CHECK(world.events.empty());
}

TEST_CASE("people are servers, first come first served", "[unit]") {
  // Three steps of 100 s for a group of two who answer after 10 s: both begin at 230 and end at
  // 330; the third waits for the first of them and ends at 430.
  Stage stage;
  const auto team = stage.people("team", 2, 10);
  stage.step("a", {}, 100, team);
  stage.step("b", {}, 100, team);
  stage.step("c", {}, 100, team);
  const auto world = stage.run();
  CHECK(world.when("step-end", "a") == 330);
  CHECK(world.when("step-end", "b") == 330);
  CHECK(world.when("step-begin", "c") == 330);
  CHECK(world.when("step-end", "c") == 430);
  const auto lines = world.lines();
  CHECK(std::count(lines.begin(), lines.end(), "330 step-begin c <- step:a") == 1);
  CHECK(std::count(lines.begin(), lines.end(), "230 step-begin b <- person:team") == 1);
}

TEST_CASE("who sleeps answers later", "[unit]") {
  // The clock shows 00:00 at time 0, and they sleep from 23:00 to 07:00.
  Stage stage;
  const auto on_call = stage.people("on-call", 1, 60);
  stage.plan.people[0].asleep = PlannedPeople::Asleep{23 * 3600, 7 * 3600, stage.fixed(1200)};
  stage.plan.pages = on_call;
  stage.step("look", {}, 0, on_call);
  CHECK(stage.run().when("person-answers", "on-call") == 1420);
  stage.plan.people[0].asleep->to_second_of_day = 0;  // from 23:00 to midnight
  CHECK(stage.run().when("person-answers", "on-call") == 280);
}

TEST_CASE("a failed step stops, goes on or is replaced, as it says", "[unit]") {
  const auto build = [](RunbookStep::OnFailure on_failure) {
    Stage stage;
    auto& risky = stage.step("risky", {}, 60);
    risky.success = 0;
    risky.max_attempts = 3;
    risky.retry_wait = Duration::seconds(30);
    risky.on_failure = on_failure;
    risky.fallback = 2;
    stage.step("next", {0}, 10);
    stage.step("spare", {}, 100).only_as_fallback = true;
    return stage.run();
  };
  // Labour until 280, attempts at 280, 310 and 340.
  const auto stopped = build(RunbookStep::OnFailure::kStop);
  CHECK(stopped.when("step-failed", "risky") == 340);
  CHECK(stopped.when("step-ready", "next") == -1);
  CHECK(stopped.when("runbook-end", "over") == 340);
  const auto passed = build(RunbookStep::OnFailure::kContinue);
  CHECK(passed.when("step-end", "next") == 350);
  CHECK(passed.when("step-begin", "spare") == -1);
  const auto replaced = build(RunbookStep::OnFailure::kStep);
  CHECK(replaced.when("step-begin", "spare") == 340);
  CHECK(replaced.when("step-ready", "next") == 440);
  CHECK(replaced.when("runbook-end", "over") == 450);
}

TEST_CASE("an effect is waited for, asked for once, and given up at the timeout", "[unit]") {
  Stage stage;
  auto reg = stage.builder.add_register("asked", 0);
  auto& scale = stage.step("scale", {}, 0);
  scale.block = "ecsCapacityIncrease";
  PlannedAction action;
  action.deployment = "web@syd";
  action.number = 7;
  action.begin = [reg](sim::Control& control, const VerbArguments& arguments) {
    control.set(reg, control.value(reg) * 100 + static_cast<std::int64_t>(arguments.amount));
    return true;
  };
  action.status = [](sim::Control& control, const VerbArguments& arguments) {
    const bool over = control.now() >= arguments.begun + Duration::milliseconds(90'500);
    return over ? VerbStatus::kDone : VerbStatus::kRunning;
  };
  scale.actions.push_back(action);
  scale.timeout = Duration::minutes(5);
  const auto world = stage.run();
  // Polled every second from 220 on: seen at 311.
  CHECK(world.when("step-acts", "scale") == 220);
  CHECK(world.when("step-end", "scale") == 311);
  CHECK(world.value("asked") == 7);
  stage.plan.steps[0].actions[0].status = [](sim::Control&, const VerbArguments&) {
    return VerbStatus::kRunning;
  };
  CHECK(stage.run().when("step-failed", "scale") == 520);
}

TEST_CASE("a step waits for the control plane that it needs", "[unit]") {
  Stage stage;
  stage.step("promote", {}, 30).needs = stage.control_plane;
  tests::FakeWorld world(std::make_shared<const sim::Network>(stage.builder.so_far()));
  world.add(make_runbook_controller(stage.plan), watched_registers(stage.plan));
  world.start(Instant::origin());
  world.set(stage.control_plane, 0);
  world.set(stage.check, 0);
  world.run_until(Instant::from_seconds(1000));
  CHECK(world.when("step-waits", "promote") == 150);
  CHECK(world.when("step-end", "promote") == -1);
  world.set(stage.control_plane, 1);
  CHECK(world.when("step-end", "promote") == 1000);
}

/// A stage with a step that asks for a share of what ran in Singapore before the fault; what it
/// asked for stands in "asked".
class BeforeFault {
 public:
  explicit BeforeFault(double share) {
    const auto region = stage_.builder.add_region("sg");
    sim::TaskGroup group;
    group.name = "web@sg";
    group.deployment = stage_.builder.add_deployment("web", region);
    group.limit = 10;
    const auto tasks = stage_.builder.add_task_group(group, {});
    const auto asked = stage_.builder.add_register("asked", 0);
    stage_.plan.faults_begun = stage_.builder.add_register("faults/begun", 0);
    stage_.plan.blamed = stage_.builder.add_register("faults/blamed", 0);
    auto& scale = stage_.step("scale", {}, 0);
    PlannedAction action;
    action.reference = tasks;
    action.share = share;
    action.before_fault = true;
    action.begin = [asked](sim::Control& control, const VerbArguments& arguments) {
      control.set(asked, static_cast<std::int64_t>(arguments.amount));
      return true;
    };
    scale.actions.push_back(action);
    world_.emplace(std::make_shared<const sim::Network>(stage_.builder.so_far()));
    world_->add(make_runbook_controller(stage_.plan), watched_registers(stage_.plan));
  }

  void start(std::uint32_t running) {
    run_with(running);
    world_->start(Instant::from_seconds(-600));
  }
  void run_with(std::uint32_t running) { world_->groups[0].running = running; }
  void run_until(double seconds) { world_->run_until(Instant::from_seconds(seconds)); }
  /// A fault, the first or a later one, and the one to blame from then on.
  void strike(std::int64_t begun, std::int64_t blamed) {
    world_->set(stage_.plan.blamed, blamed);
    world_->set(stage_.plan.faults_begun, begun);
  }
  /// What is asked for after the region's tasks are gone and the check has failed.
  std::int64_t asked() {
    run_with(0);
    world_->set(stage_.check, 0);
    run_until(7000);
    return world_->value("asked");
  }

 private:
  Stage stage_;
  std::optional<tests::FakeWorld> world_;
};

TEST_CASE("before fault means the five minutes before it", "[unit]") {
  // 4 tasks run until the fault; the region's are gone when the amount is asked for.
  BeforeFault plan(1.5);
  plan.start(4);
  plan.run_until(1234);
  plan.strike(1, 1);
  CHECK(plan.asked() == 6);
}

TEST_CASE("before fault means the fault to blame, not a harmless one hours ago", "[unit]") {
  const auto asked_with = [](std::int64_t second_blamed) {
    BeforeFault plan(1);
    plan.start(2);  // at night
    plan.run_until(600);
    plan.strike(1, 1);
    plan.run_with(9);  // in the sale
    plan.run_until(3600);
    plan.strike(2, second_blamed);
    return plan.asked();
  };
  CHECK(asked_with(2) == 9);
  CHECK(asked_with(1) == 2);  // the second only makes the first one worse
}

TEST_CASE("what is healthy from the start does not trigger what waits for health", "[unit]") {
  Stage stage;
  stage.plan.fires_at_value = 1;
  stage.step("back", {}, 60);
  tests::FakeWorld world(std::make_shared<const sim::Network>(stage.builder.so_far()));
  world.add(make_runbook_controller(stage.plan), watched_registers(stage.plan));
  world.start(Instant::origin());
  world.run_until(Instant::from_seconds(1000));
  CHECK(world.when("detected", "sg-up") == -1);
  world.set(stage.check, 0);
  world.run_until(Instant::from_seconds(2000));
  world.set(stage.check, 1);
  world.run_until(Instant::from_seconds(3000));
  CHECK(world.when("detected", "sg-up") == 2120);
}

TEST_CASE("a fallback comes after its own predecessors too", "[unit]") {
  Stage stage;
  auto& risky = stage.step("risky", {}, 60);
  risky.success = 0;
  risky.on_failure = RunbookStep::OnFailure::kStep;
  risky.fallback = 2;
  stage.step("fence", {}, 500);
  stage.step("spare", {1}, 100).only_as_fallback = true;
  const auto world = stage.run();
  CHECK(world.when("step-failed", "risky") == 280);
  CHECK(world.when("step-begin", "spare") == 720);
  CHECK(world.when("runbook-end", "over") == 820);
  // One that is not needed holds nothing up, whatever it comes after.
  stage.plan.steps[0].success = 1;
  const auto well = stage.run();
  CHECK(well.when("step-begin", "spare") == -1);
  CHECK(well.when("runbook-end", "over") == 720);
}

// `spare`, 100 s, comes after what it stands in for; `last`, 100 s, after that and after `spare`.
TEST_CASE("a fallback does not wait for the step that it replaces", "[unit]") {
  Stage stage;
  auto& risky = stage.step("risky", {}, 60);
  risky.success = 0;
  risky.on_failure = RunbookStep::OnFailure::kStep;
  risky.fallback = 1;
  stage.step("spare", {0}, 100).only_as_fallback = true;
  const auto world = stage.run();
  CHECK(world.when("step-begin", "spare") == 280);
  CHECK(world.when("runbook-end", "over") == 380);
  auto& again = stage.plan.steps[1];
  again.success = 0;
  again.on_failure = RunbookStep::OnFailure::kStep;
  again.fallback = 2;
  stage.step("last", {0, 1}, 100).only_as_fallback = true;
  const auto longer = stage.run();
  CHECK(longer.when("step-begin", "last") == 380);
  CHECK(longer.when("runbook-end", "over") == 480);
}

TEST_CASE("a runbook that has stopped begins no fallback", "[unit]") {
  Stage stage;
  auto& fatal = stage.step("fatal", {}, 60);
  fatal.success = 0;
  auto& risky = stage.step("risky", {}, 90);
  risky.success = 0;
  risky.on_failure = RunbookStep::OnFailure::kStep;
  risky.fallback = 2;
  stage.step("spare", {}, 100).only_as_fallback = true;
  const auto world = stage.run();
  CHECK(world.when("step-failed", "risky") == 310);
  CHECK(world.when("step-ready", "spare") == -1);
}

TEST_CASE("what holds from the start counts once the effect is done", "[unit]") {
  Stage stage;
  auto& roll = stage.step("roll", {}, 0);
  PlannedAction action;
  action.deployment = "web@sg";
  action.begin = [](sim::Control&, const VerbArguments&) { return true; };
  action.until = [](sim::Control&, double) { return true; };
  action.status = [](sim::Control& control, const VerbArguments& arguments) {
    const bool over = control.now() >= arguments.begun + Duration::milliseconds(90'500);
    return over ? VerbStatus::kDone : VerbStatus::kRunning;
  };
  roll.actions.push_back(action);
  CHECK(stage.run().when("step-end", "roll") == 311);
}

TEST_CASE("a step off the path, doubled, moves nothing; one on it moves the end", "[property]") {
  // Uniform labour, same luck: b (30 to 60 s) runs beside a (100 to 200 s); c follows both.
  const auto end = [](double stretch_a, double stretch_b, std::uint64_t trial) {
    Stage stage;
    const auto law = [&](double low, double high) {
      return stage.builder.add_law(
          sim::Law::uniform(Duration::from_seconds(low), Duration::from_seconds(high)));
    };
    stage.step("a", {}, 0).takes = law(100 * stretch_a, 200 * stretch_a);
    stage.step("b", {}, 0).takes = law(30 * stretch_b, 60 * stretch_b);
    stage.step("c", {0, 1}, 0).takes = law(10, 20);
    const auto world = stage.run(trial);
    return std::pair{world.when("step-end", "c"), world.when("step-end", "a")};
  };
  for (std::uint64_t trial = 1; trial <= 20; ++trial) {
    const auto [plain, a] = end(1, 1, trial);
    CHECK(end(1, 1.6, trial).first == plain);
    CHECK(end(2, 1, trial).first == Approx(plain + (a - 220)).epsilon(1e-9));
  }
}

}  // namespace
}  // namespace lifeboat::scenarios
