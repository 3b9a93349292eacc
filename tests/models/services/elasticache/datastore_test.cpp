// A global datastore: how late its secondary is, what a failover takes, and that it is warm then.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using models::VerbStatus;
using sim::Cause;
using sim::Duration;

namespace {

constexpr const char* kPromote = "elasticacheFailoverGlobalReplicationGroup";
constexpr const char* kPrimary = R"("role": "primary")";
constexpr const char* kReplica = R"("role": "replica")";

/// A cache in two regions, 46 ms of link apart, and who asks it in each.
std::string datastore(const std::string& cache, const std::string& sg = kPrimary,
                      const std::string& syd = kReplica) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "links": [ { "between": ["sg", "syd"], "rtt": "92ms" } ],
    "keys": { "item": { "count": 1000, "size": "924 B" } },
    "services": {
      "cache": { "kind": "elasticache", "cacheNodeType": "cache.r6g.large", "network": "1ms",
        "promotionTime": "60s")" +
         cache + R"(, "regions": { "sg": { )" + sg + R"( }, "syd": { )" + syd + R"( } } },
      "app-sg": { "kind": "queue", "region": "sg", "servers": 100000, "operations": {
        "put": { "steps": [ { "call": "cache.put", "key": "item" } ] },
        "get": { "steps": [ { "call": "cache.get", "key": "item",
          "onMiss": [ { "call": "cache.put", "key": "item" } ] } ] } } },
      "app-syd": { "kind": "queue", "region": "syd", "servers": 100000, "operations": {
        "put": { "steps": [ { "call": "cache.put", "key": "item" } ] },
        "put-here": { "steps": [ { "call": "cache.put", "key": "item", "at": "syd" } ] },
        "ask": { "steps": [ { "call": "cache.get", "key": "item" } ] } } } },
    "journeys": { "put": { "entry": "app-sg.put" }, "get": { "entry": "app-sg.get" },
                  "far-put": { "entry": "app-syd.put" },
                  "far-put-here": { "entry": "app-syd.put-here" },
                  "far-ask": { "entry": "app-syd.ask" } } })";
}

/// Share of the look-ups between two instants that found their key.
struct HitRatio {
  sim::CacheView before;
  sim::CacheView after;
  [[nodiscard]] double value() const {
    const auto hits = static_cast<double>(after.hits - before.hits);
    return hits / (hits + static_cast<double>(after.misses - before.misses));
  }
};

HitRatio far_ratio(Testbed& bed, double from, double to) {
  const sim::CacheId id = bed.handles("cache", "syd").caches.at(0);
  HitRatio ratio;
  bed.at(from, [&](sim::Control& c) { ratio.before = c.cache(id); });
  bed.at(to, [&](sim::Control& c) { ratio.after = c.cache(id); });
  (void)bed.run(Duration::from_seconds(to + 1));
  return ratio;
}

}  // namespace

TEST_CASE("what a failover takes from a global datastore is the lag times the puts", "[oracle]") {
  // 2,000 puts a second, each on its way for 300 ms and 46 ms of link: Poisson with mean 692 at any
  // moment (M/D/infinity), as a mean of 20 losses within 4 sqrt(692 / 20) = 24 of it.
  double lost = 0;
  double lag = 0;
  constexpr int kLosses = 20;
  for (std::uint64_t seed = 1; seed <= kLosses; ++seed) {
    Testbed bed(datastore(R"(, "replicationLag": "300ms")"));
    bed.traffic("put", 2000);
    bed.at(4,
           [&](sim::Control& c) { lag += bed.metric(c, "cache", "syd", "replicaLag") / kLosses; });
    bed.at(5, bed.lose("sg"));
    bed.at(6, [&](sim::Control& c) { bed.verb("cache", "syd", kPromote).begin(c, {}); });
    const auto result = bed.run(Duration::seconds(70), {}, seed);
    REQUIRE(result.losses.size() == 1);
    CHECK(result.losses[0].opened_at == sim::Instant::from_seconds(66));
    CHECK(result.losses[0].rpo_seconds == Approx(0.346).margin(0.006));
    lost += static_cast<double>(result.losses[0].writes_lost) / kLosses;
  }
  CHECK(lost == Approx(2000 * 0.346).margin(24));
  // The oldest put on its way is as old as the lag, less the gap to the next one.
  CHECK(lag == Approx(0.346).margin(0.002));
}

TEST_CASE("a lag that wanders takes its mean, and the waits behind slow seconds", "[oracle]") {
  // Uniform 100 to 500 ms, anew each second: 0.3 s in the mean and 46 ms of link, and in order the
  // wait behind slower seconds, Var(L) / 2 = 6.7 ms. Of 400 puts a second 141.1 are on their way.
  // The standard deviation of one loss is sqrt(400^2 x 0.16 / 12 + 141) = 47.7, of the mean of
  // 200 3.4.
  double lost = 0;
  constexpr int kLosses = 200;
  Testbed bed(datastore(
      R"(, "replicationLag": { "uniform": { "low": "100ms", "high": "500ms" } }, "lagHolds": "1s")"));
  bed.traffic("put", 400);
  bed.at(4, bed.lose("sg"));
  bed.at(4, [&](sim::Control& c) { bed.verb("cache", "syd", kPromote).begin(c, {}); });
  for (std::uint64_t seed = 1; seed <= kLosses; ++seed) {
    lost += static_cast<double>(bed.run(Duration::seconds(70), {}, seed).losses.at(0).writes_lost);
  }
  CHECK(lost / kLosses == Approx(400 * (0.346 + 0.16 / 24)).margin(4 * 3.4));
}

TEST_CASE("a secondary serves gets and refuses puts until it is promoted", "[unit]") {
  Testbed bed(datastore(R"(, "replicationLag": "300ms")"));
  for (const char* journey : {"far-put", "far-put-here", "far-ask"}) bed.traffic(journey, 20);
  struct At {
    sim::Control::JourneyCounts put, here, ask;
  };
  std::vector<At> at;
  const auto note = [&](sim::Control& c) {
    const auto counts = [&](const char* name) {
      return c.journey(sim::JourneyId(static_cast<std::uint32_t>(bed.journey(name))));
    };
    at.push_back({counts("far-put"), counts("far-put-here"), counts("far-ask")});
  };
  bool could_warm = true;
  bed.at(50, [&](sim::Control& c) {
    models::VerbArguments hundred;
    hundred.amount = 100;
    bed.verb("cache", "syd", "warmCache").begin(c, hundred);
    could_warm = bed.verb("cache", "syd", "warmCache").status(c, {}) != VerbStatus::kFailed;
    CHECK(bed.verb("cache", "syd", "flushCache").status(c, {}) == VerbStatus::kFailed);
  });
  bed.at(100, note);
  bed.at(100, bed.lose("sg"));
  bed.at(110, [&](sim::Control& c) { bed.verb("cache", "syd", kPromote).begin(c, {}); });
  bed.at(169.9, note);
  bed.at(171, note);
  bed.at(300, note);
  (void)bed.run(Duration::seconds(301));
  REQUIRE(at.size() == 4);
  CHECK_FALSE(could_warm);
  // Puts cross the link to the primary; those to the secondary itself fail, gets do not.
  CHECK(at[0].put.failed == 0);
  CHECK(at[0].put.succeeded > 1900);
  CHECK(at[0].here.succeeded == 0);
  CHECK(at[0].ask.failed == 0);
  // Lost and not yet promoted: no puts, gets as before.
  CHECK(at[1].put.succeeded - at[0].put.succeeded < 10);
  CHECK(at[1].here.succeeded == 0);
  CHECK(at[1].ask.failed == 0);
  // At 170 s it takes puts.
  CHECK(at[3].put.failed - at[2].put.failed == 0);
  CHECK(at[3].here.failed - at[2].here.failed == 0);
  CHECK(at[3].put.succeeded - at[2].put.succeeded > 2300);
}

TEST_CASE("a promoted secondary finds what its primary held, a cold one nothing", "[oracle]") {
  // From empty, 50 gets a second of 1,000 even keys with a put after a miss: after 30 s a key is
  // there with chance 1 - e^(-50 x 30 / 1000) = 0.7769. The secondary finds as many (2,000 look-ups
  // and the keys' own luck: standard deviation 0.016), less those of the last third of a second.
  const auto after_promotion = [](Testbed& bed) {
    bed.traffic_until("get", 50, 30);
    bed.traffic("far-ask", 200);
    bed.at(30, bed.lose("sg"));
    return far_ratio(bed, 100, 110).value();
  };
  Testbed warm(datastore(R"(, "replicationLag": "300ms")",
                         std::string(kPrimary) + R"(, "initial": "empty")"));
  warm.at(31, [&](sim::Control& c) { warm.verb("cache", "syd", kPromote).begin(c, {}); });
  CHECK(after_promotion(warm) == Approx(1 - std::exp(-1.5)).margin(4 * 0.016));
  Testbed alone(datastore("", R"("initial": "empty")", R"("initial": "empty")"));
  CHECK(after_promotion(alone) == 0);
}

TEST_CASE("a secondary begins as its primary does, and dies with it", "[unit]") {
  // Full at the start; entries live for 100 s and nobody puts any.
  Testbed bed(datastore(R"(, "ttl": "100s")"));
  std::vector<std::uint32_t> there;
  const auto note = [&](sim::Control& c) {
    there.push_back(c.cache(bed.handles("cache", "sg").caches.at(0)).entries);
    there.push_back(c.cache(bed.handles("cache", "syd").caches.at(0)).entries);
  };
  bed.at(0, note);
  bed.traffic("far-ask", 10);
  (void)bed.run(Duration::seconds(10));
  REQUIRE(there.size() == 2);
  CHECK(there[0] > 0);
  CHECK(there[0] == there[1]);
}

TEST_CASE("a link that is down holds puts back, and loses none of them", "[unit]") {
  Testbed bed(datastore(R"(, "replicationLag": "300ms")",
                        std::string(kPrimary) + R"(, "initial": "empty")"));
  bed.traffic_until("put", 100, 40);
  std::vector<std::uint32_t> entries;
  std::vector<double> lag;
  const auto note = [&](sim::Control& c) {
    entries.push_back(c.cache(bed.handles("cache", "syd").caches.at(0)).entries);
    lag.push_back(bed.metric(c, "cache", "syd", "replicaLag"));
  };
  bed.at(10, [](sim::Control& c) { c.freeze_log(sim::LogId{0}); });
  bed.at(10, note);
  bed.at(30, note);
  bed.at(30, [](sim::Control& c) { c.thaw_log(sim::LogId{0}); });
  bed.at(31, note);
  std::uint32_t primary = 0;
  bed.at(50, note);
  bed.at(50, [&](sim::Control& c) {
    primary = c.cache(bed.handles("cache", "sg").caches.at(0)).entries;
  });
  const auto result = bed.run(Duration::seconds(60));
  CHECK(entries[1] == entries[0]);
  CHECK(lag[1] == Approx(20.3).margin(0.1));
  CHECK(entries[2] > entries[1] + 200);
  CHECK(lag[2] < 0.4);
  CHECK(entries[3] == primary);
  CHECK(result.losses.empty());
}

TEST_CASE("a planned failover of a global datastore loses what is on its way", "[unit]") {
  // Both regions run: 100 puts a second stop at 20 s, the promotion begins at 21 s.
  Testbed bed(datastore(R"(, "replicationLag": "300ms")"));
  bed.traffic_until("put", 100, 20);
  bed.at(21, [&](sim::Control& c) { bed.verb("cache", "syd", kPromote).begin(c, {}); });
  bed.traffic("far-put", 10);
  const auto result = bed.run(Duration::seconds(100));
  // From the freeze on, puts of Sydney still go to the old primary and are lost: 0.346 + 60 s.
  CHECK(static_cast<double>(result.losses.at(0).writes_lost) == Approx(603).margin(100));
  // One that is on the link when the writer moves finds the old primary closed.
  CHECK(result.journeys[bed.journey("far-put")].failed <= 3);
}

TEST_CASE("a secondary is billed for its nodes and for what it receives", "[unit]") {
  // Three nodes of the secondary and two of the primary for two hours; entries of 924 B and 100 B
  // of overhead: 1 KiB each.
  Testbed bed(datastore(R"(, "replicasPerNodeGroup": 1)", kPrimary,
                        std::string(kReplica) + R"(, "replicasPerNodeGroup": 2)"));
  bed.traffic("put", 20);
  const auto result = bed.run(Duration::hours(2));
  CHECK(bed.metered(result, "cache", "sg", "node-hours") == Approx(4));
  CHECK(bed.metered(result, "cache", "syd", "node-hours") == Approx(6));
  // All of the primary's calls are puts with a key: the first of its plans of that name.
  const sim::Network& net = bed.build();
  std::vector<double> rates(net.plan_names.size(), 0);
  std::size_t keyed = rates.size();
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const sim::DeploymentId at = net.plan_deployment[i];
    if (keyed == rates.size() && net.plan_names[i] == "cache.put" &&
        net.deployments[at.index()].region.index() == 0) {
      keyed = i;
    }
  }
  rates.at(keyed) = 1;
  const auto puts = static_cast<double>(result.journeys[bed.journey("put")].succeeded);
  CHECK(bed.metered(result, "cache", "syd", "replicated-gb", rates) ==
        Approx(puts / 1048576).epsilon(0.001));
  CHECK(bed.metered(result, "cache", "sg", "replicated-gb", rates) == 0);
}

TEST_CASE("a wrong global datastore is told", "[unit]") {
  const auto has = [](const std::string& cache, const std::string& sg, const std::string& syd,
                      std::string_view text) {
    for (const std::string& line : problems_of(datastore(cache, sg, syd))) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  const std::string replica = kReplica;
  CHECK(has("", kPrimary, replica + R"(, "numNodeGroups": 2)", "numNodeGroups"));
  CHECK(has("", kPrimary, replica + R"(, "cacheNodeType": "cache.m7g.xlarge")", "cacheNodeType"));
  CHECK(has("", kPrimary, replica + R"(, "initial": "empty")", "what its primary holds"));
  CHECK(has("", kPrimary, "", "another role"));
  CHECK(has("", kReplica, kReplica, "needs a primary"));
  CHECK(has("", R"("role": "active")", kReplica, "no active"));
  CHECK(has("", R"("of": "syd")", "", "without a role"));
  CHECK(
      has(R"(, "scaling": { "replicas": { "minCapacity": 0, "maxCapacity": 2, "policies": [] } })",
          kPrimary, kReplica, "AWS scales no cluster"));
  CHECK(problems_of(datastore("", kPrimary, kReplica)).empty());
}
