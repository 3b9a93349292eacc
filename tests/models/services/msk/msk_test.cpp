// Clusters: a broker against its closed form, leaders that move, groups against counts by hand.
#include <cmath>
#include <numeric>

#include "models/services/msk/hashing.hpp"
#include "sim/analytic/queues.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Cause;
using sim::Duration;

namespace {

/// A cluster in three zones; each copy of a record takes a broker 1 ms, and nothing else takes
/// time.
std::string cluster(const std::string& keys, const std::string& zones = R"("a", "b", "c")") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": [)" +
         zones + R"(] } },
    "keys": { "hot": { "count": 1 } },
    "services": {
      "k": { "kind": "msk", "region": "sg", "brokerThroughput": "1 MB/s", "messageSize": "3000 B",
             "recordTime": "0ms" )" +
         keys + R"( },
      "work": { "kind": "queue", "region": "sg", "servers": 100000,
                "operations": { "do": { "demand": "100ms" } } },
      "app": { "kind": "queue", "region": "sg", "servers": 1000000, "operations": {
        "send": { "steps": [ { "call": "k.produce" } ] },
        "hot": { "steps": [ { "call": "k.produce", "key": "hot" } ] },
        "lax": { "steps": [ { "call": "k.lax" } ] } } } },
    "journeys": { "send": { "entry": "app.send" }, "hot": { "entry": "app.hot" },
                  "lax": { "entry": "app.lax" } } })";
}

constexpr const char* kPlain =
    R"(, "operations": { "produce": { "latency": "0ms" }, "lax": { "acks": "1", "latency": "0ms" } })";
constexpr const char* kOne =
    R"(, "numberOfBrokerNodes": 1, "replicationFactor": 1, "minInsyncReplicas": 1)";

double mean_of(const sim::TrialResult& result, std::size_t journey) {
  return result.journeys[journey].latency.mean_seconds();
}

}  // namespace

TEST_CASE("a broker is a server of its records' bytes: M/D/1", "[oracle]") {
  // 800 a second of 1 ms: utilization 0.8, mean sojourn 3 ms (Pollaczek and Khinchine). In 500 s
  // the mean's standard error is about 1 %.
  Testbed bed(cluster(std::string(kOne) + kPlain, R"("a")"));
  bed.traffic("send", 800);
  const auto result = bed.run(Duration::seconds(500), Duration::seconds(20));
  const double expected = sim::analytic::mg1(800, 0.001, 0).mean_sojourn;
  CHECK(expected == Approx(0.003));
  CHECK(mean_of(result, bed.journey("send")) == Approx(expected).epsilon(0.04));
}

TEST_CASE("acks=all waits for the followers, acks=1 for the leader alone", "[oracle]") {
  // 1 ms at the leader and, both at once, 1 ms at each follower. 5 a second hardly ever meet: each
  // broker is busy for 0.5 % of the time.
  const std::string keys = R"(, "operations": { "produce": { "latency": "0ms" },
                                                "lax": { "acks": "1", "latency": "0ms" } })";
  Testbed bed(cluster(keys));
  bed.traffic("send", 2.5);
  bed.traffic("lax", 2.5);
  const auto result = bed.run(Duration::seconds(2000));
  CHECK(mean_of(result, bed.journey("send")) == Approx(0.002).epsilon(0.02));
  CHECK(mean_of(result, bed.journey("lax")) == Approx(0.001).epsilon(0.02));
  // Every record is worked off three times, whoever waits.
  double copies = 0;
  for (const char* broker : {"k@sg/broker-1", "k@sg/broker-2", "k@sg/broker-3"}) {
    copies += static_cast<double>(result.stations[bed.station(broker)].completions);
  }
  CHECK(copies == Approx(3.0 * static_cast<double>(result.journeys[0].succeeded +
                                                   result.journeys[2].succeeded))
                      .margin(6));
}

TEST_CASE("with one zone of three lost, producers wait for an election and lose nothing",
          "[unit]") {
  // A third of the partitions is led by the lost broker; their records wait for 10 s from 100 s on,
  // at most a second longer for the next attempt. The others are answered in milliseconds.
  Testbed bed(cluster(std::string(R"(, "numPartitions": 3, "leaderElection": "10s")") + kPlain));
  bed.traffic("send", 30);
  bed.at(100, bed.set("k@sg/zone-b-lost", 1));
  const auto result = bed.run(Duration::seconds(200));
  const sim::JourneyResult& row = result.journeys[bed.journey("send")];
  CHECK(row.failed == 0);
  CHECK(row.latency.quantile(1)->to_seconds() > 9);
  CHECK(row.latency.quantile(1)->to_seconds() < 11.5);
  // Those of 10 s in 200 s, a third of them, wait: 1.7 % for more than half a second.
  CHECK(row.latency.quantile(0.975)->to_seconds() < 0.1);
  CHECK(row.latency.quantile(0.99)->to_seconds() > 2);
}

TEST_CASE("with two zones of three lost, acks=all is refused and acks=1 is not", "[unit]") {
  Testbed bed(cluster(std::string(R"(, "numPartitions": 3, "leaderElection": "10s",
                                      "deliveryTimeout": "2s", "catchUp": "20s")") +
                      kPlain));
  bed.traffic("send", 20);
  bed.traffic("lax", 20);
  bed.at(100, bed.set("k@sg/zone-b-lost", 1));
  bed.at(100, bed.set("k@sg/zone-c-lost", 1));
  bed.at(200, bed.set("k@sg/zone-b-lost", 0));
  const auto result = bed.run(Duration::seconds(300));
  const auto good = [&](const char* journey, std::size_t bin) {
    const sim::ArrivalBin& row = result.journeys[bed.journey(journey)].bins[bin];
    return static_cast<double>(row.succeeded) / row.offered;
  };
  CHECK(good("send", 9) == 1);
  for (std::size_t bin = 10; bin < 21; ++bin) CHECK(good("send", bin) == 0);
  for (std::size_t bin = 12; bin < 29; ++bin) CHECK(good("lax", bin) == 1);
  // Two copies are in sync again once the broker of zone b has caught up, at 220 s.
  for (std::size_t bin = 22; bin < 29; ++bin) CHECK(good("send", bin) == 1);
  const sim::JourneyResult& row = result.journeys[bed.journey("send")];
  CHECK(row.failed == row.failed_by[static_cast<int>(Cause::kTimeout)]);
}

TEST_CASE("a restart in order moves leaders faster, and its broker is in sync at its end",
          "[unit]") {
  Testbed bed(cluster(std::string(R"(, "numPartitions": 3, "leaderElection": "30s",
                      "cleanLeaderElection": "2s", "restartTime": "60s")") +
                      kPlain));
  bed.traffic("send", 30);
  double during = 0;
  double after = 0;
  bed.at(100, [&](sim::Control& c) { bed.verb("k", "sg", "mskRebootBroker").begin(c, {}); });
  bed.at(159, [&](sim::Control& c) { during = bed.metric(c, "k", "sg", "inSyncBrokers"); });
  bed.at(161, [&](sim::Control& c) { after = bed.metric(c, "k", "sg", "inSyncBrokers"); });
  const auto result = bed.run(Duration::seconds(200));
  CHECK(result.journeys[0].failed == 0);
  CHECK(result.journeys[0].latency.quantile(1)->to_seconds() < 3.5);
  CHECK(result.journeys[0].latency.quantile(1)->to_seconds() > 1.5);
  CHECK(during == 2);
  CHECK(after == 3);
}

TEST_CASE("lag grows by arrivals less service, and is digested at the rate of service",
          "[oracle]") {
  // One partition, one consumer, 100 ms a record: 10 a second of 15. At 200 s what came less 2,000
  // lags (about 1,000); nothing comes any more, and the lag is gone 100 s later.
  Testbed bed(cluster(std::string(kOne) + kPlain +
                          R"(, "consumerGroups": { "g": { "call": "work.do", "maxPollRecords": 1,
                                                         "pollLatency": "0ms" } })",
                      R"("a")"));
  bed.traffic_until("send", 15, 200);
  double at_200 = 0;
  double age = 0;
  double at_250 = 0;
  bed.at(200, [&](sim::Control& c) {
    at_200 = bed.metric(c, "k", "sg", "sumOffsetLag");
    age = bed.metric(c, "k", "sg", "estimatedMaxTimeLag");
  });
  bed.at(250, [&](sim::Control& c) { at_250 = bed.metric(c, "k", "sg", "maxOffsetLag"); });
  const auto result = bed.run(Duration::seconds(400));
  const auto put = static_cast<double>(result.buffers.at(0).put);
  CHECK(at_200 == Approx(put - 2000).margin(3));
  CHECK(at_250 == Approx(put - 2500).margin(3));
  // The oldest came when two thirds of all had: 67 s ago.
  CHECK(age == Approx(200.0 * (1 - 2000 / put)).margin(8));
  CHECK(result.buffers[0].acknowledged == result.buffers[0].put);
}

TEST_CASE("a partition has one consumer at most, and a group no more than its members",
          "[oracle]") {
  const auto consumed = [](std::uint32_t partitions, std::uint32_t consumers) {
    Testbed bed(cluster(
        std::string(kOne) + kPlain + R"(, "numPartitions": )" + std::to_string(partitions) +
            R"(, "consumerGroups": { "g": { "call": "work.do", "consumers": )" +
            std::to_string(consumers) + R"(, "maxPollRecords": 1, "pollLatency": "0ms" } })",
        R"("a")"));
    bed.traffic("send", 60);
    const auto result = bed.run(Duration::seconds(100));
    double sum = 0;
    for (const sim::BufferResult& buffer : result.buffers) {
      sum += static_cast<double>(buffer.acknowledged);
    }
    return sum;
  };
  CHECK(consumed(2, 10) == Approx(20 * 100).margin(8));
  CHECK(consumed(4, 1) == Approx(10 * 100).margin(8));
  CHECK(consumed(4, 4) == Approx(40 * 100).margin(12));
}

TEST_CASE("a group rests while it rebalances", "[unit]") {
  Testbed bed(cluster(std::string(kOne) + kPlain +
                          R"(, "numPartitions": 2, "rebalance": "20s", "consumerGroups": { "g": {
                             "call": "work.do", "maxPollRecords": 1, "pollLatency": "0ms" } })",
                      R"("a")"));
  bed.traffic("send", 40);
  const auto consumed = [&](sim::Control& c) {
    return c.buffer(sim::BufferId{0}).acknowledged + c.buffer(sim::BufferId{1}).acknowledged;
  };
  models::VerbArguments two;
  two.amount = 2;
  bed.at(100, [&](sim::Control& c) { bed.verb("k", "sg", "mskSetConsumers").begin(c, two); });
  std::uint64_t counts[4] = {};
  bed.at(101, [&](sim::Control& c) { counts[0] = consumed(c); });
  bed.at(119.9, [&](sim::Control& c) {
    counts[1] = consumed(c);
    CHECK(bed.verb("k", "sg", "mskSetConsumers").status(c, two) == models::VerbStatus::kRunning);
  });
  bed.at(130, [&](sim::Control& c) {
    counts[2] = consumed(c);
    CHECK(bed.verb("k", "sg", "mskSetConsumers").status(c, two) == models::VerbStatus::kDone);
  });
  bed.at(140, [&](sim::Control& c) { counts[3] = consumed(c); });
  (void)bed.run(Duration::seconds(141));
  CHECK(static_cast<double>(counts[0]) == Approx(1000).margin(4));
  CHECK(counts[1] == counts[0]);  // what was taken was done within the first second
  CHECK(static_cast<double>(counts[3] - counts[2]) == Approx(200).margin(3));
}

TEST_CASE("a record that fails is skipped, or its batch comes back", "[unit]") {
  const auto run = [](const std::string& policy) {
    Testbed bed(cluster(std::string(kOne) + kPlain +
                            R"(, "consumerGroups": { "g": { "call": "work.do", "maxPollRecords": 1,
                                 "maxPollInterval": "5s", "onFailure": ")" +
                            policy + R"(" } })",
                        R"("a")"));
    bed.traffic_until("send", 2, 50);
    bed.at(0, [&](sim::Control& c) {
      sim::Effect errors;
      errors.kind = sim::Effect::Kind::kErrors;
      errors.share = 1;
      for (const auto& deployment : bed.compiled().deployments) {
        if (deployment.site.service == "work") c.begin_effect({deployment.id}, errors);
      }
    });
    return bed.run(Duration::seconds(100)).buffers.at(0);
  };
  const sim::BufferResult skipped = run("skip");
  CHECK(skipped.acknowledged == skipped.put);
  CHECK(skipped.redelivered == 0);
  const sim::BufferResult again = run("redeliver");
  CHECK(again.acknowledged == 0);
  CHECK(again.redelivered > again.put);
}

TEST_CASE("a hot key is one partition's, and so one broker's", "[unit]") {
  Testbed bed(cluster(std::string(R"(, "replicationFactor": 1, "minInsyncReplicas": 1,
                                      "numPartitions": 6)") +
                      kPlain));
  bed.traffic("hot", 50);
  const auto result = bed.run(Duration::seconds(20));
  int busy = 0;
  for (const char* broker : {"k@sg/broker-1", "k@sg/broker-2", "k@sg/broker-3"}) {
    busy += result.stations[bed.station(broker)].arrivals > 0 ? 1 : 0;
  }
  CHECK(busy == 1);
}

TEST_CASE("shares of partitions follow the popularity of their keys", "[oracle]") {
  // Of 1,000 keys with weights 1 / i the first has 1 / 7.4855 of all: its partition has at least
  // that. 10,000 equal keys over 8 partitions: 1,250 each, standard deviation 33.
  sim::KeySpace zipf;
  zipf.count = 1000;
  zipf.zipf = 1;
  const std::vector<double> skewed = models::msk::partition_shares(zipf, 8);
  CHECK(std::accumulate(skewed.begin(), skewed.end(), 0.0) == Approx(1));
  CHECK(*std::max_element(skewed.begin(), skewed.end()) >= 1 / 7.4855);
  sim::KeySpace even;
  even.count = 10'000;
  for (const double share : models::msk::partition_shares(even, 8)) {
    CHECK(share == Approx(0.125).margin(4 * 0.0033));
  }
}

TEST_CASE("a replicator brings records to the other region late, and is billed", "[oracle]") {
  // On the way: Poisson with mean 50 E[lag]; lognormal with p50 2 s and p99 30 s: sigma = ln(15) /
  // 2.3263 = 1.1641, E[lag] = 2 exp(sigma^2 / 2) = 3.938 s and 46 ms of link: 199.2, standard
  // deviation 14.1. Fails by chance with probability 6e-5 (4 of them).
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "links": [ { "between": ["sg", "syd"], "rtt": "92ms" } ],
    "services": { "k": { "kind": "msk", "messageSize": "1 MiB", "brokerThroughput": "100 MB/s",
                         "volumeSize": "73 GiB",
                         "regions": { "sg": { "role": "primary" }, "syd": { "role": "replica" } } },
      "app": { "kind": "queue", "region": "sg", "servers": 1000,
               "operations": { "send": { "calls": [{ "call": "k.produce" }] } } },
      "far": { "kind": "queue", "region": "syd", "servers": 1000,
               "operations": { "send": { "calls": [{ "call": "k.produce", "timeout": "1s" }] } } } },
    "journeys": { "send": { "entry": "app.send" }, "far": { "entry": "far.send" } } })");
  bed.traffic("send", 50);
  bed.traffic("far", 20);
  bed.at(600, bed.lose("sg"));
  bed.at(620, [&](sim::Control& c) { bed.verb("k", "syd", "mskSwitchWriter").begin(c, {}); });
  const auto result = bed.run(Duration::seconds(720));
  REQUIRE(result.losses.size() == 1);
  // What the far producers wrote was shipped the same way: 70 a second.
  CHECK(static_cast<double>(result.losses[0].writes_lost) ==
        Approx(70.0 / 50 * 199.2).margin(4 * 16.7));
  const sim::JourneyResult& far = result.journeys[bed.journey("far")];
  CHECK(far.bins[65].succeeded == far.bins[65].offered);
  CHECK(far.bins[61].succeeded == 0);
  CHECK(bed.metered(result, "k", "sg", "broker-hours") == Approx(3 * 0.2));
  CHECK(bed.metered(result, "k", "sg", "storage-gb-months") == Approx(3 * 73 / 730.0 * 0.2));
  CHECK(bed.metered(result, "k", "sg", "replicator-hours") == 0);
  CHECK(bed.metered(result, "k", "syd", "replicator-hours") == Approx(0.2));
  CHECK(bed.metered(result, "k", "syd", "replicated-gb") ==
        Approx(70.0 * 600 / 1024).epsilon(0.03));
}

TEST_CASE("a wrong cluster is told", "[unit]") {
  const auto has = [](const std::string& keys, const std::string& text) {
    for (const std::string& line : problems_of(cluster(kPlain + keys))) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(has(R"(, "numberOfBrokerNodes": 4)", "a multiple of 3"));
  CHECK(has(R"(, "replicationFactor": 4)", "more copies than brokers"));
  CHECK(has(R"(, "replicationFactor": 2, "minInsyncReplicas": 3)", "more than there are copies"));
  CHECK(has(R"(, "instanceType": "kafka.m5.larg")", "kafka.m5.large"));
  CHECK(has(R"(, "consumerGroups": { "g": { "consumers": 2 } })", "call"));
  CHECK(has(R"(, "partitions": 3)", "numPartitions"));
}
