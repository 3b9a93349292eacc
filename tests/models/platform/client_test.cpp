// What callers do about their calls: bulkheads, hedged requests, circuit breakers, retry modes.
//
// The callee is a `queue` with more servers than requests, so its times are those of its law; a
// caller is another, or a task of `ecs-fargate`. The false-failure probability of one comparison is
// 1.3e-5 (tests/sim/engine/estimate.hpp).
#include <cmath>

#include "tests/catch.hpp"
#include "tests/models/platform/platform_text.hpp"
#include "tests/models/services/testbed.hpp"
#include "tests/sim/engine/estimate.hpp"

namespace lifeboat::tests {
namespace {

using sim::Cause;
using sim::Duration;
using sim::TrialResult;
using sim::test::check_estimate;
using sim::test::check_estimates;
using sim::test::kOfMean;
using sim::test::kOfRare;

/// A caller whose only step is a call of `back.get` with these further keys.
std::string calling(const std::string& keys, const std::string& demand,
                    const std::string& back = {}) {
  return R"({ "format": "lifeboat/platform/1", "name": "calls",
    "regions": { "home": { "code": "ap-southeast-1" } },
    "services": {
      "front": { "kind": "queue", "region": "home", "servers": 5000,
                 "operations": { "ask": { "steps": [ { "call": "back.get")" +
         keys + R"( } ] } } },
      "back": { "kind": "queue", "region": "home", "servers": 5000, )" +
         back + R"( "operations": { "get": { "demand": )" + demand + R"( } } } },
    "journeys": { "visit": { "entry": "front.ask" } } })";
}

const char* const kTenth = R"({ "exponential": { "mean": "100ms" } })";

sim::RunOptions run_of(double seconds) {
  sim::RunOptions options;
  options.warmup = Duration::seconds(5);
  options.duration = Duration::from_seconds(seconds);
  options.quantile_bin = Duration::infinite();
  return options;
}

double latency(const TrialResult& r) { return r.journeys[0].latency.mean_seconds(); }
double failed_share(const TrialResult& r) {
  return static_cast<double>(r.journeys[0].failed) / static_cast<double>(r.journeys[0].offered);
}
std::uint64_t failed_by(const TrialResult& r, Cause cause) {
  return r.journeys[0].failed_by[static_cast<std::size_t>(cause)];
}

TEST_CASE("A hedged request takes the least of the first and a later second", "[oracle]") {
  // X and Y exponential with mean m = 100 ms, the second sent after a = 50 ms: until a only the
  // first can answer, then both: E = m (1 - e^(-a/m)) + e^(-a/m) m / 2. A second one is sent with
  // chance e^(-a/m), and the loser is served to its end.
  Testbed bed(calling(R"(, "hedge": { "after": "50ms" })", kTenth));
  bed.traffic("visit", 100);
  const double sent = std::exp(-0.5);
  const std::size_t back = bed.station("back");
  const auto requests = [back](const TrialResult& r) {
    return static_cast<double>(r.stations[back].arrivals) /
           static_cast<double>(r.journeys[0].offered);
  };
  const auto work = [back](const TrialResult& r) {
    return r.stations[back].busy_server_seconds / static_cast<double>(r.stations[back].arrivals);
  };
  check_estimates(bed.build(), run_of(100),
                  {{latency, 0.1 * (1 - sent) + sent * 0.05}, {requests, 1 + sent}, {work, 0.1}});
}

TEST_CASE("A bulkhead without waiting is Erlang's loss system", "[oracle]") {
  // 8 Erlang offered to 10 places: B = .121661 (published tables). Refused calls fail the visit.
  Testbed bed(calling(R"(, "bulkhead": { "maxConcurrentCalls": 10 })", kTenth));
  bed.traffic("visit", 80);
  check_estimate(sim::test::estimate(bed.build(), run_of(400), failed_share), 0.121661, kOfRare);
  const TrialResult r = bed.run(Duration::seconds(100));
  CHECK(failed_by(r, Cause::kRejected) == r.journeys[0].failed);
}

TEST_CASE("A bulkhead whose wait is bounded refuses less, and late", "[unit]") {
  const auto refused = [](const std::string& wait) {
    Testbed bed(calling(
        R"(, "bulkhead": { "maxConcurrentCalls": 10, "maxWaitDuration": ")" + wait + R"(" })",
        kTenth));
    bed.traffic("visit", 80);
    const TrialResult r = bed.run(Duration::seconds(200));
    CHECK(failed_by(r, Cause::kTimeout) + failed_by(r, Cause::kRejected) == r.journeys[0].failed);
    return r.journeys[0].failed;
  };
  const auto at_once = refused("0s");
  const auto soon = refused("200ms");
  CHECK(soon > 0);
  CHECK(soon * 2 < at_once);
}

TEST_CASE("A bulkhead's place is given back when the caller waits no longer", "[unit]") {
  // The callee takes 10 s, the caller waits 100 ms: 5 places carry 50 a second, not 0.5.
  Testbed bed(
      calling(R"(, "timeout": "100ms", "bulkhead": { "maxConcurrentCalls": 5 })", R"("10s")"));
  bed.traffic("visit", 20);
  const TrialResult r = bed.run(Duration::seconds(100));
  CHECK(failed_by(r, Cause::kTimeout) > 10 * failed_by(r, Cause::kRejected));
}

const char* const kBreaker =
    R"(, "breaker": { "slidingWindow": 20, "minimumNumberOfCalls": 20,
                      "waitDurationInOpenState": "10s",
                      "permittedNumberOfCallsInHalfOpenState": 5 })";

TEST_CASE("An open breaker fails calls at once and tries again", "[unit]") {
  // The callee hangs from 20 s to 60 s and calls time out after 1 s. At 20 calls a second the
  // window of 20 is half failures after 10 time-outs at about 21.5 s; trials every 10 s and 1 s
  // fail; the first one after 60 s goes well.
  Testbed bed(calling(std::string(R"(, "timeout": "1s")") + kBreaker, R"("10ms")"));
  bed.traffic("visit", 20);
  sim::EffectId outage;
  bed.at(20, [&](sim::Control& c) {
    sim::Effect effect;
    effect.refuse_share = 0;
    outage = c.begin_effect({bed.compiled().find("back", "home")->id}, effect);
  });
  bed.at(60, [&](sim::Control& c) { c.end_effect(outage); });
  const TrialResult r = bed.run(Duration::seconds(120));
  // Time-outs: those sent from 20 s to 21.5 s, about 30, and 5 of each of up to four trials.
  CHECK(failed_by(r, Cause::kTimeout) > 20);
  CHECK(failed_by(r, Cause::kTimeout) < 70);
  CHECK(failed_by(r, Cause::kBreakerOpen) > 600);
  std::vector<double> at;
  for (const sim::IncidentEvent& event : r.events) {
    if (event.kind == "breaker") at.push_back(event.at.to_seconds());
  }
  REQUIRE(at.size() == 2);
  CHECK(at[0] > 21);
  CHECK(at[0] < 22.5);
  CHECK(at[1] > 60);
  CHECK(at[1] < 72);
  CHECK(r.journeys[0].succeeded > 20 * 65);
}

TEST_CASE("What is asked for instead goes ahead while the breaker is open", "[unit]") {
  Testbed bed(
      calling(std::string(R"(, "onFailure": "ignore", "timeout": "1s")") + kBreaker, R"("10ms")"));
  bed.traffic("visit", 20);
  bed.at(20, [&](sim::Control& c) {
    sim::Effect effect;
    effect.refuse_share = 0;
    (void)c.begin_effect({bed.compiled().find("back", "home")->id}, effect);
  });
  const TrialResult r = bed.run(Duration::seconds(120));
  CHECK(r.journeys[0].failed == 0);
  CHECK(r.journeys[0].latency.quantile(0.5)->count() < 20'000'000);
}

TEST_CASE("Each task has a breaker of its own, new when the task is", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "tasks",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "web": { "kind": "ecs-fargate", "cpu": "1 vCPU", "memory": "2 GiB", "desiredCount": 4,
               "region": "sg", "workersPerTask": 500,
               "operations": {
                 "ask": { "steps": [ { "call": "back.get", "timeout": "1s", "onFailure": "ignore",
                   "breaker": { "slidingWindow": "10s", "minimumNumberOfCalls": 5 } } ] },
                 "look": { "steps": [ { "call": "back.get", "timeout": "1s", "onFailure": "ignore",
                   "breaker": { "slidingWindow": "10s", "minimumNumberOfCalls": 5 } } ] } } },
      "back": { "kind": "queue", "region": "sg", "servers": 5000,
                "operations": { "get": { "demand": "10ms" } } } },
    "journeys": { "visit": { "entry": "web.ask" }, "view": { "entry": "web.look" } } })");
  REQUIRE(bed.compiled().network().so_far().breakers.size() == 1);  // both operations share it
  bed.traffic("visit", 20);
  bed.traffic("view", 20);
  bed.at(20, [&](sim::Control& c) {
    sim::Effect effect;
    effect.refuse_share = 0;
    (void)c.begin_effect({bed.compiled().find("back", "sg")->id}, effect);
  });
  const models::Metric* metric = nullptr;
  for (const models::Metric& each : bed.handles("web", "sg").metrics) {
    if (each.name == "openBreakers") metric = &each;
  }
  REQUIRE(metric != nullptr);
  std::vector<double> open;
  for (const double t : {19.0, 30.0, 40.0}) {
    bed.at(t, [&](sim::Control& c) { open.push_back(metric->read(c)); });
  }
  bed.at(31, [&](sim::Control& c) { c.stop_task(0); });  // its breaker is gone with it
  (void)bed.run(Duration::seconds(41));
  CHECK(open == std::vector<double>{0, 4, 3});
}

TEST_CASE("Retry modes are AWS's, DynamoDB's clients apart", "[unit]") {
  const auto policy_of = [](const std::string& mode, const std::string& callee) {
    const auto loaded = sound_text(
        R"({ "format": "lifeboat/platform/1", "name": "modes",
        "regions": { "home": { "code": "ap-southeast-1" } },
        "services": {
          "front": { "kind": "queue", "region": "home", "servers": 10, "operations": { "ask":
             { "steps": [ { "demand": "1ms" }, { "call": ")" +
        callee + R"(", "retry": { "mode": ")" + mode + R"(" } } ] } } },
          "back": { "kind": "queue", "region": "home", "operations": { "get": { "demand": "1ms" } } },
          "table": { "kind": "dynamodb", "region": "home" } },
        "journeys": { "visit": { "entry": "front.ask" } } })");
    models::CompiledPlatform platform = models::compile_platform(loaded.platform);
    const auto network = platform.network().build();
    for (const sim::CallPolicy& policy : network->policies) {
      if (policy.max_attempts > 1) return std::pair(policy, network);
    }
    FAIL("no retries");
    throw std::logic_error("unreachable");
  };
  const auto [standard, first] = policy_of("standard", "back.get");
  CHECK(standard.max_attempts == 3);
  CHECK(standard.backoff_base == Duration::seconds(1));
  CHECK(first->budgets.at(standard.budget).timeout_cost == 10);
  CHECK(first->budgets.at(standard.budget).refunds);
  const auto [newer, second] = policy_of("standard-2026", "back.get");
  CHECK(newer.max_attempts == 3);
  CHECK(newer.backoff_base == Duration::milliseconds(50));
  CHECK(newer.throttled_backoff_base == Duration::seconds(1));
  CHECK(second->budgets.at(newer.budget).retry_cost == 14);
  CHECK(second->budgets.at(newer.budget).throttled_cost == 5);
  const auto [table, third] = policy_of("standard-2026", "table.read");
  CHECK(table.max_attempts == 4);
  CHECK(table.backoff_base == Duration::milliseconds(25));
  const auto [old, fourth] = policy_of("legacy", "table.read");
  CHECK(old.max_attempts == 10);
  CHECK(old.budget == sim::kNone);
  const auto [adaptive, fifth] = policy_of("adaptive", "back.get");
  CHECK(adaptive.limiter != sim::kNone);
  CHECK(adaptive.budget != sim::kNone);
}

TEST_CASE("Mistakes in what a caller does are told, all at once", "[unit]") {
  const auto read = read_text(calling(
      R"(, "retry": { "mode": "adaptve" }, "hedge": { "maxAttempts": 9 },
           "breaker": { "failureRateThreshold": "150%", "slidingWindow": "0s", "windowSize": 3 },
           "bulkhead": { "maxConcurrentCalls": 0 })",
      kTenth));
  for (const char* part : {"adaptive", "after", "maxAttempts", "failureRateThreshold",
                           "slidingWindow", "windowSize", "maxConcurrentCalls"}) {
    INFO(part);
    CHECK(read.says(part));
  }
}

}  // namespace
}  // namespace lifeboat::tests
