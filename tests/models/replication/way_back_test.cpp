// The way back of each kind on a platform of its own, with times and counts worked by hand.
//
// Singapore is lost from 100 to 300 s. Sydney's copy is opened at 110 s; Singapore's is made anew
// from 310 s on, Sydney takes no more writes from 600 s and a fence's 2 to 20 s on, and Singapore's
// copy is opened at 650 s. Writes come at 20/s from a caller in Sydney.
#include <cmath>
#include <string>
#include <vector>

#include "models/replication/opening.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using models::Progress;
using models::VerbStatus;
using sim::Duration;

namespace {

constexpr double kRate = 20;

/// What differs between kinds.
struct Store {
  std::string description;  ///< `failback` included, of Singapore's copy
  std::string failback;
  std::string write;    ///< the caller's step
  std::string promote;  ///< verbs
  std::string rebuild;
};

// 40 s and 12 GB at 3 x 40 MB/s: 140 s.
const Store kSearch{
    R"("kind": "opensearch", "shards": 3, "promotionTime": "10s", "replicationLag": "5s")",
    R"({ "setupTime": "40s", "indexSize": "12 GB" })", R"({ "call": "d.bulk" })",
    "opensearchStopReplication", "opensearchStartReplication"};
// 40 s and 50,000 objects at 500/s: 140 s.
const Store kAssetBucket{R"("kind": "s3", "replicationLag": "5s")",
                         R"({ "preparationTime": "40s", "objects": 50000 })",
                         R"({ "call": "d.put" })", "s3SwitchWriter", "s3BatchReplication"};
// 40 s and 5 GB at 50 MB/s: 140 s.
const Store kTopic{R"("kind": "msk", "replicatorLag": "5s")",
                   R"({ "creationTime": "40s", "retainedData": "5 GB" })",
                   R"({ "call": "d.produce", "timeout": "1s" })", "mskSwitchWriter",
                   "mskCreateReplicator"};
// 40 s, and 13.07 GiB less a quarter at 105.25 MB/s: 100 s.
const Store kCache{
    R"("kind": "elasticache", "cacheNodeType": "cache.r6g.large", "promotionTime": "10s",
       "replicationLag": "5s", "creationTime": "40s")",
    R"({ "syncRate": "105.254 MB/s" })", R"({ "call": "d.put", "key": "item" })",
    "elasticacheFailoverGlobalReplicationGroup", "elasticacheCreateReplicationGroup"};

std::string platform(const Store& store) {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "links": [ { "between": ["sg", "syd"], "rtt": "92ms" } ],
    "keys": { "item": { "count": 1000, "size": "924 B" } },
    "services": { "d": { )" +
         store.description + R"(, "regions": {
        "sg": { "role": "primary", "failback": )" +
         store.failback + R"( }, "syd": { "role": "replica" } } },
      "far": { "kind": "queue", "region": "syd", "servers": 1000,
               "operations": { "write": { "steps": [ )" +
         store.write + R"( ] } } } },
    "journeys": { "write": { "entry": "far.write" } } })";
}

struct Evening {
  explicit Evening(const Store& store, double writes_until = 1e6)
      : kind(store), bed(platform(store)) {
    bed.traffic_until("write", kRate, writes_until);
    bed.at(100, bed.lose("sg"));
    ask(110, "syd", kind.promote);
    bed.at(300, bed.bring_back("sg"));
    ask(310, "sg", kind.rebuild);
    ask(600, "syd", "fence");
    ask(650, "sg", kind.promote);
  }
  void ask(double at, const std::string& region, const std::string& block) {
    bed.at(at,
           [this, region, block](sim::Control& c) { bed.verb("d", region, block).begin(c, {}); });
  }
  void note(double at, VerbStatus& status, const std::string& region, const std::string& block) {
    bed.at(at, [this, &status, region, block](sim::Control& c) {
      status = bed.verb("d", region, block).status(c, {});
    });
  }
  /// The streams, in the order declared: there, back, and there again where it is made anew.
  void look(double at, std::uint32_t stream, sim::LogView& view) {
    bed.at(at, [stream, &view](sim::Control& c) { view = c.log(sim::LogId{stream}); });
  }
  /// Writes that went well between two instants, in whole bins of 10 s.
  [[nodiscard]] double written(const sim::TrialResult& result, std::size_t from, std::size_t to) {
    double sum = 0;
    const auto& bins = result.journeys[bed.journey("write")].bins;
    for (std::size_t i = from / 10; i < to / 10; ++i) sum += bins.at(i).succeeded;
    return sum;
  }

  const Store& kind;
  Testbed bed;
};

/// Within four standard deviations of a Poisson count.
bool about(double count, double mean) { return std::abs(count - mean) < 4 * std::sqrt(mean) + 1; }

}  // namespace

TEST_CASE(
    "an old primary of any kind is filled in its time, and takes the writes back without loss",
    "[unit]") {
  for (const Store* store : {&kSearch, &kAssetBucket, &kTopic, &kCache}) {
    CAPTURE(store->rebuild);
    Evening evening(*store);
    VerbStatus early = VerbStatus::kDone;
    VerbStatus late = VerbStatus::kRunning;
    evening.note(449, early, "sg", store->rebuild);
    evening.note(451, late, "sg", store->rebuild);
    sim::LogView back;
    evening.look(600, 1, back);
    sim::LogView home;
    evening.look(649, 1, home);
    const auto result = evening.bed.run(Duration::seconds(800));
    CHECK(early == VerbStatus::kRunning);
    CHECK(late == VerbStatus::kDone);
    // Shipped from 310 s on, and 5.046 s late.
    CHECK(about(static_cast<double>(back.committed), kRate * 290));
    CHECK(about(static_cast<double>(back.committed - back.received), kRate * 5.046));
    CHECK(home.received == home.committed);
    REQUIRE(result.losses.size() == 2);
    CHECK(result.losses[1].log == sim::LogId{1});
    CHECK(result.losses[1].writes_lost == 0);
    const double opened = result.losses[1].opened_at.to_seconds();
    CHECK(opened == Approx(store == &kSearch || store == &kCache ? 660 : 650).margin(0.01));
    CHECK(evening.written(result, 620, 650) == 0);
    CHECK(about(evening.written(result, 670, 800), kRate * 130));
  }
}

// Lost again from 400 to 420 s: what was to be there at 450 s broke off.
TEST_CASE("an old primary that is lost while it is filled cannot be opened until it is filled anew",
          "[unit]") {
  for (const Store* store : {&kSearch, &kAssetBucket, &kTopic, &kCache}) {
    CAPTURE(store->rebuild);
    Evening evening(*store);
    evening.bed.at(400, evening.bed.lose("sg"));
    evening.bed.at(420, evening.bed.bring_back("sg"));
    VerbStatus rebuilt = VerbStatus::kDone;
    VerbStatus refused = VerbStatus::kDone;
    VerbStatus again = VerbStatus::kRunning;
    evening.note(430, rebuilt, "sg", store->rebuild);
    evening.note(651, refused, "sg", store->promote);
    evening.ask(700, "sg", store->rebuild);
    evening.ask(830, "sg", store->promote);  // not yet
    evening.ask(850, "sg", store->promote);
    evening.note(870, again, "sg", store->promote);
    const auto result = evening.bed.run(Duration::seconds(900));
    CHECK(rebuilt == VerbStatus::kFailed);
    CHECK(refused == VerbStatus::kFailed);
    CHECK(again == VerbStatus::kDone);
    CHECK(evening.written(result, 620, 850) == 0);
    CHECK(about(evening.written(result, 870, 900), kRate * 30));
  }
}

// A bucket's rule and a replicator from Singapore to Sydney are still there, a cluster of a global
// datastore becomes a secondary with the switch; an index has to be made anew: 140 s from 670 s on.
TEST_CASE("Sydney's copy follows again, by itself or made anew", "[unit]") {
  for (const Store* store : {&kAssetBucket, &kTopic, &kCache}) {
    CAPTURE(store->rebuild);
    Evening evening(*store);
    sim::LogView before;
    sim::LogView after;
    const std::uint32_t stream = store == &kCache ? 2 : 0;
    evening.look(645, stream, before);
    evening.look(800, stream, after);
    (void)evening.bed.run(Duration::seconds(801));
    const double since = kRate * (800 - (store == &kCache ? 660 : 650));
    CHECK(about(static_cast<double>(after.committed - before.committed), since));
    CHECK(about(static_cast<double>(after.committed - after.received), kRate * 5.046));
  }
  Evening evening(kSearch);
  evening.ask(670, "syd", kSearch.rebuild);
  VerbStatus done = VerbStatus::kRunning;
  evening.note(811, done, "syd", kSearch.rebuild);
  sim::LogView old;
  sim::LogView anew;
  evening.look(820, 0, old);
  evening.look(820, 2, anew);
  (void)evening.bed.run(Duration::seconds(821));
  CHECK(done == VerbStatus::kDone);
  // Nothing goes where the index parted at 120 s: what was written there until Singapore was lost.
  CHECK(about(static_cast<double>(old.committed), kRate * 100));
  CHECK(about(static_cast<double>(anew.committed), kRate * 150));
}

// Writes of the last 5.046 s before the loss: of those that a bucket or a cluster had alone, all
// are in Sydney once Singapore is back; an index and a cache that are made anew have lost them.
TEST_CASE("what only Singapore had arrives when it is back, or is overwritten", "[unit]") {
  for (const Store* store : {&kSearch, &kAssetBucket, &kTopic, &kCache}) {
    CAPTURE(store->rebuild);
    Evening evening(*store);
    evening.ask(302, "sg", store->rebuild);  // before it has arrived
    sim::LogView there;
    evening.look(309, 0, there);
    const auto result = evening.bed.run(Duration::seconds(330));
    const bool merges = store == &kAssetBucket || store == &kTopic;
    REQUIRE(result.losses.size() == 1);
    CHECK(about(static_cast<double>(result.losses[0].writes_lost), kRate * 5.046));
    CHECK(there.committed - there.received == (merges ? 0 : result.losses[0].writes_lost));
    std::string rebuild;
    for (const sim::IncidentEvent& event : result.events) {
      if (event.kind == "rebuild") rebuild += event.text;
    }
    CHECK((rebuild.find("overwritten") == std::string::npos) == merges);
  }
}

TEST_CASE("a cache that is made anew begins empty, and then holds what its primary does",
          "[unit]") {
  Evening evening(kCache, 690);
  std::vector<double> entries;
  const auto look = [&](double at, const char* region) {
    evening.bed.at(at, [&, region](sim::Control& c) {
      const sim::CacheId id = evening.bed.handles("d", region).caches.at(0);
      entries.push_back(static_cast<double>(c.cache(id).entries));
    });
  };
  const double kAll = 1000;  // keys, all of which fit
  evening.bed.at(109, [&](sim::Control& c) {
    c.flush_cache(evening.bed.handles("d", "sg").caches.at(0));
    c.warm_cache(evening.bed.handles("d", "sg").caches.at(0), 700);
  });
  look(309, "sg");  // as it was left
  look(311, "sg");  // new
  look(449, "sg");  // with what came since 310 s: some of 2,700 puts over 1,000 keys
  look(451, "sg");
  // Once it is the primary again what becomes of it becomes of Sydney's, 5.046 s later.
  evening.bed.at(
      700, [&](sim::Control& c) { c.flush_cache(evening.bed.handles("d", "sg").caches.at(0)); });
  look(704, "syd");
  look(706, "syd");
  (void)evening.bed.run(Duration::seconds(707));
  REQUIRE(entries.size() == 6);
  CHECK(entries[0] == 700);
  CHECK(entries[1] == 0);
  CHECK(entries[2] > 0);
  CHECK(entries[2] < kAll);
  CHECK(entries[3] == kAll);
  CHECK(entries[4] == kAll);
  CHECK(entries[5] == 0);
}

TEST_CASE("a way back of any kind leads from the only replica", "[unit]") {
  for (const Store* store : {&kSearch, &kAssetBucket, &kTopic, &kCache}) {
    std::string text = platform(*store);
    const std::string syd = R"("syd": { "code": "ap-southeast-2" })";
    text.replace(text.find(syd), syd.size(), syd + R"(, "tok": { "code": "ap-northeast-1" })");
    const std::string replica = R"("syd": { "role": "replica" })";
    text.replace(text.find(replica), replica.size(), replica + R"(, "tok": { "role": "replica" })");
    const std::string link = R"("links": [)";
    text.replace(text.find(link), link.size(),
                 link + R"( { "between": ["sg", "tok"], "rtt": "70ms" },
                           { "between": ["tok", "syd"], "rtt": "110ms" },)");
    bool told = false;
    for (const std::string& line : problems_of(text)) {
      told = told || line.find("the way back leads from the only replica") != std::string::npos;
    }
    CAPTURE(store->rebuild);
    CHECK(told);
  }
}
