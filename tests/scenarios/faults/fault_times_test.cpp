// When faults begin, how they grow and how often they come back.
#include "scenarios/faults/fault_times.hpp"

#include <string>
#include <vector>

#include "tests/scenarios/faults/stage.hpp"

namespace lifeboat::scenarios {
namespace {

using sim::Instant;

std::string with_action(const std::string& action, const std::string& more = "") {
  return R"({ "targets": { "web": { "service": "web@sg" }, "sg": { "region": "sg" } },
    "actions": { "a": { "targets": ["web"], "jitter": "0s", )" +
         action + " }" + more + " } }";
}

using Lines = std::vector<std::string>;

// Works 100 s, is repaired for 20 s: fails at 100, 220 and 340 s.
TEST_CASE("A fault with a life fails again and again, and each time has its own name", "[unit]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(plan(stage, with_action(R"("actionId": "errors",
    "parameters": { "share": "10%" },
    "life": { "timeBetweenFailures": "100s", "repairTime": "20s" })"))));
  world.start(Instant::from_seconds(-60));
  world.run_until(Instant::from_seconds(350));
  CHECK(world.lines() == Lines{"100 fault a", "120 fault-end a <- fault:a", "220 fault a#2",
                               "240 fault-end a#2 <- fault:a#2", "340 fault a#3"});
  CHECK(world.effects.size() == 1);
  CHECK(world.value("faults/begun") == 3);
  CHECK(world.value("faults/blamed") == 1 + 2 * kOccurrences);
  world.run_until(Instant::from_seconds(400));
  CHECK(world.effects.empty());
  CHECK(world.value("faults/waiting") == 1);  // there will always be another
}

TEST_CASE("A life that would fill the run with failures is refused", "[unit]") {
  const Stage stage = make_stage();
  const auto lines = errors(stage, with_action(R"("actionId": "errors",
    "parameters": { "share": "10%" },
    "life": { "timeBetweenFailures": "10ms", "repairTime": "20s" })"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("/timeBetweenFailures: a mean below a second") != std::string::npos);
}

// The step's register says 1 when its labour begins and 2 when it has ended.
TEST_CASE("A fault begins when a step of a runbook begins, or ends", "[unit]") {
  const Stage stage = make_stage();
  for (const bool ends : {false, true}) {
    tests::FakeWorld world(stage.network);
    const auto planned =
        plan(stage,
             with_action(std::string(R"("actionId": "errors", "parameters": { "share": "10%" },
               "startAt": { "step": "promote", "when": ")") +
                             (ends ? "ends" : "begins") + R"(" }, "delay": "5s", "duration": "1m")",
                         R"(, "b": { "actionId": "region-outage", "targets": ["sg"],
                                "startAfter": ["a"], "jitter": "0s", "duration": "1m" })"));
    world.add(make_fault_controller(planned), watched_registers(planned));
    world.start(Instant::origin());
    // Whoever waits for a step that may never come holds nothing up.
    CHECK(world.value("faults/waiting") == 0);
    world.run_until(Instant::from_seconds(100));
    world.set(stage.step, 1);
    world.run_until(Instant::from_seconds(200));
    world.set(stage.step, 2);
    world.run_until(Instant::from_seconds(1000));
    CHECK(world.when("fault", "a") == (ends ? 205 : 105));
    CHECK(world.when("fault", "b") == (ends ? 265 : 165));
    CHECK(world.value("faults/waiting") == 0);
  }
  const auto lines = errors(stage, with_action(R"("actionId": "errors",
    "parameters": { "share": "10%" }, "startAt": { "step": "promot" })"));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("did you mean \"promote\"") != std::string::npos);
}

// 20 steps of 6 s, each at the height of its middle: 2.5 % of 400 ms at first, 52.5 % from 60 s on,
// all of it from 120 s on.
TEST_CASE("A fault grows to its whole within its ramp", "[unit]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(plan(stage, with_action(R"("actionId": "latency", "at": "+1m",
    "ramp": "2m", "parameters": { "add": "400ms" }, "duration": "10m")"))));
  world.start(Instant::origin());
  const auto delay_at = [&](double at) {
    world.run_until(Instant::from_seconds(at));
    REQUIRE(world.effects.size() == 1);
    return world.effects.begin()->second.second.delay.to_seconds();
  };
  CHECK(delay_at(60) == Approx(0.010));
  CHECK(delay_at(60 + 5.9) == Approx(0.010));
  CHECK(delay_at(60 + 6) == Approx(0.030));
  CHECK(delay_at(60 + 60) == Approx(0.210));
  CHECK(delay_at(60 + 120) == Approx(0.400));
  CHECK(delay_at(60 + 599) == Approx(0.400));
  world.run_until(Instant::from_seconds(700));
  CHECK(world.effects.empty());
  const auto lines = errors(stage, with_action(R"("actionId": "certificate-expiry", "at": "+1m",
    "ramp": "2m")"));
  REQUIRE(lines.size() >= 1);
  CHECK(lines[0].find("has no size that could grow") != std::string::npos);
}

TEST_CASE("A duration may be a law", "[unit]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(plan(stage, with_action(R"("actionId": "errors", "at": "+1m",
    "parameters": { "share": "10%" }, "duration": { "exponential": { "mean": "20s" } })"))));
  world.start(Instant::origin());
  world.run_until(Instant::from_seconds(1000));
  CHECK(world.when("fault-end", "a") == 80);  // the stage's law is 20 s whatever the file says
}

TEST_CASE("A fault from before the run begins with it, and one after the end of another too",
          "[unit]") {
  const Stage stage = make_stage();
  tests::FakeWorld world(stage.network);
  world.add(make_fault_controller(
      plan(stage, with_action(R"("actionId": "errors", "at": "+10s", "duration": "5s",
                                 "parameters": { "share": "10%" })",
                              R"(, "b": { "actionId": "region-outage", "targets": ["sg"],
                                   "startAfter": ["a"], "jitter": "0s", "duration": "1s" })"))));
  world.start(Instant::from_seconds(100));
  world.run_until(Instant::from_seconds(200));
  CHECK(world.lines() == Lines{"100 fault a", "100 fault-end a <- fault:a",
                               "100 fault b <- fault:a", "100 fault-end b <- fault:b"});
  CHECK(world.value("region/sg/up") == 1);
}

// a from 60 to 180 s, up to 30 s late; b 10 s after its end, for 5 s, another 20 s late; c with b's
// beginning and without an end; d with a step. e: a mean of 40 s. f: a life.
TEST_CASE("A plan says when its faults are, as far as it knows", "[unit]") {
  const Stage stage = make_stage();
  const auto errors_and = [](const std::string& name, const std::string& more) {
    return ", \"" + name +
           R"(": { "actionId": "errors", "targets": ["web"], "parameters": { "share": "1%" }, )" +
           more + " }";
  };
  const auto times = fault_times(plan(
      stage,
      R"({ "targets": { "web": { "service": "web@sg" } }, "actions": {
        "a": { "actionId": "errors", "targets": ["web"], "parameters": { "share": "1%" },
               "at": "+1m", "duration": "2m", "jitter": "30s" })" +
          errors_and("b",
                     R"("startAfter": ["a"], "delay": "10s", "duration": "5s", "jitter": "20s")") +
          errors_and("c", R"("startWith": ["b"], "jitter": "0s")") +
          errors_and("d", R"("startAt": { "step": "promote", "when": "ends" }, "duration": "5s")") +
          errors_and("e", R"("at": "+1m", "duration": { "exponential": { "mean": "40s" } })") +
          errors_and("f", R"("life": { "timeBetweenFailures": "1h", "repairTime": "30s" })") +
          "} }"));
  REQUIRE(times.size() == 6);
  CHECK(times[0].begins == Instant::from_seconds(60));
  CHECK(latest_end(times[0]) == Instant::from_seconds(60 + 120 + 30));
  CHECK(times[1].begins == Instant::from_seconds(190));
  CHECK(latest_end(times[1]) == Instant::from_seconds(190 + 5 + 30 + 20));
  CHECK(times[2].begins == Instant::from_seconds(190));
  CHECK_FALSE(latest_end(times[2]));
  CHECK_FALSE(times[3].begins);
  CHECK(times[4].lasts == Duration::seconds(40));
  CHECK_FALSE(latest_end(times[4]));
  CHECK_FALSE(times[5].begins);
  CHECK(times[5].lasts == Duration::seconds(30));
}

}  // namespace
}  // namespace lifeboat::scenarios
