// Tasks of a lost zone: what is lost with them, how they are replaced, and how they move back.
#include <array>
#include <cmath>

#include "tests/models/services/zone_loss.hpp"

namespace lifeboat::tests {
namespace {

using sim::Duration;

/// A service without a balancer, so that ECS alone finds its tasks gone.
std::string alone(const std::string& tasks, const std::string& more = "",
                  const std::string& quotas = "") {
  return R"({ "format": "lifeboat/platform/1", "name": "zones",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b", "c"],
                         "quotas": { "fargateVcpu": 400)" +
         quotas + R"( } } },
    "services": { "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB",
      "image": "10 MB", "desiredCount": )" +
         tasks + R"(, "zoneLossDetection": "30s", "rebalancingDelay": "60s")" + more + R"(,
      "region": "sg", "operations": { "get": { "steps": [ { "cpuTime": "5ms" } ] } } } },
    "journeys": { "visit": { "entry": "web.get" } } })";
}

/// Tasks held in each zone, as the engine sees them.
std::array<int, 3> tasks_by_zone(sim::Control& control) {
  std::array<int, 3> counts{};
  const sim::TaskGroup& group = control.network().groups[0];
  for (std::uint32_t task = group.first_task; task < group.first_task + group.limit; ++task) {
    const sim::TaskLife life = control.task_life(task);
    if (life == sim::TaskLife::kRunning) ++counts.at(control.task_zone(task));
  }
  return counts;
}

/// A share of the simulated arrivals between two instants, by the journey's bins.
double failed_between(const sim::TrialResult& result, double from, double to) {
  double failed = 0;
  const double bin = result.bin.to_seconds();
  for (std::size_t i = 0; i < result.journeys[0].bins.size(); ++i) {
    const double at = static_cast<double>(i) * bin;
    if (at < from - 1e-9 || at >= to - 1e-9) continue;
    failed += failures_of(result.journeys[0].bins[i]);
  }
  return failed;
}

}  // namespace

// Two of six tasks stand in zone a, and round robin sends them every third request until ECS finds
// them gone 30 s later: 90 a second x 30 s / 3 = 900 failures, with a standard deviation of
// sqrt(2,700 x 1/9) at most 30 (round robin gives exactly a third of what comes, whose deviation is
// 52 / 3 = 17). Bounds of 5 deviations: wrong by luck with probability below 1e-6. None before and
// none after, as the four others have room.
TEST_CASE("A lost zone fails its tasks' share of requests until ECS finds them gone", "[oracle]") {
  Testbed bed(alone("6"), zones_may_fail());
  bed.traffic("visit", 90);
  const ZoneLoss loss({"a"});
  bed.at(100, loss.begin());
  std::array<int, 3> found{};
  bed.at(131, [&](sim::Control& control) { found = tasks_by_zone(control); });
  std::array<int, 3> replaced{};
  bed.at(300, [&](sim::Control& control) { replaced = tasks_by_zone(control); });
  const auto result = bed.run(Duration::seconds(320));
  CHECK(failed_between(result, 0, 100) == 0);
  CHECK(failed_between(result, 100, 130) == Approx(900).margin(87));
  CHECK(failed_between(result, 130, 320) == 0);
  CHECK(found == std::array<int, 3>{0, 2, 2});
  CHECK(replaced == std::array<int, 3>{0, 3, 3});
  CHECK(lines_with(result, "2 tasks of zone a are found lost") == 1);
}

// What is inside when the zone is lost is gone with it: with 50 s of work a request, all that came
// to a third of the tasks in the 50 s before. 3 a second x 50 s / 3 = 50 requests.
TEST_CASE("Work inside a lost zone's tasks is reset, and no other", "[oracle]") {
  std::string text = alone("3");
  text.replace(text.find("{ \"cpuTime\": \"5ms\" }"), 20, "{ \"delay\": \"50s\" }");
  Testbed bed(text, zones_may_fail());
  bed.traffic_until("visit", 3, 100);
  bed.at(100, ZoneLoss({"b"}).begin());
  const auto result = bed.run(Duration::seconds(200));
  // 50 of 150, a third of a Poisson number: deviation 12.2 / 3 = 4.1.
  CHECK(static_cast<double>(result.journeys[0].failed) == Approx(50).margin(21));
  CHECK(result.journeys[0].succeeded + result.journeys[0].failed == result.journeys[0].offered);
}

TEST_CASE("A black hole leaves callers to their patience and refuses nobody", "[unit]") {
  Testbed bed(alone("3"), zones_may_fail());
  bed.traffic_until("visit", 30, 120);
  const ZoneLoss loss({"a"}, 0);
  bed.at(100, loss.begin());
  double hanging = 0;
  bed.at(125, [&](sim::Control& control) {
    const auto counts = control.journey(sim::JourneyId(0));
    hanging = static_cast<double>(counts.arrived - counts.succeeded - counts.failed);
  });
  const auto result = bed.run(Duration::seconds(200));
  CHECK(hanging == Approx(200).margin(45));  // a third of 20 s x 30 a second
  CHECK(static_cast<double>(result.journeys[0].failed) ==
        Approx(hanging));  // when they are stopped
}

// Ten of thirty tasks are replaced under a bucket of 5 at once and one in 2 s:
// min(10, 5 + t / 2) launches t seconds after the detection.
TEST_CASE("Replacements of a zone's tasks come under the launch token bucket", "[oracle]") {
  Testbed bed(alone("30", "", R"(, "fargateLaunchRate": 0.5, "fargateLaunchBurst": 5)"),
              zones_may_fail());
  bed.traffic("visit", 1);
  bed.at(100, ZoneLoss({"c"}).begin());
  std::vector<std::int64_t> launched;
  for (const double after : {0.1, 3.9, 4.1, 9.9, 10.1, 60.0}) {
    bed.at(130 + after, [&](sim::Control& control) {
      launched.push_back(control.value(control.network().find_register("web@sg/tasks-launched")));
    });
  }
  (void)bed.run(Duration::seconds(200));
  CHECK(launched == std::vector<std::int64_t>{5, 6, 7, 9, 10, 10});
}

TEST_CASE("With all zones lost nothing is launched until one is back", "[unit]") {
  Testbed bed(alone("6"), zones_may_fail());
  bed.traffic("visit", 1);
  const ZoneLoss two({"a", "b"});
  const ZoneLoss third({"c"});
  bed.at(100, two.begin());
  bed.at(150, third.begin());
  std::array<int, 3> none{1, 1, 1};
  bed.at(300, [&](sim::Control& control) { none = tasks_by_zone(control); });
  bed.at(310, two.end());
  std::array<int, 3> back{};
  bed.at(420, [&](sim::Control& control) { back = tasks_by_zone(control); });
  const auto result = bed.run(Duration::seconds(450));
  CHECK(none == std::array<int, 3>{0, 0, 0});
  CHECK(back == std::array<int, 3>{3, 3, 0});
  CHECK(lines_with(result, "all its zones are lost") == 1);
}

// Six tasks on two zones, and then a third zone: two replacements are launched there after a
// minute, and once they serve two others stop. Never are there fewer than six.
TEST_CASE("Tasks move back to a zone that has returned, the new ones first", "[unit]") {
  for (const bool enabled : {true, false}) {
    CAPTURE(enabled);
    const std::string choice = enabled ? "ENABLED" : "DISABLED";
    Testbed bed(alone("6", ", \"availabilityZoneRebalancing\": \"" + choice + "\""),
                zones_may_fail());
    bed.traffic("visit", 30);
    const ZoneLoss loss({"a"});
    bed.at(100, loss.begin());
    bed.at(300, loss.end());
    std::uint32_t least = 100;
    std::uint32_t most = 0;
    for (double at = 301; at < 600; at += 1) {
      bed.at(at, [&](sim::Control& control) {
        const auto group = control.group(sim::TaskGroupId(0));
        least = std::min(least, group.in_service);
        most = std::max(most, group.running + group.starting);
      });
    }
    std::array<int, 3> end{};
    bed.at(600, [&](sim::Control& control) { end = tasks_by_zone(control); });
    const auto result = bed.run(Duration::seconds(610));
    CHECK(end == (enabled ? std::array<int, 3>{2, 2, 2} : std::array<int, 3>{0, 3, 3}));
    CHECK(least == 6);
    CHECK(most == (enabled ? 8 : 6));
    CHECK(lines_with(result, "2 tasks have moved") == (enabled ? 1 : 0));
    // At the start, after the loss and after the move.
    CHECK(lines_with(result, "steady state") <= (enabled ? 3 : 2));
    CHECK(failed_between(result, 300, 610) == 0);
  }
}

// Errors of 30 % in one zone of three are 10 % of all requests: 90 a second x 100 s x 10 % = 900,
// deviation sqrt(9,000 x 0.1 x 0.9) = 28. ECS sees nothing of it.
TEST_CASE("Errors in a zone concern what runs there, and nobody replaces it", "[oracle]") {
  Testbed bed(alone("6"), zones_may_fail());
  bed.traffic("visit", 90);
  bed.at(100, [](sim::Control& control) {
    const auto& rows = control.network().deployments;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      if (rows[i].part != "zone-b") continue;
      sim::Effect gray;
      gray.kind = sim::Effect::Kind::kErrors;
      gray.share = 0.3;
      control.begin_effect({sim::DeploymentId(i)}, gray);
    }
  });
  const auto result = bed.run(Duration::seconds(200));
  CHECK(static_cast<double>(result.journeys[0].failed) == Approx(900).margin(130));
  CHECK(lines_with(result, "found lost") == 0);
}

// Behind a balancer the checks of 10 s with two failures find a black hole before ECS does (here
// after ten minutes): the last good check lies up to 10 s back, two more must fail and the second
// takes 5 s to. 10 + 5 = 15 s at least, 25 s at most.
TEST_CASE("A balancer's checks take the tasks of a lost zone out of service", "[unit]") {
  std::string text = alone("6");
  text.replace(text.find("\"30s\""), 5, "\"600s\"");
  text.replace(text.find("\"services\": {"), 13,
               R"("services": { "front": { "kind": "alb", "to": "web", "region": "sg",
                  "healthCheck": { "interval": "10s" } },)");
  text.replace(text.find("\"entry\": \"web.get\""), 18, "\"entry\": \"front.get\"");
  Testbed bed(text, zones_may_fail());
  bed.traffic("visit", 90);
  bed.at(100, ZoneLoss({"a"}, 0, "web").begin());
  std::uint32_t early = 0;
  std::uint32_t late = 0;
  bed.at(114.9, [&](sim::Control& c) { early = c.group(sim::TaskGroupId(0)).in_service; });
  bed.at(125.1, [&](sim::Control& c) { late = c.group(sim::TaskGroupId(0)).in_service; });
  (void)bed.run(Duration::seconds(150));
  CHECK(early == 6);
  CHECK(late == 4);
}

// While two tasks move, four are asked for in place of six: what is held never falls below that.
TEST_CASE("Fewer tasks asked for during a move leaves as many as that", "[unit]") {
  Testbed bed(alone("6"), zones_may_fail());
  bed.traffic("visit", 30);
  const ZoneLoss loss({"a"});
  bed.at(100, loss.begin());
  bed.at(300, loss.end());
  std::uint32_t least = 100;
  for (double at = 360; at < 420; at += 0.5) {
    bed.at(at + 0.01, bed.set("web@sg/desired", at < 385 ? 6 : 4));
    bed.at(at + 0.02, [&](sim::Control& control) {
      least = std::min(least, control.group(sim::TaskGroupId(0)).in_service);
    });
  }
  const auto result = bed.run(Duration::seconds(600));
  CHECK(least == 4);
  CHECK(lines_with(result, "tasks have moved") == 1);
}

}  // namespace lifeboat::tests
