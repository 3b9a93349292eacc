// The library's scenarios of the edge, small: what a flood of bots does with and without a rule,
// and what an expired certificate does.
#include <optional>
#include <string>
#include <vector>

#include "reports/verdict/trial_view.hpp"
#include "sim/trial/trial.hpp"
#include "tests/catch.hpp"
#include "tests/reports/shipped_input.hpp"

namespace lifeboat::reports {
namespace {

constexpr double kFloodAt = 600;     // 20:00; the run begins at 19:50
constexpr double kFloodEnds = 2400;  // 20:30

struct Run {
  sim::TrialResult result;
  std::vector<std::size_t> counted;  ///< journeys of the availability
};

Run run_of(const std::string& scenario, const std::vector<std::string>& set) {
  const RunInput input = shipped_input(scenario, set);
  CHECK_FALSE(input.objectives.empty());
  return {sim::run_trial(*input.network, input.options, 0), entry_journeys(*input.network)};
}

double good_share(const Run& run, double from, double to) {
  double offered = 0;
  double good = 0;
  for (const std::size_t journey : run.counted) {
    const auto& bins = run.result.journeys[journey].bins;
    for (std::size_t i = 0; i < bins.size(); ++i) {
      const double at = static_cast<double>(i) * run.result.bin.to_seconds();
      if (at < from || at >= to) continue;
      offered += bins[i].offered;
      good += bins[i].good;
    }
  }
  return good / offered;
}

const std::string kCounts = "platform.services.front.waf.rules.per-client.action=count";

}  // namespace

// 524 requests a second on 80: customers fare as the bots do. With the rule the last bot is blocked
// 20 + 10 + 60 s after the beginning, and the queues that it leaves take less than 20 s; without it
// customers suffer for half an hour.
TEST_CASE("With a rate rule customers suffer from bots until window, look and lag are over",
          "[oracle][long]") {
  const Run with = run_of("bot-flood", {});
  CHECK(with.counted == std::vector<std::size_t>{0});  // bots are no customers
  CHECK(good_share(with, 0, kFloodAt) > 0.999);
  CHECK(good_share(with, kFloodAt, kFloodAt + 30) < 0.5);
  CHECK(good_share(with, kFloodAt + 120, kFloodEnds) > 0.999);
  const sim::JourneyResult& bots = with.result.journeys[1];
  const auto blocked =
      static_cast<double>(bots.failed_by[static_cast<std::size_t>(sim::Cause::kBlocked)]);
  // In the mean 20 + 5 + 32.5 s of 1,800 get through, give or take 1.6 s (a hundred bots, one phase
  // of the looks for all: 5 s more or less).
  CHECK(blocked / static_cast<double>(bots.offered) == Approx(1 - 57.5 / 1800).margin(10.0 / 1800));

  const Run without = run_of("bot-flood", {kCounts, "duration=20m"});
  CHECK(good_share(without, kFloodAt + 120, kFloodAt + 600) < 0.5);
  CHECK(without.result.journeys[1].failed_by[static_cast<std::size_t>(sim::Cause::kBlocked)] == 0);
}

// What Shield does at the shipped load, its baseline known from the start: it detects within some
// looks of a minute and puts its rule up 1 to 10 minutes later; a client is then blocked after
// window, look and lag as by any rule.
TEST_CASE("Without a rule of its own the shop suffers until Shield Advanced has put one up",
          "[oracle][long]") {
  const Run run = run_of("bot-flood-shield", {});
  std::optional<double> detected;
  std::optional<double> mitigated;
  for (const sim::IncidentEvent& event : run.result.events) {
    if (event.kind != "shield") continue;
    auto& at = detected ? mitigated : detected;
    if (!at) at = event.at.to_seconds();
  }
  REQUIRE(detected);
  REQUIRE(mitigated);
  CHECK(*detected > kFloodAt);
  CHECK(*detected < kFloodAt + 90);
  CHECK(*mitigated - *detected >= 60);
  CHECK(*mitigated - *detected <= 600);
  CHECK(good_share(run, 0, kFloodAt) > 0.999);
  CHECK(good_share(run, *detected, *mitigated) < 0.5);
  CHECK(good_share(run, *mitigated + 150, kFloodEnds) > 0.999);
}

TEST_CASE("An expired certificate refuses everybody until another one is there", "[unit]") {
  const Run run = run_of("certificate-expiry", {"traffic.view.rate=5/s"});
  CHECK(good_share(run, 0, 1200) == 1);
  CHECK(good_share(run, 1200, 1200 + 2700) == 0);
  CHECK(good_share(run, 1200 + 2700, 7200) == 1);
  for (const sim::IncidentEvent& event : run.result.events) {
    CHECK(event.kind != "health-check");  // which do not validate it
    CHECK(event.kind != "dns");
  }
}

}  // namespace lifeboat::reports
