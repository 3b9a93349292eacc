// Splits for heat: what keys that share a partition lose, and when they no longer do.
#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/random/luck.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Duration;

namespace {

constexpr double kPerKey = 300;  // writes of one unit a second

/// Four partitions of 1,000 writes a second, and `keys` keys of equal popularity.
std::string table(std::uint32_t keys, const std::string& heat) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "keys": { "item": { "size": "1 KiB", "count": )" +
         std::to_string(keys) + R"( } },
    "services": {
      "t": { "kind": "dynamodb", "region": "sg", "billingMode": "PROVISIONED",
             "provisionedThroughput": { "readCapacityUnits": 100, "writeCapacityUnits": 4000 } )" +
         heat + R"( },
      "app": { "kind": "queue", "region": "sg", "servers": 100000, "operations": {
        "write": { "steps": [ { "call": "t.write", "key": "item" } ] } } } },
    "journeys": { "write": { "entry": "app.write" } } })";
}

/// Writes a second that partitions refuse, when all are parted in two so often.
double refused(std::uint32_t keys, std::uint32_t splits) {
  const std::uint32_t partitions = 4U << splits;
  std::vector<double> load(partitions, 0);
  for (std::uint64_t key = 0; key < keys; ++key) {
    load[sim::uniform_index(sim::mix(key, 0), partitions)] += kPerKey;
  }
  double sum = 0;
  for (const double each : load) sum += std::max(0.0, each - 1000);
  return sum;
}

}  // namespace

TEST_CASE("keys that share a hot partition are parted when it is split", "[oracle]") {
  // The fewest keys of which too many share a partition, where one split parts them.
  std::uint32_t keys = 2;
  while (keys < 7 && !(refused(keys, 0) > 0 && refused(keys, 1) == 0)) ++keys;
  REQUIRE(keys < 7);
  // Heat is seen at 1 and 2 min; the split is there at 5 min. Refused until then: the rate above,
  // less the second's worth that a partition holds; from then on nothing but bursts.
  Testbed bed(table(keys, R"(, "splitForHeat": { "splitTime": "3m" })"));
  bed.traffic("write", keys * kPerKey);
  std::vector<double> splits;
  std::vector<double> failed;
  for (const double at : {299.0, 301.0, 899.0}) {
    bed.at(at, [&](sim::Control& c) {
      splits.push_back(bed.metric(c, "t", "sg", "partitionSplits"));
      failed.push_back(static_cast<double>(c.journey(sim::JourneyId(0)).failed));
    });
  }
  (void)bed.run(Duration::seconds(900));
  CHECK(splits == std::vector<double>{0, 1, 1});
  const double expected = refused(keys, 0) * 299 - 1000;
  CHECK(failed[0] == Approx(expected).margin(4 * std::sqrt(keys * kPerKey * 299)));
  CHECK(failed[2] - failed[1] < 1);
  // Without splits it goes on for ever.
  Testbed stays(table(keys, ""));
  stays.traffic("write", keys * kPerKey);
  const auto result = stays.run(Duration::seconds(900));
  CHECK(static_cast<double>(result.journeys[0].failed) ==
        Approx(refused(keys, 0) * 900 - 1000).margin(4 * std::sqrt(keys * kPerKey * 900)));
}

TEST_CASE("one hot key is throttled however often its partition is split", "[oracle]") {
  // 1,500 writes a second of one key: 500 are refused for good. Splits are there at 5, 9, 13 min.
  Testbed bed(table(1, R"(, "splitForHeat": { "splitTime": "3m", "mostSplits": 3 })"));
  bed.traffic("write", 1500);
  double splits = 0;
  bed.at(1799, [&](sim::Control& c) { splits = bed.metric(c, "t", "sg", "partitionSplits"); });
  const auto result = bed.run(Duration::seconds(1800));
  CHECK(splits == 3);
  // Each split begins with full buckets.
  CHECK(static_cast<double>(result.journeys[0].failed) ==
        Approx(500.0 * 1800 - 4 * 1000).margin(4 * std::sqrt(1500.0 * 1800)));
}

TEST_CASE("a table that may grow is split for heat no more often than it says", "[unit]") {
  std::string json = table(1, R"(, "splitForHeat": { "splitTime": "3m", "mostSplits": 1 })");
  const std::string provisioned = R"("billingMode": "PROVISIONED",
             "provisionedThroughput": { "readCapacityUnits": 100, "writeCapacityUnits": 4000 })";
  json.replace(json.find(provisioned), provisioned.size(), R"("billingMode": "PAY_PER_REQUEST")");
  Testbed bed(json);
  bed.traffic("write", 1500);  // of one key, below what the table takes at once
  double splits = 0;
  bed.at(1799, [&](sim::Control& c) { splits = bed.metric(c, "t", "sg", "partitionSplits"); });
  (void)bed.run(Duration::seconds(1800));
  CHECK(splits == 1);
}

TEST_CASE("a wrong split for heat is told", "[unit]") {
  const auto lines = problems_of(table(1, R"(, "splitForHeat": { "mostSplits": 9 })"));
  CHECK(std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    return line.find("mostSplits") != std::string::npos;
  }));
}
