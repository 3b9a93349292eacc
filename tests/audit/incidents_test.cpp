// The recorded incidents of the library, with a fraction of their traffic and before the full
// auditor: each does what its file says, at the times that it says.
#include <cmath>
#include <string>
#include <vector>

#include "models/io/problems.hpp"
#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"
#include "sim/trial/trial.hpp"
#include "tests/audit/full_audit.hpp"
#include "tests/catch.hpp"

namespace lifeboat::audit {
namespace {

struct Incident {
  scenarios::Scenario scenario;
  std::shared_ptr<const sim::Network> network;
  sim::TrialResult trial;

  /// When the log first says so of a kind from `from` on; -1: never.
  [[nodiscard]] double told(const std::string& kind, const std::string& text,
                            double from = -1e9) const {
    for (const auto& event : trial.events) {
      const bool says = event.text.find(text) != std::string::npos;
      if (event.kind == kind && says && event.at.to_seconds() >= from) {
        return event.at.to_seconds();
      }
    }
    return -1;
  }
  [[nodiscard]] std::size_t times(const std::string& kind, const std::string& text, double from,
                                  double until) const {
    std::size_t count = 0;
    for (const auto& event : trial.events) {
      const double at = event.at.to_seconds();
      const bool says = event.text.find(text) != std::string::npos;
      if (event.kind == kind && says && at >= from && at < until) ++count;
    }
    return count;
  }
  /// Share of a journey's requests of that time that failed, and how many came.
  [[nodiscard]] double failed(const std::string& journey, double from, double until,
                              double* offered_there = nullptr) const {
    for (std::size_t j = 0; j < network->journeys.size(); ++j) {
      if (network->journeys[j].name != journey) continue;
      double failed = 0;
      double offered = 0;
      const auto& bins = trial.journeys[j].bins;
      for (std::size_t i = 0; i < bins.size(); ++i) {
        const double at = static_cast<double>(i) * trial.bin.to_seconds();
        if (at < from || at >= until) continue;
        offered += bins[i].offered;
        for (const auto count : bins[i].failed_by) failed += count;
      }
      REQUIRE(offered > 0);
      if (offered_there != nullptr) *offered_there = offered;
      return failed / offered;
    }
    FAIL("no journey " << journey);
    return 0;
  }
};

Incident run(const std::string& name, const std::string& rate) {
  models::io::Problems problems;
  scenarios::ScenarioChanges changes;
  changes.set = {"traffic.shoppers.rate=" + rate};
  auto scenario = scenarios::load_scenario(
      tests::source_dir() / "scenarios/library" / (name + ".json"), changes, problems);
  CAPTURE(name, problems.lines());
  REQUIRE(scenario);
  CHECK_FALSE(scenario->objectives.empty());
  const auto compiled = scenarios::compile_scenario(*scenario, problems);
  REQUIRE_FALSE(problems.has_errors());
  sim::RunOptions options = compiled.options;
  const sim::Network& network = *compiled.network;
  options.listen = [&network](std::uint32_t) { return make_full_auditor(network); };
  auto trial = sim::run_trial(network, options, 0);
  return {std::move(*scenario), compiled.network, std::move(trial)};
}

constexpr double kMinute = 60;
constexpr double kHour = 3600;

}  // namespace

// The run starts at 22:00. Power is lost at 22:25 (within a minute of jitter) for 155 minutes.
TEST_CASE("Sydney 2016: what has copies in other zones fails over, and no write is lost",
          "[unit][long]") {
  const Incident day = run("incident-2016-sydney", "2/s");
  const double lost = day.told("fault", "zone a of sg is lost");
  CHECK(lost >= 25 * kMinute);
  CHECK(lost < 26 * kMinute);
  CHECK(day.told("fault-end", "zone a of sg is back") == Approx(lost + 155 * kMinute));
  CHECK(day.told("fault-end", "grants launches again") == Approx(lost + 81 * kMinute));
  const double failover = day.told("failover", "failover of orders-db@sg begins");
  CHECK(failover == Approx(lost));
  // The database's mechanism: 60 to 120 s. Every order of that time fails, and later ones do not.
  CHECK(day.failed("product", 0, 24 * kMinute) < 0.01);
  CHECK(day.failed("checkout", lost + 10, lost + 60) > 0.5);
  CHECK(day.failed("product", lost + 10 * kMinute, 4 * kHour) < 0.02);
  for (const auto& loss : day.trial.losses) CHECK(loss.writes_lost == 0);
}

// From 30 to 1,058 minutes. Half of the calls of the user pool fail and each customer's software
// tries twice: a quarter of the sign-ins fail, give or take 4.5 standard deviations (7e-6).
TEST_CASE("us-east-1 2020: nothing scales by metrics, a quarter of the sign-ins fail, pages go on",
          "[oracle][long]") {
  const Incident day = run("incident-2020-kinesis", "0.5/s");
  const double from = day.told("fault", "metric-blackout");
  CHECK(from >= 30 * kMinute);
  CHECK(from < 31 * kMinute);
  const double until = from + 17 * kHour + 8 * kMinute;
  CHECK(day.told("fault-end", "metric-blackout") == Approx(until));
  double offered = 0;
  const double failed = day.failed("log-in", from + 60, until - 60, &offered);
  CHECK(std::abs(failed - 0.25) < 4.5 * std::sqrt(0.25 * 0.75 / offered));
  CHECK(day.failed("product", from + 60, until - 60) < 0.005);
  CHECK(day.failed("log-in", until + 60, 18 * kHour) < 0.05);
  for (const auto& event : day.trial.events) {
    const double at = event.at.to_seconds();
    if (event.kind != "scaling" || at < from + 5 * kMinute || at > until) continue;
    // What is scheduled needs no metric.
    CHECK(event.cause.find("target") == std::string::npos);
  }
}

TEST_CASE("us-east-1 2021: everything runs while nothing can be changed", "[unit][long]") {
  const Incident day = run("incident-2021-control-plane", "0.5/s");
  const double from = day.told("fault", "control-plane-outage");
  CHECK(from >= 30 * kMinute);
  CHECK(from < 31 * kMinute);
  const double until = from + 6 * kHour + 52 * kMinute;
  CHECK(day.told("fault-end", "control-plane-outage") == Approx(until));
  CHECK(day.told("fault-end", "dns-control-plane-outage") == Approx(until));
  CHECK(day.failed("static", from, until) < 0.001);
  // No task is started or stopped.
  CHECK(day.times("task", "", from + kMinute, until) == 0);
}

// 23:48 is 18 minutes in. Tables for 172 minutes; launches from 02:25 to 10:36 and 13:50.
TEST_CASE(
    "us-east-1 2025: carts fail with the tables, and are whole again long before the tail ends",
    "[unit][long]") {
  const Incident day = run("incident-2025-dynamodb", "1/s");
  const double from = day.told("fault", "service-outage");
  CHECK(from == 18 * kMinute);
  const double until = from + 172 * kMinute;
  CHECK(day.told("fault-end", "service-outage") == Approx(until));
  CHECK(day.told("fault", "grants 0% of further launches") == Approx(from + 157 * kMinute));
  CHECK(day.told("fault-end", "grants launches again") == Approx(from + 648 * kMinute));
  CHECK(day.failed("add-to-cart", 0, from) < 0.02);
  CHECK(day.failed("add-to-cart", from + kMinute, until - kMinute) > 0.99);
  CHECK(day.failed("add-to-cart", until + 5 * kMinute, 15 * kHour) < 0.02);
  CHECK(day.failed("static", from, until) < 0.001);
  CHECK(day.times("health-check", "unhealthy", 0, 15 * kHour) == 3);
  // Nobody moves: no copy is opened.
  CHECK(day.trial.losses.empty());
}

// 04:30 is 30 minutes in, and 09:46 346.
TEST_CASE("ME-CENTRAL-1 2026: one zone's loss is carried, and two zones' is not for S3",
          "[unit][long]") {
  const Incident day = run("incident-2026-two-zones", "1/s");
  const double first = day.told("fault", "zone b of sg is lost");
  CHECK(first >= 30 * kMinute);
  CHECK(first < 31 * kMinute);
  const double second = day.told("fault", "zone c of sg is lost");
  CHECK(second == Approx(first + 316 * kMinute));
  CHECK(day.told("fault-end", "") == -1);
  CHECK(day.failed("product", first + 15 * kMinute, second) < 0.02);
  CHECK(day.failed("static", first + 15 * kMinute, second) < 0.005);
  CHECK(day.failed("product", second + 15 * kMinute, 8 * kHour) < 0.05);
}

}  // namespace lifeboat::audit
