// What a cache loses: a flush asked for by register, a shard without replicas, and the bill of
// nodes that scale.
#include <cmath>

#include "models/platform/meter_readings.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::Testbed;
using sim::Duration;

namespace {

std::string cache(const std::string& keys) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "keys": { "item": { "count": 10000, "size": "1 KiB" } },
    "services": {
      "cache": { "kind": "elasticache", "region": "sg", "cacheNodeType": "cache.r6g.large", )" +
         keys + R"( },
      "app": { "kind": "queue", "region": "sg", "servers": 100000, "operations": {
        "get": { "steps": [ { "call": "cache.get", "key": "item", "onFailure": "ignore" } ] },
        "ask": { "steps": [ { "call": "cache.get", "key": "item" } ] } } } },
    "journeys": { "get": { "entry": "app.get" }, "ask": { "entry": "app.ask" } } })";
}

sim::RegisterId register_of(const sim::Network& network, const std::string& name) {
  for (std::uint32_t i = 0; i < network.registers.size(); ++i) {
    if (network.registers[i].name == name) return sim::RegisterId(i);
  }
  FAIL("no register " << name);
  return {};
}

}  // namespace

TEST_CASE("A flush that a register asks for empties the cache at once", "[unit]") {
  Testbed bed(cache(R"("numNodeGroups": 2)"));
  bed.traffic("get", 10);
  const sim::CacheId id = bed.handles("cache", "sg").caches.at(0);
  std::uint32_t before = 0;
  std::uint32_t after = 1;
  bed.at(20, [&](sim::Control& control) {
    before = control.cache(id).entries;
    control.set(register_of(control.network(), "cache@sg/flush"), 1);
  });
  bed.at(20.001, [&](sim::Control& control) { after = control.cache(id).entries; });
  (void)bed.run(Duration::seconds(30));
  CHECK(before == 10000);
  CHECK(after == 0);
}

TEST_CASE("A shard without replicas comes back empty, one with a replica does not", "[unit]") {
  const auto left = [](const std::string& keys, double* failed) {
    Testbed bed(
        cache(R"("numNodeGroups": 4, "failoverTime": "60s", "replacementTime": "300s", )" + keys));
    bed.traffic("ask", 100);
    const sim::CacheId id = bed.handles("cache", "sg").caches.at(0);
    std::uint32_t entries = 0;
    bed.at(20, [&](sim::Control& control) {
      bed.verb("cache", "sg", "elasticacheFailover").begin(control, {});
    });
    bed.at(20.001, [&](sim::Control& control) { entries = control.cache(id).entries; });
    const auto result = bed.run(Duration::seconds(400));
    *failed = static_cast<double>(result.journeys[bed.journey("ask")].failed);
    return entries;
  };
  // A quarter of 100 calls a second, for 300 s and for 60 s.
  double failed = 0;
  CHECK(left(R"("replicasPerNodeGroup": 0)", &failed) == 7500);
  CHECK(failed == Approx(7500).margin(4 * std::sqrt(7500.0)));
  CHECK(left(R"("replicasPerNodeGroup": 1)", &failed) == 10000);
  CHECK(failed == Approx(1500).margin(4 * std::sqrt(1500.0)));
}

TEST_CASE("Nodes that scaling adds are billed", "[unit]") {
  // 2 shards of 2 nodes for half an hour, then 5 of them.
  Testbed bed(cache(R"("numNodeGroups": 2, "replicasPerNodeGroup": 1, "reshardingTime": "0s",
    "scaling": { "nodeGroups": { "minCapacity": 1, "maxCapacity": 8, "policies": [
      { "type": "target-tracking", "predefinedMetricType": "ElastiCachePrimaryEngineCPUUtilization",
        "targetValue": "50%", "disableScaleIn": true } ] } })"));
  bed.at(1800, [&](sim::Control& control) {
    control.set(register_of(control.network(), "cache@sg/shards/desired"), 5);
  });
  const auto result = bed.run(Duration::hours(1));
  models::MeterReadings used;
  used.add(result);
  const models::Meter& meter = bed.handles("cache", "sg").meters.at(0);
  CHECK(meter.read(used) == Approx(2 * 2 * 0.5 + 5 * 2 * 0.5).margin(10.0 / 60));
}
