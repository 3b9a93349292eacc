// Read replicas of a region: their lag against the fluid limit of a single server, what their loss
// and their lag do to reads, and the failover of a writer beside them.
#include "models/services/rds/read_replicas.hpp"

#include <cmath>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Duration;

namespace {

std::string shop(const std::string& keys) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "db": { "kind": "rds", "region": "sg", "allocatedStorage": "100 GiB",
      "dbInstanceClass": "db.m5.large", )" +
         keys + R"(,
      "operations": { "find": { "access": "read", "cpuTime": "10us" },
                      "insert": { "access": "write", "cpuTime": "10us", "ios": 0 } } } },
    "journeys": { "find": { "entry": "db.find" }, "insert": { "entry": "db.insert" } } })";
}

double metric(const models::Handles& handles, std::string_view name, sim::Control& control) {
  for (const models::Metric& metric : handles.metrics) {
    if (metric.name == name) return metric.read(control);
  }
  FAIL("no metric " << name);
  return 0;
}

sim::DeploymentId part_of(const sim::Network& network, std::string_view part) {
  for (std::uint32_t i = 0; i < network.deployments.size(); ++i) {
    if (network.deployments[i].part == part) return sim::DeploymentId(i);
  }
  FAIL("no part " << part);
  return {};
}

}  // namespace

TEST_CASE("A backlog of writes grows by what arrives beyond the apply rate and is worked off",
          "[unit]") {
  using models::rds::replay;
  CHECK(replay(0, 500, 1000, 1) == 0);
  CHECK(replay(0, 1500, 1000, 1) == 500);
  CHECK(replay(500, 700, 1000, 1) == 200);
  CHECK(replay(500, 700, 0, 1) == 1200);
}

TEST_CASE("A read replica's lag grows with write rate over apply rate less one", "[oracle]") {
  // 150 writes/s against 100/s replayed: after t seconds 150 t have come and 100 t are replayed, a
  // lag of 0.5 t. At 100 s 50 s, with the standard deviation of a Poisson number of 15,000 over
  // the rate: 1.22 s; four of them. Writes end at 100 s, and the lag falls by one second a second.
  Testbed bed(shop(R"("readReplicas": 2, "applyRate": "100/s")"));
  sim::Source source;
  source.name = "writes";
  source.rate.points = {{sim::Instant::origin(), 150},
                        {sim::Instant::from_seconds(100), 150},
                        {sim::Instant::from_seconds(100.001), 0}};
  sim::Source::Choice choice;
  choice.journey = bed.compiled().journeys.at("insert");
  choice.share.points = {{sim::Instant::origin(), 1.0}};
  source.mix = {choice};
  bed.compiled().network().add_source(std::move(source));
  bed.traffic("find", 100);
  const models::Handles& handles = bed.handles("db", "sg");
  double at_100 = 0;
  double at_130 = 0;
  double at_170 = 0;
  bed.at(100.5, [&](sim::Control& c) { at_100 = metric(handles, "readReplicaLag", c); });
  bed.at(130.5, [&](sim::Control& c) { at_130 = metric(handles, "readReplicaLag", c); });
  double stale = 0;
  bed.at(170.5, [&](sim::Control& c) {
    at_170 = metric(handles, "readReplicaLag", c);
    stale = metric(handles, "staleReads", c);
  });
  const auto result = bed.run(Duration::seconds(180));
  CHECK(at_100 == Approx(50).margin(4.9));
  CHECK(at_130 == Approx(at_100 - 30).margin(0.01));
  CHECK(at_170 == 0);
  // Behind by more than a second from 2 s on until 1 s before it has caught up, at 150 s: 147 s of
  // 100 reads, of which none fails. The end moves with the lag (4.9 s of it), a second of period.
  CHECK(stale == Approx(14700).margin(100 * (4.9 + 2) + 4 * std::sqrt(14700.0)));
  CHECK(result.journeys[bed.journey("find")].failed == 0);
}

TEST_CASE("Beyond maxLag replicas are out of rotation and the writer takes the reads", "[unit]") {
  // The lag passes 5 s after 10 s; until then nothing of the 200 reads a second is the writer's.
  Testbed bed(shop(R"("readReplicas": 2, "applyRate": "100/s", "maxLag": "5s")"));
  bed.traffic("insert", 150);
  bed.traffic("find", 200);
  double in_rotation = -1;
  bed.at(50, [&](sim::Control& c) {
    in_rotation = metric(bed.handles("db", "sg"), "readReplicasInRotation", c);
  });
  const auto result = bed.run(Duration::seconds(60));
  CHECK(in_rotation == 0);
  const auto writer = static_cast<double>(result.stations[bed.station("db@sg/cpu")].arrivals);
  // 9,000 writes and 50 s of reads; the instant has a standard deviation of sqrt(1500)/50 = 0.8 s.
  CHECK(writer == Approx(9000 + 200 * 50).margin(4 * 0.8 * 200 + 200 + 4 * std::sqrt(19000.0)));
  CHECK(result.journeys[bed.journey("find")].failed == 0);
}

TEST_CASE("One replica lost alone fails its share until it is out of rotation", "[oracle]") {
  // Three replicas, 300 reads/s: from 60 s on a third fails, for 15 s and up to two periods of a
  // second (when it is seen, and when it is out). Then the other two share all reads equally.
  Testbed bed(shop(R"("readReplicas": 3)"));
  bed.traffic("find", 300);
  bed.at(60, [&](sim::Control& c) {
    (void)c.begin_effect({part_of(c.network(), "replica-2")}, sim::Effect{});
  });
  std::uint64_t before[2] = {0, 0};
  const auto arrivals = [&](sim::Control& c, int replica) {
    const std::string name = "db@sg/replica-" + std::to_string(replica) + "/cpu";
    return c.station(sim::StationId(static_cast<std::uint32_t>(bed.station(name)))).arrivals;
  };
  std::uint64_t served[2] = {0, 0};
  std::uint64_t lost_serves = 1;
  bed.at(100, [&](sim::Control& c) {
    before[0] = arrivals(c, 1);
    before[1] = arrivals(c, 3);
    lost_serves = arrivals(c, 2);
  });
  bed.at(200, [&](sim::Control& c) {
    served[0] = arrivals(c, 1) - before[0];
    served[1] = arrivals(c, 3) - before[1];
    lost_serves = arrivals(c, 2) - lost_serves;
  });
  const auto result = bed.run(Duration::seconds(201));
  const auto failed = static_cast<double>(result.journeys[bed.journey("find")].failed);
  CHECK(failed > 15 * 100 - 4 * std::sqrt(1500.0));
  CHECK(failed < 17 * 100 + 4 * std::sqrt(1700.0));
  CHECK(lost_serves == 0);
  for (const std::uint64_t each : served) {
    CHECK(static_cast<double>(each) == Approx(15000).margin(4 * std::sqrt(15000.0)));
  }
}

TEST_CASE("A failover of the writer leaves reads on the replicas alone", "[unit]") {
  Testbed bed(shop(R"("readReplicas": 1, "multiAz": true, "failoverTime": "60s")"));
  bed.traffic("find", 100);
  bed.traffic("insert", 50);
  bed.at(20, [&](sim::Control& c) { bed.verb("db", "sg", "rdsFailover").begin(c, {}); });
  const auto result = bed.run(Duration::seconds(100));
  CHECK(result.journeys[bed.journey("find")].failed == 0);
  const auto failed = static_cast<double>(result.journeys[bed.journey("insert")].failed);
  CHECK(failed == Approx(3000).margin(4 * std::sqrt(3000.0)));
}

TEST_CASE("A cluster fails over in under 35 s and its two standbys share the reads", "[unit]") {
  Testbed bed(shop(R"("multiAzDbCluster": true)"));
  bed.traffic("find", 100);
  bed.traffic("insert", 100);
  bed.at(20, [&](sim::Control& c) { bed.verb("db", "sg", "rdsFailover").begin(c, {}); });
  const auto result = bed.run(Duration::seconds(100));
  const auto failed = static_cast<double>(result.journeys[bed.journey("insert")].failed);
  CHECK(failed > 15 * 100 - 4 * std::sqrt(1500.0));
  CHECK(failed < 35 * 100 + 4 * std::sqrt(3500.0));
  CHECK(result.journeys[bed.journey("find")].failed == 0);
  const auto reads = result.stations[bed.station("db@sg/replica-2/cpu")].arrivals;
  CHECK(static_cast<double>(reads) == Approx(5000).margin(4 * std::sqrt(5000.0)));
}

TEST_CASE("What is wrong with a database's replicas is said", "[unit]") {
  const auto has = [](const std::string& keys, std::string_view text) {
    for (const std::string& line : problems_of(shop(keys))) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(has(R"("maxlag": "5s")", "maxLag"));
  CHECK(has(R"("maxLag": 5)", "maxLag"));
  CHECK(has(R"("multiAz": true, "multiAzDbCluster": true)", "a cluster with two"));
  CHECK(has(R"("storageThroughput": "500 MiB/s")", "400 GiB"));
  CHECK(has(R"("idleConnections": "120%")", "idleConnections"));
}
