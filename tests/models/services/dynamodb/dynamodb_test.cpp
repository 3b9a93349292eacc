// Tables against the published limits of partitions, and against counts worked by hand.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Cause;
using sim::Duration;

namespace {

std::string table(const std::string& keys, std::uint32_t count, const std::string& size) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "keys": { "item": { "count": )" +
         std::to_string(count) + R"(, "size": ")" + size + R"(" } },
    "services": {
      "t": { "kind": "dynamodb", "region": "sg" )" +
         keys + R"( },
      "app": { "kind": "queue", "region": "sg", "servers": 100000, "operations": {
        "read": { "steps": [ { "call": "t.read", "key": "item" } ] },
        "write": { "steps": [ { "call": "t.write", "key": "item" } ] },
        "spread": { "steps": [ { "call": "t.write" } ] } } } },
    "journeys": { "read": { "entry": "app.read" }, "write": { "entry": "app.write" },
                  "spread": { "entry": "app.spread" } } })";
}

constexpr const char* kGlobalTable = R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "links": [ { "between": ["sg", "syd"], "rtt": "92ms" } ],
    "services": { "t": { "kind": "dynamodb", "regions": { "sg": {}, "syd": {} } },
      "app": { "kind": "queue", "region": "sg", "servers": 1000,
               "operations": { "write": { "calls": [{ "call": "t.write" }] } } },
      "far": { "kind": "queue", "region": "syd", "servers": 1000,
               "operations": { "write": { "calls": [{ "call": "t.write" }] } } } },
    "journeys": { "write": { "entry": "app.write" }, "write-far": { "entry": "far.write" } } })";

struct Count {
  double offered;
  double served;
  double throttled;
};
Count run(Testbed& bed, const std::string& journey, double rate, double seconds) {
  bed.traffic(journey, rate);
  const auto result = bed.run(Duration::from_seconds(seconds));
  const sim::JourneyResult& row = result.journeys[bed.journey(journey)];
  return {static_cast<double>(row.offered), static_cast<double>(row.succeeded),
          static_cast<double>(row.failed_by[static_cast<int>(Cause::kThrottled)])};
}

}  // namespace

TEST_CASE("one key is throttled at its partition's rate, however large the table", "[oracle]") {
  // A partition gives 1,000 write units and 3,000 read units a second, and what a second leaves
  // over: in 20 s of overload 21 s of it, to the unit.
  SECTION("writes of 1 KiB: one unit") {
    Testbed bed(table(R"(, "warmThroughput": { "writeUnitsPerSecond": 40000 })", 1, "1 KiB"));
    const Count count = run(bed, "write", 2000, 20);
    CHECK(count.served == Approx(21000).margin(2));
    CHECK(count.served + count.throttled == count.offered);
  }
  SECTION("writes of 3.5 KiB: four units") {
    Testbed bed(table("", 1, "3.5 KiB"));
    CHECK(run(bed, "write", 1000, 20).served == Approx(21000 / 4).margin(2));
  }
  SECTION("eventually consistent reads of 4 KiB: half a unit") {
    Testbed bed(table("", 1, "4 KiB"));
    CHECK(run(bed, "read", 9000, 10).served == Approx(6000 * 11).margin(2));
  }
  SECTION("strongly consistent reads of 6 KiB: two units") {
    Testbed bed(table(R"(, "operations": { "read": { "consistent": true } })", 1, "6 KiB"));
    CHECK(run(bed, "read", 3000, 10).served == Approx(1500 * 11).margin(2));
  }
  SECTION("transactional writes of 1 KiB: two units") {
    Testbed bed(table(R"(, "operations": { "write": { "transactional": true } })", 1, "1 KiB"));
    CHECK(run(bed, "write", 1500, 20).served == Approx(21000 / 2).margin(2));
  }
}

TEST_CASE("a new on-demand table takes 4,000 writes a second of evenly spread keys", "[oracle]") {
  // Each of four partitions to its last token or two.
  Testbed bed(table("", 100000, "1 KiB"));
  const Count count = run(bed, "spread", 8000, 10);
  CHECK(count.served == Approx(44000).margin(8));
}

TEST_CASE("many keys use all partitions, few share some", "[property]") {
  // 100,000 keys over four partitions: each has a quarter within 4 standard deviations (0.55 %).
  Testbed many(table("", 100000, "1 KiB"));
  CHECK(run(many, "write", 8000, 10).served == Approx(44000).epsilon(0.01));
  Testbed two(table("", 2, "1 KiB"));
  CHECK(run(two, "write", 8000, 10).served <= 22002);
}

TEST_CASE("a provisioned table gives its rate, and 300 s of it after a rest", "[oracle]") {
  // 10 write units: 3,000 at once and 10 a second.
  Testbed bed(table(R"(, "billingMode": "PROVISIONED",
    "provisionedThroughput": { "readCapacityUnits": 10, "writeCapacityUnits": 10 })",
                    1000, "1 KiB"));
  CHECK(run(bed, "write", 500, 60).served == Approx(3000 + 600).margin(2));
}

TEST_CASE("what a region's loss takes from a global table is what was on the way", "[oracle]") {
  // 500 writes/s that each need, on their own, a lognormal time of median 0.7 s and 99th percentile
  // 2.5 s, and 46 ms of link. On the way: Poisson with mean 500 (E[lag] + 0.046), M/G/infinity.
  // sigma = ln(2.5 / 0.7) / 2.3263 = 0.5472; E[lag] = 0.7 exp(sigma^2 / 2) = 0.8131 s: 429.5
  // writes, standard deviation 20.7. Fails by chance with probability 6e-5 (4 of them).
  Testbed bed(kGlobalTable);
  bed.traffic("write", 500);
  bed.traffic("write-far", 20);
  bed.at(60, bed.lose("sg"));
  const auto result = bed.run(Duration::seconds(100));
  REQUIRE(result.losses.size() == 1);
  CHECK(static_cast<double>(result.losses[0].writes_lost) == Approx(429.5).margin(83));
  CHECK(result.losses[0].rpo_seconds > 1);
  CHECK(result.losses[0].opened_at == sim::Instant::from_seconds(60));
  CHECK(result.journeys[bed.journey("write-far")].failed == 0);
}

TEST_CASE("a global table ships what was stranded when its region is back, each time", "[unit]") {
  Testbed bed(kGlobalTable);
  bed.traffic("write", 500);
  bed.at(60, bed.lose("sg"));
  std::uint64_t stranded = 0;
  bed.at(70, [&](sim::Control& c) {
    stranded = c.log(sim::LogId{0}).committed - c.log(sim::LogId{0}).received;
  });
  bed.at(80, bed.bring_back("sg"));
  bed.at(79.9,
         [&](sim::Control& c) { CHECK(c.log(sim::LogId{0}).receive_lag > Duration::seconds(19)); });
  bed.at(100,
         [&](sim::Control& c) { CHECK(c.log(sim::LogId{0}).receive_lag < Duration::seconds(15)); });
  bed.at(120, bed.lose("sg"));
  const auto result = bed.run(Duration::seconds(150));
  REQUIRE(result.losses.size() == 2);
  CHECK(stranded == result.losses[0].writes_lost);
  CHECK(result.losses[1].failed_at == sim::Instant::from_seconds(120));
  CHECK(static_cast<double>(result.losses[1].writes_lost) == Approx(429.5).margin(83));
}

TEST_CASE("a replica of a table with one writer takes over at once when it is told to", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "services": { "t": { "kind": "dynamodb", "regions": { "sg": { "role": "primary" },
                                                          "syd": { "role": "replica" } } },
      "far": { "kind": "queue", "region": "syd", "servers": 1000,
               "operations": { "write": { "calls": [{ "call": "t.write" }] } } } },
    "journeys": { "write": { "entry": "far.write" } } })");
  bed.traffic("write", 100);
  bed.at(50, bed.lose("sg"));
  bed.at(70, [&](sim::Control& c) { bed.verb("t", "syd", "dynamodbSwitchWriter").begin(c, {}); });
  const auto result = bed.run(Duration::seconds(100));
  // From the loss to the switch; those on the way to Singapore at 50 s count as well.
  CHECK(static_cast<double>(result.journeys[0].failed) == Approx(2000).margin(190));
  REQUIRE(result.losses.size() == 1);
  CHECK(result.losses[0].opened_at == sim::Instant::from_seconds(70));
}

TEST_CASE("a wrong table is told", "[unit]") {
  const auto has = [](const std::string& json, const std::string& text) {
    for (const std::string& line : problems_of(json)) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(has(table(R"(, "provisionedThroughput": { "readCapacityUnits": 5 })", 1, "1 KiB"),
            "PROVISIONED"));
  CHECK(has(table(R"(, "billingMode": "ON_DEMAND")", 1, "1 KiB"), "PAY_PER_REQUEST"));
  CHECK(has(table(R"(, "operations": { "scan": {} })", 1, "1 KiB"), "access"));
  CHECK(has(table(R"(, "operations": { "write": { "consistent": true } })", 1, "1 KiB"),
            "always consistent"));
  CHECK(has(table(R"(, "warmThroughput": { "writeUnitsPerSecond": 0 })", 1, "1 KiB"),
            "writeUnitsPerSecond"));
}
