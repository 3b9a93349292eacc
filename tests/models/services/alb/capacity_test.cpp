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

// Demand of 40/s meets a capacity of 10/s. A look comes 7.5 s after the start on average and every
// 15 s from then on; the second one knows the demand of 15 s, and 90 s later that is answered: for
// 112.5 s nothing grows, and 30/s are lost. Then each look gives 2^(1/20) times as much, until 40
// looks have made it 40/s: 15 s x (40 x 40 - 10 x the sum of 2^(k/20) for k to 40, 88.07) = 10,789
// are lost. In all 3,375 + 10,789 = 14,164; ten trials: their phases give a standard error of 45.
TEST_CASE("A balancer grows by doubling in five minutes after a dead time", "[unit]") {
  double sum = 0;
  constexpr std::uint64_t kTrials = 10;
  Testbed bed(balanced(R"(, "minimumCapacity": "10/s", "capacityDeadTime": "90s")"));
  bed.traffic("visit", 40);
  for (std::uint64_t seed = 1; seed <= kTrials; ++seed) {
    sum += static_cast<double>(refused(bed.run(Duration::seconds(3000), {}, seed)));
  }
  CHECK(sum / kTrials == Approx(14'164).epsilon(0.01));
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
