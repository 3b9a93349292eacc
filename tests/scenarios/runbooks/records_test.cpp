// A region is lost and names are to move, while Route 53 takes no changes: a plan that edits
// records stalls, one that flips a switch goes through. And a second fault at a step of the plan.
#include <string>

#include "tests/catch.hpp"
#include "tests/scenarios/run_text.hpp"

namespace lifeboat::scenarios {
namespace {

/// Singapore is lost at 100 s, and records cannot be edited from 50 to 1,850 s.
std::string scenario(const std::string& step, const std::string& more = "") {
  return R"({ "format": "lifeboat/scenario/1", "name": "move", "duration": "1h",
    "platform": { "format": "lifeboat/platform/1", "name": "two",
      "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
      "healthChecks": { "sg-up": { "watch": "till@sg", "requestInterval": "10s" },
                        "syd-open": { "switch": "unhealthy" } },
      "services": {
        "www": { "kind": "route53", "routing": "failover", "ttl": "10s", "to": "till",
                 "records": { "sg": { "role": "primary", "healthCheck": "sg-up" },
                              "syd": { "role": "secondary", "healthCheck": "syd-open" } } },
        "till": { "kind": "queue", "servers": 50, "regions": { "sg": {}, "syd": {} },
                  "operations": { "serve": { "demand": "1ms" } } } },
      "journeys": { "visit": { "entry": "www.serve" } } },
    "traffic": { "visit": { "rate": "5/s" } },
    "runbooks": { "format": "lifeboat/runbook/1", "name": "leave", "activate": "syd",
      "deactivate": "sg", "mode": "ungraceful",
      "trigger": { "healthCheck": "sg-up", "is": "unhealthy", "for": "30s" },
      "steps": { "shift": )" +
         step + R"( } },
    "faults": { "targets": { "singapore": { "region": "sg" }, "sydney": { "region": "syd" } },
      "actions": {
        "lost": { "actionId": "region-outage", "targets": ["singapore"], "at": "+100s", "jitter": "0s" },
        "records": { "actionId": "dns-control-plane-outage", "targets": ["singapore"], "at": "+50s",
                     "jitter": "0s", "duration": "30m" })" +
         more + " } } }";
}

/// When the log first has such a line; -1: never.
double when(const sim::TrialResult& r, const std::string& kind, const std::string& subject,
            const std::string& cause = "") {
  for (const auto& event : r.events) {
    if (event.kind != kind || event.subject != subject) continue;
    if (cause.empty() || event.cause == cause) return event.at.to_seconds();
  }
  return -1;
}

const char* const kSwitch =
    R"({ "block": "route53HealthCheck", "set": { "syd-open": "healthy" } })";
const char* const kEdit = R"({ "block": "route53ChangeRecords", "service": "www" })";

}  // namespace

// The check turns about 30 s after the loss, the trigger holds for 30 s: at some 160 s both plans
// begin. The switch is believed within 10 s. The edit waits until 1,850 s, and is there within 60
// s.
TEST_CASE("A plan that edits records stalls without Route 53's control plane, a switch does not",
          "[unit]") {
  const sim::TrialResult flipped = run_text(scenario(kSwitch));
  const double begun = when(flipped, "step-begin", "shift");
  CHECK(begun > 150);
  CHECK(begun < 180);
  CHECK(when(flipped, "step-end", "shift") == begun);
  const double answered = when(flipped, "dns", "www", "health check");
  CHECK(answered > begun);
  CHECK(answered <= begun + 10);

  const sim::TrialResult edited = run_text(scenario(kEdit));
  CHECK(when(edited, "step-waits", "shift", "control-plane:dns") == Approx(begun));
  CHECK(when(edited, "step-acts", "shift") == Approx(1850));
  const double moved = when(edited, "step-end", "shift");
  CHECK(moved >= 1855);
  CHECK(moved <= 1910);
  CHECK(when(edited, "dns", "www", "edit") == Approx(1850));
  for (std::size_t i = 0; i < edited.journeys[0].bins.size(); ++i) {
    const double at = static_cast<double>(i) * edited.bin.to_seconds();
    const auto& bin = edited.journeys[0].bins[i];
    if (at >= 110 && at < 1850) CHECK(bin.good == 0);
    if (at < 90) CHECK(bin.good == bin.offered);
  }
  // Customers follow: after an hour nearly all.
  const auto& last = edited.journeys[0].bins.at(355);
  CHECK(last.good > last.offered * 0.8);
}

TEST_CASE("Sydney is lost as well, at the moment at which the plan has moved there", "[unit]") {
  const sim::TrialResult r = run_text(scenario(
      kSwitch, R"(, "worse": { "actionId": "region-outage", "targets": ["sydney"], "jitter": "0s",
                   "startAt": { "step": "shift", "when": "ends" }, "delay": "20s",
                   "duration": "10m" })"));
  const double moved = when(r, "step-end", "shift");
  CHECK(moved > 0);
  CHECK(when(r, "fault", "worse") == Approx(moved + 20));
  CHECK(when(r, "fault-end", "worse") == Approx(moved + 620));
}

}  // namespace lifeboat::scenarios
