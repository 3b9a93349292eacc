// Faults that hit some of a service's tasks, in a run.
#include <cmath>
#include <string>

#include "tests/catch.hpp"
#include "tests/scenarios/run_text.hpp"

namespace lifeboat::scenarios {
namespace {

/// Ten tasks in three zones, chosen in turn, 10 ms of processor a request.
std::string ten_tasks(const std::string& mode, const std::string& action) {
  return R"({ "format": "lifeboat/scenario/1", "name": "ten", "duration": "30m",
    "platform": { "format": "lifeboat/platform/1", "name": "ten",
      "regions": { "sg": { "code": "ap-southeast-1", "zones": ["a", "b", "c"], "quotas": { "fargateVcpu": 64 } } },
      "services": {
        "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "image": "0 MB",
          "desiredCount": 10, "region": "sg",
          "operations": { "get": { "steps": [ { "cpuTime": "10ms" } ] } } },
        "spare": { "kind": "queue", "region": "sg", "servers": 2, "operations": { "get": { "demand": "1ms" } } } },
      "journeys": { "visit": { "entry": "web.get" } } },
    "traffic": { "visit": { "rate": "10/s" } },
    "faults": { "targets": {
        "some": { "service": "web@sg", "selectionMode": ")" +
         mode + R"x(" },
        "one": { "service": "spare", "selectionMode": "PERCENT(50)"},
    "spare" : {
  "service" : "spare"
}
}  // namespace
, "actions" : {
  "part" : { "at": "+0s", "jitter": "0s", "duration": "1h", )x" +
         action + " } } } }";
}

std::string mistake(const std::string& text) {
  models::io::Problems problems;
  const auto document = models::io::Document::parse_text(text, "s.json", problems);
  const auto loaded = load_scenario(*document, {}, problems);
  if (loaded) static_cast<void>(compile_scenario(*loaded, problems));
  return problems.empty() ? "" : problems.lines().front();
}

}  // namespace

// 18,000 requests: a share s has a standard deviation of at most 0.37 % if tasks are drawn (they go
// round: it is less); 2 % is 5 of them (6e-7).
TEST_CASE("a share of a service's tasks is late, and the rest are well", "[oracle]") {
  const sim::TrialResult r = run_text(ten_tasks("PERCENT(35)", R"("actionId": "latency",
    "targets": ["some"], "parameters": { "add": "400ms" })"));
  CHECK(r.journeys[0].failed == 0);
  // 3 of 10: percentages are rounded down.
  CHECK(r.journeys[0].latency.quantile(0.68)->to_seconds() < 0.1);
  CHECK(r.journeys[0].latency.quantile(0.72)->to_seconds() > 0.4);
}

TEST_CASE("two of ten tasks fail half of what they get, or are slow", "[oracle]") {
  const sim::TrialResult failing = run_text(ten_tasks("COUNT(2)", R"("actionId": "errors",
    "targets": ["some"], "parameters": { "share": "50%" })"));
  const double failed = static_cast<double>(failing.journeys[0].failed) /
                        static_cast<double>(failing.journeys[0].offered);
  CHECK(std::abs(failed - 0.1) < 0.01);  // 4.5 x sqrt(0.09 / 18,000)
  const sim::TrialResult slow = run_text(ten_tasks("COUNT(2)", R"("actionId": "slow",
    "targets": ["some"], "parameters": { "speed": "10%" })"));
  CHECK(slow.journeys[0].latency.quantile(0.78)->to_seconds() < 0.05);
  CHECK(slow.journeys[0].latency.quantile(0.82)->to_seconds() == Approx(0.1).epsilon(0.01));
}

TEST_CASE("what tasks cannot be hit by is refused, with what can be", "[unit]") {
  CHECK(mistake(ten_tasks("COUNT(2)", R"("actionId": "latency", "targets": ["some"],
    "parameters": { "add": "1s" })"))
            .empty());
  CHECK(mistake(ten_tasks("COUNT(2)", R"("actionId": "service-outage", "targets": ["some"])"))
            .find("cannot hit some tasks of \"some\"") != std::string::npos);
  CHECK(mistake(ten_tasks("COUNT(2)", R"("actionId": "errors", "targets": ["one"],
    "parameters": { "share": "50%" })"))
            .find("it has no tasks") != std::string::npos);
  CHECK(mistake(ten_tasks("COUNT(2)", R"("actionId": "errors", "targets": ["some", "spare"],
    "parameters": { "share": "50%" })"))
            .find("others are hit whole") != std::string::npos);
}

}  // namespace lifeboat::scenarios
