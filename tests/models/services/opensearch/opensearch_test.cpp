// Domains: thread pools against M/M/c/K and Erlang, the fan-out against fork and join, zones that
// go and come.
#include <cmath>

#include "sim/analytic/erlang.hpp"
#include "sim/analytic/queues.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Cause;
using sim::Duration;

namespace {

std::string domain(const std::string& keys, const std::string& zones = R"("a", "b", "c")") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": [)" +
         zones + R"(] } },
    "services": {
      "d": { "kind": "opensearch", "region": "sg" )" +
         keys + R"( },
      "app": { "kind": "queue", "region": "sg", "servers": 1000000, "operations": {
        "find": { "steps": [ { "call": "d.search" } ] },
        "change": { "steps": [ { "call": "d.bulk" } ] } } } },
    "journeys": { "find": { "entry": "app.find" }, "change": { "entry": "app.change" } } })";
}

std::string one_node(const std::string& keys, const char* mean) {
  return domain(R"(, "instanceCount": 1, "replicas": 0, "instanceType": "t3.small.search",
      "operations": { "search": { "demand": { "exponential": { "mean": ")" +
                std::string(mean) + R"(" } } } } )" + keys);
}

double rejected_share(Testbed& bed, double rate, double seconds) {
  bed.traffic("find", rate);
  const auto result = bed.run(Duration::from_seconds(seconds), Duration::seconds(50));
  const sim::JourneyResult& row = result.journeys[bed.journey("find")];
  CHECK(row.failed == row.failed_by[static_cast<int>(Cause::kRejected)]);
  return static_cast<double>(row.failed) / static_cast<double>(row.offered);
}

constexpr const char* kExponential = R"("operations": {
    "search": { "demand": { "exponential": { "mean": "20ms" } } },
    "bulk": { "demand": { "exponential": { "mean": "30ms" } } } })";

double mean_of(const sim::TrialResult& result, std::size_t journey) {
  return result.journeys[journey].latency.mean_seconds();
}

}  // namespace

TEST_CASE("a node of 2 vCPU has 4 search threads and rejects beyond its queue: M/M/4/K",
          "[oracle]") {
  // 120,000 arrivals; blocking comes in bursts, so the share's standard error is about 1 %.
  SECTION("overloaded, 20 may wait") {
    Testbed bed(one_node(R"(, "searchQueue": 20)", "100ms"));
    const double expected = sim::analytic::mmck(60, 0.1, 4, 20).blocked;
    CHECK(expected == Approx(1.0 / 3).epsilon(0.01));
    CHECK(rejected_share(bed, 60, 2000) == Approx(expected).epsilon(0.04));
  }
  SECTION("nobody may wait: Erlang's loss formula") {
    Testbed bed(one_node(R"(, "searchQueue": 0)", "100ms"));
    CHECK(rejected_share(bed, 40, 3000) == Approx(sim::analytic::erlang_b(4, 4)).epsilon(0.04));
  }
  SECTION("a queue of 1,000 by default: nothing is rejected below the capacity") {
    Testbed bed(one_node("", "100ms"));
    CHECK(rejected_share(bed, 36, 500) == 0);
  }
}

TEST_CASE("threads follow the vCPU: floor(3 vCPU / 2) + 1 to search, vCPU to write", "[oracle]") {
  const auto servers = [](const char* type, const char* pool) {
    Testbed bed(domain(std::string(R"(, "instanceType": ")") + type + "\""));
    return bed.build().stations[bed.station(std::string("d@sg/node-1/") + pool)].servers;
  };
  CHECK(servers("t3.small.search", "search") == 4);
  CHECK(servers("r6g.xlarge.search", "search") == 7);
  CHECK(servers("r6g.2xlarge.search", "search") == 13);
  CHECK(servers("r6g.2xlarge.search", "write") == 8);
}

TEST_CASE("a search waits for the slowest shard: the maximum of exponentials", "[oracle]") {
  // At 5 a second on five nodes of 4 threads nobody waits for a thread: the mean of the greatest of
  // five is 20 ms x (1 + 1/2 + 1/3 + 1/4 + 1/5) = 45.67 ms, standard deviation 24.2 ms; of 20,000
  // the standard error is 0.17 ms.
  Testbed bed(domain(std::string(R"(, "instanceCount": 5, "shards": 5, )") + kExponential));
  bed.traffic("find", 5);
  const auto result = bed.run(Duration::seconds(4000));
  CHECK(mean_of(result, bed.journey("find")) == Approx(0.02 * 137 / 60).epsilon(0.015));
}

TEST_CASE("a write is at the first copy and then at all others at once", "[oracle]") {
  // 30 ms, and the greater of two of 30 ms: 30 x (1 + 1.5) = 75 ms; standard deviation 45 ms.
  Testbed bed(domain(std::string(R"(, "replicas": 2, )") + kExponential));
  bed.traffic("change", 5);
  const auto result = bed.run(Duration::seconds(4000));
  CHECK(mean_of(result, bed.journey("change")) == Approx(0.075).epsilon(0.02));
}

TEST_CASE("the shards of a lost node are answered by their other copies, which carry more",
          "[oracle]") {
  // Three shards of two copies on three nodes: two parts of six each on average one part a search.
  // Without node 1, shards 1 and 3 are at one node alone and shard 2 at two: 1.5 parts each.
  Testbed bed(
      domain(std::string(R"(, "shards": 3, "redistributionSpeed": "100%", )") + kExponential));
  bed.traffic("find", 20);
  std::vector<std::uint64_t> at_500;
  const auto parts = [&](sim::Control& c) {
    std::vector<std::uint64_t> counts;
    for (const char* node : {"d@sg/node-1/search", "d@sg/node-2/search", "d@sg/node-3/search"}) {
      counts.push_back(
          c.station(sim::StationId{static_cast<std::uint32_t>(bed.station(node))}).arrivals);
    }
    return counts;
  };
  std::vector<std::uint64_t> at_1000;
  bed.at(500, bed.set("d@sg/zone-a-lost", 1));
  bed.at(500.001, [&](sim::Control& c) { at_500 = parts(c); });
  bed.at(1000, [&](sim::Control& c) { at_1000 = parts(c); });
  const auto result = bed.run(Duration::seconds(1001));
  CHECK(result.journeys[bed.journey("find")].failed == 0);
  // 10,000 searches in each half: standard deviations of 1 % and less.
  for (const std::uint64_t count : at_500) {
    CHECK(static_cast<double>(count) == Approx(20 * 500).epsilon(0.04));
  }
  CHECK(at_1000[0] == at_500[0]);
  for (const std::size_t node : {1U, 2U}) {
    CHECK(static_cast<double>(at_1000[node] - at_500[node]) ==
          Approx(1.5 * 20 * 500).epsilon(0.04));
  }
}

TEST_CASE("with three copies the two that are left share what the third had", "[oracle]") {
  // Each node has a copy of each of three shards: 20 parts a second, and then 30 at each of two.
  Testbed bed(
      domain(std::string(R"(, "shards": 3, "replicas": 2, "redistributionSpeed": "100%", )") +
             kExponential));
  bed.traffic("find", 20);
  bed.at(0, bed.set("d@sg/zone-a-lost", 1));
  const auto result = bed.run(Duration::seconds(500));
  for (const char* node : {"d@sg/node-2/search", "d@sg/node-3/search"}) {
    // 15,000 parts: a standard deviation of 1 % and less.
    CHECK(static_cast<double>(result.stations[bed.station(node)].arrivals) ==
          Approx(30 * 500).epsilon(0.04));
  }
}

TEST_CASE("without copies a lost node's shard is lost; without a quorum everything is", "[unit]") {
  const auto good_at = [](const sim::TrialResult& result, std::size_t journey, std::size_t bin) {
    const sim::ArrivalBin& row = result.journeys[journey].bins[bin];
    return static_cast<double>(row.succeeded) / row.offered;
  };
  SECTION("no copies") {
    Testbed bed(domain(std::string(R"(, "shards": 3, "replicas": 0, "nodeRecovery": "20s", )") +
                       kExponential));
    bed.traffic("find", 20);
    bed.at(50, bed.set("d@sg/nodes-lost", 333));
    bed.at(100, bed.set("d@sg/nodes-lost", 0));
    const auto result = bed.run(Duration::seconds(150));
    CHECK(good_at(result, 0, 4) == 1);
    CHECK(good_at(result, 0, 6) == 0);
    CHECK(good_at(result, 0, 11) == 0);  // back, and recovering until 120 s
    CHECK(good_at(result, 0, 13) == 1);
  }
  SECTION("two of three voters lost") {
    Testbed bed(domain(std::string(R"(, "replicas": 2, )") + kExponential));
    bed.traffic("find", 20);
    bed.at(50, bed.set("d@sg/zone-a-lost", 1));
    bed.at(100, bed.set("d@sg/zone-b-lost", 1));
    const auto result = bed.run(Duration::seconds(150));
    CHECK(good_at(result, 0, 7) == 1);
    CHECK(good_at(result, 0, 12) == 0);
  }
  SECTION("two zones and no dedicated masters: down when one of them goes") {
    Testbed bed(domain(std::string(R"(, "instanceCount": 2, )") + kExponential, R"("a", "b")"));
    bed.traffic("find", 20);
    bed.at(50, bed.set("d@sg/zone-b-lost", 1));
    const auto result = bed.run(Duration::seconds(100));
    CHECK(good_at(result, 0, 4) == 1);
    CHECK(good_at(result, 0, 7) == 0);
  }
}

TEST_CASE("a redistribution slows what is left, until it is over", "[unit]") {
  Testbed bed(domain(R"(, "redistributionSpeed": "50%", "redistributionTime": "100s",
                         "operations": { "search": { "demand": "20ms" } })"));
  bed.traffic("find", 5);
  bed.at(100, bed.set("d@sg/zone-c-lost", 1));
  const auto result = bed.run(Duration::seconds(300));
  const sim::Histogram& latency = result.journeys[bed.journey("find")].latency;
  // A third of the searches, 40 ms instead of 20 ms.
  CHECK(latency.mean_seconds() == Approx(0.02 * (2 + 2) / 3).epsilon(0.05));
  CHECK(latency.quantile(0.5)->to_seconds() == Approx(0.02).epsilon(0.05));
  CHECK(latency.quantile(0.9)->to_seconds() == Approx(0.04).epsilon(0.05));
}

TEST_CASE("a standby zone rests until another is lost, and serves within its activation",
          "[unit]") {
  Testbed bed(domain(std::string(R"(, "multiAZWithStandbyEnabled": true, "dedicatedMasterCount": 3,
      "replicas": 2, "standbyActivation": "30s", "nodeRecovery": "10s", )") +
                     kExponential));
  bed.traffic("find", 20);
  bed.traffic("change", 5);
  std::vector<double> nodes;
  const auto note = [&](sim::Control& c) { nodes.push_back(bed.metric(c, "d", "sg", "nodes")); };
  std::uint64_t rested = 1;
  std::uint64_t written = 0;
  const auto station = [&](sim::Control& c, const char* name) {
    return c.station(sim::StationId{static_cast<std::uint32_t>(bed.station(name))}).arrivals;
  };
  bed.at(99, [&](sim::Control& c) {
    rested = station(c, "d@sg/node-3/search");
    written = station(c, "d@sg/node-3/write");
  });
  bed.at(99, note);
  bed.at(100, bed.set("d@sg/zone-a-lost", 1));
  bed.at(129, note);
  bed.at(131, note);
  bed.at(200, bed.set("d@sg/zone-a-lost", 0));
  bed.at(211, note);
  const auto result = bed.run(Duration::seconds(250));
  CHECK(rested == 0);
  CHECK(static_cast<double>(written) == Approx(5 * 99).margin(4 * 23));
  CHECK(nodes == std::vector<double>{2, 1, 2, 2});
  CHECK(result.journeys[bed.journey("find")].failed == 0);
  CHECK(result.journeys[bed.journey("change")].failed == 0);
  CHECK(result.stations[bed.station("d@sg/node-3/search")].arrivals > 0);
}

TEST_CASE("a follower is late, and takes writes once its replication is stopped", "[oracle]") {
  // On the way: Poisson with mean 20 E[lag]; p50 3 s, p99 60 s: sigma = ln(20) / 2.3263 = 1.2878,
  // E[lag] = 3 exp(sigma^2 / 2) = 6.875 s and 46 ms of link: 138.4, standard deviation 11.8.
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "links": [ { "between": ["sg", "syd"], "rtt": "92ms" } ],
    "services": { "d": { "kind": "opensearch", "volumeSize": "73 GiB", "dedicatedMasterCount": 3,
                         "regions": { "sg": { "role": "primary" },
                                      "syd": { "role": "replica", "instanceCount": 2 } } },
      "app": { "kind": "queue", "region": "sg", "servers": 1000,
               "operations": { "change": { "calls": [{ "call": "d.bulk" }] } } },
      "far": { "kind": "queue", "region": "syd", "servers": 1000,
               "operations": { "find": { "calls": [{ "call": "d.search" }] },
                               "change": { "calls": [{ "call": "d.bulk" }] } } } },
    "journeys": { "change": { "entry": "app.change" }, "find-far": { "entry": "far.find" },
                  "change-far": { "entry": "far.change" } } })");
  bed.traffic("change", 20);
  bed.traffic("find-far", 5);
  bed.traffic("change-far", 1);
  double lag = 0;
  bed.at(599, [&](sim::Control& c) { lag = bed.metric(c, "d", "syd", "replicaLag"); });
  bed.at(600, bed.lose("sg"));
  bed.at(620,
         [&](sim::Control& c) { bed.verb("d", "syd", "opensearchStopReplication").begin(c, {}); });
  const auto result = bed.run(Duration::seconds(720));
  CHECK(lag > 10);
  REQUIRE(result.losses.size() == 1);
  CHECK(static_cast<double>(result.losses[0].writes_lost) ==
        Approx(138.4 * 21 / 20).margin(4 * 12.1));
  CHECK(result.journeys[bed.journey("find-far")].failed == 0);
  const sim::JourneyResult& far = result.journeys[bed.journey("change-far")];
  CHECK(far.bins[61].succeeded == 0);
  CHECK(far.bins[66].succeeded == far.bins[66].offered);
  CHECK(bed.metered(result, "d", "sg", "instance-hours") == Approx(3 * 0.2));
  CHECK(bed.metered(result, "d", "syd", "instance-hours") == Approx(2 * 0.2));
  CHECK(bed.metered(result, "d", "sg", "master-hours") == Approx(3 * 0.2));
  CHECK(bed.metered(result, "d", "sg", "storage-gb-months") == Approx(3 * 73 / 730.0 * 0.2));
}

TEST_CASE("a wrong domain is told", "[unit]") {
  const auto has = [](const std::string& keys, const std::string& text) {
    for (const std::string& line : problems_of(domain(keys))) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(has(R"(, "instanceType": "r6g.larg.search")", "r6g.large.search"));
  CHECK(has(R"(, "replicas": 3)", "a node of its own"));
  CHECK(has(R"(, "multiAZWithStandbyEnabled": true)", "three dedicated masters"));
  CHECK(has(R"(, "operations": { "scroll": {} })", "access"));
  CHECK(has(R"(, "shard": 3)", "shards"));
}
