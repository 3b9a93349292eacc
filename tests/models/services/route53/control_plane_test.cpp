// Records that are edited, checks that are blind, and networks between regions that break: what a
// failover by names rests on.
#include <algorithm>
#include <string>
#include <vector>

#include "tests/models/services/testbed.hpp"

namespace lifeboat::tests {
namespace {

using sim::Duration;

const char* const kTwoRegions = R"({ "format": "lifeboat/platform/1", "name": "two",
  "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
  "links": [ { "between": ["sg", "syd"], "rtt": "100ms" } ],
  "clients": { "resolvers": "ttl-only" },
  "healthChecks": { "sg-up": { "watch": "till@sg", "requestInterval": "10s" },
                    "syd-open": { "switch": "unhealthy" } },
  "services": {
    "www": { "kind": "route53", "routing": "failover", "ttl": "10s", "to": "till",
             "records": { "sg": { "role": "primary", "healthCheck": "sg-up" },
                          "syd": { "role": "secondary", "healthCheck": "syd-open" } } },
    "till": { "kind": "queue", "servers": 500, "regions": { "sg": {}, "syd": {} },
              "operations": { "serve": { "demand": "1ms" },
                              "ask": { "demand": "1ms", "calls": [
                                { "call": "far.serve", "at": "syd", "timeout": "2s" } ] } } },
    "far": { "kind": "queue", "servers": 50, "regions": { "sg": {}, "syd": {} },
             "operations": { "serve": { "demand": "1ms" } } } },
  "journeys": { "visit": { "entry": "www.serve" }, "ask": { "entry": "www.ask" } } })";

/// When the log first says so of a kind; -1: never.
double told(const sim::TrialResult& r, const std::string& kind, const std::string& text) {
  for (const auto& event : r.events) {
    if (event.kind == kind && event.text.find(text) != std::string::npos) {
      return event.at.to_seconds();
    }
  }
  return -1;
}

void point_at_sydney(Testbed& bed, double at) {
  bed.at(at, [&bed](sim::Control& control) {
    bed.verb("www", "", "route53ChangeRecords").begin(control, {1, control.now()});
  });
}

}  // namespace

// The edge has an edit within 5 to 60 s, and then answers by it, though Sydney's switch is off.
TEST_CASE("Edited records answer with the region to activate, whatever the checks say", "[unit]") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Testbed bed(kTwoRegions);
    bed.traffic("visit", 1);
    point_at_sydney(bed, 100);
    const sim::TrialResult r = bed.run(Duration::seconds(300), {}, seed);
    CHECK(told(r, "dns", "edited to point at syd") == Approx(100));
    const double answered = told(r, "dns", "answers with syd");
    CHECK(answered >= 105);
    CHECK(answered <= 160);
  }
}

TEST_CASE("No record is edited while the control plane of names is down, and switches work",
          "[unit]") {
  Testbed bed(kTwoRegions);
  bed.traffic("visit", 1);
  bed.at(90, bed.set("dns/control-plane", 0));
  point_at_sydney(bed, 100);
  bed.at(1000, bed.set("dns/control-plane", 1));
  CHECK(told(bed.run(Duration::seconds(1200)), "dns", "edited") == Approx(1000));

  // The same, by a switch: Singapore is gone, the switch is flipped at 300 s, the edge knows within
  // 10 s.
  Testbed by_switch(kTwoRegions);
  by_switch.traffic("visit", 1);
  by_switch.at(90, by_switch.set("dns/control-plane", 0));
  by_switch.at(100, by_switch.lose("sg"));
  by_switch.at(300, by_switch.set("health-check/syd-open", 1));
  const double answered = told(by_switch.run(Duration::seconds(600)), "dns", "answers with syd");
  CHECK(answered >= 301);
  CHECK(answered <= 310);
}

TEST_CASE("An edit to a region without a record fails", "[unit]") {
  Testbed bed(kTwoRegions);
  auto status = models::VerbStatus::kRunning;
  bed.at(10, [&](sim::Control& control) {
    bed.verb("www", "", "route53ChangeRecords").begin(control, {7, control.now()});
  });
  bed.at(20, [&](sim::Control& control) {
    status = bed.verb("www", "", "route53ChangeRecords").status(control, {7, control.now()});
  });
  (void)bed.run(Duration::seconds(30));
  CHECK(status == models::VerbStatus::kFailed);
}

// Three failures 10 s apart are seen about 28 s after the loss; a check that hears nothing from its
// checkers keeps what it says until they are back at 300 s, and needs as long from there.
TEST_CASE("A blind check sees no loss until its checkers are back", "[unit]") {
  for (const bool blind : {false, true}) {
    Testbed bed(kTwoRegions);
    bed.traffic("visit", 1);
    if (blind) {
      bed.at(90, bed.set("health-check/sg-up/blind", 1));
      bed.at(300, bed.set("health-check/sg-up/blind", 0));
    }
    bed.at(100, bed.lose("sg"));
    const double seen = told(bed.run(Duration::seconds(600)), "health-check", "unhealthy");
    CHECK(seen > (blind ? 320 : 120));
    CHECK(seen < (blind ? 335 : 135));
  }
}

TEST_CASE("Checkers whose requests all fail turn a healthy region's check", "[unit]") {
  Testbed bed(kTwoRegions);
  bed.traffic("visit", 1);
  bed.at(100, bed.set("health-check/sg-up/failing", 1));
  bed.at(300, bed.set("health-check/sg-up/failing", 0));
  const sim::TrialResult r = bed.run(Duration::seconds(600));
  CHECK(told(r, "health-check", "unhealthy") == Approx(128).margin(7));
  // Healthy again once more than 18 % of the checkers have seen three good answers: sooner.
  CHECK(told(r, "health-check", "healthy: 3 of 16") == Approx(322).margin(7));
}

namespace {

/// The link's gate, from 100 to 200 s.
sim::TrialResult with_link(const sim::Effect& effect) {
  models::CompileOptions options;
  options.links_may_fail = true;
  Testbed bed(kTwoRegions, options);
  bed.traffic("ask", 50);
  const auto id = std::make_shared<sim::EffectId>();
  bed.at(100, [=](sim::Control& control) {
    const auto& rows = control.network().deployments;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      if (rows[i].service == models::link_name("syd", "sg")) {
        *id = control.begin_effect({sim::DeploymentId(i)}, effect);
      }
    }
  });
  bed.at(200, [=](sim::Control& control) { control.end_effect(*id); });
  return bed.run(Duration::seconds(300));
}

}  // namespace

// 50 calls a second for 100 s, and those of 102 ms that are on their way at 100 s.
TEST_CASE("A cut network hangs what crosses it until the caller's timer ends", "[unit]") {
  sim::Effect cut;
  cut.share = cut.refuse_share = 0;
  const sim::TrialResult r = with_link(cut);
  const auto& ask = r.journeys[1];
  double in_the_cut = 0;
  for (std::size_t i = 0; i < ask.bins.size(); ++i) {
    const double at = static_cast<double>(i) * r.bin.to_seconds();
    if (at >= 100 && at < 200) in_the_cut += ask.bins[i].offered;
    if (at < 90 || at >= 200) CHECK(ask.bins[i].good == ask.bins[i].offered);
  }
  // What waits when the network is back finds its connection gone: within the last 2 s.
  const auto failed_by = [&](sim::Cause cause) {
    return static_cast<double>(ask.failed_by[static_cast<std::size_t>(cause)]);
  };
  CHECK(failed_by(sim::Cause::kTimeout) + failed_by(sim::Cause::kReset) ==
        Approx(in_the_cut + 5).margin(10));
  CHECK(failed_by(sim::Cause::kReset) == Approx(100).margin(40));
}

TEST_CASE("A slow network adds its time to every call that crosses it", "[unit]") {
  sim::Effect slow;
  slow.kind = sim::Effect::Kind::kLatency;
  slow.delay = Duration::milliseconds(400);
  const sim::TrialResult r = with_link(slow);
  CHECK(r.journeys[1].failed == 0);
  // 1 + 100 + 1 ms, and 400 more for a third of the run.
  CHECK(r.journeys[1].latency.quantile(0.5)->to_seconds() == Approx(0.102).epsilon(0.02));
  CHECK(r.journeys[1].latency.quantile(0.9)->to_seconds() == Approx(0.502).epsilon(0.02));
}

}  // namespace lifeboat::tests
