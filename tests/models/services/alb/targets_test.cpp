// Which targets a balancer's nodes send to: slow start, zones apart, zonal shifts.
#include <array>
#include <cmath>

#include "tests/models/services/zone_loss.hpp"

namespace lifeboat::tests {
namespace {

using sim::Duration;

/// A balancer before tasks in three zones; parts of the two services' descriptions.
std::string shop(const std::string& balancer, const std::string& service,
                 const std::string& zones = R"("a", "b", "c")") {
  return R"({ "format": "lifeboat/platform/1", "name": "targets",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": [)" +
         zones + R"(], "quotas": { "fargateVcpu": 400 } } },
    "services": {
      "front": { "kind": "alb", "to": "web", "requestDelay": "1ms", "nodeDetection": "30s",
                 "region": "sg", "registration": "1s")" +
         balancer + R"( },
      "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "image": "10 MB",
               "availabilityZoneRebalancing": "DISABLED")" +
         service + R"(, "region": "sg",
               "operations": { "get": { "steps": [ { "cpuTime": "1ms" } ] } } } },
    "journeys": { "visit": { "entry": "front.get" } } })";
}

/// Requests that the tasks of each zone have got so far, their health checks included.
std::array<double, 3> got_by_zone(sim::Control& control) {
  std::array<double, 3> got{};
  const sim::TaskGroup& group = control.network().groups[0];
  for (std::uint32_t i = 0; i < group.limit; ++i) {
    const sim::StationId workers(group.first_station + i * group.stations_per_task);
    got.at(control.task_zone(group.first_task + i)) +=
        static_cast<double>(control.station(workers).arrivals);
  }
  return got;
}

models::CompileOptions zones_may_shift() {
  models::CompileOptions options;
  options.zones_may_shift = true;
  return options;
}

Script::Action shift(Testbed& bed, std::uint32_t zone, double seconds,
                     models::VerbStatus* status = nullptr) {
  const models::Verb verb = bed.verb("front", "sg", "startZonalShift");
  return [=](sim::Control& control) {
    const models::VerbArguments arguments{seconds, control.now(), zone};
    verb.begin(control, arguments);
    if (status != nullptr) *status = verb.status(control, arguments);
  };
}

}  // namespace

// Two tasks (zones a and b), and a third (zone c) from some moment on: with a slow start of 100 s
// it gets s / (2 + s) of the requests as its share s grows, 1 - 2 ln 1.5 of them until then, and a
// third afterwards. 100 a second; a health check each 30 s.
TEST_CASE("A new target's share grows over its slow start", "[oracle]") {
  Testbed bed(shop(R"(, "slowStart": "100s")", R"(, "desiredCount": 2)"));
  bed.traffic("visit", 100);
  const sim::RegisterId desired = *bed.handles("web", "sg").desired;
  bed.at(10, [=](sim::Control& control) { control.set(desired, 3); });
  // Each second: when the third task is in service, and what it has got 100 s and 200 s later.
  double began = -1;
  double total_then = 0;
  double during = 0;
  double total_during = 0;
  double after = 0;
  for (int second = 11; second < 400; ++second) {
    bed.at(second, [&, second](sim::Control& control) {
      const std::array<double, 3> got = got_by_zone(control);
      const double total = got[0] + got[1] + got[2];
      if (began < 0 && control.group(sim::TaskGroupId(0)).in_service == 3) {
        began = second;
        total_then = total;
      }
      if (began > 0 && second == began + 100) {
        during = got[2];
        total_during = total;
      }
      if (began > 0 && second == began + 200) {
        after = (got[2] - during) / (total - total_during);
      }
    });
  }
  (void)bed.run(Duration::seconds(400));
  REQUIRE(began > 0);
  // Seen up to a second late: 1 % of the ramp.
  CHECK(during / (total_during - total_then) == Approx(1 - 2 * std::log(1.5)).epsilon(0.03));
  CHECK(after == Approx(1.0 / 3).epsilon(0.01));
}

TEST_CASE("A target that starts where none serves takes its full share at once", "[unit]") {
  Testbed bed(shop(R"(, "slowStart": "900s")", R"(, "desiredCount": 1)"));
  bed.traffic("visit", 100);
  const sim::RegisterId desired = *bed.handles("web", "sg").desired;
  bed.at(1, [=](sim::Control& control) { control.set(desired, 0); });
  bed.at(10, [=](sim::Control& control) { control.set(desired, 1); });
  std::uint64_t before = 0;
  bed.at(200, [&](sim::Control& c) { before = c.journey(sim::JourneyId(0)).succeeded; });
  std::uint64_t after = 0;
  bed.at(210, [&](sim::Control& c) { after = c.journey(sim::JourneyId(0)).succeeded; });
  (void)bed.run(Duration::seconds(220));
  CHECK(static_cast<double>(after - before) == Approx(1000).margin(5 * 32));
}

// Five tasks: two in a, two in b, one in c. Each node gets a third of the requests and sends them
// to its own zone's tasks: the one in c has a third of all, not a fifth.
TEST_CASE("Nodes that send to their own zones load these alike, however many tasks", "[oracle]") {
  for (const bool across : {true, false}) {
    CAPTURE(across);
    Testbed bed(shop(across ? "" : R"(, "crossZone": false)", R"(, "desiredCount": 5)"));
    bed.traffic("visit", 100);
    std::array<double, 3> got{};
    bed.at(299, [&](sim::Control& control) { got = got_by_zone(control); });
    const auto result = bed.run(Duration::seconds(300));
    const double total = got[0] + got[1] + got[2];
    // 30,000 at random: deviation of a third 82, 0.3 %.
    CHECK(got[2] / total == Approx(across ? 0.2 : 1.0 / 3).epsilon(0.014));
    CHECK(result.journeys[0].failed == 0);
  }
}

// One task a zone, of which c's is gone from 100 s on (scaled in to two): its node has nobody to
// send to (no-capacity) for 30 s, and its share of clients then leaves over 60 s in twentieths:
// 100 a second x 61.5 s / 3 = 2,050 failures, deviation at most 45.
TEST_CASE("A zone without a target leaves its clients to the other nodes", "[oracle]") {
  Testbed bed(
      shop(R"(, "crossZone": false, "deregistrationDelay": "0s")", R"(, "desiredCount": 3)"));
  bed.traffic("visit", 100);
  const sim::RegisterId desired = *bed.handles("web", "sg").desired;
  bed.at(100, [=](sim::Control& control) { control.set(desired, 2); });
  std::uint64_t by_then = 0;
  bed.at(191, [&](sim::Control& c) { by_then = c.journey(sim::JourneyId(0)).failed; });
  const auto result = bed.run(Duration::seconds(300));
  CHECK(static_cast<double>(by_then) == Approx(2050).margin(5 * 45));
  CHECK(result.journeys[0].failed == by_then);
  CHECK(result.journeys[0].failed_by[static_cast<std::size_t>(sim::Cause::kNoCapacity)] == by_then);
  CHECK(lines_with(result, "is withdrawn") == 1);
}

// Every second request that meets zone b fails there from 100 s on: a third of the clients at its
// node (1/2), and of the others the third that goes to its targets. The shift at 200 s takes its
// targets out at once; its node's clients go on failing by half until they have left it.
TEST_CASE("A zonal shift leaves a troubled zone at once, and its clients follow", "[oracle]") {
  models::CompileOptions options = zones_may_shift();
  options.zones_may_fail = true;
  Testbed bed(shop("", R"(, "desiredCount": 3)"), options);
  bed.traffic("visit", 100);
  bed.at(100, [](sim::Control& control) {
    std::vector<sim::DeploymentId> parts;
    const auto& rows = control.network().deployments;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      if (rows[i].part == "zone-b") parts.emplace_back(i);
    }
    sim::Effect errors;
    errors.kind = sim::Effect::Kind::kErrors;
    errors.share = 0.5;
    (void)control.begin_effect(parts, errors);
  });
  bed.at(200, shift(bed, 1, 600));
  std::array<std::uint64_t, 3> failed{};
  bed.at(200, [&](sim::Control& c) { failed[0] = c.journey(sim::JourneyId(0)).failed; });
  bed.at(261, [&](sim::Control& c) { failed[1] = c.journey(sim::JourneyId(0)).failed; });
  bed.at(799, [&](sim::Control& c) { failed[2] = c.journey(sim::JourneyId(0)).failed; });
  const auto result = bed.run(Duration::seconds(1000));
  // 10,000 requests: 1/3 x 1/2 at the node, and of the rest 1/3 x 1/2 at a target.
  CHECK(static_cast<double>(failed[0]) == Approx(10'000 * (1.0 / 6 + 5.0 / 6 / 6)).margin(230));
  // 31.5 s x 100 a second x 1/6.
  CHECK(static_cast<double>(failed[1] - failed[0]) == Approx(525).margin(115));
  CHECK(failed[2] == failed[1]);
  // It ends by itself, and all is as bad as before.
  CHECK(result.journeys[0].failed > failed[2] + 1000);
  CHECK(lines_with(result, "zonal shift away from b begins") == 1);
  CHECK(lines_with(result, "zonal shift away from b has expired") == 1);
}

TEST_CASE("A balancer has one zonal shift at a time, until it is cancelled", "[unit]") {
  Testbed bed(shop("", R"(, "desiredCount": 3)"), zones_may_shift());
  bed.traffic("visit", 100);
  auto first = models::VerbStatus::kRunning;
  auto second = models::VerbStatus::kRunning;
  auto third = models::VerbStatus::kRunning;
  bed.at(10, shift(bed, 0, 3600, &first));
  bed.at(20, shift(bed, 1, 3600, &second));
  const models::Verb cancel = bed.verb("front", "sg", "cancelZonalShift");
  bed.at(30, [=](sim::Control& control) { cancel.begin(control, {0, control.now(), 0}); });
  bed.at(40, shift(bed, 1, 3600, &third));
  std::array<double, 3> before{};
  std::array<double, 3> after{};
  bed.at(100, [&](sim::Control& control) { before = got_by_zone(control); });
  bed.at(160, [&](sim::Control& control) { after = got_by_zone(control); });
  const auto result = bed.run(Duration::seconds(200));
  CHECK(first == models::VerbStatus::kDone);
  CHECK(second == models::VerbStatus::kFailed);
  CHECK(third == models::VerbStatus::kDone);
  CHECK(after[1] - before[1] <= 2);  // checks of its health
  CHECK(after[0] - before[0] == Approx(after[2] - before[2]).margin(3));
  CHECK(result.journeys[0].failed == 0);
  CHECK(lines_with(result, "zonal shift away from a is cancelled") == 1);
}

// With targets in that zone alone, nobody else could take the requests: they are sent there.
TEST_CASE("A shift away from the only zone with targets fails open", "[unit]") {
  Testbed bed(shop("", R"(, "desiredCount": 1)"), zones_may_shift());
  bed.traffic("visit", 100);
  bed.at(10, shift(bed, 0, 3600));
  const auto result = bed.run(Duration::seconds(200));
  CHECK(result.journeys[0].failed == 0);
}

TEST_CASE("A slow start that is none is said", "[unit]") {
  const auto says = [](const std::string& balancer, std::string_view what) {
    for (const std::string& line : problems_of(shop(balancer, R"(, "desiredCount": 1)"))) {
      if (line.find(what) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(says(R"(, "slowStart": "10s")", "30 s to 900 s"));
  CHECK(says(R"(, "slowStart": "60s", "routingAlgorithm": "least_outstanding_requests")",
             "only round robin knows it"));
}

}  // namespace lifeboat::tests
