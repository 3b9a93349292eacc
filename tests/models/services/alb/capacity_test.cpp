// A balancer's capacity against its closed form.
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using namespace lifeboat::tests;
using sim::Duration;

namespace {

std::string balanced(const std::string& more) {
  return R"({ "format": "lifeboat/platform/1", "name": "balanced",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "front": { "kind": "alb", "to": "till", "region": "sg")" +
         more + R"( },
      "till": { "kind": "queue", "region": "sg", "servers": 10000,
                "operations": { "serve": { "demand": "1ms" } } } },
    "journeys": { "visit": { "entry": "front.serve" } } })";
}

std::uint64_t refused(const sim::TrialResult& result) {
  return result.journeys[0].failed_by[static_cast<std::size_t>(sim::Cause::kThrottled)];
}

}  // namespace

// Demand of 40/s meets a capacity of 10/s. Nothing grows for the dead time (90 s, and half a look);
// then it doubles every 300 s (in steps of 15 s, whose mean is 1.7 % below the curve) until it has
// 40/s after 600 s. Lost: 30/s x 97.5 s, and 40/s x 600 s less the integral of 10 x 2^(t / 300)
// from 0 to 600 s, 10 x 300 / ln 2 x 3 = 12,984, less 1.7 % of that: 2,925 + 11,016 + 225 = 14,166.
TEST_CASE("A balancer grows by doubling in five minutes after a dead time", "[unit]") {
  double sum = 0;
  constexpr std::uint64_t kTrials = 10;
  Testbed bed(balanced(R"(, "minimumCapacity": "10/s", "capacityDeadTime": "90s")"));
  bed.traffic("visit", 40);
  for (std::uint64_t seed = 1; seed <= kTrials; ++seed) {
    sum += static_cast<double>(refused(bed.run(Duration::seconds(3000), {}, seed)));
  }
  CHECK(sum / kTrials == Approx(14'166).epsilon(0.02));
}

TEST_CASE("Reserved capacity units are there at once", "[unit]") {
  // 8 units are 200/s, five times the demand.
  Testbed bed(balanced(R"(, "minimumCapacity": "10/s", "capacityUnits": 8)"));
  bed.traffic("visit", 40);
  CHECK(refused(bed.run(Duration::seconds(1000))) == 0);
}

// 60/s until 1,200 s, then 15/s. A look counts 15 s: 225 requests on average, and the most of an
// hour some three standard deviations of 15 more: 18/s, of which 1.3 times is wanted.
TEST_CASE("A balancer keeps its capacity for an hour, and then falls to what is wanted", "[unit]") {
  Testbed bed(balanced(R"(, "minimumCapacity": "10/s", "capacityDeadTime": "60s")"));
  sim::Source source;
  source.name = "falling";
  source.rate.points = {{sim::Instant::origin(), 60},
                        {sim::Instant::from_seconds(1200), 60},
                        {sim::Instant::from_seconds(1201), 15}};
  sim::Source::Choice choice;
  choice.journey = bed.compiled().journeys.at("visit");
  choice.share.points = {{sim::Instant::origin(), 1}};
  source.mix = {choice};
  bed.compiled().network().add_source(source);
  std::vector<double> seen;
  const auto& metrics = bed.handles("front", "sg").metrics;
  const auto look = [&](sim::Control& control) { seen.push_back(metrics.at(0).read(control)); };
  for (const double at : {1200.0, 4700.0, 5200.0}) bed.at(at, look);
  (void)bed.run(Duration::seconds(5300));
  REQUIRE(seen.size() == 3);
  CHECK(seen[0] >= 78);
  CHECK(seen[0] <= 100);
  CHECK(seen[1] >= 78);
  CHECK(seen[2] >= 20);
  CHECK(seen[2] <= 27);
}
