// The library's scenarios of callers, retries and deployments: each makes the point it is there
// for.
#include <algorithm>
#include <string>
#include <vector>

#include "sim/trial/trial.hpp"
#include "tests/audit/full_audit.hpp"
#include "tests/catch.hpp"
#include "tests/reports/shipped_input.hpp"

namespace lifeboat::reports {
namespace {

constexpr std::uint32_t kTrials = 2;

struct Outcome {
  std::vector<sim::TrialResult> trials;
  double bin = 1;  ///< seconds

  /// Share of good requests among those of a journey that came in these minutes, in every trial.
  [[nodiscard]] std::vector<double> good(std::size_t journey, double from, double until) const {
    std::vector<double> shares;
    for (const sim::TrialResult& trial : trials) {
      double offered = 0;
      double good = 0;
      const auto& bins = trial.journeys.at(journey).bins;
      for (std::size_t i = 0; i < bins.size(); ++i) {
        const double minute = static_cast<double>(i) * bin / 60;
        if (minute < from || minute >= until) continue;
        offered += bins[i].offered;
        good += bins[i].good;
      }
      REQUIRE(offered > 0);
      shares.push_back(good / offered);
    }
    return shares;
  }
  [[nodiscard]] double least(std::size_t journey, double from, double until) const {
    const auto shares = good(journey, from, until);
    return *std::min_element(shares.begin(), shares.end());
  }
  [[nodiscard]] double most(std::size_t journey, double from, double until) const {
    const auto shares = good(journey, from, until);
    return *std::max_element(shares.begin(), shares.end());
  }
};

Outcome run(const std::string& scenario) {
  const RunInput input = shipped_input(scenario);
  CHECK_FALSE(input.objectives.empty());
  Outcome outcome;
  outcome.bin = input.options.bin.to_seconds();
  sim::run_trials(*input.network, input.options, 0, kTrials, 2, [&](sim::TrialResult&& result) {
    outcome.trials.push_back(std::move(result));
    return true;
  });
  return outcome;
}

bool told(const sim::TrialResult& trial, const char* kind, const char* text) {
  return std::any_of(trial.events.begin(), trial.events.end(), [&](const sim::IncidentEvent& e) {
    return e.kind == kind && e.text.find(text) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("A retry storm outlives what set it off", "[unit][long]") {
  // Two slow minutes from minute 5 on. Ten minutes after their end, and to the end of the run,
  // nearly nothing is good, though seven tenths of what could be served is asked for.
  const Outcome storm = run("retry-storm");
  CHECK(storm.least(0, 0, 5) > 0.99);
  CHECK(storm.most(0, 17, 40) < 0.1);
}

TEST_CASE("Shedding for some minutes breaks a retry storm", "[unit][long]") {
  // The on-call answers 2 minutes after minute 10, sheds a minute later, and has let all in again
  // after 2.5 minutes: at 15.5.
  const Outcome shed = run("retry-storm-shed");
  CHECK(shed.most(0, 8, 12) < 0.1);
  CHECK(shed.least(0, 16, 40) > 0.99);
}

TEST_CASE("A slow dependency takes down what does not depend on it; a breaker saves it",
          "[unit][long]") {
  // Journeys: plain, reviewed; the reviews are slow from minute 10 to 20.
  const Outcome bare = run("slow-dependency");
  CHECK(bare.least(0, 0, 10) > 0.99);
  CHECK(bare.most(0, 11, 20) < 0.5);
  const Outcome guarded = run("slow-dependency-breaker");
  CHECK(guarded.least(0, 11, 20) > 0.98);
  CHECK(guarded.least(1, 11, 20) > 0.9);
  for (const sim::TrialResult& trial : guarded.trials) CHECK(told(trial, "breaker", "opens"));
}

TEST_CASE("ECS's circuit breaker sees a version that fails, not one that is slow", "[unit][long]") {
  const Outcome outcome = run("bad-deployment");
  // Minute 5: rolled back, nobody notices. Minute 25: serves alone until about minute 47.
  CHECK(outcome.least(0, 5, 25) > 0.999);
  CHECK(outcome.most(0, 30, 40) < 0.98);
  CHECK(outcome.least(0, 60, 70) > 0.999);
  for (const sim::TrialResult& trial : outcome.trials) {
    CHECK(told(trial, "deployment", "the circuit breaker ends the deployment: 3 tasks"));
    CHECK(told(trial, "deployment", "version 1 is rolled back to 0"));
    CHECK(told(trial, "deployment", "version 2 serves alone"));
    CHECK(told(trial, "deployment", "version 2 is rolled back to 0"));
  }
}

}  // namespace lifeboat::reports
