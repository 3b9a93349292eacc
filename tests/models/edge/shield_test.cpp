// Shield Advanced: when it detects, when its rule stands, and what it needs.
#include <algorithm>

#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Cause;
using sim::Duration;
using sim::Instant;

namespace {

std::string shielded(const std::string& shield, const std::string& waf = R"("waf": {},)") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "clients": { "population": 100000 },
    "services": { "front": { "kind": "alb", "to": "till", "region": "sg", )" +
         waf + R"( "shield": )" + shield + R"( },
                  "till": { "kind": "queue", "region": "sg", "servers": 1000,
                            "operations": { "serve": { "demand": "1ms" }, "look": { "demand": "1ms" } } } },
    "journeys": { "visit": { "entry": "front.serve" }, "scrape": { "entry": "front.look" } } })";
}

/// 10 customers a second from an hour before, and `flood` requests of 20 bots from 0 to 30 min.
sim::TrialResult flooded(const std::string& shield, double flood) {
  Testbed bed(shielded(shield));
  bed.traffic("visit", 10);
  sim::Source bots;
  bots.name = "bots";
  bots.clients = 20;
  const auto end = Instant::from_seconds(1800);
  bots.rate.points = {{Instant::from_nanoseconds(-1), 0.0},
                      {Instant::origin(), flood},
                      {end, flood},
                      {end + Duration::nanoseconds(1), 0.0}};
  sim::Source::Choice choice;
  choice.journey = bed.compiled().journeys.at("scrape");
  choice.share.points = {{Instant::origin(), 1.0}};
  bots.mix = {choice};
  bed.compiled().network().add_source(std::move(bots));
  return bed.run(Duration::seconds(4000), Duration::hours(1));
}

/// Seconds at which the log of Shield first says so; -1: never.
double shield_said(const sim::TrialResult& result, const std::string& text) {
  for (const sim::IncidentEvent& event : result.events) {
    if (event.kind == "shield" && event.text.find(text) != std::string::npos) {
      return event.at.to_seconds();
    }
  }
  return -1;
}

}  // namespace

// With 10 baselines (9 of bots, 1 of customers) the score grows by 7 a second: 300 s are full after
// 43 s, at the fifth whole look, whose first is up to 10 s late: 43 to 61 s. With 20 baselines: 17
// a second, the second look: 17 to 31 s. Noise of the rate (10 % of a look's 1,000) moves it by no
// look except near a multiple.
TEST_CASE("Shield sees a larger flood sooner, and a small one never", "[oracle]") {
  const std::string advanced = R"({ "advanced": true })";
  const double ten = shield_said(flooded(advanced, 90), "event detected");
  CHECK(ten >= 40);
  CHECK(ten <= 61);
  const double twenty = shield_said(flooded(advanced, 190), "event detected");
  CHECK(twenty >= 17);
  CHECK(twenty <= 31);
  CHECK(shield_said(flooded(advanced, 15), "event detected") == -1);  // 2.5 baselines
  // Protected for 23 h at time 0, it knows enough an hour later: the flood is over then.
  CHECK(shield_said(flooded(R"({ "advanced": true, "protectedFor": "23h" })", 90),
                    "event detected") == -1);
}

// Bots of 4.5 a second each make 300 in 300 s after 67 s; the rule stands 2 min after the
// detection.
TEST_CASE("automatic mitigation blocks the flood and goes when it is over", "[unit]") {
  const auto result = flooded(
      R"({ "advanced": true, "automaticMitigation": true, "mitigation": "2m", "quiet": "10m" })",
      90);
  const double detected = shield_said(result, "event detected");
  const double mitigated = shield_said(result, "automatic mitigation");
  CHECK(mitigated - detected >= 120);
  CHECK(mitigated - detected <= 130);
  CHECK(shield_said(result, "event over") >= 1800 + 600);
  CHECK(shield_said(result, "event over") <= 1800 + 640);
  const sim::JourneyResult& bots = result.journeys[1];
  const double blocked = static_cast<double>(bots.failed_by[static_cast<int>(Cause::kBlocked)]) /
                         static_cast<double>(bots.offered);
  // Blocked from 67 s, a look and the lag (5 to 60 s) after the rule: 72 to 137 s.
  CHECK(blocked < 1 - (mitigated + 70) / 1800);
  CHECK(blocked > 1 - (mitigated + 140) / 1800);
  CHECK(result.journeys[0].failed == 0);
  const auto only_watched = flooded(R"({ "advanced": true })", 90);
  CHECK(only_watched.journeys[1].failed == 0);
}

TEST_CASE("mitigation needs Advanced and a web ACL; Standard is nothing to model", "[unit]") {
  const auto first = [](const std::string& json) {
    const auto lines = problems_of(json);
    return lines.empty() ? std::string() : lines.front();
  };
  CHECK(first(shielded("{}")).empty());
  CHECK(first(shielded(R"({ "automaticMitigation": true })")).find("only Shield Advanced") !=
        std::string::npos);
  CHECK(first(shielded(R"({ "advanced": true, "automaticMitigation": true })", ""))
            .find("there is none") != std::string::npos);
  Testbed bed(shielded("{}"));
  CHECK(bed.build().controllers.size() == 2);  // the test's own, and the balancer's capacity
}
