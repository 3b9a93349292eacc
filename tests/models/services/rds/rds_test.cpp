// The database against closed forms, and what is wrong with descriptions of one.
#include <cmath>

#include "sim/statistics/histogram.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Cause;
using sim::Duration;

namespace {

std::string one_database(const std::string& keys) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "db": { "kind": "rds", "region": "sg", "allocatedStorage": "100 GiB", )" +
         keys + R"( } },
    "journeys": { "find": { "entry": "db.find" } } })";
}

// Mean reads 2 ms of processor; sg is the primary, syd a replica behind a constant link of 92 ms.
std::string two_regions(const std::string& more = "") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "links": [ { "between": ["sg", "syd"], "rtt": "92ms" } ],
    "services": {
      "db": { "kind": "rds", "dbInstanceClass": "db.m5.large", "allocatedStorage": "100 GiB",
        "operations": {
          "insert": { "access": "write", "cpuTime": "100us", "ios": 0, "log": "1 KiB" },
          "find": { "access": "read", "cpuTime": "100us" } })" +
         more + R"(,
        "regions": { "sg": { "role": "primary" },
                     "syd": { "role": "replica", "of": "sg", "promotionTime": "100s" } } },
      "app-sg": { "kind": "queue", "region": "sg", "servers": 1000,
        "operations": { "insert": { "calls": [{ "call": "db.insert" }] } } },
      "app-syd": { "kind": "queue", "region": "syd", "servers": 1000,
        "operations": { "insert": { "calls": [{ "call": "db.insert" }] }, "find": { "calls": [{ "call": "db.find" }] } } } },
    "journeys": { "insert-sg": { "entry": "app-sg.insert" },
                  "insert-syd": { "entry": "app-syd.insert" },
                  "find-syd": { "entry": "app-syd.find" } } })";
}

double erlang_b(double load, int servers) {
  double b = 1;
  for (int c = 1; c <= servers; ++c) b = load * b / (c + load * b);
  return b;
}

}  // namespace

TEST_CASE("a database without free connections refuses as Erlang's loss formula says", "[oracle]") {
  // 4 connections on 8 vCPUs: each has a processor to itself, so M/M/4/4 with 3 Erlang.
  // B(4, 3) = 0.2061. Of 300,000 arrivals the refused share has a standard error below 0.0015
  // (refusals come in bursts: twice the independent one); the test fails at 4 of them, by chance
  // with probability 6e-5.
  Testbed bed(one_database(R"("dbInstanceClass": "db.m5.2xlarge", "maxConnections": 4,
    "operations": { "find": { "access": "read", "cpuTime": { "exponential": { "mean": "10ms" } } } })"));
  bed.traffic("find", 300);
  const auto result = bed.run(Duration::seconds(1000), Duration::seconds(10));
  const sim::JourneyResult& find = result.journeys[bed.journey("find")];
  const auto rejected = static_cast<double>(find.failed_by[static_cast<int>(Cause::kRejected)]);
  CHECK(rejected == static_cast<double>(find.failed));
  CHECK(rejected / static_cast<double>(find.offered) == Approx(erlang_b(3, 4)).margin(0.006));
}

TEST_CASE("a database's processors are shared as in M/M/c", "[oracle]") {
  // 2 vCPUs, 160/s of 10 ms: with exponential work the number inside is that of M/M/2 at load 1.6.
  // C(2, 1.6) = 0.7111; mean sojourn 10 ms (1 + C / (2 - 1.6)) = 27.8 ms. Standard error of the
  // mean over 320,000 requests about 0.35 ms (correlation time about 0.3 s): 4 of them are 1.4 ms.
  Testbed bed(one_database(R"("dbInstanceClass": "db.m5.large",
    "operations": { "find": { "access": "read", "cpuTime": { "exponential": { "mean": "10ms" } } } })"));
  bed.traffic("find", 160);
  const auto result = bed.run(Duration::seconds(2000), Duration::seconds(20));
  const double b = erlang_b(1.6, 2);
  const double c = b / (1 - 0.8 * (1 - b));
  const double mean = 0.010 * (1 + c / (2 - 1.6));
  CHECK(result.journeys[bed.journey("find")].latency.mean_seconds() == Approx(mean).margin(0.0014));
}

TEST_CASE("a saturated volume does its IO rate and no more", "[oracle]") {
  // 3,000 IOPS, 100 a request: 30 requests a second; 60 are offered. Bursts: 300 IOs once.
  Testbed bed(one_database(R"("dbInstanceClass": "db.m5.large", "maxConnections": 100000,
    "operations": { "find": { "access": "read", "cpuTime": "1us", "ios": 100 } })"));
  bed.traffic("find", 60);
  const auto result = bed.run(Duration::seconds(100));
  const sim::StationResult& busy = result.stations[bed.station("db@sg/connections")];
  // Completed within the window: what was let in, less what is inside for its IO latency (0.1 s).
  CHECK(static_cast<double>(busy.completions) == Approx(30.0 * 100).margin(6));
}

TEST_CASE("reads are spread equally over the read replicas, writes stay with the writer",
          "[oracle]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "db": { "kind": "rds", "region": "sg", "allocatedStorage": "100 GiB",
      "dbInstanceClass": "db.m5.large", "readReplicas": 3,
      "operations": { "find": { "access": "read", "cpuTime": "10us" },
                      "insert": { "access": "write", "cpuTime": "10us" } } } },
    "journeys": { "find": { "entry": "db.find" }, "insert": { "entry": "db.insert" } } })");
  bed.traffic("find", 300);
  bed.traffic("insert", 100);
  const auto result = bed.run(Duration::seconds(300));
  const auto arrivals = [&](const std::string& station) {
    return static_cast<double>(result.stations[bed.station("db@sg/" + station)].arrivals);
  };
  CHECK(arrivals("cpu") == Approx(30000).margin(700));  // 4 standard deviations of a Poisson number
  for (const char* replica : {"replica-1/cpu", "replica-2/cpu", "replica-3/cpu"}) {
    CHECK(arrivals(replica) == Approx(30000).margin(700));
  }
}

TEST_CASE("a replica's backlog is that of M/D/1 behind the way to it", "[oracle]") {
  // 800 writes/s, replayed in 1 ms each: rho 0.8. In replay on average rho + rho^2 / (2 (1 - rho))
  // = 2.4, on the way 800 x 46 ms = 36.8. Sampled every 0.25 s for 1,000 s: the number in replay
  // has standard deviation 2.7 and forgets within 0.05 s, the number on the way 6; 4,000 samples
  // give a standard error of 0.1 in all. 4 of them: 0.42.
  Testbed bed(two_regions(R"(, "applyRate": "1000/s")"));
  bed.traffic("insert-sg", 800);
  double sum = 0;
  int samples = 0;
  for (int i = 0; i < 4000; ++i) {
    bed.at(0.25 * i, [&](sim::Control& control) {
      const sim::LogView log = control.log(sim::LogId{0});
      sum += static_cast<double>(log.committed - log.applied);
      ++samples;
    });
  }
  const auto result = bed.run(Duration::seconds(1000), Duration::seconds(5));
  REQUIRE(samples == 4000);
  CHECK(sum / samples == Approx(36.8 + 2.4).margin(0.42));
}

TEST_CASE("a standby writes only after its promotion, and what was on the way is lost", "[unit]") {
  Testbed bed(two_regions());
  bed.traffic("insert-sg", 100);
  bed.traffic("insert-syd", 50);
  bed.traffic("find-syd", 50);
  bed.at(100, bed.lose("sg"));
  // What had been committed 46 ms before the loss had arrived, the rest had not.
  std::uint64_t before = 0;
  std::uint64_t at_loss = 0;
  bed.at(100 - 0.046, [&](sim::Control& c) { before = c.log(sim::LogId{0}).committed; });
  bed.at(99.9999999, [&](sim::Control& c) { at_loss = c.log(sim::LogId{0}).committed; });
  bed.at(160,
         [&](sim::Control& c) { bed.verb("db", "syd", "rdsPromoteReadReplica").begin(c, {}); });
  const auto result = bed.run(Duration::seconds(400));
  REQUIRE(result.losses.size() == 1);
  CHECK(result.losses[0].writes_lost == at_loss - before);
  CHECK(result.losses[0].writes_lost > 0);
  CHECK(result.losses[0].rpo_seconds <= 0.046);
  CHECK(result.losses[0].rpo_seconds > 0);
  CHECK(result.losses[0].opened_at == sim::Instant::from_seconds(260));
  CHECK(result.losses[0].failed_at == sim::Instant::from_seconds(100));
  // Writes in Sydney fail from the loss to the promotion (160 s at 50/s), reads never.
  const sim::JourneyResult& insert = result.journeys[bed.journey("insert-syd")];
  CHECK(static_cast<double>(insert.failed) == Approx(160 * 50).margin(4 * std::sqrt(8000.0)));
  CHECK(insert.failed_by[static_cast<int>(Cause::kDependency)] +
            insert.failed_by[static_cast<int>(Cause::kReset)] ==
        insert.failed);
  CHECK(result.journeys[bed.journey("find-syd")].failed == 0);
}

// Promoted from 160 to 260 s. What was on its way when the writer was lost is at most 46 ms old,
// whether that went alone or came back before the copy opened; one that is back when the promotion
// begins has shipped all, and loses what it takes until the end: the 100 s.
TEST_CASE("a loss counts from the moment at which the writer was lost", "[unit]") {
  struct Way {
    bool alone;
    double back;
    double failed_at;
    double most_seconds;
  };
  for (const Way& way :
       {Way{true, 1e3, 100, 0.046}, Way{false, 200, 100, 0.046}, Way{false, 120, 260, 100.046}}) {
    Testbed bed(two_regions());
    bed.traffic("insert-sg", 100);
    if (way.alone) {
      const sim::DeploymentId writer = bed.compiled().find("db", "sg")->id;
      bed.at(100, [writer](sim::Control& c) {
        (void)c.begin_effect({writer}, sim::Effect{});
        c.freeze_log(sim::LogId{0});
      });
    } else {
      bed.at(100, bed.lose("sg"));
      bed.at(way.back, bed.bring_back("sg"));
    }
    bed.at(160,
           [&](sim::Control& c) { bed.verb("db", "syd", "rdsPromoteReadReplica").begin(c, {}); });
    const auto result = bed.run(Duration::seconds(400));
    REQUIRE(result.losses.size() == 1);
    CHECK(result.losses[0].failed_at == sim::Instant::from_seconds(way.failed_at));
    CHECK(result.losses[0].rpo_seconds <= way.most_seconds);
    CHECK(result.losses[0].rpo_seconds > way.most_seconds - 0.05);
  }
}

TEST_CASE("a fenced primary refuses writes with the cause dependency", "[unit]") {
  Testbed bed(two_regions());
  bed.traffic("insert-sg", 100);
  bed.traffic("find-syd", 10);
  bed.at(50, [&](sim::Control& c) { bed.verb("db", "sg", "fence").begin(c, {}); });
  bed.at(80, [&](sim::Control& c) {
    CHECK(bed.verb("db", "sg", "fence").status(c, {}) == models::VerbStatus::kDone);
  });
  const auto result = bed.run(Duration::seconds(100));
  const sim::JourneyResult& insert = result.journeys[bed.journey("insert-sg")];
  CHECK(insert.failed_by[static_cast<int>(Cause::kDependency)] == insert.failed);
  CHECK(static_cast<double>(insert.failed) == Approx(4000).margin(1000));  // fenced 2 to 20 s later
  CHECK(result.journeys[bed.journey("find-syd")].failed == 0);
}

TEST_CASE("a Multi-AZ failover refuses for its time and loses nothing", "[unit]") {
  Testbed bed(
      one_database(R"("dbInstanceClass": "db.m5.large", "multiAz": true, "failoverTime": "60s",
    "operations": { "find": { "access": "read", "cpuTime": "100us" } })"));
  bed.traffic("find", 100);
  bed.at(20, [&](sim::Control& c) { bed.verb("db", "sg", "rdsFailover").begin(c, {}); });
  const auto result = bed.run(Duration::seconds(100));
  const sim::JourneyResult& find = result.journeys[bed.journey("find")];
  CHECK(static_cast<double>(find.failed) == Approx(6000).margin(4 * std::sqrt(6000.0)));
  CHECK(result.losses.empty());
}

TEST_CASE("a write takes its IOs one after another and the standby's part of the commit",
          "[unit]") {
  // 4 IOs of mean 1 ms and cv 0.5, a standby of 2 ms: mean 6 ms, variance 4 x 0.25 ms^2 (cv of the
  // IOs together 0.25), so 40,000 writes show the mean within 0.02 ms (4 standard errors).
  const auto latency = [](const std::string& keys) {
    Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
      "regions": { "sg": { "code": "ap-southeast-1" } },
      "services": { "db": { "kind": "rds", "region": "sg", "dbInstanceClass": "db.m5.large",
        "allocatedStorage": "500 GiB", "standbyCommit": "2ms" )" +
                keys + R"(,
        "operations": { "insert": { "access": "write", "cpuTime": "0ms", "ios": 4 } } } },
      "journeys": { "insert": { "entry": "db.insert" } } })");
    bed.traffic("insert", 400);
    return bed.run(Duration::seconds(100)).journeys[0].latency.mean_seconds();
  };
  CHECK(latency(R"(, "multiAz": true)") == Approx(0.006).margin(0.00003));
  CHECK(latency("") == Approx(0.004).margin(0.00003));
}

TEST_CASE("a way back leads from the only replica", "[unit]") {
  const auto shop = [](const std::string& third) {
    return R"({ "format": "lifeboat/platform/1", "name": "t",
      "regions": { "sg": { "code": "ap-southeast-1" }, "tok": { "code": "ap-northeast-1" },
                   "syd": { "code": "ap-southeast-2" } },
      "links": [ { "between": ["sg", "syd"], "rtt": "92ms" }, { "between": ["sg", "tok"], "rtt": "70ms" },
                 { "between": ["tok", "syd"], "rtt": "110ms" } ],
      "services": {
        "web": { "kind": "queue", "region": "sg", "servers": 1,
          "operations": { "find": { "steps": [ { "call": "db.find" } ] } } },
        "db": { "kind": "rds", "dbInstanceClass": "db.m5.large", "allocatedStorage": "100 GiB",
        "operations": { "find": { "access": "read", "cpuTime": "100us" } },
        "regions": { "sg": { "role": "primary", "failback": {} }, "tok": { "role": ")" +
           third + R"(" }, "syd": { "role": "replica" } } } },
      "journeys": { "find": { "entry": "web.find" } } })";
  };
  CHECK(problems_of(shop("backup")).empty());
  const std::vector<std::string> problems = problems_of(shop("replica"));
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find("/services/db/regions/sg/failback: the way back leads from the only "
                         "replica, and the store has 2") != std::string::npos);
}

// Logs leave at 03:30, 03:35 and so on, the run begins at midnight: at 300 s among others, and are
// there after 60 s. Lost at 400 s: all since 300 s. Lost at 340 s: all since 0 s.
TEST_CASE("a backup serves nothing until it is restored, and lacks what left last", "[unit]") {
  const std::string json = R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "links": [ { "between": ["sg", "syd"], "rtt": "92ms" } ],
    "services": {
      "db": { "kind": "rds", "dbInstanceClass": "db.m5.large", "allocatedStorage": "100 GiB",
        "restoreTime": "600s", "backupWindow": "03:30", "logCopy": "60s",
        "operations": { "insert": { "access": "write", "cpuTime": "100us", "ios": 0 },
                        "find": { "access": "read", "cpuTime": "100us" } },
        "regions": { "sg": { "role": "primary" }, "syd": { "role": "backup" } } },
      "app-sg": { "kind": "queue", "region": "sg", "servers": 1000,
        "operations": { "insert": { "calls": [{ "call": "db.insert" }] } } },
      "app-syd": { "kind": "queue", "region": "syd", "servers": 1000,
        "operations": { "find": { "calls": [{ "call": "db.find" }] } } } },
    "journeys": { "insert": { "entry": "app-sg.insert" }, "find": { "entry": "app-syd.find" } } })";
  Testbed bed(json);
  bed.traffic("insert", 20);
  bed.traffic("find", 10);
  bed.at(400, bed.lose("sg"));
  bed.at(500, [&](sim::Control& c) {
    bed.verb("db", "syd", "rdsRestoreDBInstanceFromDBSnapshot").begin(c, {});
  });
  const auto result = bed.run(Duration::seconds(1500));
  REQUIRE(result.losses.size() == 1);
  CHECK(result.losses[0].opened_at == sim::Instant::from_seconds(1100));
  CHECK(result.losses[0].rpo_seconds == Approx(100).margin(1));
  CHECK(static_cast<double>(result.losses[0].writes_lost) == Approx(2000).margin(180));
  Testbed sooner(json);
  sooner.traffic("insert", 20);
  sooner.at(340, sooner.lose("sg"));
  sooner.at(341, [&](sim::Control& c) {
    sooner.verb("db", "syd", "rdsRestoreDBInstanceFromDBSnapshot").begin(c, {});
  });
  CHECK(sooner.run(Duration::seconds(1000)).losses.at(0).rpo_seconds == Approx(340).margin(1));
  const sim::JourneyResult& find = result.journeys[bed.journey("find")];
  CHECK(static_cast<double>(find.failed) == Approx(11000).margin(420));
  CHECK(find.failed_by[static_cast<int>(Cause::kDependency)] == find.failed);
}

// 200 GiB at 100 MiB/s take 2,048 s, and making the instance 5 to 20 min.
TEST_CASE("a restore takes the time of the instance and of the volume's size", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "links": [ { "between": ["sg", "syd"], "rtt": "92ms" } ],
    "services": {
      "db": { "kind": "rds", "dbInstanceClass": "db.m5.large", "allocatedStorage": "200 GiB",
        "restoreRate": "100 MiB/s",
        "operations": { "insert": { "access": "write", "cpuTime": "100us", "ios": 0 } },
        "regions": { "sg": { "role": "primary" }, "syd": { "role": "backup" } } },
      "app-sg": { "kind": "queue", "region": "sg", "servers": 1000,
        "operations": { "insert": { "calls": [{ "call": "db.insert" }] } } } },
    "journeys": { "insert": { "entry": "app-sg.insert" } } })");
  bed.traffic("insert", 20);
  bed.at(400, bed.lose("sg"));
  bed.at(500, [&](sim::Control& c) {
    bed.verb("db", "syd", "rdsRestoreDBInstanceFromDBSnapshot").begin(c, {});
  });
  const auto result = bed.run(Duration::seconds(4000));
  REQUIRE(result.losses.size() == 1);
  const double took = (result.losses[0].opened_at - sim::Instant::from_seconds(500)).to_seconds();
  CHECK(took > 2048 + 300);
  CHECK(took < 2048 + 1200);
}

// 100 GiB at 100 MiB/s are loaded in 1,024 s while the database serves. A read of 2 IOs finds its
// block absent with the chance 1 - s / 10 in the s-th tenth of that, and then waits 2 x 200 ms
// more: the mean over the 1,024 s is 0.55 x 400 ms. The IOs of what is loaded count: 2 + 0.55 x 2 a
// read.
TEST_CASE("a volume that is loaded lazily serves at once, and its first reads are slow",
          "[oracle]") {
  const auto database = [](const std::string& more) {
    return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "links": [ { "between": ["sg", "syd"], "rtt": "92ms" } ],
    "services": {
      "db": { "kind": "rds", "dbInstanceClass": "db.m5.large", "allocatedStorage": "100 GiB",
        "restoreRate": "100 MiB/s", "coldIos": 0, "ioLatency": "1ms", )" +
           more + R"(
        "operations": { "find": { "access": "read", "cpuTime": "100us", "ios": 2 } },
        "regions": { "sg": { "role": "primary" }, "syd": { "role": "backup" } } },
      "app": { "kind": "queue", "region": "syd", "servers": 100000,
        "operations": { "find": { "calls": [{ "call": "db.find" }] } } } },
    "journeys": { "find": { "entry": "app.find" } } })";
  };
  const auto restored = [](Testbed& bed, double at) {
    bed.at(at, [&bed](sim::Control& c) {
      bed.verb("db", "syd", "rdsRestoreDBInstanceFromDBSnapshot").begin(c, {});
    });
  };
  // Restored during the warm-up, so that the measured 1,024 s are those of the loading.
  const auto latency = [&](const std::string& more, double rate, double seconds = 1024) {
    Testbed bed(database(R"("restoreTime": "1s", "firstReadLatency": "200ms")" + more + ","));
    restored(bed, -1);
    bed.traffic("find", rate);
    return bed.run(Duration::from_seconds(seconds), Duration::seconds(1))
        .journeys[0]
        .latency.mean_seconds();
  };
  const double loaded = latency("", 20);
  CHECK(loaded == Approx(0.0021).margin(0.0001));
  // 20,480 reads: a standard deviation of the mean of 0.2 / sqrt(20480) = 1.4 ms.
  CHECK(latency(R"(, "lazyLoading": true)", 20) == Approx(loaded + 0.55 * 0.4).margin(0.006));
  // The volume has 3,000 IOs a second: 1,400 reads take 2,800 of it, and 5,600 while each block has
  // to be loaded. Then 750 reads a second are served; all 856 connections wait: 856 / 750 s each.
  CHECK(latency("", 1400, 50) < 0.01);
  CHECK(latency(R"(, "lazyLoading": true)", 1400, 50) == Approx(856.0 / 750).epsilon(0.1));
  // The restore is over when the instance is there: 5 to 20 min, without the 1,024 s of its size.
  const auto takes = [&](const std::string& more) {
    Testbed bed(database(more));
    bed.traffic("find", 1);
    bed.at(10, bed.lose("sg"));
    restored(bed, 20);
    return (bed.run(Duration::seconds(3000)).losses.at(0).opened_at -
            sim::Instant::from_seconds(20))
        .to_seconds();
  };
  CHECK(takes("") - takes(R"("lazyLoading": true,)") == Approx(1024));
}

TEST_CASE("a wrong database is told with its place and what was meant", "[unit]") {
  const auto has = [](const std::string& json, const std::string& text) {
    const std::vector<std::string> lines = problems_of(json);
    for (const std::string& line : lines) {
      if (line.find(text) != std::string::npos) return true;
    }
    for (const std::string& line : lines) UNSCOPED_INFO(line);
    UNSCOPED_INFO("missing: " << text);
    return false;
  };
  const std::string find = R"("operations": { "find": { "access": "read", "cpuTime": "1ms" } })";
  CHECK(has(one_database(R"("dbInstanceClass": "db.r6g.xlarg", )" + find), "db.r6g.xlarge"));
  CHECK(has(one_database(R"("dbInstanceClass": "db.m5.large", "iops": 5000, )" + find), "400 GiB"));
  CHECK(has(one_database(R"("dbInstanceClass": "db.m5.large", "multiAZ": true, )" + find),
            "multiAz"));
  CHECK(has(one_database(R"("dbInstanceClass": "db.m5.large", "role": "active", )" + find),
            "no active"));
  CHECK(has(one_database(R"("dbInstanceClass": "db.m5.large", "role": "replica", )" + find),
            "needs a primary"));
  CHECK(has(one_database(R"("dbInstanceClass": 7, )" + find), "dbInstanceClass"));
  CHECK(has(one_database(R"("dbInstanceClass": "db.m5.large",
              "operations": { "find": { "access": "read", "cpuTime": "1ms", "log": "1 KiB" } })"),
            "a read writes no log"));
  CHECK(has(one_database(R"("dbInstanceClass": "db.m5.large",
              "operations": { "find": { "access": "reed", "cpuTime": "1ms" } })"),
            "\"read\""));
  CHECK(has(one_database(R"("dbInstanceClass": "db.m5.large",
              "operations": { "find": { "access": "read" } })"),
            "cpuTime"));
}
