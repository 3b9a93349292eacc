// A balancer's nodes: how long clients go on to ask one that is lost.
#include "models/services/alb/nodes.hpp"

#include "tests/models/services/zone_loss.hpp"

namespace lifeboat::tests {
namespace {

using sim::Duration;

constexpr const char* kShop = R"({ "format": "lifeboat/platform/1", "name": "nodes",
    "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b", "c"] } },
    "services": {
      "front": { "kind": "alb", "to": "till", "region": "sg", "nodeDetection": "30s",
                 "requestDelay": "1ms" },
      "till": { "kind": "queue", "servers": 1000, "region": "sg",
                "operations": { "pay": { "demand": "1ms" } } } },
    "journeys": { "visit": { "entry": "front.pay" } } })";

}  // namespace

TEST_CASE("Clients leave an address evenly over its time to live", "[unit]") {
  using models::alb::left_after;
  CHECK(left_after(Duration{}, Duration::seconds(60)) == 0);
  CHECK(left_after(Duration::seconds(30), Duration::seconds(60)) == 10);
  CHECK(left_after(Duration::seconds(59), Duration::seconds(60)) == 19);
  CHECK(left_after(Duration::seconds(60), Duration::seconds(60)) == 20);
  CHECK(left_after(Duration::hours(1), Duration::seconds(60)) == 20);
}

// A third of the clients asks the lost node for D = 30 s, and over T = 60 s their share falls to 0
// in 20 equal steps, the first of which is full: T x (20 + 19 + ... + 1) / 20^2 = 31.5 s more.
// 60 a second x 61.5 s / 3 = 1,230 failures, a Poisson number but for the share: deviation at most
// 35. Those who have left go to the other two: none fails afterwards, nor when the zone is back.
TEST_CASE("A lost node costs its share of requests until answers have expired", "[oracle]") {
  Testbed bed(kShop, zones_may_fail());
  bed.traffic("visit", 60);
  const ZoneLoss loss({"b"});
  bed.at(100, loss.begin());
  std::uint64_t by_then = 0;
  bed.at(191, [&](sim::Control& c) { by_then = c.journey(sim::JourneyId(0)).failed; });
  bed.at(300, loss.end());
  const auto result = bed.run(Duration::seconds(500));
  CHECK(static_cast<double>(by_then) == Approx(1230).margin(160));
  CHECK(result.journeys[0].failed == by_then);
  CHECK(lines_with(result, "withdrawn") == 1);
  CHECK(lines_with(result, "given out again") == 1);
}

TEST_CASE("Two lost nodes leave the third with all requests", "[unit]") {
  Testbed bed(kShop, zones_may_fail());
  bed.traffic("visit", 60);
  bed.at(50, ZoneLoss({"a", "b"}).begin());
  std::uint64_t by_then = 0;
  bed.at(141, [&](sim::Control& c) { by_then = c.journey(sim::JourneyId(0)).failed; });
  const auto result = bed.run(Duration::seconds(200));
  CHECK(by_then > 1000);
  CHECK(result.journeys[0].failed == by_then);
}

// A loss that ends before it is noticed takes no address away.
TEST_CASE("A short loss leaves the addresses as they were", "[unit]") {
  Testbed bed(kShop, zones_may_fail());
  bed.traffic("visit", 60);
  const ZoneLoss loss({"c"});
  bed.at(50, loss.begin());
  bed.at(60, loss.end());
  std::int64_t left = -1;
  bed.at(95, [&](sim::Control& c) {
    left = c.value(c.network().find_register("front@sg/zone-c-left"));
  });
  const auto result = bed.run(Duration::seconds(120));
  CHECK(left == 0);
  CHECK(static_cast<double>(result.journeys[0].failed) == Approx(200).margin(60));
  CHECK(lines_with(result, "given out again") == 0);
}

// 60 a second x 10 s / 3 = 200 hang at the node of a black hole, and are reset when it is back.
TEST_CASE("Who hangs at a lost node is let go when its zone is back", "[oracle]") {
  Testbed bed(kShop, zones_may_fail());
  bed.traffic_until("visit", 60, 110);
  const ZoneLoss loss({"b"}, 0);
  bed.at(100, loss.begin());
  bed.at(120, loss.end());
  std::uint64_t before = 0;
  bed.at(119, [&](sim::Control& c) { before = c.journey(sim::JourneyId(0)).failed; });
  const auto result = bed.run(Duration::seconds(130));
  CHECK(before == 0);
  CHECK(static_cast<double>(result.journeys[0].failed) == Approx(200).margin(45));
  CHECK(result.journeys[0].failed + result.journeys[0].succeeded == result.journeys[0].offered);
}

TEST_CASE("Who hangs in a lost zone goes on hanging while other troubles end", "[unit]") {
  Testbed bed(kShop, zones_may_fail());
  bed.traffic_until("visit", 60, 110);
  bed.at(100, ZoneLoss({"b"}, 0).begin());
  const auto slow = std::make_shared<sim::EffectId>();
  const sim::DeploymentId front = bed.compiled().find("front", "sg")->id;
  bed.at(101, [slow, front](sim::Control& c) {
    sim::Effect effect;
    effect.kind = sim::Effect::Kind::kLatency;
    effect.delay = Duration::milliseconds(1);
    *slow = c.begin_effect({front}, effect);
  });
  bed.at(115, [slow](sim::Control& c) { c.end_effect(*slow); });
  std::uint64_t failed = 9;
  bed.at(120, [&](sim::Control& c) { failed = c.journey(sim::JourneyId(0)).failed; });
  (void)bed.run(Duration::seconds(121));
  CHECK(failed == 0);
}

}  // namespace lifeboat::tests
