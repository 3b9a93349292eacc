// Event buses: when events are delivered, and what becomes of those that cannot be.
#include <array>
#include <cmath>

#include "models/delivery/retry_ladder.hpp"
#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Duration;

namespace {

/// A bus with one rule to "mail.send" (and "rule" added to it) and a followed journey.
std::string bus(const std::string& rule, const std::string& quotas = "",
                const std::string& within = "1s") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" )" +
         quotas + R"( } },
    "services": {
      "bus": { "kind": "eventbridge", "region": "sg", "putLatency": "0ms",
        "rules": { "all": { "targets": ["mail.send"] )" +
         (rule.find("deliveryLatency") == std::string::npos ? R"(, "deliveryLatency": "0ms")"
                                                            : "") +
         rule + R"( } } },
      "mail": { "kind": "queue", "region": "sg", "servers": 100000,
                "operations": { "send": { "demand": "1us" } } },
      "dead": { "kind": "sqs", "region": "sg" } },
    "journeys": { "put": { "entry": "bus.put" },
      "told": { "follows": "bus.put", "until": "mail.send", "goodWithin": ")" +
         within + R"(" } } })";
}

/// A share of the requests to "mail" fails from the beginning.
void fails(Testbed& bed, double share) {
  const sim::DeploymentId mail = bed.compiled().find("mail", "sg")->id;
  bed.at(0, [mail, share](sim::Control& c) {
    sim::Effect effect;
    effect.kind = sim::Effect::Kind::kErrors;
    effect.share = share;
    (void)c.begin_effect({mail}, effect);
  });
}

bool says(const std::string& json, const std::string& text) {
  for (const std::string& line : problems_of(json)) {
    if (line.find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a put is answered after its latency", "[oracle]") {
  std::string text = bus("");
  const std::string none = R"("putLatency": "0ms")";
  text.replace(text.find(none), none.size(), R"("putLatency": "40ms")");
  Testbed bed(text);
  bed.traffic("put", 5);
  const auto result = bed.run(Duration::seconds(100));
  CHECK(result.journeys[bed.journey("put")].latency.mean_seconds() == Approx(0.040).epsilon(0.01));
}

TEST_CASE("events are delivered as late as their retries make them", "[oracle]") {
  // One attempt in five fails. The k-th pause is uniform on 0 to 2^(k-1) s and is made with
  // probability 0.2^k: the mean delay is the sum of 0.2^k 2^(k-2) = 0.25 x 0.4 / 0.6 = 0.16667 s.
  // Its second moment is below 1.2 s^2, so that of 200,000 events the standard error is 0.0025 s.
  // Within a second: at once (0.8), after one pause (0.16, all of them), after two (0.032, uniform
  // (0, 1) + uniform (0, 2) is below 1 with 1/4), after three (0.0064, 1/48): 0.96813.
  Testbed bed(bus(""));
  bed.traffic("put", 1000);
  fails(bed, 0.2);
  const auto result = bed.run(Duration::seconds(200));
  const sim::BufferResult& kept = result.buffers.at(0);
  CHECK(kept.dead_lettered == 0);
  CHECK(kept.redelivered == 0);
  CHECK(kept.age.mean_seconds() == Approx(0.16667).margin(0.0105));
  const auto& told = result.journeys[bed.journey("told")];
  CHECK(static_cast<double>(told.good) / static_cast<double>(told.offered) ==
        Approx(0.96813).margin(0.0017));
}

TEST_CASE("185 attempts fill a day, and fewer fit into a shorter age", "[oracle]") {
  // Pauses of up to 1, 2, 4 ... 512, then 960 s: means 0.5, 1, 2 ... 256 and 480 s.
  const auto day = models::jittered_ladder(Duration::seconds(1), Duration::minutes(16), 185,
                                           Duration::hours(24));
  CHECK(models::retries_of(day) == 185);
  CHECK(models::mean_seconds_of(day) == Approx(511.5 + 175 * 480));
  // A minute: 0.5 + 1 + 2 + 4 + 8 + 16 = 31.5 s, and the next mean pause of 32 s does not fit.
  const auto minute = models::jittered_ladder(Duration::seconds(1), Duration::minutes(16), 185,
                                              Duration::minutes(1));
  CHECK(models::retries_of(minute) == 6);
  const auto hour =
      models::jittered_ladder(Duration::seconds(1), Duration::minutes(16), 185, Duration::hours(1));
  CHECK(models::retries_of(hour) == 10 + 6);  // (3600 - 511.5) / 480
  const auto few =
      models::jittered_ladder(Duration::seconds(1), Duration::seconds(1), 4, Duration::hours(1));
  CHECK(models::retries_of(few) == 4);
  CHECK(models::mean_seconds_of(few) == Approx(2));
}

TEST_CASE("what a target missed while it was down comes when it is up", "[property]") {
  Testbed bed(bus(""));
  bed.traffic("put", 20);
  const sim::DeploymentId mail = bed.compiled().find("mail", "sg")->id;
  sim::EffectId down;
  double waiting = 0;
  double oldest = 0;
  double left = -1;
  std::uint64_t put = 0;
  const auto backlog = [&](sim::Control& c) {
    return bed.handles("bus", "sg").metrics.at(0).read(c);
  };
  bed.at(100, [&](sim::Control& c) {
    put = c.buffer(sim::BufferId(0)).put;
    down = c.begin_effect({mail}, sim::Effect{});
  });
  bed.at(400, [&](sim::Control& c) {
    waiting = backlog(c);
    oldest = bed.handles("bus", "sg").metrics.at(1).read(c);
    put = c.buffer(sim::BufferId(0)).put - put;
    c.end_effect(down);
  });
  // A pause that began before 400 s is at most 960 s long.
  bed.at(1361, [&](sim::Control& c) { left = backlog(c); });
  const auto result = bed.run(Duration::seconds(1362));
  CHECK(static_cast<double>(put) == Approx(6000).margin(310));
  CHECK(waiting == static_cast<double>(put));
  CHECK(oldest == Approx(300).margin(1));  // the first that found nobody: one in 0.05 s
  CHECK(left < 2);
  CHECK(result.buffers.at(0).dead_lettered == 0);
}

TEST_CASE("what cannot be delivered is a dead letter, told to a queue, and nobody else's failure",
          "[unit]") {
  // Nothing gets through; two further attempts, the second within 3 s. The customer still waits
  // for something else then.
  const std::string json = R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "shop": { "kind": "queue", "region": "sg", "servers": 10000, "operations": { "buy": { "steps": [
        { "call": "bus.put" }, { "delay": "10s" } ] } } },
      "bus": { "kind": "eventbridge", "region": "sg", "rules": { "all": { "targets": ["mail.send"],
        "maximumRetryAttempts": 2, "deadLetter": "dead.send" } } },
      "mail": { "kind": "queue", "region": "sg", "servers": 10, "operations": { "send": { "demand": "1ms" } } },
      "dead": { "kind": "sqs", "region": "sg" } },
    "journeys": { "buy": { "entry": "shop.buy" },
      "told": { "follows": "bus.put", "until": "mail.send" } } })";
  Testbed bed(json);
  bed.traffic("buy", 10);
  fails(bed, 1);
  double counted = 0;
  bed.at(199, [&](sim::Control& c) { counted = bed.handles("bus", "sg").metrics.at(2).read(c); });
  const auto result = bed.run(Duration::seconds(200));
  const sim::BufferResult& kept = result.buffers.at(0);
  const sim::BufferResult& dead = result.buffers.at(1);
  CHECK(kept.acknowledged == 0);
  CHECK(kept.dead_lettered > 1500);
  CHECK(counted <= static_cast<double>(kept.dead_lettered));
  CHECK(counted > 1500);
  CHECK(dead.put == kept.dead_lettered);
  CHECK(result.journeys[bed.journey("buy")].failed == 0);
  CHECK(result.journeys[bed.journey("told")].succeeded == 0);
  CHECK(result.journeys[bed.journey("told")].failed > 1500);
}

TEST_CASE("the rate of invocations delays and never drops", "[oracle]") {
  // 100/s put, 50/s invoked after a second's worth: 50 + 50 t delivered by then.
  Testbed bed(bus("", R"(, "quotas": { "eventBridgeInvocations": 50 })", "1h"));
  bed.traffic("put", 100);
  std::uint64_t done = 0;
  bed.at(100, [&](sim::Control& c) { done = c.buffer(sim::BufferId(0)).acknowledged; });
  const auto result = bed.run(Duration::seconds(101));
  CHECK(static_cast<double>(done) == Approx(50 + 50 * 100).margin(2));
  CHECK(result.journeys[bed.journey("put")].failed == 0);
  CHECK(result.buffers.at(0).dead_lettered == 0);
}

TEST_CASE("puts beyond the region's rate are throttled", "[oracle]") {
  Testbed bed(bus("", R"(, "quotas": { "eventBridgePutEvents": 40 })"));
  bed.traffic("put", 100);
  const auto result = bed.run(Duration::seconds(100));
  CHECK(static_cast<double>(result.journeys[bed.journey("put")].succeeded) ==
        Approx(40 + 40 * 100).margin(2));
  // Without a quota of its own the region's default holds: 1,200/s in Singapore, 400/s elsewhere.
  Testbed plain(bus(""));
  plain.traffic("put", 3000);
  const auto full = plain.run(Duration::seconds(10));
  CHECK(static_cast<double>(full.journeys[0].succeeded) == Approx(1200 + 1200 * 10).margin(2));
}

TEST_CASE("an event that matches goes to every target of the rule", "[unit]") {
  const std::string json = R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "bus": { "kind": "eventbridge", "region": "sg",
        "rules": { "half": { "targets": ["mail.send", "books.enter"], "share": "50%" },
                   "other": { "targets": ["log.note"], "share": "50%" } } },
      "mail": { "kind": "queue", "region": "sg", "operations": { "send": { "demand": "1us" } } },
      "books": { "kind": "queue", "region": "sg", "operations": { "enter": { "demand": "1us" } } },
      "log": { "kind": "queue", "region": "sg", "operations": { "note": { "demand": "1us" } } } },
    "journeys": { "put": { "entry": "bus.put" } } })";
  Testbed bed(json);
  // Often both targets are told of an event by the same instant, seldom one alone.
  std::uint64_t together = 0;
  std::uint64_t looks = 0;
  std::array<std::uint64_t, 3> before{};
  for (int i = 1; i < 2000; ++i) {
    bed.at(i, [&](sim::Control& c) {
      std::array<std::uint64_t, 3> now{};
      for (std::uint32_t b = 0; b < 3; ++b) now[b] = c.buffer(sim::BufferId(b)).put;
      together += now[0] - before[0] == now[1] - before[1] ? 1U : 0U;
      before = now;
      ++looks;
    });
  }
  bed.traffic("put", 10);
  const auto result = bed.run(Duration::seconds(2000));
  CHECK(together == looks);
  CHECK(result.buffers.at(0).put == result.buffers.at(1).put);
  CHECK(result.buffers.at(0).put != result.buffers.at(2).put);  // another rule, other events
  CHECK(static_cast<double>(result.buffers.at(0).put) == Approx(10'000).margin(420));
}

TEST_CASE("a rule sends its share", "[oracle]") {
  Testbed bed(bus(R"(, "share": "25%")"));
  bed.traffic("put", 400);
  const auto result = bed.run(Duration::seconds(100));
  // 40,000 events: a standard deviation of 87.
  CHECK(static_cast<double>(result.buffers.at(0).put) ==
        Approx(0.25 * static_cast<double>(result.journeys[0].offered)).margin(350));
}

TEST_CASE("events that were on their way when their region was lost are delivered after it",
          "[property]") {
  // Each is on its way for 30 s; the region is lost from 60 to 160 s. One attempt only, so that a
  // loss that counted as an attempt would make dead letters of them.
  Testbed bed(bus(R"(, "deliveryLatency": "30s", "maximumRetryAttempts": 0)", "", "1h"));
  bed.traffic("put", 20);
  double waiting = 0;
  bed.at(60, [&](sim::Control& c) { waiting = bed.handles("bus", "sg").metrics.at(0).read(c); });
  bed.at(60, bed.lose("sg"));
  bed.at(160, bed.bring_back("sg"));
  double left = -1;
  bed.at(191, [&](sim::Control& c) {
    const sim::BufferView view = c.buffer(sim::BufferId(0));
    left = static_cast<double>(view.put - view.acknowledged);
  });
  const auto result = bed.run(Duration::seconds(192));
  CHECK(waiting > 450);
  CHECK(result.buffers.at(0).dead_lettered == 0);
  CHECK(static_cast<double>(result.buffers.at(0).redelivered) == waiting);
  CHECK(left == Approx(600).margin(110));  // those of the last 30 s
}

TEST_CASE("a wrong bus is told", "[unit]") {
  CHECK(says(bus(R"(, "pattern": {})"), "share"));
  CHECK(says(bus(R"(, "maximumEventAge": "25h")"), "maximumEventAge"));
  CHECK(says(bus(R"(, "maximumRetryAttempts": 186)"), "maximumRetryAttempts"));
  CHECK(says(bus(R"(, "deadLetter": "dead.put")"), "dead"));
  CHECK(says(bus(R"(, "target": "mail.send")"), "target"));
  CHECK(says(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "bus": { "kind": "eventbridge", "region": "sg", "rules": { "a": { "targets": ["bus.put"] } } } },
    "journeys": { "put": { "entry": "bus.put" } } })",
             "bus.put"));
}
