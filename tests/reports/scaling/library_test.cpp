// The library's scaling scenarios, small: what each policy does about a flash sale, and why.
//
// 24 requests a second of 50 ms are 1.2 processors: 4 tasks of half a processor at 60 %. The sale
// has five times that within 90 seconds, 6 processors: 20 tasks at 60 %, and no fewer than 12 carry
// it at all. Traffic varies by 5 % (one standard deviation) from trial to trial.
#include <algorithm>
#include <string>
#include <vector>

#include "sim/trial/trial.hpp"
#include "tests/audit/full_audit.hpp"
#include "tests/catch.hpp"
#include "tests/reports/shipped_input.hpp"

namespace lifeboat::reports {
namespace {

constexpr double kMinute = 60;
constexpr double kSaleAt = 20 * kMinute;  // 20:00; the run begins at 19:40
constexpr std::uint32_t kTrials = 4;

std::vector<sim::TrialResult> trials_of(const std::string& scenario,
                                        std::vector<std::string> set = {}) {
  const RunInput input = shipped_input(scenario, std::move(set));
  CHECK_FALSE(input.objectives.empty());
  std::vector<sim::TrialResult> results;
  sim::run_trials(*input.network, input.options, 0, kTrials, 2, [&](sim::TrialResult&& result) {
    results.push_back(std::move(result));
    return true;
  });
  return results;
}

double good_share(const std::vector<sim::TrialResult>& trials) {
  double offered = 0;
  double good = 0;
  for (const sim::TrialResult& trial : trials) {
    for (const sim::ArrivalBin& bin : trial.journeys.at(0).bins) {
      offered += bin.offered;
      good += bin.good;
    }
  }
  return good / offered;
}

/// Seconds from the sale's beginning to the first line of the log that holds both texts, after
/// `from`; nothing where there is none.
std::optional<double> first(const sim::TrialResult& trial, const char* text, const char* cause,
                            double from = 0) {
  for (const sim::IncidentEvent& event : trial.events) {
    const double at = event.at.to_seconds() - kSaleAt;
    if (event.kind != "scaling" || at < from) continue;
    if (event.text.find(text) != std::string::npos &&
        event.cause.find(cause) != std::string::npos) {
      return at;
    }
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("Target tracking alone sees a flash sale five to eight minutes late", "[oracle][long]") {
  const auto trials = trials_of("flash-target-tracking");
  for (const sim::TrialResult& trial : trials) {
    // 180 s of bins, up to 60 s of phase, 110 to 170 s of publication, up to 60 s of evaluation;
    // the threshold is passed within the ramp's 90 s. Noise alone may trip an alarm before: then a
    // task or two more, which the sale does not notice.
    const auto at = first(trial, "against 60 % in 3 of 3 datapoints", "target tracking", 180);
    REQUIRE(at);
    CHECK(*at < 180 + 60 + 170 + 60 + 90);
  }
  CHECK(good_share(trials) < 0.9);
}

TEST_CASE("Steps on 20 s metrics see it within two minutes", "[oracle][long]") {
  const auto trials = trials_of("flash-step");
  for (const sim::TrialResult& trial : trials) {
    // 75 % is passed within the ramp (a tenth of the way: 24 x 1.5 x 50 ms / 2 = 90 %); then 40 s
    // of bins, up to 20 s of phase, 10 to 30 s of publication, up to 10 s of evaluation.
    const auto at = first(trial, "alarm at 75 % (2 of 2), step +", "step scaling");
    REQUIRE(at);
    CHECK(*at > 40);
    CHECK(*at < 90 + 40 + 20 + 30 + 10);
    // After the sale's hold the other policy takes tasks away again, 20 % at a time.
    CHECK(first(trial, "alarm at 40 % (10 of 10), step -20 %", "step scaling", 1800));
  }
  CHECK(good_share(trials) > good_share(trials_of("flash-target-tracking")) + 0.1);
}

TEST_CASE("A schedule has the tasks there before the sale and lets them go after it",
          "[oracle][long]") {
  const auto trials = trials_of("flash-scheduled");
  for (const sim::TrialResult& trial : trials) {
    const auto at =
        first(trial, "-> 20: cron(50 19 * * ? *), minCapacity 20", "scheduled scaling", -kSaleAt);
    REQUIRE(at);
    CHECK(*at >= -600);
    CHECK(*at <= -595);
  }
  CHECK(good_share(trials) > 0.999);
}

// The history's 20:00 hour is 4.51 processors on a mean day (3.76 times the 1.2 of the others), so
// 15 or 16 tasks at 60 % of half a processor; the level of the last day is within 3 %.
TEST_CASE("A forecast has them there as its history says", "[oracle][long]") {
  const auto trials = trials_of("flash-predictive");
  for (const sim::TrialResult& trial : trials) {
    const auto at = first(trial, "processors for 2026-11-11T20:00", "predictive scaling", -kSaleAt);
    REQUIRE(at);
    CHECK(*at == Approx(-600).margin(0.001));
    const bool as_many = first(trial, "-> 15: forecast", "predictive", -kSaleAt) ||
                         first(trial, "-> 16: forecast", "predictive", -kSaleAt);
    CHECK(as_many);
  }
  CHECK(good_share(trials) > 0.999);
}

TEST_CASE("Of all policies at once the schedule is first, and none takes away what it gave",
          "[oracle][long]") {
  const auto trials = trials_of("flash-several");
  for (const sim::TrialResult& trial : trials) {
    CHECK(first(trial, "minCapacity 20", "scheduled scaling", -kSaleAt));
    // The step policy wants fewer tasks at first (20 tasks at 12 %); the minimum holds them.
    for (const sim::IncidentEvent& event : trial.events) {
      const double at = event.at.to_seconds() - kSaleAt;
      if (event.kind == "scaling" && at > -590 && at < 1800) {
        CHECK(event.text.find("desired count 20 -> 1") == std::string::npos);
      }
    }
  }
  CHECK(good_share(trials) > 0.999);
}

TEST_CASE("Without metrics target tracking is frozen, and a schedule is not", "[oracle][long]") {
  const auto trials = trials_of("metric-blackout");
  for (const sim::TrialResult& trial : trials) {
    const auto frozen = first(trial, "frozen at desired count", "CloudWatch", -kSaleAt);
    const auto back = first(trial, "metrics are back", "CloudWatch", -kSaleAt);
    REQUIRE(frozen);
    REQUIRE(back);
    for (const sim::IncidentEvent& event : trial.events) {
      const double at = event.at.to_seconds() - kSaleAt;
      if (event.kind != "scaling" || at <= *frozen || at >= *back) continue;
      FAIL_CHECK(event.text);
    }
    // Three whole bins must have come and been published before anything scales again.
    for (const sim::IncidentEvent& event : trial.events) {
      const double at = event.at.to_seconds() - kSaleAt;
      if (event.kind == "scaling" && event.cause == "target tracking" && at > *back) {
        CHECK(at - *back > 180 + 110 - 60);
        break;
      }
    }
  }
  CHECK(good_share(trials) < good_share(trials_of("flash-target-tracking")));
  // Static stability: the same loss of metrics with the capacity there beforehand.
  CHECK(good_share(trials_of("metric-blackout", {"platform.services.web.scaling.minCapacity=20"})) >
        0.999);
}

}  // namespace lifeboat::reports
