// A database server's volume, its buffer cache after a failover, and the connections of pools.
#include <cmath>

#include "models/services/rds/connections.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::Testbed;
using sim::Duration;

namespace {

std::string one_server(const std::string& keys) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "db": { "kind": "rds", "region": "sg", "allocatedStorage": "100 GiB", )" +
         keys + R"( } },
    "journeys": { "find": { "entry": "db.find" } } })";
}

std::string with_pools(int tasks) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b"] } },
    "services": {
      "front": { "kind": "alb", "to": "web", "region": "sg" },
      "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "image": "100 MB",
        "desiredCount": )" +
         std::to_string(tasks) + R"(, "workersPerTask": 32,
        "pools": { "db": { "max": 10, "acquireTimeout": "1s" } },
        "operations": { "view": { "calls": [{ "call": "db.find" }] } }, "region": "sg" },
      "db": { "kind": "rds", "region": "sg", "allocatedStorage": "100 GiB",
        "dbInstanceClass": "db.m5.large", "maxConnections": 30,
        "operations": { "find": { "access": "read", "cpuTime": "100us" } } } },
    "journeys": { "view": { "entry": "front.view" } } })";
}

}  // namespace

TEST_CASE("Large IOs are held to the volume's throughput", "[oracle]") {
  // 125 MiB/s of gp3 below 400 GiB; 10 IOs of 256 KiB a request: 50 requests a second (500 of
  // 3,000 IOPS). 100 are offered for 100 s, and 12.5 MiB (5 requests) may be done at once.
  Testbed bed(one_server(R"("dbInstanceClass": "db.m5.large", "maxConnections": 100000,
    "operations": { "find": { "access": "read", "cpuTime": "1us", "ios": 10, "ioSize": "256 KiB" } })"));
  bed.traffic("find", 100);
  const auto result = bed.run(Duration::seconds(100));
  const auto& busy = result.stations[bed.station("db@sg/connections")];
  CHECK(static_cast<double>(busy.completions) == Approx(50.0 * 100 + 5).margin(4));
}

TEST_CASE("After a failover the buffer cache is cold and warms in ten steps", "[oracle]") {
  // Failover from 10 to 70 s, warm 100 s later. In step k of ten a request reads 4 pages more with
  // probability 1 - k / 10: over the 100 s (10,000 of the 24,000 that are served in 300 s) 0.55 x
  // 4 ms on average, so over all served 0.9167 ms more than the 0.1 ms of CPU. Per request the
  // extra has a variance below (4 ms)^2 / 4 + noise: standard error 0.02 ms at most.
  Testbed bed(one_server(R"("dbInstanceClass": "db.m5.large", "multiAz": true,
    "failoverTime": "60s", "bufferCacheWarmup": "100s", "ioLatency": "1ms",
    "operations": { "find": { "access": "read", "cpuTime": "100us" } })"));
  bed.traffic("find", 100);
  bed.at(10, [&](sim::Control& c) { bed.verb("db", "sg", "rdsFailover").begin(c, {}); });
  const auto result = bed.run(Duration::seconds(300));
  const auto& find = result.journeys[bed.journey("find")];
  const double served = static_cast<double>(find.succeeded);
  CHECK(served == Approx(24000).margin(4 * std::sqrt(24000.0)));
  CHECK(find.latency.mean_seconds() == Approx(0.0001 + 0.55 * 0.004 * 10000 / 24000).margin(8e-5));
}

TEST_CASE("Pools hold connections: what more tasks want is refused", "[oracle]") {
  using models::rds::refused_share;
  CHECK(refused_share(30, 30) == 0);
  CHECK(refused_share(40, 30) == 0.25);
  // Three tasks of 10 connections fit into 30; of four tasks' calls a quarter finds none.
  Testbed fits(with_pools(3));
  fits.traffic("view", 100);
  const auto well = fits.run(Duration::seconds(100), Duration::seconds(10));
  CHECK(well.journeys[0].failed == 0);
  Testbed beyond(with_pools(4));
  beyond.traffic("view", 100);
  double open = 0;
  beyond.at(50, [&](sim::Control& control) {
    for (const models::Metric& metric : beyond.handles("db", "sg").metrics) {
      if (metric.name == "databaseConnections") open = metric.read(control);
    }
  });
  const auto result = beyond.run(Duration::seconds(200), Duration::seconds(10));
  const sim::JourneyResult& view = result.journeys[0];
  CHECK(open == 30);
  // 20,000 requests, standard error 0.0031.
  CHECK(static_cast<double>(view.failed) / static_cast<double>(view.offered) ==
        Approx(0.25).margin(0.0125));
}
