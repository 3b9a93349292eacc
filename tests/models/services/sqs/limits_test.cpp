// Retention, messages in flight, FIFO queues, dead-letter queues.
#include <algorithm>
#include <cmath>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Cause;
using sim::Duration;

namespace {

/// A queue that a service works off in 100 ms a message, and a queue for dead letters.
std::string two_queues(const std::string& keys, const std::string& dead = "") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "keys": { "order": { "count": 4 } },
    "services": {
      "q": { "kind": "sqs", "region": "sg", "receiveLatency": "0ms", "sendLatency": "0ms" )" +
         keys + R"( },
      "dead": { "kind": "sqs", "region": "sg", "receiveLatency": "0ms", "sendLatency": "0ms" )" +
         dead + R"( },
      "work": { "kind": "queue", "region": "sg", "servers": 100000,
                "operations": { "do": { "demand": "100ms" } } } },
    "journeys": { "send": { "entry": "q.send" } } })";
}

std::string consumer(const std::string& more = "") {
  return R"(, "consumer": { "call": "work.do", "maximumConcurrency": 100 )" + more + "}";
}

void breaks(Testbed& bed, double from, double to) {
  const sim::DeploymentId where = bed.compiled().find("work", "sg")->id;
  auto id = std::make_shared<sim::EffectId>();
  bed.at(from, [where, id](sim::Control& c) {
    sim::Effect effect;
    effect.kind = sim::Effect::Kind::kErrors;
    *id = c.begin_effect({where}, effect);
  });
  bed.at(to, [id](sim::Control& c) { c.end_effect(*id); });
}

}  // namespace

TEST_CASE("what nobody receives is dropped after the retention period", "[oracle]") {
  // 50 a second for 120 s each: 6,000 wait on average (Little), standard deviation 77.
  Testbed bed(two_queues(R"(, "messageRetentionPeriod": "120s" )"));
  bed.traffic("send", 50);
  double waiting = 0;
  double oldest = 0;
  bed.at(500, [&](sim::Control& c) {
    waiting = bed.metric(c, "q", "sg", "backlog");
    oldest = bed.metric(c, "q", "sg", "oldestAge");
    CHECK(bed.metric(c, "q", "sg", "expired") == Approx(50 * 380).margin(4 * std::sqrt(19000.0)));
  });
  const auto result = bed.run(Duration::seconds(501));
  CHECK(waiting == Approx(6000).margin(4 * 77));
  CHECK(oldest == Approx(120).margin(0.5));
  CHECK(result.buffers.at(0).put == result.buffers.at(0).expired + result.buffers.at(0).left);
}

TEST_CASE("no more messages are received than may be in flight", "[oracle]") {
  // 20 at a time of 100 ms each, in batches of one: 200 a second, whatever the consumers.
  Testbed bed(two_queues(R"(, "inFlightLimit": 20 )" + consumer(R"(, "batchSize": 1)")));
  bed.traffic("send", 400);
  bed.at(99, [&](sim::Control& c) { CHECK(bed.metric(c, "q", "sg", "inFlight") == 20); });
  const auto result = bed.run(Duration::seconds(100));
  CHECK(static_cast<double>(result.buffers.at(0).acknowledged) == Approx(20'000).margin(45));
}

TEST_CASE("each group of a FIFO queue is a server: M/D/1", "[oracle]") {
  // Four groups, 5 a second each, 100 ms a message: utilization 0.5, mean sojourn 150 ms (Pollaczek
  // and Khinchine); a standard queue has 100 ms. 80,000 messages: standard error under 1 %.
  const std::string one = consumer(R"(, "batchSize": 1)");
  Testbed bed(two_queues(R"(, "fifo": { "messageGroup": "order" } )" + one));
  bed.traffic("send", 20);
  const auto result = bed.run(Duration::seconds(4000));
  CHECK(result.buffers.at(0).age.mean_seconds() == Approx(0.150).epsilon(0.04));
  Testbed standard(two_queues(one));
  standard.traffic("send", 20);
  const auto plain = standard.run(Duration::seconds(4000));
  CHECK(plain.buffers.at(0).age.mean_seconds() == Approx(0.100).epsilon(0.01));
}

TEST_CASE("a message that fails holds up its group and no other", "[unit]") {
  // The worker fails from 10 s to 12 s, and a message that fails then is hidden for 30 s: its group
  // waits for it, so that the oldest message is about 30 s old just before 40 s.
  Testbed bed(
      two_queues(R"(, "fifo": { "messageGroup": "order" } )" + consumer(R"(, "batchSize": 1)")));
  bed.traffic("send", 4);
  breaks(bed, 10, 12);
  double oldest = 0;
  double later = 99;
  bed.at(39.5, [&](sim::Control& c) { oldest = bed.metric(c, "q", "sg", "oldestAge"); });
  bed.at(80, [&](sim::Control& c) { later = bed.metric(c, "q", "sg", "oldestAge"); });
  const auto result = bed.run(Duration::seconds(100));
  CHECK(oldest > 27);
  CHECK(later < 15);
  // At most one of each group can have failed at a time.
  CHECK(result.buffers.at(0).redelivered <= 4);
  CHECK(result.buffers.at(0).redelivered > 0);
}

TEST_CASE("a FIFO queue takes 300 messages a second", "[oracle]") {
  // 300 at once and 300 a second.
  Testbed bed(two_queues(R"(, "fifo": { "messageGroup": "order" } )"));
  bed.traffic("send", 500);
  const auto result = bed.run(Duration::seconds(100));
  CHECK(static_cast<double>(result.journeys[0].succeeded) == Approx(30'300).margin(30));
  CHECK(result.journeys[0].failed_by[static_cast<int>(Cause::kThrottled)] ==
        result.journeys[0].failed);
}

TEST_CASE("dead letters wait in their queue, and are put back", "[oracle]") {
  // The worker fails from the start to 30 s. Two receipts 10 s apart: what was sent until 10 s is
  // dead at 30 s, and waits. A redrive from 100 s on at 50 a second puts all of it back.
  Testbed bed(two_queues(
      R"(, "visibilityTimeout": "10s", "maxReceiveCount": 2, "deadLetterQueue": "dead" )" +
      consumer(R"(, "batchSize": 1)")));
  bed.traffic_until("send", 40, 10);
  breaks(bed, 0, 30);
  const models::Verb& redrive = bed.verb("dead", "sg", "sqsRedrive");
  models::VerbArguments arguments;
  arguments.amount = 50;
  double dead = 0;
  double age = 0;
  double half_way = 0;
  bed.at(99, [&](sim::Control& c) {
    dead = bed.metric(c, "dead", "sg", "backlog");
    age = bed.metric(c, "dead", "sg", "oldestAge");
    CHECK(bed.metric(c, "q", "sg", "deadLetters") == dead);
    CHECK(bed.metric(c, "q", "sg", "backlog") == 0);
  });
  bed.at(100, [&](sim::Control& c) { redrive.begin(c, arguments); });
  bed.at(104, [&](sim::Control& c) {
    half_way = bed.metric(c, "dead", "sg", "backlog");
    CHECK(redrive.status(c, arguments) == models::VerbStatus::kRunning);
  });
  bed.at(120, [&](sim::Control& c) {
    CHECK(bed.metric(c, "dead", "sg", "backlog") == 0);
    CHECK(redrive.status(c, arguments) == models::VerbStatus::kDone);
  });
  const auto result = bed.run(Duration::seconds(130));
  CHECK(dead == Approx(400).margin(80));
  CHECK(age == Approx(99).margin(0.5));  // as old as when it was sent
  CHECK(half_way == Approx(dead - 200).margin(2));
  CHECK(static_cast<double>(result.buffers.at(0).acknowledged) == dead);
  CHECK(result.buffers.at(1).left == 0);
}

// At one a second the last message waits for its turn when no other is left: until it is back, the
// redrive is not over.
TEST_CASE("a redrive is over when its last message is back", "[unit]") {
  Testbed bed(two_queues(
      R"(, "visibilityTimeout": "10s", "maxReceiveCount": 2, "deadLetterQueue": "dead" )" +
      consumer(R"(, "batchSize": 1)")));
  bed.traffic_until("send", 1, 10);
  breaks(bed, 0, 30);
  const models::Verb& redrive = bed.verb("dead", "sg", "sqsRedrive");
  models::VerbArguments arguments;
  arguments.amount = 1;
  double dead = 0;
  bed.at(99, [&](sim::Control& c) { dead = bed.metric(c, "dead", "sg", "backlog"); });
  bed.at(100, [&](sim::Control& c) { redrive.begin(c, arguments); });
  const auto result = bed.run(Duration::seconds(200));
  REQUIRE(dead > 2);
  const std::string said =
      std::to_string(static_cast<int>(dead)) + " dead letters are back in their queue";
  const auto told = std::count_if(result.events.begin(), result.events.end(),
                                  [&](const auto& event) { return event.text == said; });
  CHECK(told == 1);
}

TEST_CASE("messages wait for their batch to fill", "[unit]") {
  // One a second and a window of 10 s: a batch every 11 s on average.
  Testbed bed(two_queues(consumer(R"(, "batchSize": 1000, "maximumBatchingWindow": "10s")")));
  bed.traffic("send", 1);
  const auto result = bed.run(Duration::seconds(2000));
  const double mean = result.buffers.at(0).age.mean_seconds();
  // The first waits for 10 s, the 10 others on average for 5 s, and each for those before it.
  CHECK(mean == Approx((10 + 10 * 5.0) / 11 + 1.1).margin(0.3));
}

TEST_CASE("a wrong dead-letter or FIFO queue is told", "[unit]") {
  const auto has = [](const std::string& json, const std::string& text) {
    for (const std::string& line : problems_of(json)) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(
      has(two_queues(R"(, "maxReceiveCount": 3, "deadLetterQueue": "ded" )"), "no queue \"ded\""));
  CHECK(has(two_queues(R"(, "maxReceiveCount": 3, "deadLetterQueue": "work" )"), "no queue"));
  CHECK(has(two_queues(R"(, "maxReceiveCount": 3, "deadLetterQueue": "q" )"), "its own"));
  CHECK(has(two_queues(R"(, "deadLetterQueue": "dead" )"), "maxReceiveCount"));
  CHECK(has(two_queues(R"(, "fifo": { "messageGroup": "customer" } )"), "no key space"));
  CHECK(has(two_queues(R"(, "fifo": {} )"), "messageGroup"));
  CHECK(has(two_queues(R"(, "fifo": { "messageGroup": "order" } )" +
                       consumer(R"(, "maximumBatchingWindow": "1s")")),
            "window"));
  CHECK(has(two_queues(R"(, "messageRetentionPeriod": "30s" )"), "messageRetentionPeriod"));
}
