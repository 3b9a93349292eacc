// Growth of an on-demand table against its closed form, and the limits that hold it.
#include "models/services/dynamodb/on_demand.hpp"

#include <cmath>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Duration;

namespace {

std::string table(const std::string& keys) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "keys": { "item": { "count": 100000, "size": "1 KiB" } },
    "services": {
      "t": { "kind": "dynamodb", "region": "sg", )" +
         keys + R"( },
      "app": { "kind": "queue", "region": "sg", "servers": 100000, "operations": {
        "write": { "steps": [ { "call": "t.write", "key": "item" } ] } } } },
    "journeys": { "write": { "entry": "app.write" }, "put": { "entry": "t.write" } } })";
}

}  // namespace

TEST_CASE("An on-demand table takes twice its previous peak or what it is warm for", "[unit]") {
  using models::dynamodb::instant_capacity;
  using models::dynamodb::splits_for;
  CHECK(instant_capacity(4000, 0, 40000) == 4000);
  CHECK(instant_capacity(4000, 1999, 40000) == 4000);
  CHECK(instant_capacity(4000, 3000, 40000) == 6000);
  CHECK(instant_capacity(4000, 30000, 40000) == 40000);
  CHECK(splits_for(4000, 1000, 4) == 0);
  CHECK(splits_for(4001, 1000, 4) == 1);
  CHECK(splits_for(40000, 1000, 4) == 4);
}

TEST_CASE("A step in load is served at the warm rate, then twice, then in full", "[oracle]") {
  // 30 writes/s on a table warm for 10: 10/s for 31 min (30 and the bin of the first minute), twice
  // the most of a minute until 62 min, and in full from there. A token bucket below its load gives
  // rate x time and the one second that it holds at the start, to some units (the gaps between
  // Poisson arrivals). That second makes the first minute the peak: 610 writes, and twice 10.17/s;
  // a write less there is 62 less in the second half hour.
  const auto served = [](double minutes) {
    Testbed bed(table(R"("warmThroughput": { "writeUnitsPerSecond": 10 })"));
    bed.traffic("put", 30);
    const auto result = bed.run(Duration::from_seconds(60 * minutes));
    return static_cast<double>(result.journeys[bed.journey("put")].succeeded);
  };
  CHECK(served(31) == Approx(10.0 * 31 * 60 + 10).margin(10));
  const double half_hours = 10.0 * 31 * 60 + 10 + 2 * 610.0 / 60 * 31 * 60;
  CHECK(served(62) == Approx(half_hours).margin(2 * 62));
  CHECK(served(72) == Approx(half_hours + 30.0 * 600).margin(124 + 4 * std::sqrt(30.0 * 600)));
}

TEST_CASE("A steady table is never throttled by its growth, and onDemandThroughput caps it",
          "[unit]") {
  Testbed steady(table(R"("warmThroughput": { "writeUnitsPerSecond": 100 })"));
  steady.traffic("put", 50);
  CHECK(steady.run(Duration::minutes(40)).journeys[steady.journey("put")].failed == 0);
  Testbed capped(table(R"("onDemandThroughput": { "maxWriteRequestUnits": 10 })"));
  capped.traffic("put", 30);
  const auto result = capped.run(Duration::minutes(40));
  CHECK(static_cast<double>(result.journeys[capped.journey("put")].succeeded) ==
        Approx(10.0 * 2400 + 10).margin(10));
}

TEST_CASE("Growth splits the partitions, so that keys spread over more of them", "[unit]") {
  // One partition gives 1,000 writes/s. Warm for 900, with 1,700 offered: after 31 min 1,800 and
  // two partitions, and evenly popular keys are not throttled any more, nor what names no key.
  for (const char* journey : {"write", "put"}) {
    INFO(journey);
    Testbed bed(
        table(R"("warmThroughput": { "readUnitsPerSecond": 100, "writeUnitsPerSecond": 900 })"));
    bed.traffic(journey, 1700);
    sim::Control::JourneyCounts at_32;
    const auto index = sim::JourneyId(static_cast<std::uint32_t>(bed.journey(journey)));
    bed.at(32 * 60, [&](sim::Control& control) { at_32 = control.journey(index); });
    const auto result = bed.run(Duration::minutes(33));
    const sim::JourneyResult& write = result.journeys[index.index()];
    CHECK(static_cast<double>(at_32.failed) > 1700.0 * 1800 * 0.4);
    // 102,000 in the last minute; partitions of 850 of 1,000 have 150 / sqrt(850) = 5 deviations.
    CHECK(write.failed - at_32.failed < 100);
  }
}

TEST_CASE("A wrong capacity of an on-demand table is told", "[unit]") {
  const auto has = [](const std::string& keys, std::string_view text) {
    for (const std::string& line : problems_of(table(keys))) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(has(R"("billingMode": "PROVISIONED", "onDemandThroughput": { "maxWriteRequestUnits": 10 })",
            "provisionedThroughput"));
  CHECK(has(R"("onDemandThroughput": { "maxWrites": 10 })", "maxWriteRequestUnits"));
  CHECK(has(R"("onDemandThroughput": { "maxWriteRequestUnits": 0 })", "maxWriteRequestUnits"));
}
