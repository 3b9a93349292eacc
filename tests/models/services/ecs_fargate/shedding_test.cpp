// Load shedding at a task: which requests it refuses, and when.
#include "tests/models/services/testbed.hpp"

namespace lifeboat::tests {
namespace {

using sim::Cause;
using sim::Duration;
using sim::TrialResult;

/// One task with four workers of 100 ms: 40 requests a second. "buy" is critical.
std::string shop(const std::string& shedding) {
  return R"({ "format": "lifeboat/platform/1", "name": "shop",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "region": "sg",
        "workersPerTask": 4, "backlogPerTask": 400)" +
         (shedding.empty() ? "" : R"(, "loadShedding": )" + shedding) +
         R"(, "operations": { "look": { "steps": [ { "delay": "100ms" } ] },
                            "buy": { "steps": [ { "delay": "100ms" } ] } } } },
    "journeys": { "look": { "entry": "web.look" }, "buy": { "entry": "web.buy", "critical": true } } })";
}

struct Outcome {
  double look = 0;  ///< share refused
  double buy = 0;
  double slowest = 0;  ///< p99 of what was served, seconds
};

Outcome run(const std::string& shedding, double look, double buy) {
  Testbed bed(shop(shedding));
  bed.traffic("look", look);
  bed.traffic("buy", buy);
  const TrialResult r = bed.run(Duration::seconds(300), Duration::seconds(30));
  const auto refused = [&](const std::string& name) {
    const sim::JourneyResult& journey = r.journeys[bed.journey(name)];
    return static_cast<double>(journey.failed_by[static_cast<std::size_t>(Cause::kRejected)]) /
           static_cast<double>(journey.offered);
  };
  return {refused("look"), refused("buy"),
          r.journeys[bed.journey("buy")].latency.quantile(0.99)->to_seconds()};
}

TEST_CASE("A concurrency limit keeps places for critical journeys", "[unit]") {
  // 60 a second meet 40: a third must go, and of those that look more than half. With 16 on the
  // task at most, nobody waits for more than 12 others: 12 / 40 + 0.1 s.
  const Outcome shed = run(R"({ "maxConcurrency": 16, "reservedForCritical": "50%" })", 50, 10);
  CHECK(shed.look > 0.35);
  CHECK(shed.look < 0.45);
  CHECK(shed.buy < 0.001);
  CHECK(shed.slowest < 0.42);
  const Outcome none = run("", 50, 10);
  CHECK(none.buy > 0.2);  // the full backlog does not ask who comes
  CHECK(none.slowest > 5);
}

TEST_CASE("Critical journeys too are refused beyond the whole limit", "[unit]") {
  // 60 critical requests a second meet 40: with 16 on the task at most a third must go, and nobody
  // waits for more than 12 others. Those that look have half of the places, which are always taken.
  const Outcome shed = run(R"({ "maxConcurrency": 16, "reservedForCritical": "50%" })", 5, 60);
  CHECK(shed.buy > 0.3);
  CHECK(shed.buy < 0.4);
  CHECK(shed.look > 0.95);
  CHECK(shed.slowest < 0.42);
}

TEST_CASE("A queue that stands is shed, a burst is not", "[unit]") {
  const std::string age = R"({ "maxQueueAge": "200ms", "interval": "1s" })";
  const Outcome overloaded = run(age, 50, 10);
  CHECK(overloaded.look > 0.3);
  CHECK(overloaded.buy == 0);
  CHECK(overloaded.slowest < 2.5);
  CHECK(run(age, 20, 5).look < 0.001);
}

TEST_CASE("Load shedding that says not when is told", "[unit]") {
  const auto says = [](const std::string& shedding, const std::string& text) {
    for (const std::string& line : problems_of(shop(shedding))) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(says("{}", "nothing says when to refuse"));
  CHECK(says(R"({ "maxQueueAge": "1s", "reservedForCritical": "10%" })", "a share of no limit"));
  CHECK(says(R"({ "maxConcurrency": 9, "interval": "1s" })", "nothing is too old"));
}

}  // namespace
}  // namespace lifeboat::tests
