// Tasks that run before they listen: the balancer's checks, and the scheduler's patience.
#include <algorithm>
#include <optional>

#include "tests/models/services/testbed.hpp"

namespace lifeboat::tests {
namespace {

using sim::Duration;
using sim::Instant;
using sim::TrialResult;

constexpr double kAsked = 60;  // when two tasks more are asked for, seconds

/// Two tasks; behind a load balancer whose checks come each 30 s, the first 5 s after they run: two
/// failures take a task out, five passes bring it back.
std::string booting_service(const std::string& more, bool balanced = true) {
  return R"({ "format": "lifeboat/platform/1", "name": "booting",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b"] } },
    "services": {)" +
         std::string(balanced ? R"(
      "front": { "kind": "alb", "to": "web", "region": "sg", "registration": "5s" },)"
                              : "") +
         R"( "web": { "kind": "ecs-fargate", "cpu": "0.5 vCPU", "memory": "1 GiB", "image": "0 MB",
        "desiredCount": 2, "region": "sg", "scaling": { "minCapacity": 0, "maxCapacity": 10 }, )" +
         more + R"( "operations": { "get": { "steps": [ { "cpuTime": "10ms" } ] } } } },
    "journeys": { "visit": { "entry": ")" +
         (balanced ? "front" : "web") + R"(.get" } } })";
}

TrialResult scaled_out_with(const std::string& more, bool balanced = true) {
  Testbed bed(booting_service(more, balanced));
  bed.traffic("visit", 1);
  bed.at(kAsked, bed.set("web@sg/desired", 4));
  return bed.run(Duration::seconds(1200));
}

/// When all four serve, after they were asked for.
std::optional<Duration> serves_after(const TrialResult& result) {
  for (const sim::IncidentEvent& event : result.events) {
    if (event.text.find("steady state: 4 tasks serve") != std::string::npos) {
      return event.at - Instant::from_seconds(kAsked);
    }
  }
  return std::nullopt;
}

std::size_t stopped_unheard(const TrialResult& result) {
  std::size_t all = 0;
  for (const sim::IncidentEvent& event : result.events) {
    all += event.text.find("does not listen yet") != std::string::npos ? 1U : 0U;
  }
  return all;
}

/// Later than tasks that listen at once, by whole checks; the same luck in both.
double delay_of(const std::string& more, bool balanced = true) {
  const auto at_once = serves_after(scaled_out_with("", balanced));
  const TrialResult booting = scaled_out_with(more, balanced);
  const auto booted = serves_after(booting);
  REQUIRE(at_once);
  REQUIRE(booted);
  CHECK(stopped_unheard(booting) == 0);
  return (*booted - *at_once).to_seconds();
}

}  // namespace

// Checks come 5, 35, 65 s ... after a task runs; one of a new target that passes is enough.
TEST_CASE("A task serves with the first check after it listens", "[unit]") {
  CHECK(delay_of(R"("bootTime": "4s",)") == 0);
  CHECK(delay_of(R"("bootTime": "20s",)") == Approx(30).margin(0.01));
  CHECK(delay_of(R"("bootTime": "34s",)") == Approx(30).margin(0.01));
}

TEST_CASE("Without a balancer a task serves when it listens", "[unit]") {
  CHECK(delay_of(R"("bootTime": "40s",)", false) == Approx(40).margin(0.01));
}

// Two failures, at 5 and 35 s, and it goes; its start and the next one's take 20 s at least.
TEST_CASE("Who boots for longer than two checks take is stopped, again and again", "[unit]") {
  Testbed bed(booting_service(R"("bootTime": "36s",)"));
  bed.traffic("visit", 1);
  bed.at(kAsked, bed.set("web@sg/desired", 4));
  double healthy = 0;
  double running = 0;
  bed.at(1100, [&](sim::Control& control) {
    healthy = bed.metric(control, "web", "sg", "healthyCount");
    running = bed.metric(control, "web", "sg", "runningCount");
  });
  const TrialResult result = bed.run(Duration::seconds(1200));
  CHECK_FALSE(serves_after(result));
  CHECK(healthy == 2);
  CHECK(running <= 4);
  // Two places, 1140 s; a life of 35 s after a start of 10 to 60 s, 22 s on average.
  CHECK(stopped_unheard(result) > 2 * 1140 / 95);
  CHECK(stopped_unheard(result) < 2 * 1140 / 45);
  CHECK(result.journeys[0].failed == 0);  // by the two that serve
}

// A balancer without a healthy target sends to all that it knows: from the first check on that they
// pass, at 65 s, not only when they are healthy, at 185 s, and never before they listen.
TEST_CASE("Unhealthy targets serve where there are no others, as far as they listen", "[unit]") {
  constexpr double kPerSecond = 10;
  const auto refused = [](const std::string& more) {
    std::string json = booting_service(more);
    const std::string two = R"("desiredCount": 2)";
    json.replace(json.find(two), two.size(), R"("desiredCount": 0)");
    Testbed bed(json);
    bed.traffic("visit", kPerSecond);
    bed.at(kAsked, bed.set("web@sg/desired", 1));
    return static_cast<double>(bed.run(Duration::seconds(600)).journeys[0].failed);
  };
  const double more_refused =
      refused(R"("bootTime": "60s", "healthCheckGracePeriod": "300s",)") - refused("");
  CHECK(more_refused / kPerSecond == Approx(60).margin(8));
}

// Unhealthy at 35 s; passing at 65, 95, 125, 155 and 185 s.
TEST_CASE("In its grace period a task goes on, and then needs five passing checks", "[unit]") {
  CHECK(delay_of(R"("bootTime": "60s", "healthCheckGracePeriod": "60s",)") ==
        Approx(180).margin(0.01));
  CHECK(delay_of(R"("bootTime": "4s", "healthCheckGracePeriod": "60s",)") == 0);
}

TEST_CASE("A grace period that is too short only delays the end", "[unit]") {
  const TrialResult result =
      scaled_out_with(R"("bootTime": "100s", "healthCheckGracePeriod": "60s",)");
  CHECK_FALSE(serves_after(result));
  CHECK(stopped_unheard(result) > 2 * 1140 / 125);
  CHECK(stopped_unheard(result) < 2 * 1140 / 75);  // 65 s after it runs, not 35 s
}

// Running tasks that do not listen dilute the processors in use, and are not counted as healthy.
TEST_CASE("A task that boots runs", "[unit]") {
  Testbed bed(booting_service(R"("bootTime": "100s", "healthCheckGracePeriod": "200s",)"));
  bed.traffic("visit", 1);
  bed.at(kAsked, bed.set("web@sg/desired", 4));
  double running = 0;
  double healthy = 0;
  bed.at(kAsked + 90, [&](sim::Control& control) {
    running = bed.metric(control, "web", "sg", "runningCount");
    healthy = bed.metric(control, "web", "sg", "healthyCount");
  });
  (void)bed.run(Duration::seconds(300));
  CHECK(running == 4);
  CHECK(healthy == 2);
}

TEST_CASE("A version that boots too slowly trips the circuit breaker", "[unit]") {
  Testbed bed(booting_service(R"("bootTime": "60s", "deployment": {
      "deploymentCircuitBreaker": { "enable": true, "rollback": true } },)"));
  bed.traffic("visit", 1);
  bed.at(60, [](sim::Control& control) {
    const auto version = control.network().find_register("web@sg/deployment/version");
    control.set(version, control.value(version) + 1);
  });
  const TrialResult result = bed.run(Duration::seconds(900));
  CHECK(std::any_of(result.events.begin(), result.events.end(), [](const auto& event) {
    return event.text.find("the circuit breaker ends the deployment: 3 tasks") != std::string::npos;
  }));
  CHECK(result.journeys[0].failed == 0);
}

}  // namespace lifeboat::tests
