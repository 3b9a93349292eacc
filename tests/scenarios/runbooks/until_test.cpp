// When a step is over that says until when it waits.
#include <algorithm>
#include <string>

#include "tests/scenarios/run_text.hpp"

namespace lifeboat::scenarios {

// 100,000 keys at 100/s: all are there after 1,000 s. 30 % are after 300, and a minute later the
// look-ups of the last minute found as many.
TEST_CASE("A cache is warm when its step says so, not when all keys are there", "[unit]") {
  const sim::TrialResult r = run_text(R"({
    "format": "lifeboat/scenario/1", "name": "s", "warmup": "10s", "duration": "20m",
    "platform": { "format": "lifeboat/platform/1", "name": "p",
      "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b"] } },
      "keys": { "product": { "count": 100000, "popularity": { "zipf": 0 }, "size": "1 KiB" } },
      "services": {
        "pages": { "kind": "elasticache", "region": "sg", "cacheNodeType": "cache.m6g.large",
                   "initial": "empty" },
        "web": { "kind": "queue", "region": "sg", "servers": 100, "operations": {
          "get": { "steps": [ { "call": "pages.get", "key": "product" } ] } } } },
      "journeys": { "visit": { "entry": "web.get" } } },
    "traffic": { "visit": { "rate": "20/s" } },
    "runbooks": { "format": "lifeboat/runbook/1", "name": "warm-up", "mode": "in-place", "activate": "sg",
      "trigger": { "at": "+60s" },
      "steps": { "warm": { "block": "warmCache", "service": "pages@sg", "rate": "100/s",
                           "until": "hitRatio > 30%", "timeout": "18m" } } } })");
  const auto end =
      std::find_if(r.events.begin(), r.events.end(),
                   [](const sim::IncidentEvent& event) { return event.kind == "step-end"; });
  REQUIRE(end != r.events.end());
  CHECK(end->at.to_seconds() > 60 + 280);
  CHECK(end->at.to_seconds() < 60 + 450);
}

}  // namespace lifeboat::scenarios
