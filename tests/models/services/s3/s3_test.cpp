// Buckets against the published limits of prefixes and of replication, and counts worked by hand.
#include <cmath>

#include "models/platform/load_table.hpp"
#include "sim/random/law.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Cause;
using sim::Duration;

namespace {

std::string bucket(const std::string& keys, std::uint32_t count = 1) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "keys": { "item": { "count": )" +
         std::to_string(count) + R"(, "size": "1 KiB" } },
    "services": {
      "b": { "kind": "s3", "region": "sg" )" +
         keys + R"( },
      "app": { "kind": "queue", "region": "sg", "servers": 1000000, "operations": {
        "get": { "steps": [ { "call": "b.get", "key": "item" } ] },
        "put": { "steps": [ { "call": "b.put", "key": "item" } ] },
        "spread": { "steps": [ { "call": "b.put" } ] } } } },
    "journeys": { "get": { "entry": "app.get" }, "put": { "entry": "app.put" },
                  "spread": { "entry": "app.spread" } } })";
}

/// A bucket in Singapore with its replica in Sydney; writers in both regions.
std::string copies(const std::string& keys) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "links": [ { "between": ["sg", "syd"], "rtt": "92ms" } ],
    "services": { "b": { "kind": "s3", "objectSize": "1 MiB", )" +
         keys + R"(
                         "regions": { "sg": { "role": "primary" }, "syd": { "role": "replica" } } },
      "app": { "kind": "queue", "region": "sg", "servers": 100000,
               "operations": { "put": { "calls": [{ "call": "b.put" }] } } },
      "far": { "kind": "queue", "region": "syd", "servers": 100000,
               "operations": { "get": { "calls": [{ "call": "b.get" }] },
                               "put": { "calls": [{ "call": "b.put" }] } } } },
    "journeys": { "put": { "entry": "app.put" }, "get-far": { "entry": "far.get" },
                  "put-far": { "entry": "far.put" } } })";
}

constexpr const char* kInstant =
    R"(, "operations": { "get": { "latency": "1ms", "objectSize": "0 B" },
                         "put": { "latency": "1ms", "objectSize": "0 B" } })";

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

TEST_CASE("a request takes its latency and the time of its bytes", "[oracle]") {
  // 500 kB at 1 MB/s: half a second more than the first byte's 1 ms; a head has no bytes.
  Testbed bed(bucket(R"(, "connectionBandwidth": "1 MB/s", "operations": {
      "get": { "latency": "1ms", "objectSize": "500 kB" } })"));
  bed.traffic("get", 5);
  const auto result = bed.run(Duration::seconds(100));
  CHECK(result.journeys[bed.journey("get")].latency.mean_seconds() == Approx(0.501).epsilon(0.005));
}

TEST_CASE("a prefix gives 3,500 writes and 5,500 reads a second", "[oracle]") {
  SECTION("writes") {
    Testbed bed(bucket(kInstant));
    const Count count = run(bed, "put", 7000, 10);
    CHECK(count.served == Approx(3500 * 11).margin(10));
    CHECK(count.served + count.throttled == count.offered);
  }
  SECTION("reads") {
    Testbed bed(bucket(kInstant));
    CHECK(run(bed, "get", 11000, 10).served == Approx(5500 * 11).margin(12));
  }
  SECTION("four prefixes give four times as much of evenly spread keys") {
    Testbed bed(bucket(std::string(R"(, "prefixes": 4)") + kInstant));
    CHECK(run(bed, "spread", 20000, 5).served == Approx(4 * 3500 * 6).margin(20));
  }
}

TEST_CASE("a prefix that stays too hot is split, and a single hot key is not helped", "[unit]") {
  const std::string keys = std::string(R"(, "splitAfter": "2m", "maxPrefixes": 5)") + kInstant;
  double first = 0;
  double second = 0;
  const auto watch = [&](Testbed& bed) {
    bed.at(59, [&](sim::Control& c) { first = bed.metric(c, "b", "sg", "prefixes"); });
    bed.at(122, [&](sim::Control& c) { second = bed.metric(c, "b", "sg", "prefixes"); });
  };
  SECTION("spread keys: nothing is refused any more") {
    Testbed bed(bucket(keys));
    watch(bed);
    bed.traffic("spread", 4000);
    const auto result = bed.run(Duration::seconds(160));
    CHECK(first == 1);
    CHECK(second == 2);
    const sim::JourneyResult& row = result.journeys[bed.journey("spread")];
    CHECK(row.failed > 500 * 50);
    for (std::size_t bin = 13; bin < row.bins.size(); ++bin) {
      CHECK(row.bins[bin].failed_by[static_cast<int>(Cause::kThrottled)] == 0);
    }
  }
  SECTION("one key: 3,500 a second for good") {
    Testbed bed(bucket(keys));
    watch(bed);
    const Count count = run(bed, "put", 4000, 160);
    CHECK(second == 2);
    // Each level begins with a second's worth.
    CHECK(count.served == Approx(3500 * 162).margin(3500));
  }
}

TEST_CASE("under Time Control 99.99 % of objects are there within 15 minutes", "[oracle]") {
  const auto lag_of = [](const std::string& keys) {
    Testbed bed(copies(keys));
    const sim::Network& network = bed.build();
    return network.laws[network.logs.at(0).lag.index()];
  };
  const sim::Law with = lag_of(R"("replicationTimeControl": true,)");
  // sigma = ln(128.7 / 5) / 2.3263 = 1.3960; ln(900 / 5) / sigma = 3.7198: survival 9.97e-5.
  CHECK(with.survival(900 + 0.046) == Approx(1e-4).epsilon(0.02));
  CHECK(with.cdf(5 + 0.046) == Approx(0.5).margin(1e-6));
  CHECK(lag_of("").survival(900 + 0.046) == Approx(0.01).margin(1e-6));
}

TEST_CASE("what a region's loss takes is what had not been replicated", "[oracle]") {
  // On the way: Poisson with mean 50 E[lag] (M/G/infinity). E[lag] = 5 exp(1.3960^2 / 2) = 13.25 s
  // and 0.046 s of link; of what was written in 1,000 s, that above 1,000 s is missing (under 5).
  // Mean 665, standard deviation 25.8. Fails by chance with probability 6e-5 (4 of them).
  Testbed bed(copies(R"("replicationTimeControl": true,)"));
  bed.traffic("put", 50);
  bed.at(1000, bed.lose("sg"));
  bed.at(1010, [&](sim::Control& c) { bed.verb("b", "syd", "s3SwitchWriter").begin(c, {}); });
  const auto result = bed.run(Duration::seconds(1020));
  REQUIRE(result.losses.size() == 1);
  CHECK(static_cast<double>(result.losses[0].writes_lost) == Approx(665).margin(4 * 25.8 + 5));
}

TEST_CASE("a replica is read where it stands, and written to once writers turn to it", "[unit]") {
  Testbed bed(copies(""));
  bed.traffic("get-far", 20);
  bed.traffic("put-far", 20);
  bed.at(50, bed.lose("sg"));
  bed.at(70, [&](sim::Control& c) { bed.verb("b", "syd", "s3SwitchWriter").begin(c, {}); });
  const auto result = bed.run(Duration::seconds(100));
  CHECK(result.journeys[bed.journey("get-far")].failed == 0);
  const sim::JourneyResult& puts = result.journeys[bed.journey("put-far")];
  CHECK(static_cast<double>(puts.failed) == Approx(20 * 20).margin(4 * 20 + 6));
  CHECK(puts.bins[8].failed_by[static_cast<int>(Cause::kReset)] == 0);
  CHECK(puts.bins[8].succeeded > 100);
}

TEST_CASE("writes may fail alone", "[unit]") {
  Testbed bed(bucket(""));
  bed.traffic("get", 20);
  bed.traffic("put", 20);
  bed.at(20, bed.set("b@sg/writes-refused", 1));
  bed.at(40, bed.set("b@sg/writes-refused", 0));
  const auto result = bed.run(Duration::seconds(60));
  const sim::JourneyResult& puts = result.journeys[bed.journey("put")];
  CHECK(result.journeys[bed.journey("get")].failed == 0);
  CHECK(puts.failed == puts.failed_by[static_cast<int>(Cause::kDependency)]);
  CHECK(static_cast<double>(puts.failed) == Approx(20 * 20).margin(4 * 20));
  CHECK(puts.bins[1].failed_by[static_cast<int>(Cause::kDependency)] == 0);
}

TEST_CASE("a bucket is billed by what it holds, and by requests and bytes that went well",
          "[oracle]") {
  Testbed bed(copies(R"("storageClass": "INTELLIGENT_TIERING", "storedData": "1000 GiB",
      "objects": 3000000, "infrequentShare": "30%", "archiveInstantShare": "20%",
      "replicationTimeControl": true,)"));
  bed.traffic("put", 50);
  bed.traffic("get-far", 30);
  const auto result = bed.run(Duration::seconds(3600));
  // Deletes carry no object: what was shipped needs the shares of the operations.
  const auto rates =
      models::plan_rates(bed.compiled(), bed.build(), {{"put", 50.0}, {"get-far", 30.0}});
  const auto meter = [&](const char* region, const char* name) {
    return bed.metered(result, "b", region, name, rates);
  };
  CHECK(meter("sg", "standard-gb-months") == 0);
  CHECK(meter("sg", "frequent-gb-months") * 730 == Approx(500));
  CHECK(meter("sg", "infrequent-gb-months") * 730 == Approx(300));
  CHECK(meter("sg", "archive-instant-gb-months") * 730 == Approx(200));
  CHECK(meter("sg", "monitored-object-months") * 730 == Approx(3e6));
  const auto puts = static_cast<double>(result.journeys[bed.journey("put")].succeeded);
  CHECK(meter("sg", "put-requests") == Approx(puts).margin(20));
  CHECK(meter("sg", "get-requests") == 0);
  CHECK(meter("syd", "get-requests") == Approx(30 * 3600).margin(4 * 330));
  CHECK(meter("sg", "replicated-gb") == 0);
  CHECK(meter("syd", "replicated-gb") == Approx(puts / 1024).epsilon(1e-3));
  CHECK(meter("syd", "time-control-gb") == meter("syd", "replicated-gb"));
}

TEST_CASE("a wrong bucket is told", "[unit]") {
  const auto has = [](const std::string& keys, const std::string& text) {
    for (const std::string& line : problems_of(bucket(keys))) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(has(R"(, "prefixes": 8, "maxPrefixes": 4)", "fewer than"));
  CHECK(has(R"(, "objects": 5)", "STANDARD has no tiers"));
  CHECK(has(R"(, "storageClass": "GLACIER")", "INTELLIGENT_TIERING"));
  CHECK(has(R"(, "operations": { "list": {} })", "access"));
  CHECK(has(R"(, "role": "backup")", "role"));
  CHECK(has(
      R"(, "storageClass": "INTELLIGENT_TIERING", "infrequentShare": "70%", "archiveInstantShare": "40%")",
      "more than 100 %"));
}
