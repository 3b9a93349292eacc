// Backups that leave by a timetable, in each kind that has them, and what their keys mean.
#include "models/replication/timetable.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Duration;
using sim::Instant;

namespace {

/// A store in two regions that is written ten times a second.
std::string store(const std::string& kind, const std::string& write, const std::string& copy) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "links": [ { "between": ["sg", "syd"], "rtt": "92ms" } ],
    "services": {
      "store": { )" +
         kind + R"(, "regions": { "sg": { "role": "primary" }, "syd": { )" + copy + R"( } } },
      "app": { "kind": "queue", "region": "sg", "servers": 100000,
        "operations": { "write": { "calls": [{ "call": "store.)" +
         write + R"(" }] } } } },
    "journeys": { "write": { "entry": "app.write" } } })";
}

const std::string kDatabase = R"("kind": "rds", "dbInstanceClass": "db.m5.large",
  "allocatedStorage": "100 GiB", "restoreTime": "1s",
  "operations": { "write": { "access": "write", "cpuTime": "100us", "ios": 0 } })";
const std::string kTable = R"("kind": "dynamodb", "restoreTime": "1s")";
const std::string kDomain = R"("kind": "opensearch", "instanceType": "r6g.large.search",
  "instanceCount": 3, "volumeSize": "100 GiB", "restoreTime": "1s")";
const std::string kBucket = R"("kind": "s3")";

/// The RPO of a loss at `at` seconds after midnight.
double rpo(const std::string& json, const std::string& verb, double at, std::uint64_t seed = 1) {
  Testbed bed(json);
  bed.traffic("write", 10);
  bed.at(at, bed.lose("sg"));
  bed.at(at + 1, [&](sim::Control& c) { bed.verb("store", "syd", verb).begin(c, {}); });
  const auto result = bed.run(Duration::from_seconds(at + 10), Duration::hours(3), seed);
  REQUIRE(result.losses.size() == 1);
  return result.losses[0].rpo_seconds;
}

}  // namespace

TEST_CASE("a departure by the clock is an instant of the scenario's", "[unit]") {
  // The run begins at 20:00 in Singapore, which is 12:00 UTC: 03:00 UTC was nine hours before.
  const auto singapore = *models::io::TimeZone::parse("Asia/Singapore");
  const models::io::Calendar calendar({2026, 11, 11, 20, 0, 0}, singapore);
  models::Timetable timetable;
  timetable.every = Duration::hours(24);
  CHECK_FALSE(timetable.first(calendar));
  timetable.second_of_day = 3 * 3600;
  CHECK(timetable.first(calendar) == Instant::origin() - Duration::hours(9));
}

TEST_CASE("each kind's copies leave at their hours", "[unit]") {
  // Every hour at half past, ten minutes of copying: at 00:40 the copy of 00:30 is there, before
  // that of 23:30. A loss at 00:39 takes 69 min, at 00:41 11 min. (The run begins at 00:00 UTC, and
  // 46 ms of link are beside the copy.)
  struct Case {
    std::string json;
    std::string verb;
  };
  const std::string hourly =
      R"("role": "backup", "backupInterval": "1h", "backupWindow": "03:30", )";
  for (const Case& c :
       {Case{store(kDatabase, "write", hourly + R"("logCopy": "10m")"),
             "rdsRestoreDBInstanceFromDBSnapshot"},
        Case{store(kTable, "write", hourly + R"("backupCopy": "10m")"), "dynamodbRestoreTable"},
        Case{store(kDomain, "bulk",
                   R"("role": "backup", "snapshotInterval": "1h", "snapshotWindow": "03:30",
                      "snapshotCopy": "10m")"),
             "opensearchRestoreSnapshot"},
        Case{store(kBucket, "put",
                   R"("role": "replica", "batchInterval": "1h", "batchWindow": "03:30",
                      "replicationLag": "10m")"),
             "s3SwitchWriter"}}) {
    CAPTURE(c.verb);
    CHECK(rpo(c.json, c.verb, 39 * 60) == Approx(69 * 60).margin(1.5));
    CHECK(rpo(c.json, c.verb, 41 * 60) == Approx(11 * 60).margin(1.5));
  }
}

TEST_CASE("without an hour the age of a backup is uniform over its interval", "[oracle]") {
  // Every hour, ten minutes of copying, a phase for each of 60 seeds: mean 40 min, standard
  // deviation 60 / sqrt(12) = 17.3 min, of the mean 2.24; all within 10 and 70 min. The variance of
  // 60 draws is off by sqrt(0.8 / 60) = 12 %.
  constexpr int kSeeds = 60;
  const std::string json =
      store(kTable, "write", R"("role": "backup", "backupInterval": "1h", "backupCopy": "10m")");
  double sum = 0;
  double squares = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const double minutes = rpo(json, "dynamodbRestoreTable", 10, seed) / 60;
    CHECK(minutes > 9.9);
    CHECK(minutes < 70.1);
    sum += minutes;
    squares += minutes * minutes;
  }
  const double mean = sum / kSeeds;
  CHECK(mean == Approx(40).margin(4 * 2.24));
  CHECK((squares / kSeeds - mean * mean) == Approx(300).epsilon(4 * 0.12));
}

TEST_CASE("an interval of zero is no timetable", "[unit]") {
  CHECK(rpo(store(kTable, "write",
                  R"("role": "backup", "backupInterval": "0s", "backupCopy": "10m")"),
            "dynamodbRestoreTable", 10) == Approx(600).margin(1));
}

TEST_CASE("a wrong timetable is told", "[unit]") {
  const auto has = [](const std::string& copy, std::string_view text) {
    for (const std::string& line : problems_of(store(kTable, "write", copy))) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(has(R"("role": "backup", "backupWindow": "3 o'clock")", "no time of day"));
  CHECK(has(R"("role": "backup", "backupInterval": "0s", "backupWindow": "03:00")", "interval"));
  CHECK(has(R"("role": "backup", "backupInterval": "-1h")", "backupInterval"));
}
