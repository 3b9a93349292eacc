// The network between a zone and the others, in a run: what stays in a zone is well, what crosses
// hangs or takes longer.
#include <cmath>
#include <string>

#include "tests/catch.hpp"
#include "tests/scenarios/run_text.hpp"

namespace lifeboat::scenarios {
namespace {

/// Two services with a task in each of three zones. Of the requests half ask the second service,
/// whose tasks are chosen in turn: 1/2 x 2 x 1/3 x 2/3 = 2/9 of them go from zone a to another or
/// back.
std::string zoned(const std::string& actions) {
  return R"({ "format": "lifeboat/scenario/1", "name": "zoned", "duration": "30m",
    "platform": { "format": "lifeboat/platform/1", "name": "zoned",
      "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b", "c"], "quotas": { "fargateVcpu": 64 } } },
      "services": {
        "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "image": "0 MB",
          "desiredCount": 3, "region": "sg", "operations": { "get": { "steps": [
            { "cpuTime": "1ms" },
            { "call": "back.get", "probability": "50%", "timeout": "2s" } ] } } },
        "back": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "image": "0 MB",
          "desiredCount": 3, "region": "sg",
          "operations": { "get": { "steps": [ { "cpuTime": "1ms" } ] } } } },
      "journeys": { "visit": { "entry": "web.get" } } },
    "traffic": { "visit": { "rate": "10/s" } },
    "faults": { "targets": { "a": { "region": "sg", "zone": "a" } }, "actions": {)" +
         actions + " } } }";
}

}  // namespace

// 9,000 requests in the 15 minutes of the cut, 2/9 of which cross: 4.5 standard deviations are
// 4.5 x sqrt(0.173 / 9,000) = 2 % (7e-6); those that stay would be 2.5/9. Whose timer has not ended
// when the network is back finds its connection gone.
TEST_CASE("A zone that is cut off fails the calls that cross, and no other", "[oracle]") {
  const sim::TrialResult r = run_text(zoned(R"("cut": { "actionId": "network-partition",
    "targets": ["a"], "at": "+5m", "jitter": "0s", "duration": "15m" })"));
  double offered = 0;
  double failed = 0;
  for (std::size_t i = 0; i < r.journeys[0].bins.size(); ++i) {
    const double at = static_cast<double>(i) * r.bin.to_seconds();
    const auto& bin = r.journeys[0].bins[i];
    if (at < 300 || at >= 1200) {
      CHECK(bin.good == bin.offered);
    } else {
      offered += bin.offered;
      failed += bin.offered - bin.good;
    }
  }
  CHECK(std::abs(failed / offered - 2.0 / 9) < 0.02);
  const auto by = [&](sim::Cause cause) {
    return r.journeys[0].failed_by[static_cast<std::size_t>(cause)];
  };
  CHECK(by(sim::Cause::kTimeout) + by(sim::Cause::kReset) + by(sim::Cause::kDependency) ==
        r.journeys[0].failed);
}

TEST_CASE("A slow network between zones slows the calls that cross, and no other", "[oracle]") {
  const sim::TrialResult r = run_text(zoned(R"("slow": { "actionId": "network-latency",
    "targets": ["a"], "at": "+0s", "jitter": "0s", "duration": "1h",
    "parameters": { "add": "500ms" } })"));
  CHECK(r.journeys[0].failed == 0);
  // 18,000 requests: 22.2 %, give or take 1.4 (4.5 standard deviations), take half a second more.
  const auto& latency = r.journeys[0].latency;
  CHECK(latency.quantile(0.76)->to_seconds() < 0.1);
  CHECK(latency.quantile(0.80)->to_seconds() > 0.5);
}

}  // namespace lifeboat::scenarios
