// Auto scaling of a cache's shards and replicas, and of a function's provisioned concurrency.
#include <string>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Duration;

namespace {

std::string cache(const std::string& keys, const std::string& type = "cache.r6g.large") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "cache": { "kind": "elasticache", "region": "sg", "cacheNodeType": ")" +
         type +
         R"(", "operations": { "get": { "commandTime": { "exponential": { "mean": "1ms" } } } },
        "reshardingTime": "5m", "replicaTime": "5m", )" +
         keys + R"( } },
    "journeys": { "get": { "entry": "cache.get" } } })";
}

std::string tracking(const char* dimension, const char* metric, int least, int most,
                     const char* target) {
  return std::string(R"("scaling": { ")") + dimension + R"(": { "minCapacity": )" +
         std::to_string(least) + R"(, "maxCapacity": )" + std::to_string(most) +
         R"(, "policies": [ { "type": "target-tracking", "predefinedMetricType": ")" + metric +
         R"(", "targetValue": ")" + target + R"(" } ] } })";
}

std::vector<std::string> texts(const sim::TrialResult& result, const char* kind) {
  std::vector<std::string> lines;
  for (const sim::IncidentEvent& event : result.events) {
    if (event.kind == kind) lines.push_back(event.text);
  }
  return lines;
}

double busy(Testbed& bed, const sim::TrialResult& result, const std::string& station) {
  const sim::StationResult& row = result.stations[bed.station(station)];
  return row.busy_server_seconds / row.capacity_seconds;
}

}  // namespace

// 800 gets a second of 1 ms are 80 % of one thread: ceil(1 x 0.8 / 0.5) = 2 shards, which then have
// 40 %: below the low alarm at 45 %, which asks for ceil(2 x 0.4 / 0.5) = 2. Measured for half an
// hour: 1.4 million commands, relative error below 0.5 % (four standard deviations).
TEST_CASE("Shards follow the engine CPU of the primaries", "[oracle]") {
  Testbed bed(cache("\"numNodeGroups\": 1, " +
                    tracking("nodeGroups", "ElastiCachePrimaryEngineCPUUtilization", 2, 3, "75%")));
  bed.traffic("get", 800);
  // minCapacity 2 lifts the start to two shards: 40 % each.
  const auto at_least = bed.run(Duration::minutes(10), Duration::minutes(5));
  CHECK(busy(bed, at_least, "cache@sg/shard-1") == Approx(0.4).margin(0.01));
  CHECK(busy(bed, at_least, "cache@sg/shard-2") == Approx(0.4).margin(0.01));

  Testbed one(cache("\"numNodeGroups\": 1, " +
                    tracking("nodeGroups", "ElastiCachePrimaryEngineCPUUtilization", 1, 3, "50%")));
  one.traffic("get", 800);
  const auto result = one.run(Duration::minutes(30), Duration::minutes(20));
  REQUIRE_FALSE(texts(result, "scaling").empty());
  CHECK(texts(result, "scaling").front().find("shards 1 -> 2: engine CPU of primaries") == 0);
  CHECK(texts(result, "capacity").front() == "2 shards are there");
  CHECK(busy(one, result, "cache@sg/shard-1") == Approx(0.4).margin(0.005));
  CHECK(busy(one, result, "cache@sg/shard-2") == Approx(0.4).margin(0.005));
  CHECK(result.stations[one.station("cache@sg/shard-3")].arrivals == 0);
}

// Gets go to a shard's nodes alike: 1,200 a second of 1 ms over a primary and one replica are 60 %
// each; ceil(1 x 0.6 / 0.45) = 2 replicas, then three nodes have 40 % each.
TEST_CASE("Replicas follow the engine CPU of replicas", "[oracle]") {
  Testbed bed(cache("\"replicasPerNodeGroup\": 1, \"readFromReplicas\": true, " +
                    tracking("replicas", "ElastiCacheReplicaEngineCPUUtilization", 1, 4, "45%")));
  bed.traffic("get", 1200);
  const auto result = bed.run(Duration::minutes(20), Duration::minutes(20));
  REQUIRE_FALSE(texts(result, "scaling").empty());
  CHECK(texts(result, "scaling").front().find("replicas 1 -> 2: engine CPU of replicas") == 0);
  for (const char* node : {"shard-1", "shard-1-replica-1", "shard-1-replica-2"}) {
    INFO(node);
    CHECK(busy(bed, result, std::string("cache@sg/") + node) == Approx(0.4).margin(0.005));
  }
}

TEST_CASE("What AWS does not scale of a cache is an error that says so", "[unit]") {
  const std::string shards =
      tracking("nodeGroups", "ElastiCachePrimaryEngineCPUUtilization", 1, 3, "60%");
  const auto one = [](const std::vector<std::string>& lines, const char* text) {
    REQUIRE(lines.size() == 1);
    INFO(lines.front());
    CHECK(lines.front().find(text) != std::string::npos);
  };
  one(problems_of(cache(shards, "cache.t4g.small")), "AWS scales no burstable node types");
  one(problems_of(
          cache("\"replicasPerNodeGroup\": 5, " +
                tracking("nodeGroups", "ElastiCachePrimaryEngineCPUUtilization", 1, 20, "60%"))),
      "more than 90 nodes");
  one(problems_of(cache(R"("scaling": { "nodeGroups": { "minCapacity": 1, "maxCapacity": 3,
      "policies": [ { "type": "step" } ] } })")),
      "AWS has no step scaling of ElastiCache");
}

namespace {

std::string function(const std::string& keys) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "f": { "kind": "lambda", "region": "sg", "coldStart": "2s", "invokeOverhead": "0ms",
        "timeout": "30s", )" +
         keys + R"( "operations": { "work": { "demand": "100ms" } } } },
    "journeys": { "work": { "entry": "f.work", "goodWithin": "1s" } } })";
}

double good(const sim::TrialResult& result) {
  double offered = 0;
  double good = 0;
  for (const sim::ArrivalBin& bin : result.journeys.at(0).bins) {
    offered += bin.offered;
    good += bin.good;
  }
  return good / offered;
}

}  // namespace

// One call in 50 s is rarer than the idle expiry of 30 s: on demand nearly every call starts cold
// (all but P(gap < 30 s) = 1 - exp(-0.6) = 45 % of them), with one provisioned none does.
TEST_CASE("Provisioned concurrency spares calls their cold starts", "[oracle]") {
  Testbed cold(function(R"("idleExpiry": "30s", )"));
  cold.traffic("work", 0.02);
  CHECK(good(cold.run(Duration::hours(100), Duration::minutes(5))) == Approx(0.45).margin(0.03));
  Testbed warm(function(R"("idleExpiry": "30s", "provisionedConcurrentExecutions": 5, )"));
  warm.traffic("work", 0.02);
  CHECK(good(warm.run(Duration::hours(100), Duration::minutes(5))) > 0.999);
}

// 200 calls a second of 100 ms are 20 executions. Of 22 provisioned they are 91 %: against 70 %
// that is ceil(22 x 0.909 / 0.7) = 29 (20 / 0.7 = 28.6), 1 to 2 minutes and 0.07 s later.
TEST_CASE("Provisioned concurrency follows its utilization", "[oracle]") {
  Testbed bed(function(R"("provisionedConcurrentExecutions": 22, "scaling": {
      "minCapacity": 10, "maxCapacity": 100, "policies": [ { "type": "target-tracking",
      "predefinedMetricType": "LambdaProvisionedConcurrencyUtilization", "targetValue": "70%" } ] }, )"));
  bed.traffic("work", 200);
  const auto result = bed.run(Duration::minutes(20), Duration::minutes(1));
  const auto scaled = texts(result, "scaling");
  REQUIRE_FALSE(scaled.empty());
  CHECK(scaled.front().find("provisioned concurrency 22 -> 29: ") == 0);
  CHECK(texts(result, "capacity").front() == "29 provisioned environments are there");
  // The fleet holds about so many: 29 x 1200 s less those that are busy.
  const sim::EnvironmentResult& fleet = result.environments.at(0);
  CHECK((fleet.busy_seconds + fleet.idle_seconds) / 1260 > 28);
}

TEST_CASE("More provisioned than reserved concurrency is an error", "[unit]") {
  const auto lines = problems_of(
      function(R"("reservedConcurrentExecutions": 10, "provisionedConcurrentExecutions": 11, )"));
  REQUIRE(lines.size() == 1);
  CHECK(lines.front().find("more than \"reservedConcurrentExecutions\" allow") !=
        std::string::npos);
}
