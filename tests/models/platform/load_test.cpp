// The load table against visit ratios worked by hand.
#include "models/platform/hit_ratio.hpp"
#include "models/platform/load_table.hpp"
#include "tests/models/platform/platform_text.hpp"

using namespace lifeboat;
using lifeboat::tests::sound_text;

namespace {

std::map<std::string, models::LoadRow> table_of(const std::string& text, double rate) {
  const auto loaded = sound_text(text);
  models::CompiledPlatform platform = models::compile_platform(loaded.platform);
  std::map<std::string, models::LoadRow> rows;
  for (auto& row :
       models::load_table(platform, platform.network().so_far(), {{"visit", rate}}, {}, true)) {
    if (row.station.empty()) rows.emplace(row.service, row);
  }
  return rows;
}

}  // namespace

// A request at the door calls: bank with probability 0.5, three times: 1.5; post without waiting:
// 1; in parallel desk twice: 2; one of two choices, bank 0.2 or post 0.3: 1.7 and 1.3 in all.
// The door is held for its 10 ms demand and for the calls it waits for: bank 1.7 x 4 ms, the
// longer of the parallel branches 5 ms, post 0.3 x 2 ms: 22.4 ms.
TEST_CASE("Visit ratios and offered loads follow from the steps", "[unit]") {
  const auto rows = table_of(R"({
    "format": "lifeboat/platform/1", "name": "p",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "door": { "kind": "queue", "region": "sg", "servers": 2, "operations": { "open": { "steps": [
          { "demand": "10ms" },
          { "call": "bank.pay", "probability": 0.5, "times": 3 },
          { "call": "post.send", "async": true },
          { "parallel": [ { "call": "desk.ask" }, { "call": "desk.ask" } ] },
          { "choose": [ { "probability": "20%", "steps": [ { "call": "bank.pay" } ] },
                        { "probability": "30%", "steps": [ { "call": "post.send" } ] } ] } ] } } },
      "bank": { "kind": "queue", "region": "sg", "operations": { "pay": { "demand": "4ms" } } },
      "post": { "kind": "queue", "region": "sg", "operations": { "send": { "demand": "2ms" } } },
      "desk": { "kind": "queue", "region": "sg", "operations": { "ask": { "demand": "5ms" } } } },
    "journeys": { "visit": { "entry": "door.open" } } })",
                             10);
  CHECK(rows.at("bank").visits[0] == Approx(1.7));
  CHECK(rows.at("post").visits[0] == Approx(1.3));
  CHECK(rows.at("desk").visits[0] == Approx(2));
  CHECK(rows.at("bank").offered == Approx(10 * 1.7 * 0.004));
  CHECK(rows.at("door").demand_s == Approx(0.0224));
  CHECK(rows.at("door").utilization == Approx(10 * 0.0224 / 2));
}

// One key asked for at rate l with lifetime t: l t / (1 + l t). 2 equally popular keys at 1/s each
// in all 2/s, lifetime 3 s: 3 / 4.
TEST_CASE("A lifetime gives the hit ratio l t / (1 + l t)", "[unit]") {
  models::CacheShape cache;
  cache.keys = 2;
  cache.capacity = 2;
  cache.ttl = sim::Duration::seconds(3);
  CHECK(models::steady_hit_ratio(cache, 2) == Approx(0.75));
  CHECK(models::steady_hit_ratio(cache, 0) == 0);
  cache.ttl = sim::Duration::infinite();
  CHECK(models::steady_hit_ratio(cache, 2) == Approx(1));
}

// Equal popularity: with room for a quarter of the keys a quarter of the requests hit.
TEST_CASE("A small cache of equally popular keys hits its share", "[unit]") {
  models::CacheShape cache;
  cache.keys = 100'000;
  cache.capacity = 25'000;
  CHECK(models::steady_hit_ratio(cache, 50) == Approx(0.25).epsilon(1e-3));
}

// LINE, CacheExamplesTest: 5 items, Zipf(1.4), room for 2, least recently used: .616627 exactly.
// Che's approximation is known to be within a few percent even for such a tiny cache.
TEST_CASE("Che's approximation is near the published ratio of a tiny cache", "[oracle]") {
  models::CacheShape cache;
  cache.keys = 5;
  cache.capacity = 2;
  cache.zipf = 1.4;
  CHECK(models::steady_hit_ratio(cache, 1) == Approx(0.616627).margin(0.03));
}

// 3 tasks of 2 vCPU, asked for 10 x 0.7 s: 7 of 6 vCPU. With a policy it may have its maximum; with
// bounds alone it stands still; a runbook may ask for more.
TEST_CASE("tasks without a scaling policy count as they stand", "[unit]") {
  const auto capacity = [](const std::string& scaling, const models::LoadPlace& place = {}) {
    const auto loaded = sound_text(R"({
      "format": "lifeboat/platform/1", "name": "p",
      "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b", "c"] } },
      "services": {
        "front": { "kind": "alb", "to": "web", "regions": { "sg": {} } },
        "web": { "kind": "ecs-fargate", "cpu": "2 vCPU", "memory": "4 GiB", "image": "100 MB",
          "desiredCount": 3, "regions": { "sg": {} }, )" +
                                   scaling + R"(
          "operations": { "view": { "steps": [ { "cpuTime": "0.7s" } ] } } } },
      "journeys": { "visit": { "entry": "front.view" } } })");
    models::CompiledPlatform platform = models::compile_platform(loaded.platform);
    for (const auto& row :
         models::load_table(platform, platform.network().so_far(), {{"visit", 10}}, place)) {
      if (row.service == "web" && row.station.empty()) return row;
    }
    return models::LoadRow{};
  };
  const std::string bounds = R"("scaling": { "minCapacity": 1, "maxCapacity": 8, "policies": [)";
  CHECK(capacity("").capacity == Approx(6));
  CHECK(capacity("").utilization == Approx(7.0 / 6));
  CHECK(capacity(bounds + "] },").capacity == Approx(6));
  CHECK(capacity(bounds + R"({ "type": "target-tracking", "targetValue": "60%",
      "predefinedMetricType": "ECSServiceAverageCPUUtilization" } ] },)")
            .capacity == Approx(16));
  CHECK(capacity("", {"sg", {{"web@sg", 5}}}).capacity == Approx(10));
}
