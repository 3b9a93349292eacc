// What tasks read when they start, and a quota that is lower for a while.
#include <algorithm>
#include <cmath>
#include <string>

#include "tests/models/services/testbed.hpp"

namespace lifeboat::tests {
namespace {

using sim::Duration;

/// Two tasks behind a load balancer; another two are asked for at 100 s.
struct Bed {
  Testbed bed{R"({ "format": "lifeboat/platform/1", "name": "stale",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b"], "quotas": { "fargateVcpu": 64 } } },
    "services": {
      "front": { "kind": "alb", "to": "web", "region": "sg", "registration": "5s",
                 "healthCheck": { "interval": "10s" }, "deregistrationDelay": "10s" },
      "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "image": "0 MB",
        "desiredCount": 2, "region": "sg",
        "operations": { "get": { "steps": [ { "cpuTime": "1ms" } ] } } } },
    "journeys": { "visit": { "entry": "front.get" } } })"};

  Bed() {
    bed.traffic("visit", 20);
    bed.at(100, bed.set("web@sg/desired", 4));
  }
  /// Tasks in service at these seconds.
  void note(double at, std::uint32_t& tasks) {
    bed.at(at, [this, &tasks](sim::Control& control) {
      tasks = control.group(*bed.handles("web", "sg").tasks).in_service;
    });
  }
};

double failed_from(const sim::TrialResult& r, double from, double until, double& offered) {
  double failed = 0;
  offered = 0;
  const auto& bins = r.journeys[0].bins;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const double at = static_cast<double>(i) * r.bin.to_seconds();
    if (at < from || at >= until) continue;
    offered += bins[i].offered;
    for (const auto count : bins[i].failed_by) failed += count;
  }
  return failed;
}

}  // namespace

TEST_CASE("Tasks that start from a stale image serve nobody; those that ran go on", "[unit]") {
  Bed b;
  std::uint32_t before = 0;
  std::uint32_t stale = 0;
  std::uint32_t mended = 0;
  b.bed.at(50, b.bed.set("web@sg/stale-broken", 1'000'000));
  b.bed.at(50, b.bed.set("web@sg/stale-faults", 1));
  b.bed.at(600, b.bed.set("web@sg/stale-broken", 0));
  b.bed.at(600, b.bed.set("web@sg/stale-faults", 0));
  b.note(90, before);
  b.note(590, stale);
  b.note(800, mended);
  const sim::TrialResult r = b.bed.run(Duration::seconds(900));
  CHECK(before == 2);
  CHECK(stale == 2);
  CHECK(mended == 4);
  CHECK(r.journeys[0].failed == 0);
}

// Two of four tasks fail what they get: half of the requests, 4.5 standard deviations of a share of
// 1/2 among n. Once it is mended others start in their place, within 3 minutes.
TEST_CASE("Tasks that start with a stale secret fail requests until it is mended", "[oracle]") {
  Bed b;
  b.bed.at(50, b.bed.set("web@sg/stale-errors", 1'000'000));
  b.bed.at(50, b.bed.set("web@sg/stale-faults", 1));
  b.bed.at(600, b.bed.set("web@sg/stale-errors", 0));
  b.bed.at(600, b.bed.set("web@sg/stale-faults", 0));
  std::uint32_t mended = 0;
  b.note(890, mended);
  const sim::TrialResult r = b.bed.run(Duration::seconds(900));
  double offered = 0;
  CHECK(failed_from(r, 0, 100, offered) == 0);
  const double failed = failed_from(r, 200, 600, offered);
  CHECK(failed == Approx(offered / 2).margin(4.5 * std::sqrt(offered) / 2));
  CHECK(failed_from(r, 780, 900, offered) == 0);
  CHECK(mended == 4);
}

// A secret of 100 % and a parameter of 10 % are out of date; the secret is mended at 600 s, the
// parameter never. Two of four tasks had started with both: they make room for others, which fail a
// tenth of what they get, and so a twentieth of all. 240 s at 20 a second: 4.5 standard deviations
// are 68 of 240.
TEST_CASE("Tasks are replaced once one of the things that they read is mended", "[oracle]") {
  Bed b;
  b.bed.at(50, b.bed.set("web@sg/stale-errors", 1'000'000));
  b.bed.at(50, b.bed.set("web@sg/stale-faults", 3));
  b.bed.at(600, b.bed.set("web@sg/stale-errors", 100'000));
  b.bed.at(600, b.bed.set("web@sg/stale-faults", 2));
  const sim::TrialResult r = b.bed.run(Duration::seconds(1020));
  double offered = 0;
  const double failed = failed_from(r, 780, 1020, offered);
  CHECK(failed == Approx(offered / 20).margin(4.5 * std::sqrt(offered * 0.05 * 0.95)));
}

// 20 tasks have 34 places: for 14 of them others can start at once, the rest follow as places
// become free. All failed what they got, and none does in the end.
TEST_CASE("More stale tasks than free places are replaced in turns", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "stale",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b", "c"], "quotas": { "fargateVcpu": 64 } } },
    "services": {
      "front": { "kind": "alb", "to": "web", "region": "sg", "registration": "5s",
                 "healthCheck": { "interval": "10s" }, "deregistrationDelay": "10s" },
      "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "image": "0 MB",
        "desiredCount": 0, "region": "sg", "scaling": { "minCapacity": 0, "maxCapacity": 20 },
        "operations": { "get": { "steps": [ { "cpuTime": "1ms" } ] } } } },
    "journeys": { "visit": { "entry": "front.get" } } })");
  bed.traffic("visit", 20);
  bed.at(50, bed.set("web@sg/stale-errors", 1'000'000));
  bed.at(50, bed.set("web@sg/stale-faults", 1));
  bed.at(100, bed.set("web@sg/desired", 20));
  bed.at(400, bed.set("web@sg/stale-errors", 0));
  bed.at(400, bed.set("web@sg/stale-faults", 0));
  const sim::TrialResult r = bed.run(Duration::seconds(900));
  double offered = 0;
  CHECK(failed_from(r, 300, 400, offered) == offered);
  CHECK(failed_from(r, 700, 900, offered) == 0);
  CHECK(offered > 0);
  CHECK(std::none_of(r.events.begin(), r.events.end(), [](const sim::IncidentEvent& e) {
    return e.at > sim::Instant::from_seconds(800) && e.kind == "capacity";
  }));
}

TEST_CASE("A quota that is too small holds launches back until it is raised", "[unit]") {
  Bed b;
  std::uint32_t held = 0;
  std::uint32_t raised = 0;
  b.bed.at(50, b.bed.set("region/sg/fargate-vcpu-quota", 3'000));
  b.bed.at(600, b.bed.set("region/sg/fargate-vcpu-quota", 64'000));
  b.note(590, held);
  b.note(800, raised);
  const sim::TrialResult r = b.bed.run(Duration::seconds(900));
  CHECK(held == 3);
  CHECK(raised == 4);
  CHECK(std::any_of(r.events.begin(), r.events.end(), [](const sim::IncidentEvent& e) {
    return e.text.find("quota of 3 Fargate vCPU is used up") != std::string::npos;
  }));
}

}  // namespace lifeboat::tests
