// The loss of the zones in which a cache's nodes stand.
#include "tests/models/services/zone_loss.hpp"

namespace lifeboat::tests {
namespace {

using sim::Duration;

std::string sharded_cache(const std::string& more) {
  return R"({ "format": "lifeboat/platform/1", "name": "zones",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b", "c"],
                         "quotas": { "fargateVcpu": 400 } } },
    "keys": { "product": { "count": 30000, "size": "1 KiB" } },
    "services": {
      "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "desiredCount": 6,
               "region": "sg", "operations": { "get": { "steps": [
                 { "call": "pages.get", "key": "product", "onMiss": [] } ] } } },
      "pages": { "kind": "elasticache", "cacheNodeType": "cache.r6g.large", "numNodeGroups": 3,
                 "region": "sg", "failoverTime": "30s", "replacementTime": "300s")" +
         more + R"( } },
    "journeys": { "visit": { "entry": "web.get" } } })";
}

struct Seen {
  double failed = 0;
  double entries_before = 0;
  double entries_after = 0;
  std::size_t lost = 0;
};

Seen lose_zone(const std::string& more, const std::vector<std::string>& zones) {
  Testbed bed(sharded_cache(more), zones_may_fail());
  bed.traffic("visit", 60);
  const auto entries = [](sim::Control& c) {
    return static_cast<double>(c.cache(sim::CacheId(0)).entries);
  };
  Seen seen;
  bed.at(99, [&](sim::Control& c) { seen.entries_before = entries(c); });
  bed.at(100, ZoneLoss(zones, 1, "pages").begin());
  bed.at(101, [&](sim::Control& c) { seen.entries_after = entries(c); });
  const auto result = bed.run(Duration::seconds(600));
  seen.failed = static_cast<double>(result.journeys[0].failed);
  seen.lost = lines_with(result, "is lost: no replica stands elsewhere");
  return seen;
}

}  // namespace

// One of three shards has its primary in the zone. With a replica elsewhere its calls fail for 30
// s: 60 a second x 30 s / 3 = 600, deviation 25, and it keeps what it holds.
TEST_CASE("Primaries in a lost zone fail over to replicas, with all that they hold", "[oracle]") {
  const Seen seen = lose_zone(R"(, "replicasPerNodeGroup": 1)", {"a"});
  CHECK(seen.failed == Approx(600).margin(125));
  CHECK(seen.entries_after == seen.entries_before);
  CHECK(seen.lost == 0);
}

// Without replicas they fail for 300 s (6,000, deviation 78), and a third of the entries is gone.
TEST_CASE("A shard without replica is lost with its zone, and comes back empty", "[oracle]") {
  const Seen seen = lose_zone("", {"b"});
  CHECK(seen.failed == Approx(6000).margin(390));
  CHECK(seen.entries_before > 20000);
  CHECK(seen.entries_after == Approx(seen.entries_before * 2 / 3).margin(20));
  CHECK(seen.lost == 1);
}

// Shards in a, b, c with replicas in b, c, a. With a and b gone, shard 1 has nothing left and is
// replaced after 300 s; shard 2 has a replica in c; shard 3 is untouched but for its replica.
TEST_CASE("Two zones at once take the shards that stand in both", "[oracle]") {
  const Seen seen = lose_zone(R"(, "replicasPerNodeGroup": 1)", {"a", "b"});
  CHECK(seen.failed == Approx(60.0 * (300 + 30) / 3).margin(410));
  CHECK(seen.entries_after == Approx(seen.entries_before * 2 / 3).margin(20));
  CHECK(seen.lost == 1);
}

// Shard 1 is in a with its replica in b: the replica's zone is lost 10 s after the primary's, and
// 20 s before it would have taken over. So it is replaced, 300 s later, with nothing in it.
TEST_CASE("A replica that is lost before it takes over leaves its shard empty", "[oracle]") {
  Testbed bed(sharded_cache(R"(, "replicasPerNodeGroup": 1)"), zones_may_fail());
  bed.traffic("visit", 60);
  bed.at(100, ZoneLoss({"a"}, 1, "pages").begin());
  bed.at(110, ZoneLoss({"b"}, 1, "pages").begin());
  const auto result = bed.run(Duration::seconds(600));
  CHECK(lines_with(result, "is lost: no replica stands elsewhere") == 1);
  // Shard 1 for 310 s, shard 2 (in b, replica in c) for 30 s, a third of 60 a second each.
  CHECK(static_cast<double>(result.journeys[0].failed) == Approx(20.0 * (310 + 30)).margin(420));
}

}  // namespace lifeboat::tests
