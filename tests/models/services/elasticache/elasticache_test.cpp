// The cache against sums over its keys, and its command threads against M/M/1.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Duration;

namespace {

// Reads through the cache: a miss asks the database and fills.
std::string shop(const std::string& cache, double zipf, std::uint32_t count,
                 const std::string& size = "1 KiB") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "keys": { "product": { "count": )" +
         std::to_string(count) + R"(, "popularity": { "zipf": )" + std::to_string(zipf) +
         R"( }, "size": ")" + size + R"(" } },
    "services": {
      "db": { "kind": "rds", "region": "sg", "dbInstanceClass": "db.m5.4xlarge",
              "allocatedStorage": "500 GiB",
              "operations": { "find": { "access": "read", "cpuTime": "100us" } } },
      "pages": { "kind": "elasticache", "region": "sg", "cacheNodeType": "cache.m6g.large" )" +
         cache + R"( },
      "web": { "kind": "queue", "region": "sg", "servers": 10000, "operations": {
        "view": { "steps": [ { "call": "pages.get", "key": "product", "onMiss": [
          { "call": "db.find" }, { "call": "pages.put", "key": "product" } ] } ] } } } },
    "journeys": { "view": { "entry": "web.view" } } })";
}

}  // namespace

TEST_CASE("a cold cache asks the database once for each key that is asked for", "[oracle]") {
  // Poisson requests for key i at rate r p_i: in T seconds sum over i of 1 - exp(-r p_i T) keys are
  // asked for, each a first time (Poisson trick: independent). A key asked for again during its
  // fill (about 6 ms) misses twice: below 1 % here. 20,000 keys, Zipf 0.8, 2,000/s, 10 s.
  const int keys = 20000;
  double weight = 0;
  for (int i = 1; i <= keys; ++i) weight += std::pow(i, -0.8);
  double expected = 0;
  double variance = 0;
  for (int i = 1; i <= keys; ++i) {
    const double absent = std::exp(-20000 * std::pow(i, -0.8) / weight);
    expected += 1 - absent;
    variance += absent * (1 - absent);
  }
  Testbed bed(shop(R"(, "initial": "empty")", 0.8, keys));
  bed.traffic("view", 2000);
  const auto result = bed.run(Duration::seconds(10));
  const double reads = static_cast<double>(result.stations[bed.station("db@sg/cpu")].arrivals);
  CHECK(reads == Approx(expected).margin(4 * std::sqrt(variance) + 0.01 * expected));
  CHECK(result.caches[0].misses == static_cast<std::uint64_t>(reads));
}

TEST_CASE("a cold cache multiplies the database's load by (1 - h_cold) / (1 - h)", "[oracle]") {
  // A ttl of 60 s holds the steady hit ratio below 1: an entry of key i that was filled is found
  // for 60 s, so a cycle of key i is 1 miss and r p_i ttl hits, and h = 1 - sum p_i / (1 + r p_i
  // ttl).
  const int keys = 5000;
  const double rate = 500;
  const double ttl = 60;
  double weight = 0;
  for (int i = 1; i <= keys; ++i) weight += std::pow(i, -0.9);
  double miss = 0;
  for (int i = 1; i <= keys; ++i) {
    const double p = std::pow(i, -0.9) / weight;
    miss += p / (1 + rate * p * ttl);
  }
  Testbed warm(shop(R"(, "ttl": "60s")", 0.9, keys));
  warm.traffic("view", rate);
  const auto steady = warm.run(Duration::seconds(300), Duration::seconds(300));
  const double warm_reads =
      static_cast<double>(steady.stations[warm.station("db@sg/cpu")].arrivals) / 300;
  CHECK(warm_reads == Approx(rate * miss).epsilon(0.02));
  // The first second of an empty cache, by the sum of the test above.
  double first = 0;
  for (int i = 1; i <= keys; ++i) {
    first += 1 - std::exp(-rate * std::pow(i, -0.9) / weight);
  }
  double cold_reads = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Testbed cold(shop(R"(, "ttl": "60s", "initial": "empty")", 0.9, keys));
    cold.traffic("view", rate);
    const auto result = cold.run(Duration::seconds(1), {}, seed);
    cold_reads += static_cast<double>(result.stations[cold.station("db@sg/cpu")].arrivals) / 20;
  }
  const double cold_miss = first / rate;
  // 20 x 340 misses: standard error 1.2 %.
  CHECK(cold_reads / warm_reads == Approx(cold_miss / miss).epsilon(0.06));
}

TEST_CASE("a shard's command thread is M/M/1", "[oracle]") {
  // 3 shards, evenly spread commands of 1 ms (exponential): 2,100/s give 700/s each, rho 0.7; mean
  // wait rho / (1 - rho) ms = 2.333 ms. 4 standard errors over 200 s are about 3 %.
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "cache": { "kind": "elasticache", "region": "sg",
      "cacheNodeType": "cache.m6g.large", "numNodeGroups": 3, "replicasPerNodeGroup": 1,
      "operations": { "get": { "commandTime": { "exponential": { "mean": "1ms" } } } } } },
    "journeys": { "get": { "entry": "cache.get" } } })");
  bed.traffic("get", 2100);
  const auto result = bed.run(Duration::seconds(200), Duration::seconds(5));
  for (const char* shard : {"cache@sg/shard-1", "cache@sg/shard-2", "cache@sg/shard-3"}) {
    const sim::StationResult& row = result.stations[bed.station(shard)];
    CHECK(static_cast<double>(row.arrivals) == Approx(140000).margin(1500));
    CHECK(row.queue_seconds / static_cast<double>(row.arrivals) == Approx(0.002333).epsilon(0.06));
  }
  CHECK(result.stations[bed.station("cache@sg/shard-1-replica-1")].arrivals == 0);
}

TEST_CASE("a call pays the network, and a popular key makes a hot shard", "[unit]") {
  Testbed bed(shop(R"(, "numNodeGroups": 4, "network": "2ms",
    "operations": { "get": { "commandTime": "10us" } })",
                   1.2, 1000));
  bed.traffic("view", 500);
  const auto result = bed.run(Duration::seconds(100));
  CHECK(result.journeys[0].latency.mean_seconds() == Approx(0.00201).epsilon(0.01));
  // Every request that finds its key visits one shard; the first key alone has 21 % of all.
  double most = 0;
  double all = 0;
  for (const char* shard : {"1", "2", "3", "4"}) {
    const auto arrivals = static_cast<double>(
        result.stations[bed.station(std::string("pages@sg/shard-") + shard)].arrivals);
    most = std::max(most, arrivals);
    all += arrivals;
  }
  CHECK(most > 0.35 * all);
}

TEST_CASE("memory, overhead and shards say how many entries fit", "[unit]") {
  // 6.38 GiB x 75 % x 2 shards over 102,400 + 100 bytes: 100,250 entries of 200,000 keys.
  Testbed bed(shop(R"(, "numNodeGroups": 2)", 0.5, 200000, "100 KiB"));
  const sim::Cache& cache = bed.compiled().network().so_far().caches.at(0);
  CHECK(cache.capacity == 100250);
  Testbed all(shop("", 0.5, 1000));
  CHECK(all.compiled().network().so_far().caches.at(0).capacity == 1000);
}

TEST_CASE("warming fills an idle cache at its rate, and flushing empties it", "[unit]") {
  Testbed bed(shop(R"(, "initial": "empty")", 0.9, 10000));
  bed.traffic("view", 1);
  const auto entries = [&](sim::Control& control) {
    return control.cache(bed.handles("pages", "sg").caches.at(0)).entries;
  };
  bed.at(10, [&](sim::Control& c) {
    bed.verb("pages", "sg", "warmCache").begin(c, {.amount = 500, .begun = c.now()});
  });
  bed.at(20, [&](sim::Control& c) { CHECK(entries(c) == Approx(5000).margin(60)); });
  bed.at(45, [&](sim::Control& c) {
    CHECK(entries(c) == 10000);
    CHECK(bed.verb("pages", "sg", "warmCache").status(c, {}) == models::VerbStatus::kDone);
    CHECK(bed.handles("pages", "sg").metrics.at(0).read(c) == Approx(1.0).margin(1e-6));
  });
  bed.at(50, [&](sim::Control& c) {
    bed.verb("pages", "sg", "flushCache").begin(c, {});
    CHECK(entries(c) == 0);
  });
  (void)bed.run(Duration::seconds(60));
}

TEST_CASE("a shard's failover fails its share of calls", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "cache": { "kind": "elasticache", "region": "sg", "failoverTime": "30s",
      "cacheNodeType": "cache.m6g.large", "numNodeGroups": 4, "replicasPerNodeGroup": 1 } },
    "journeys": { "get": { "entry": "cache.get" } } })");
  bed.traffic("get", 1000);
  bed.at(10, [&](sim::Control& c) { bed.verb("cache", "sg", "elasticacheFailover").begin(c, {}); });
  const auto result = bed.run(Duration::seconds(60));
  const double failed = static_cast<double>(result.journeys[0].failed);
  CHECK(failed == Approx(30 * 1000 / 4.0).margin(4 * std::sqrt(7500.0)));
}

TEST_CASE("a wrong cache is told", "[unit]") {
  const auto has = [](const std::string& json, const std::string& text) {
    for (const std::string& line : problems_of(json)) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(has(shop(R"(, "numNodeGroup": 3)", 0.9, 10), "numNodeGroups"));
  CHECK(has(shop(R"(, "numNodeGroups": 0)", 0.9, 10), "numNodeGroups"));
  CHECK(has(shop(R"(, "ttl": "0s")", 0.9, 10), "ttl"));
  CHECK(has(shop(R"(, "initial": "cold")", 0.9, 10), "empty"));
  CHECK(has(shop(R"(, "cacheNodeType": 3)", 0.9, 10), "cacheNodeType"));
}
