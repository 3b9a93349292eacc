// Certificates: their end, their renewal, a region without one.
#include <algorithm>

#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Cause;
using sim::Duration;

namespace {

std::string certified(const std::string& certificate,
                      const std::string& regions = R"({ "sg": {} })") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "healthChecks": { "sg-up": { "watch": "front@sg", "requestInterval": "10s", "failureThreshold": 2 },
                      "syd-open": { "switch": "unhealthy" } },
    "services": { "www": { "kind": "route53", "routing": "failover", "ttl": "60s", "to": "front",
                           "records": { "sg": { "role": "primary", "healthCheck": "sg-up" },
                                        "syd": { "role": "secondary", "healthCheck": "syd-open" } } },
                  "front": { "kind": "alb", "to": "till", "certificate": )" +
         certificate + R"(, "regions": )" + regions + R"( },
                  "till": { "kind": "queue", "servers": 100, "regions": { "sg": {}, "syd": {} },
                            "operations": { "serve": { "demand": "1ms" } } } },
    "journeys": { "visit": { "entry": "www.serve" } } })";
}
const std::string kBoth = R"({ "sg": {}, "syd": {} })";

sim::DeploymentId certified_part(const sim::Network& network, std::string_view part) {
  for (std::uint32_t i = 0; i < network.deployments.size(); ++i) {
    if (network.deployments[i].part == part) return sim::DeploymentId(i);
  }
  FAIL("no part " << part);
  return {};
}

/// Seconds at which the log of Singapore's certificate first says so; -1: never.
double certificate_said(const sim::TrialResult& result, const std::string& text) {
  for (const sim::IncidentEvent& event : result.events) {
    if (event.kind == "certificate" && event.subject == "front@sg" &&
        event.text.find(text) != std::string::npos) {
      return event.at.to_seconds();
    }
  }
  return -1;
}

/// Requests that came from `from` on, in bins of 10 s, until `to`.
struct Window {
  std::uint64_t offered = 0;
  std::uint64_t failed = 0;
};
Window between(const sim::TrialResult& result, std::size_t from, std::size_t to) {
  Window window;
  for (std::size_t bin = from / 10; bin < to / 10 && bin < result.journeys[0].bins.size(); ++bin) {
    window.offered += result.journeys[0].bins[bin].offered;
    for (const std::uint32_t by : result.journeys[0].bins[bin].failed_by) window.failed += by;
  }
  return window;
}

}  // namespace

TEST_CASE("an expired certificate refuses everybody, and health checks do not notice", "[unit]") {
  Testbed bed(certified(R"({ "type": "IMPORTED", "notAfter": "+10m" })", kBoth));
  bed.traffic("visit", 10);
  std::int64_t healthy = 0;
  bed.at(1790, [&](sim::Control& control) {
    healthy = control.value(control.network().find_register("health-check/sg-up"));
  });
  const auto result = bed.run(Duration::seconds(1800));
  CHECK(between(result, 0, 600).failed == 0);
  const Window after = between(result, 600, 1800);
  CHECK(after.offered > 11'000);
  CHECK(after.failed == after.offered);
  CHECK(result.journeys[0].failed_by[static_cast<std::size_t>(Cause::kReset)] ==
        result.journeys[0].failed);
  CHECK(healthy == 1);
  CHECK(certificate_said(result, "expired") == 600);
}

// Within 45 days of its end it is renewed at once: 5 min after the beginning here.
TEST_CASE("a certificate is renewed before its end unless renewal fails", "[unit]") {
  const std::string json =
      certified(R"({ "notAfter": "+20m", "validation": "5m", "renewalInterval": "10m" })", kBoth);
  Testbed bed(json);
  bed.traffic("visit", 10);
  double days = 0;
  bed.at(3500, [&](sim::Control& control) {
    for (const models::Metric& metric : bed.handles("front", "sg").metrics) {
      if (metric.name == "daysToExpiry") days = metric.read(control);
    }
  });
  const auto renewed = bed.run(Duration::hours(1));
  CHECK(renewed.journeys[0].failed == 0);
  CHECK(certificate_said(renewed, "renewed") == 300);
  CHECK(days == Approx(198 - 3200.0 / 86'400).margin(1e-4));

  // The record is gone until 30 min: tries at 0, 10, 20 and 30 min, the last one is done at 35 min.
  Testbed other(json);
  other.traffic("visit", 10);
  sim::EffectId gone;
  other.at(0, [&](sim::Control& control) {
    gone = control.begin_effect({certified_part(control.network(), "certificate-renewal")}, {});
  });
  other.at(1790, [&](sim::Control& control) { control.end_effect(gone); });
  const auto late = other.run(Duration::hours(1));
  CHECK(certificate_said(late, "renewal of the certificate fails") >= 0);
  CHECK(certificate_said(late, "expired") == 1200);
  CHECK(certificate_said(late, "renewed") >= 2100);
  CHECK(certificate_said(late, "renewed") <= 2400);
  CHECK(between(late, 0, 1200).failed == 0);
  const Window without = between(late, 1200, 2100);
  CHECK(without.failed == without.offered);
  CHECK(between(late, 2410, 3600).failed == 0);
}

TEST_CASE("a region without a certificate refuses everybody once the name points there", "[unit]") {
  const std::string json = certified("{}", R"({ "sg": {}, "syd": { "certificate": null } })");
  const auto lines = problems_of(json);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].find("has a certificate in \"sg\" and none in \"syd\"") != std::string::npos);
  CHECK(problems_of(certified("{}", kBoth)).empty());

  models::io::Problems problems;
  const auto document = models::io::Document::parse_text(json, "p.json", problems);
  const auto loaded = models::load_platform(*document, {}, {}, problems);
  CHECK_FALSE(problems.has_errors());
  auto compiled = models::compile_platform(loaded.platform);
  sim::Source source;
  source.name = "visit";
  source.rate.points = {{sim::Instant::origin(), 10.0}};
  sim::Source::Choice choice;
  choice.journey = compiled.journeys.at("visit");
  choice.share.points = {{sim::Instant::origin(), 1.0}};
  source.mix = {choice};
  compiled.network().add_source(std::move(source));
  const auto fail_over = [&](sim::Control& control) {
    control.set(control.network().find_register("health-check/syd-open"), 1);
    (void)control.begin_effect(compiled.find_region("sg")->deployments, sim::Effect{});
  };
  compiled.network().add_controller(
      std::make_shared<tests::Script>(std::multimap<sim::Instant, tests::Script::Action>{
          {sim::Instant::from_seconds(300), fail_over}}));
  sim::RunOptions options;
  options.duration = Duration::seconds(1800);
  const auto result = sim::run_trial(*compiled.network().build(), options, 0);
  CHECK(between(result, 0, 300).failed == 0);
  const Window after = between(result, 900, 1800);
  CHECK(after.failed == after.offered);
}

TEST_CASE("what is wrong with a certificate is certificate_said", "[unit]") {
  const auto first = [](const std::string& json) {
    const auto lines = problems_of(json);
    return lines.empty() ? std::string() : lines.front();
  };
  CHECK(first(certified(R"({ "type": "IMPORTED" })", kBoth)).find("imported") != std::string::npos);
  CHECK(first(certified(R"({ "validity": "30d" })", kBoth)).find("not shorter than the validity") !=
        std::string::npos);
  CHECK(first(certified(R"({ "notBefore": "+1h" })", kBoth)).find("notBefore") !=
        std::string::npos);
}
