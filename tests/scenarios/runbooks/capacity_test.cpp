// A step that asks for tasks: when it is done, and what cannot be asked for.
#include <algorithm>
#include <string>

#include "tests/scenarios/run_text.hpp"

namespace lifeboat::scenarios {
namespace {

/// At 60 s a plan raises the tasks in Sydney, of which two run, to `to`; 4 is the most that the
/// service says it may have.
std::string capacity_scenario(const std::string& to, const std::string& faults) {
  return R"({ "format": "lifeboat/scenario/1", "name": "s", "warmup": "10s", "duration": "20m",
    "platform": { "format": "lifeboat/platform/1", "name": "p",
      "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b"] },
                   "syd": { "code": "ap-southeast-2", "zones": ["a", "b"], "quotas": { "fargateVcpu": 64 } } },
      "services": {
        "front": { "kind": "alb", "to": "web", "regions": { "syd": {} } },
        "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "image": "10 MB",
                 "desiredCount": 2, "scaling": { "minCapacity": 0, "maxCapacity": 4 },
                 "regions": { "syd": {} }, "operations": { "get": { "steps": [ { "cpuTime": "1ms" } ] } } } },
      "journeys": { "visit": { "entry": "front.get" } } },
    "traffic": { "visit": { "rate": "5/s" } },
    "runbooks": { "format": "lifeboat/runbook/1", "name": "leave", "activate": "syd", "deactivate": "sg",
      "trigger": { "at": "+60s" },
      "steps": { "compute": { "block": "ecsCapacityIncrease", "service": "web@syd", "to": )" +
         to + R"(, "until": "90% healthy", "timeout": "5m" } } },
    "faults": { "targets": { "web": { "service": "web@syd" } }, "actions": {)" +
         faults + " } } }";
}

bool log_tells(const sim::TrialResult& r, const std::string& kind, const std::string& text = "") {
  return std::any_of(r.events.begin(), r.events.end(), [&](const sim::IncidentEvent& event) {
    return event.kind == kind && event.text.find(text) != std::string::npos;
  });
}

}  // namespace

// All checks fail, so the balancer sends requests to every task that it knows: none is healthy.
TEST_CASE("Tasks that get requests because all fail their checks are not healthy", "[unit]") {
  const sim::TrialResult well = run_text(capacity_scenario("4", ""));
  CHECK(log_tells(well, "step-end"));
  const sim::TrialResult ill = run_text(capacity_scenario(
      "4",
      R"("a": { "actionId": "errors", "targets": ["web"], "at": "+5s", "jitter": "0s", "parameters": { "share": "100%" } })"));
  CHECK_FALSE(log_tells(ill, "step-end"));
  CHECK(log_tells(ill, "step-failed"));
}

// 4 may run, half as many again may be asked for.
TEST_CASE("More tasks than a service can have are refused before the run", "[unit]") {
  for (const char* to : {"6", "7"}) {
    models::io::Problems problems;
    const auto document =
        models::io::Document::parse_text(capacity_scenario(to, ""), "s.json", problems);
    REQUIRE(document);
    const auto loaded = load_scenario(*document, {}, problems);
    REQUIRE(loaded);
    (void)compile_scenario(*loaded, problems);
    CAPTURE(problems.lines());
    CHECK(problems.has_errors() == (std::string(to) == "7"));
    if (!problems.has_errors()) continue;
    CHECK(problems.lines().at(0).find("\"web\" can have 6 tasks at most") != std::string::npos);
  }
}

TEST_CASE("A share that comes to more tasks than there can be fails its step and says why",
          "[unit]") {
  const sim::TrialResult r = run_text(capacity_scenario(R"("400% of syd")", ""));
  CHECK(log_tells(r, "step-failed", "web@syd failed"));  // not: in vain until its timeout
  CHECK(log_tells(r, "capacity", "8 tasks are asked for, and the most that can be is 6"));
}

}  // namespace lifeboat::scenarios
