// The loss of the zones in which a database's servers stand.
#include "models/replication/opening.hpp"
#include "tests/models/services/zone_loss.hpp"

namespace lifeboat::tests {
namespace {

using sim::Duration;

std::string database(const std::string& more) {
  return R"({ "format": "lifeboat/platform/1", "name": "zones",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b", "c"] } },
    "services": { "db": { "kind": "rds", "dbInstanceClass": "db.m6g.large", "region": "sg",
      "allocatedStorage": "100 GiB", "failoverTime": "90s", "standbyResync": "300s",
      "standbyCommit": "2ms", "ioLatency": "1ms", "coldIos": 0 )" +
         more + R"(,
      "operations": { "put": { "access": "write", "cpuTime": "1ms" },
                      "find": { "access": "read", "cpuTime": "1ms" } } } },
    "journeys": { "put": { "entry": "db.put" }, "find": { "entry": "db.find" } } })";
}

/// When the requests came that failed, to a bin of 10 s, and how many there were. What is inside at
/// the loss came just before it.
struct Trouble {
  double begin = -1;
  double end = -1;
  double failed = 0;
};
Trouble trouble_of(const sim::TrialResult& result, std::size_t journey) {
  Trouble trouble;
  const double bin = result.bin.to_seconds();
  const auto& bins = result.journeys.at(journey).bins;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    if (failures_of(bins[i]) == 0) continue;
    if (trouble.begin < 0) trouble.begin = static_cast<double>(i) * bin;
    trouble.end = static_cast<double>(i + 1) * bin;
    trouble.failed += failures_of(bins[i]);
  }
  return trouble;
}

}  // namespace

// 20 a second for 90 s: 1,800 writes fail, deviation 42. Then the commit is 2 ms shorter, as nobody
// has to agree: 1 + 1 ms in place of 1 + 1 + 2. 300 s after the zone is back it is 4 ms again.
TEST_CASE("A Multi-AZ writer's zone is lost: a failover, and commits without a standby",
          "[oracle]") {
  Testbed bed(database(R"(, "multiAz": true)"), zones_may_fail());
  bed.traffic("put", 20);
  const ZoneLoss loss({"a"});
  bed.at(100, loss.begin());
  bed.at(600, loss.end());
  std::vector<std::int64_t> synchronous;
  for (const double at : {50.0, 200.0, 890.0, 910.0}) {
    bed.at(at, [&](sim::Control& c) {
      synchronous.push_back(c.value(c.network().find_register("db@sg/synchronous-standbys")));
    });
  }
  const auto result = bed.run(Duration::seconds(1000));
  const Trouble trouble = trouble_of(result, bed.journey("put"));
  CHECK(trouble.begin >= 90);
  CHECK(trouble.end == 190);
  CHECK(trouble.failed == Approx(1800).margin(210));
  CHECK(synchronous == std::vector<std::int64_t>{1, 0, 0, 1});
  CHECK(lines_with(result, "fails over") == 1);
  CHECK(lines_with(result, "synchronous again") == 1);
}

TEST_CASE("A commit waits for a standby only while that is synchronous", "[oracle]") {
  const auto mean = [](bool lose) {
    Testbed bed(database(R"(, "multiAz": true)"), zones_may_fail());
    bed.traffic("put", 5);
    if (lose) bed.at(0, ZoneLoss({"b"}).begin());
    const auto result = bed.run(Duration::seconds(2000));
    CHECK(result.journeys[0].failed == 0);  // the standby's loss is nobody's failure
    return result.journeys[0].latency.mean_seconds();
  };
  CHECK((mean(false) - mean(true)) * 1e3 == Approx(2).margin(0.1));
}

TEST_CASE("A single database is gone with its zone and back with it", "[unit]") {
  Testbed bed(database(R"(, "availabilityZone": "b")"), zones_may_fail());
  bed.traffic("put", 20);
  const ZoneLoss other({"a"});
  bed.at(20, other.begin());
  bed.at(80, other.end());
  const ZoneLoss loss({"b"});
  bed.at(100, loss.begin());
  bed.at(250, loss.end());
  const auto result = bed.run(Duration::seconds(400));
  const Trouble trouble = trouble_of(result, 0);
  CHECK(trouble.begin >= 90);
  CHECK(trouble.end == 250);
  CHECK(trouble.failed == Approx(20 * 150).margin(280));
}

// Lost at one instant, the standby has all that was acknowledged: when its zone is back first it
// takes over, and the failover's 90 s come on top.
TEST_CASE("Both zones of a Multi-AZ database at once: it waits for the first, and fails over",
          "[unit]") {
  Testbed bed(database(R"(, "multiAz": true)"), zones_may_fail());
  bed.traffic("put", 20);
  const ZoneLoss writer({"a"});
  const ZoneLoss standby({"b"});
  bed.at(100, [&](sim::Control& c) {
    writer.begin()(c);
    standby.begin()(c);
  });
  bed.at(200, standby.end());
  const auto result = bed.run(Duration::seconds(500));
  const Trouble trouble = trouble_of(result, bed.journey("put"));
  CHECK(trouble.begin >= 90);
  CHECK(trouble.end == 290);
  CHECK(lines_with(result, "is gone with the zone of its writer") == 1);
}

// Lost before its writer, the standby is behind: its return does not help.
TEST_CASE("A standby that is behind cannot take over", "[unit]") {
  Testbed bed(database(R"(, "multiAz": true)"), zones_may_fail());
  bed.traffic("put", 20);
  const ZoneLoss writer({"a"});
  const ZoneLoss standby({"b"});
  bed.at(50, standby.begin());
  bed.at(100, writer.begin());
  bed.at(200, standby.end());
  bed.at(300, writer.end());
  const auto result = bed.run(Duration::seconds(500));
  const Trouble trouble = trouble_of(result, bed.journey("put"));
  CHECK(trouble.begin >= 90);
  CHECK(trouble.end == 300);
  CHECK(lines_with(result, "fails over") == 0);
}

// Of two replicas one stands in zone b: half of the reads fail until it is taken out after 15 s,
// and none from then on. 40 a second x 15 s / 2 = 300, deviation 17 (and the look once a second).
TEST_CASE("A read replica is gone with its zone", "[oracle]") {
  Testbed bed(database(R"(, "readReplicas": 2)"), zones_may_fail());
  bed.traffic("find", 40);
  bed.traffic("put", 5);
  bed.at(100, ZoneLoss({"b"}).begin());
  const auto result = bed.run(Duration::seconds(200));
  const Trouble reads = trouble_of(result, bed.journey("find"));
  CHECK(reads.begin >= 90);
  CHECK(reads.end == 120);
  CHECK(reads.failed == Approx(310).margin(95));
  CHECK(result.journeys[bed.journey("put")].failed == 0);
}

// Fails over in its own time, and the old writer, now a reader, is the one that is gone: reads go
// on at the other.
TEST_CASE("A cluster's reader in another zone takes over", "[unit]") {
  Testbed bed(database(R"(, "multiAzDbCluster": true)"), zones_may_fail());
  bed.traffic("find", 40);
  bed.traffic("put", 20);
  bed.at(100, ZoneLoss({"a"}).begin());
  const auto result = bed.run(Duration::seconds(400));
  const Trouble writes = trouble_of(result, bed.journey("put"));
  CHECK(writes.begin >= 90);
  CHECK(writes.end == 190);
  const Trouble reads = trouble_of(result, bed.journey("find"));
  CHECK(reads.end <= 120);
  std::uint64_t ok = result.journeys[bed.journey("find")].succeeded;
  CHECK(ok > 15000);
}

TEST_CASE("A zone that the region does not have is an error", "[unit]") {
  CHECK(problems_of(database(R"(, "availabilityZone": "d")")).size() == 1);
}

// Back at 80 s, the standby would be synchronous at 380 s; the writer's zone is lost at 100 s. From
// its return at 500 s on it copies anew, and at 800 s it can take over.
TEST_CASE("A standby that is behind waits for its writer", "[unit]") {
  Testbed bed(database(R"(, "multiAz": true)"), zones_may_fail());
  bed.traffic("put", 20);
  const ZoneLoss writer({"a"});
  const ZoneLoss standby({"b"});
  bed.at(50, standby.begin());
  bed.at(80, standby.end());
  bed.at(100, writer.begin());
  bed.at(500, writer.end());
  std::vector<std::int64_t> synchronous;
  for (const double at : {499.0, 799.0, 801.0}) {
    bed.at(at, [&](sim::Control& c) {
      synchronous.push_back(c.value(c.network().find_register("db@sg/synchronous-standbys")));
    });
  }
  const auto result = bed.run(Duration::seconds(900));
  CHECK(synchronous == std::vector<std::int64_t>{0, 0, 1});
  CHECK(trouble_of(result, bed.journey("put")).end == 500);
}

// The automatic failover has moved the writer to b; who asks for another one then would have it in
// the lost zone.
TEST_CASE("A failover that is asked for moves nobody into a lost zone", "[unit]") {
  Testbed bed(database(R"(, "multiAz": true)"), zones_may_fail());
  bed.traffic("put", 20);
  bed.at(100, ZoneLoss({"a"}).begin());
  bed.at(300, bed.set("db@sg/failover", static_cast<std::int64_t>(models::Progress::kAsked)));
  const auto result = bed.run(Duration::seconds(600));
  CHECK(trouble_of(result, bed.journey("put")).end <= 400);
  CHECK(lines_with(result, "is gone with the zone of its writer") == 0);
}

}  // namespace lifeboat::tests
