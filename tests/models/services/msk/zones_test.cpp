// Gray failures and outages of one zone of a cluster's, against sums by hand.
//
// Three brokers in three zones, three partitions, each with a copy on every broker: each broker
// leads one. A copy of a record takes a broker 1 ms, and 5 records a second hardly ever meet. So
// with acks=1 a third of the records is led in the zone, and with acks=all every record has a copy
// there.
#include <cmath>
#include <optional>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"
#include "tests/models/services/zone_loss.hpp"

using namespace lifeboat;
using namespace lifeboat::tests;
using sim::Cause;
using sim::Duration;

namespace {

std::string zoned_cluster(const std::string& keys = {}) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b", "c"] } },
    "services": {
      "k": { "kind": "msk", "region": "sg", "brokerThroughput": "1 MB/s", "messageSize": "3000 B",
             "recordTime": "0ms", "numPartitions": 3, "operations": {
               "produce": { "latency": "0ms" }, "lax": { "acks": "1", "latency": "0ms" } } )" +
         keys + R"( },
      "app": { "kind": "queue", "region": "sg", "servers": 1000000, "operations": {
        "send": { "steps": [ { "call": "k.produce" } ] },
        "lax": { "steps": [ { "call": "k.lax" } ] } } } },
    "journeys": { "send": { "entry": "app.send" }, "lax": { "entry": "app.lax" } } })";
}

/// From the start on, in that zone of the cluster.
Script::Action trouble(const std::string& zone, const sim::Effect& effect) {
  return [zone, effect](sim::Control& control) {
    const auto& rows = control.network().deployments;
    std::vector<sim::DeploymentId> parts;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      if (rows[i].service == "k" && rows[i].part == "zone-" + zone) parts.emplace_back(i);
    }
    REQUIRE(parts.size() == 1);
    (void)control.begin_effect(parts, effect);
  };
}

sim::Effect latency(Duration delay) {
  sim::Effect effect;
  effect.kind = sim::Effect::Kind::kLatency;
  effect.delay = delay;
  return effect;
}
sim::Effect errors(double share) {
  sim::Effect effect;
  effect.kind = sim::Effect::Kind::kErrors;
  effect.share = share;
  return effect;
}
sim::Effect slow(double factor) {
  sim::Effect effect;
  effect.kind = sim::Effect::Kind::kSlow;
  effect.factor = factor;
  return effect;
}

struct Means {
  double all = 0;   ///< acks=all, seconds
  double lead = 0;  ///< acks=1
};

Means means_under(const std::optional<sim::Effect>& effect) {
  Testbed bed(zoned_cluster(), zones_may_fail());
  bed.traffic("send", 2.5);
  bed.traffic("lax", 2.5);
  if (effect) bed.at(0, trouble("b", *effect));
  const auto result = bed.run(Duration::seconds(4000));
  const auto mean = [&](const char* journey) {
    const sim::JourneyResult& row = result.journeys[bed.journey(journey)];
    CHECK(row.failed == 0);
    return row.latency.mean_seconds();
  };
  return {mean("send"), mean("lax")};
}

}  // namespace

TEST_CASE("Zones that may fail change no record's time while none does", "[oracle]") {
  const Means means = means_under(std::nullopt);
  CHECK(means.all == Approx(0.002).epsilon(0.02));
  CHECK(means.lead == Approx(0.001).epsilon(0.02));
}

// 10,000 records: a third is 3,333 +- 47, so a mean of 33.3 ms has a deviation of 0.5 ms.
TEST_CASE("Latency in a zone is a third's with acks=1, everybody's with acks=all", "[oracle]") {
  const Means means = means_under(latency(Duration::milliseconds(100)));
  CHECK(means.lead == Approx(0.001 + 0.1 / 3).epsilon(0.06));
  // Led there: 100 ms and 1 ms, then 1 ms of the followers. Led elsewhere: 1 ms, then the copy
  // there, 101 ms.
  CHECK(means.all == Approx(0.102).epsilon(0.005));
}

TEST_CASE("A slow zone's brokers take longer for what they lead and for what they copy",
          "[oracle]") {
  const Means means = means_under(slow(0.1));
  // 10 ms there: acks=1 (10 + 1 + 1) / 3; acks=all 10 + 1 where it leads, else 1 + 10. A copy that
  // nobody waits for is work all the same: 5 a second of 10 ms, of which half are acks=1, so who
  // comes meets a busy broker in 5 % of cases, for 5 ms more: 0.25 ms.
  CHECK(means.lead == Approx(0.004 + 0.00025 / 3).epsilon(0.06));
  CHECK(means.all == Approx(0.01125).epsilon(0.02));
}

TEST_CASE("Errors in a zone fail what is led there, and no copy's leader", "[oracle]") {
  // Every attempt there fails, until the producer's patience ends: a third of the records.
  Testbed bed(zoned_cluster(R"(, "deliveryTimeout": "2s")"), zones_may_fail());
  bed.traffic("send", 10);
  bed.traffic("lax", 10);
  bed.at(0, trouble("b", errors(1)));
  const auto result = bed.run(Duration::seconds(1000));
  for (const char* journey : {"send", "lax"}) {
    const sim::JourneyResult& row = result.journeys[bed.journey(journey)];
    // 10,000 records: a deviation of 0.5 %.
    CHECK(static_cast<double>(row.failed) / static_cast<double>(row.offered) ==
          Approx(1.0 / 3).margin(0.024));
    CHECK(row.failed == row.failed_by[static_cast<int>(Cause::kTimeout)]);
  }
  // The others wait for no copy in the zone: 1 ms at the leader, 1 ms at the third broker.
  CHECK(result.journeys[bed.journey("send")].latency.mean_seconds() == Approx(0.002).epsilon(0.03));
}

TEST_CASE("Some errors in a zone are tried again: nothing is lost", "[oracle]") {
  // Half of the attempts fail. The n-th pause comes with probability 2^-n and is uniform up to 100,
  // 200, 400, 800 and then 1,000 ms: 25 + 25 + 25 + 25 + 500 (1/32 + 1/64 + ...) = 131 ms, for a
  // third of the records. The mean over 10,000 has a deviation of 4 %.
  const Means means = means_under(errors(0.5));
  CHECK(means.lead == Approx(0.001 + 0.13125 / 3).epsilon(0.12));
}

TEST_CASE("A zone's outage cuts off what its brokers have in hand, and nothing elsewhere",
          "[oracle]") {
  // 300 records come at 95 s and take 10 s each. At 100 s a zone is lost: what is led there is cut
  // off, waits for the election (10 s, and up to 1 s for the next attempt) and then takes its 10 s:
  // 25 to 26 s in all, a third of the records (100 +- 8). The others are done at 105 s.
  std::string text = zoned_cluster(R"(, "leaderElection": "10s")");
  const std::string lax = R"("acks": "1", "latency": "0ms")";
  text.replace(text.find(lax), lax.size(), R"("acks": "1", "latency": "10s")");
  Testbed bed(text, zones_may_fail());
  sim::Source source;
  source.name = "lax";
  source.kind = sim::Source::Kind::kStamps;
  source.stamps.assign(300, sim::Instant::from_seconds(95));
  sim::Source::Choice choice;
  choice.journey = bed.compiled().journeys.at("lax");
  choice.share.points = {{sim::Instant::origin(), 1.0}};
  source.mix = {choice};
  bed.compiled().network().add_source(std::move(source));
  bed.at(100, ZoneLoss({"b"}).begin());
  const auto result = bed.run(Duration::seconds(200));
  const sim::JourneyResult& row = result.journeys[bed.journey("lax")];
  CHECK(row.succeeded == 300);
  CHECK(row.latency.quantile(0.58)->to_seconds() < 10.8);
  CHECK(row.latency.quantile(0.75)->to_seconds() > 24.9);
  CHECK(row.latency.quantile(1)->to_seconds() < 26.8);
}
