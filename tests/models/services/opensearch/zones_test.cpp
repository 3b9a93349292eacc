// Gray failures of one zone of a domain's, against sums by hand.
//
// Three nodes in three zones. With two replicas every node has a copy of the only shard, so a third
// of the searches goes to each; without replicas the shard stands on the first node alone.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"
#include "tests/models/services/zone_loss.hpp"

using namespace lifeboat;
using namespace lifeboat::tests;
using sim::Cause;
using sim::Duration;

namespace {

std::string zoned_domain(const std::string& keys) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b", "c"] } },
    "services": {
      "d": { "kind": "opensearch", "region": "sg", "instanceCount": 3, "operations": {
               "search": { "demand": "10ms" }, "bulk": { "demand": "20ms" } } )" +
         keys + R"( },
      "app": { "kind": "queue", "region": "sg", "servers": 1000000, "operations": {
        "find": { "steps": [ { "call": "d.search" } ] },
        "change": { "steps": [ { "call": "d.bulk" } ] } } } },
    "journeys": { "find": { "entry": "app.find" }, "change": { "entry": "app.change" } } })";
}

constexpr const char* kEverywhere = R"(, "replicas": 2)";
constexpr const char* kTwoCopies = R"(, "replicas": 1)";
constexpr const char* kAlone = R"(, "replicas": 0)";

sim::Effect gray(sim::Effect::Kind kind) {
  sim::Effect effect;
  effect.kind = kind;
  effect.delay = Duration::milliseconds(100);
  effect.share = 1;
  effect.factor = 0.1;
  return effect;
}

struct Outcome {
  double search = 0;  ///< mean, seconds
  double write = 0;
  double searches_failed = 0;  ///< share
  double writes_failed = 0;
  std::vector<double> searches;  ///< by node: share of all
};

Outcome under(const std::string& keys, const char* zone, sim::Effect::Kind kind) {
  Testbed bed(zoned_domain(keys), zones_may_fail());
  bed.traffic("find", 5);
  bed.traffic("change", 1);
  bed.at(0, [zone, kind](sim::Control& control) {
    const auto& rows = control.network().deployments;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      if (rows[i].service != "d" || rows[i].part != std::string("zone-") + zone) continue;
      (void)control.begin_effect({sim::DeploymentId(i)}, gray(kind));
    }
  });
  const auto result = bed.run(Duration::seconds(2000));
  const auto& finds = result.journeys[bed.journey("find")];
  const auto& changes = result.journeys[bed.journey("change")];
  const auto share = [](std::uint64_t part, std::uint64_t all) {
    return static_cast<double>(part) / static_cast<double>(all);
  };
  Outcome outcome{finds.latency.mean_seconds(),
                  changes.latency.mean_seconds(),
                  share(finds.failed, finds.offered),
                  share(changes.failed, changes.offered),
                  {}};
  for (const char* node : {"d@sg/node-1/search", "d@sg/node-2/search", "d@sg/node-3/search"}) {
    outcome.searches.push_back(
        share(result.stations[bed.station(node)].completions, finds.offered));
  }
  return outcome;
}

}  // namespace

// 10,000 searches, a third of them 3,333 +- 47.
TEST_CASE("Latency in a zone is that of a third of the searches, and of every write", "[oracle]") {
  const Outcome outcome = under(kEverywhere, "b", sim::Effect::Kind::kLatency);
  CHECK(outcome.search == Approx(0.010 + 0.1 / 3).epsilon(0.05));
  // 20 ms at the first copy, then 120 ms at the one there while the third takes 20.
  CHECK(outcome.write == Approx(0.140).epsilon(0.01));
  CHECK(outcome.searches_failed == 0);
  // Two copies, on the first two nodes: half of the searches.
  CHECK(under(kTwoCopies, "b", sim::Effect::Kind::kLatency).search ==
        Approx(0.010 + 0.1 / 2).epsilon(0.05));
  // No copy stands there.
  const Outcome elsewhere = under(kTwoCopies, "c", sim::Effect::Kind::kLatency);
  CHECK(elsewhere.search == Approx(0.010).epsilon(0.01));
  CHECK(elsewhere.write == Approx(0.040).epsilon(0.02));
}

TEST_CASE("A search that fails at a zone's node asks another copy", "[oracle]") {
  const Outcome outcome = under(kEverywhere, "b", sim::Effect::Kind::kErrors);
  CHECK(outcome.searches_failed == 0);
  CHECK(outcome.searches[0] == Approx(0.5).epsilon(0.05));
  CHECK(outcome.searches[1] == 0);
  CHECK(outcome.searches[2] == Approx(0.5).epsilon(0.05));
  CHECK(outcome.search == Approx(0.010).epsilon(0.01));
  // Without another copy there is none to ask.
  CHECK(under(kAlone, "a", sim::Effect::Kind::kErrors).searches_failed == 1);
  CHECK(under(kAlone, "b", sim::Effect::Kind::kErrors).searches_failed == 0);
}

TEST_CASE("A write fails where its first copy's node does, and goes on without any other one",
          "[oracle]") {
  CHECK(under(kTwoCopies, "a", sim::Effect::Kind::kErrors).writes_failed == 1);
  const Outcome outcome = under(kTwoCopies, "b", sim::Effect::Kind::kErrors);
  CHECK(outcome.writes_failed == 0);
  CHECK(outcome.write == Approx(0.020).epsilon(0.01));
}

TEST_CASE("A slow zone's nodes take longer for their searches and writes", "[oracle]") {
  // 100 ms in place of 10 for a third; 20 and then 200 ms for a write.
  const Outcome outcome = under(kEverywhere, "b", sim::Effect::Kind::kSlow);
  CHECK(outcome.search == Approx(0.010 + 0.09 / 3).epsilon(0.05));
  CHECK(outcome.write == Approx(0.220).epsilon(0.01));
}
