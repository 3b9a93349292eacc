// What a warm-up reads of the stores behind a cache: each key once, at the store's cost and pace.
#include <cmath>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::Testbed;
using models::VerbStatus;
using sim::Duration;

namespace {

/// An empty cache of 1,000 keys in front of `store`, of which a miss reads with `call`.
std::string behind(const std::string& store, const std::string& call) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "keys": { "item": { "count": 1000, "size": "1 KiB" } },
    "services": {
      "cache": { "kind": "elasticache", "region": "sg", "cacheNodeType": "cache.r6g.large",
        "initial": "empty" },
      "store": )" +
         store + R"(,
      "app": { "kind": "queue", "region": "sg", "servers": 100, "operations": {
        "get": { "steps": [ { "call": "cache.get", "key": "item",
          "onMiss": [ )" +
         call + R"(, { "call": "cache.put", "key": "item" } ] } ] } } } },
    "journeys": { "get": { "entry": "app.get" } } })";
}

constexpr const char* kDatabase = R"({ "kind": "rds", "region": "sg",
  "dbInstanceClass": "db.m5.large", "allocatedStorage": "100 GiB",
  "operations": { "find": { "access": "read", "cpuTime": "1ms", "ios": 1 } } })";

/// Asks for a warm-up at 100 keys a second from the start on.
void warm(Testbed& bed, const std::string& region = "sg") {
  bed.at(0, [&bed, region](sim::Control& c) {
    models::VerbArguments rate;
    rate.amount = 100;
    bed.verb("cache", region, "warmCache").begin(c, rate);
  });
}

/// Notes what the cache holds at that time.
void note(Testbed& bed, double at, std::vector<std::uint32_t>& entries,
          const std::string& region = "sg") {
  bed.at(at, [&bed, &entries, region](sim::Control& c) {
    entries.push_back(c.cache(bed.handles("cache", region).caches.at(0)).entries);
  });
}

}  // namespace

TEST_CASE("a warm-up reads each key once of the database behind the cache", "[unit]") {
  // 1,000 keys at 100 a second, ten every 0.1 s, each with a read of 1 ms of processor and an IO.
  Testbed bed(behind(kDatabase, R"({ "call": "store.find" })"));
  std::vector<std::uint32_t> entries;
  for (const double at : {0.99, 5.59, 20.0}) note(bed, at, entries);
  warm(bed);
  bool done = false;
  bed.at(20, [&](sim::Control& c) {
    done = bed.verb("cache", "sg", "warmCache").status(c, {}) == VerbStatus::kDone;
  });
  const auto result = bed.run(Duration::seconds(21));
  REQUIRE(entries.size() == 3);
  CHECK(entries[0] == Approx(90).margin(1));
  CHECK(entries[1] == Approx(550).margin(1));
  CHECK(entries[2] == 1000);
  CHECK(done);
  const sim::StationResult& cpu = result.stations[bed.station("store@sg/cpu")];
  CHECK(cpu.completions == 1000);
  CHECK(cpu.busy_server_seconds == Approx(1.0).margin(0.001));
}

TEST_CASE("a warm-up takes the capacity of a table, and waits for it", "[oracle]") {
  // One read unit a second is two reads of 1 KiB, and 600 are kept: 600 keys in the first six
  // seconds, and two a second from then on: 600 + 2 t.
  const std::string table = R"({ "kind": "dynamodb", "region": "sg", "billingMode": "PROVISIONED",
    "provisionedThroughput": { "readCapacityUnits": 1, "writeCapacityUnits": 1 } })";
  for (const double seconds : {3.59, 100.59}) {
    Testbed bed(behind(table, R"({ "call": "store.read", "key": "item" })"));
    std::vector<std::uint32_t> entries;
    warm(bed);
    note(bed, seconds, entries);
    (void)bed.run(Duration::from_seconds(seconds + 1));
    CHECK(entries.at(0) == Approx(seconds < 10 ? 350 : 600 + 2 * seconds).margin(4));
  }
  // On demand each read is counted: half a unit.
  Testbed metered(behind(R"({ "kind": "dynamodb", "region": "sg" })",
                         R"({ "call": "store.read", "key": "item" })"));
  warm(metered);
  const auto result = metered.run(Duration::seconds(20));
  CHECK(result.stations[metered.station("store@sg/reads-of-1")].arrivals == 1000);
  std::vector<double> rates(metered.build().plan_names.size(), 0);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    if (metered.build().plan_names[i] == "store.read") rates[i] = 1;
  }
  CHECK(metered.metered(result, "store", "sg", "read-units", rates) == Approx(500));
}

TEST_CASE("a warm-up of a store that does not serve warms nothing, and goes on", "[unit]") {
  // The database is a backup until it is restored at 30 s.
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "keys": { "item": { "count": 1000, "size": "1 KiB" } },
    "services": {
      "cache": { "kind": "elasticache", "region": "syd", "cacheNodeType": "cache.r6g.large",
        "initial": "empty" },
      "store": { "kind": "rds", "dbInstanceClass": "db.m5.large", "allocatedStorage": "100 GiB",
        "restoreTime": "10s",
        "operations": { "find": { "access": "read", "cpuTime": "1ms" } },
        "regions": { "sg": { "role": "primary" }, "syd": { "role": "backup" } } },
      "app": { "kind": "queue", "region": "syd", "servers": 100, "operations": {
        "get": { "steps": [ { "call": "cache.get", "key": "item",
          "onMiss": [ { "call": "store.find" }, { "call": "cache.put", "key": "item" } ] } ] } } } },
    "journeys": { "get": { "entry": "app.get" } } })");
  std::vector<std::uint32_t> entries;
  warm(bed, "syd");
  bed.at(20, [&](sim::Control& c) {
    bed.verb("store", "syd", "rdsRestoreDBInstanceFromDBSnapshot").begin(c, {});
  });
  for (const double at : {29.9, 35.5, 60.0}) note(bed, at, entries, "syd");
  (void)bed.run(Duration::seconds(61));
  CHECK(entries[0] == 0);
  CHECK(entries[1] == Approx(550).margin(60));
  CHECK(entries[2] == 1000);
}
