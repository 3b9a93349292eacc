// A function's event source mapping: batches, retries, what is given up, pollers.
#include <cmath>
#include <vector>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Duration;

namespace {

/// A topic that a function works off; records cost the brokers nothing to speak of.
std::string stream(const std::string& mapping, const std::string& partitions = "1",
                   const std::string& function = R"("operations": { "work": { "steps": [
                     { "demand": "1ms" }, { "call": "dep.do" } ] } })") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a"] } },
    "services": {
      "k": { "kind": "msk", "region": "sg", "numberOfBrokerNodes": 1, "replicationFactor": 1,
             "minInsyncReplicas": 1, "brokerThroughput": "1000 MB/s", "recordTime": "0ms",
             "rebalance": "1s", "numPartitions": )" +
         partitions + R"(, "operations": { "produce": { "latency": "0ms" } },
             "consumerGroups": { "fn": { "call": "f.work", "pollLatency": "0ms",
               "eventSourceMapping": { )" +
         mapping + R"( } } } },
      "f": { "kind": "lambda", "region": "sg", "coldStart": "0ms", "timeout": "15m", )" +
         function + R"( },
      "dep": { "kind": "queue", "region": "sg", "servers": 100000,
               "operations": { "do": { "demand": "1us" } } },
      "lost": { "kind": "sqs", "region": "sg", "sendLatency": "0ms" } },
    "journeys": { "send": { "entry": "k.produce" } } })";
}

void dependency_fails(Testbed& bed, double share) {
  const sim::DeploymentId where = bed.compiled().find("dep", "sg")->id;
  bed.at(0, [where, share](sim::Control& c) {
    sim::Effect effect;
    effect.kind = sim::Effect::Kind::kErrors;
    effect.share = share;
    (void)c.begin_effect({where}, effect);
  });
}

/// `count` records at once, every `period` seconds.
void bursts(Testbed& bed, int number, int count, double period) {
  sim::Source source;
  source.name = "bursts";
  source.kind = sim::Source::Kind::kStamps;
  for (int burst = 0; burst < number; ++burst) {
    source.stamps.insert(source.stamps.end(), static_cast<std::size_t>(count),
                         sim::Instant::from_seconds(1 + burst * period));
  }
  sim::Source::Choice choice;
  choice.journey = bed.compiled().journeys.at("send");
  choice.share.points = {{sim::Instant::origin(), 1.0}};
  source.mix = {choice};
  bed.compiled().network().add_source(std::move(source));
}

const sim::BufferResult& partition(Testbed& bed, const sim::TrialResult& result) {
  const auto& buffers = bed.build().buffers;
  for (std::size_t i = 0; i < buffers.size(); ++i) {
    if (buffers[i].name == "k@sg/fn/0") return result.buffers[i];
  }
  FAIL("no partition");
  return result.buffers[0];
}

}  // namespace

TEST_CASE("a batch waits for its window, and holds one environment", "[oracle]") {
  // 10 a second, a window of 5 s from the first record on: a batch every 5.1 s on average.
  Testbed bed(stream(R"("batchSize": 1000, "maximumBatchingWindow": "5s")"));
  bed.traffic("send", 10);
  const auto result = bed.run(Duration::seconds(2000));
  CHECK(static_cast<double>(result.environments[0].served) == Approx(2000 / 5.1).epsilon(0.01));
  CHECK(result.environments[0].cold_starts == 1);
  // Batches that fill up do not wait: 100 records make one in 0.1 s of 1,000 a second.
  Testbed full(stream(R"("maximumBatchingWindow": "5s")"));
  full.traffic("send", 1000);
  const auto quick = full.run(Duration::seconds(100));
  CHECK(static_cast<double>(quick.environments[0].served) == Approx(1000).epsilon(0.05));
}

TEST_CASE("a batch that fails is tried anew until it is given up, and its partition waits",
          "[unit]") {
  // Three retries after 1, 2 and 4 s, one record a batch: 7 s each, one after the other. Ten
  // records at once are gone after 70 s, 4 invocations each.
  Testbed bed(stream(R"("batchSize": 1, "maximumBatchingWindow": "0s", "maximumRetryAttempts": 3,
                        "onFailure": "lost.send")"));
  bursts(bed, 1, 10, 1);
  dependency_fails(bed, 1);
  std::uint64_t before = 9;
  double lag = 0;
  bed.at(1 + 69.9, [&](sim::Control& c) {
    lag = bed.metric(c, "k", "sg", "sumOffsetLag");
    before = static_cast<std::uint64_t>(bed.metric(c, "lost", "sg", "backlog"));
  });
  const auto result = bed.run(Duration::seconds(100));
  CHECK(before == 9);
  CHECK(lag == 1);
  CHECK(partition(bed, result).dead_lettered == 10);
  CHECK(partition(bed, result).acknowledged == 0);
  CHECK(result.environments[0].served == 40);
}

TEST_CASE("a batch is tried until all its records go well", "[oracle]") {
  // Ten records of which each fails with 0.2: all go well with 0.8^10, so 9.31 invocations a batch,
  // standard deviation 8.8. 300 batches, four standard errors.
  Testbed bed(stream(R"("batchSize": 10)"));
  bursts(bed, 300, 10, 3000);
  dependency_fails(bed, 0.2);
  const auto result = bed.run(Duration::seconds(900'000));
  const double expected = 1 / std::pow(0.8, 10);
  CHECK(partition(bed, result).acknowledged == 3000);
  CHECK(static_cast<double>(result.environments[0].served) / 300 ==
        Approx(expected).margin(4 * 8.8 / std::sqrt(300.0)));
  // In halves it is done sooner: a half goes well with 0.8^5.
  Testbed halves(stream(R"("batchSize": 10, "bisectBatchOnFunctionError": true)"));
  bursts(halves, 300, 10, 3000);
  dependency_fails(halves, 0.2);
  const auto split = halves.run(Duration::seconds(900'000));
  CHECK(partition(halves, split).acknowledged == 3000);
  CHECK(partition(halves, split).age.mean_seconds() <
        0.25 * partition(bed, result).age.mean_seconds());
}

TEST_CASE("a batch that is too old is given up, without end of retries", "[unit]") {
  // Tried after 0, 1, 3, 7, 15, 31 and 63 s; at 63 s it is older than a minute.
  Testbed bed(stream(R"("maximumBatchingWindow": "0s", "maximumRecordAge": "60s")"));
  bursts(bed, 1, 1, 1);
  dependency_fails(bed, 1);
  double before = -1;
  bed.at(63.9, [&](sim::Control& c) { before = bed.metric(c, "k", "sg", "sumOffsetLag"); });
  const auto result = bed.run(Duration::seconds(70));
  CHECK(before == 1);
  CHECK(partition(bed, result).dead_lettered == 1);
  CHECK(result.environments[0].served == 6);
}

TEST_CASE("a throttled batch waits and is not given up", "[unit]") {
  // The one environment is with the first batch for 20 s. The other partition's batch is tried
  // after 0, 1, 3, 7, 15 and 31 s, though no retry is allowed.
  const std::string function = R"("reservedConcurrentExecutions": 1,
    "operations": { "work": { "demand": "20s" } })";
  Testbed bed(stream(R"("maximumBatchingWindow": "0s", "maximumRetryAttempts": 0)", "2", function));
  bursts(bed, 1, 6, 1);
  bed.at(0.5, bed.set("k@sg/fn/consumers", 2));
  const auto result = bed.run(Duration::seconds(1000));
  std::uint64_t done = 0;
  std::uint64_t dead = 0;
  for (const sim::BufferResult& buffer : result.buffers) {
    done += buffer.acknowledged;
    dead += buffer.dead_lettered;
  }
  CHECK(done == 6);
  CHECK(dead == 0);
}

TEST_CASE("an outage of the function itself counts as no attempt", "[unit]") {
  // One retry is allowed, which an hour of refusals would have used up.
  Testbed bed(stream(R"("batchSize": 1, "maximumBatchingWindow": "0s", "maximumRetryAttempts": 1,
                        "onFailure": "lost.send")"));
  bursts(bed, 1, 3, 1);
  const auto outage = std::make_shared<sim::EffectId>();
  const sim::DeploymentId function = bed.compiled().find("f", "sg")->id;
  bed.at(0, [outage, function](sim::Control& c) {
    sim::Effect effect;
    effect.kind = sim::Effect::Kind::kErrors;
    effect.share = 1;
    *outage = c.begin_effect({function}, effect);
  });
  bed.at(3600, [outage](sim::Control& c) { c.end_effect(*outage); });
  const auto result = bed.run(Duration::seconds(4000));
  CHECK(partition(bed, result).acknowledged == 3);
  CHECK(partition(bed, result).dead_lettered == 0);
}

TEST_CASE("pollers double while records wait, to one a partition", "[unit]") {
  // 3 a second of 1 s each on four partitions: one poller falls behind, and so do two.
  Testbed bed(stream(R"("batchSize": 1, "maximumBatchingWindow": "0s")", "4",
                     R"("operations": { "work": { "demand": "1s" } })"));
  bed.traffic("send", 3);
  std::vector<std::int64_t> pollers;
  for (const double at : {59.0, 250.0, 900.0}) {
    bed.at(at, [&](sim::Control& c) {
      pollers.push_back(c.value(c.network().find_register("k@sg/fn/consumers")));
    });
  }
  const auto result = bed.run(Duration::seconds(1000));
  CHECK(pollers == std::vector<std::int64_t>{1, 2, 4});
  CHECK(result.environments[0].cold_starts <= 4);
}

TEST_CASE("a wrong event source mapping is told", "[unit]") {
  const auto has = [](const std::string& json, const std::string& text) {
    for (const std::string& line : problems_of(json)) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  std::string service = stream("");
  service.replace(service.find("f.work"), 6, "dep.do");
  CHECK(has(service, "no function"));
  std::string own = stream("");
  own.replace(own.find("\"pollLatency\""), 13, "\"consumers\": 3, \"pollLatency\"");
  CHECK(has(own, "consumers"));
  CHECK(has(stream(R"("batchSize": 20000)"), "batchSize"));
  CHECK(has(stream(R"("maximumRecordAge": "1s")"), "maximumRecordAge"));
}
