// Queues: every message is worked off, waiting, or a dead letter, and when.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Duration;

namespace {

std::string pipeline(const std::string& queue, const std::string& function,
                     const std::string& consumer = R"("call": "f.work")") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "q": { "kind": "sqs", "region": "sg", "receiveLatency": "10ms", "sendLatency": "10ms",
             "consumer": { )" +
         consumer + " } " + queue + R"( },
      "f": { "kind": "lambda", "region": "sg", "coldStart": "0ms", )" +
         function + R"( } },
    "journeys": { "send": { "entry": "q.send" } } })";
}

}  // namespace

TEST_CASE("every message is worked off once when nothing fails", "[property]") {
  Testbed bed(pipeline("", R"("operations": { "work": { "demand": "20ms" } })"));
  bed.traffic("send", 100);
  const auto result = bed.run(Duration::seconds(100));
  const sim::BufferResult& q = result.buffers.at(0);
  CHECK(q.put > 9600);  // 4 standard deviations below 100 s of 100/s; traffic goes on to the end
  CHECK(q.put == q.acknowledged + q.left);
  CHECK(q.redelivered == 0);
  CHECK(q.dead_lettered == 0);
  CHECK(q.age.mean_seconds() > 0.030);  // receipt and work
  CHECK(q.age.mean_seconds() < 0.5);
}

TEST_CASE("a function's queue begins with 5 pollers, or with as many as it may have", "[unit]") {
  const auto first = [](Testbed& bed) {
    std::int64_t pollers = 0;
    bed.at(0.001, [&](sim::Control& c) {
      const sim::RegisterId id = c.network().find_register("q@sg/consumers");
      REQUIRE(id.valid());
      pollers = c.value(id);
    });
    (void)bed.run(Duration::seconds(1));
    return pollers;
  };
  Testbed function(pipeline("", R"("operations": { "work": { "demand": "20ms" } })"));
  CHECK(first(function) == 5);
  Testbed few(pipeline("", R"("operations": { "work": { "demand": "20ms" } })",
                       R"("call": "f.work", "maximumConcurrency": 3)"));
  CHECK(first(few) == 3);
}

TEST_CASE("a batch holds one environment for all its messages", "[unit]") {
  // One batch of ten at a time, 100 ms a message: the fleet is one environment, busy 10/s x 0.1 s.
  Testbed bed(pipeline("", R"("operations": { "work": { "demand": "100ms" } })",
                       R"("call": "f.work", "batchSize": 10, "maximumConcurrency": 1)"));
  bed.traffic("send", 8);
  const auto result = bed.run(Duration::seconds(500), Duration::seconds(10));
  CHECK(result.environments.at(0).cold_starts == 1);
  CHECK(result.environments.at(0).busy_seconds / 510 == Approx(0.8).epsilon(0.1));
  CHECK(result.environments.at(0).served < result.buffers.at(0).acknowledged);
}

TEST_CASE("a message that always fails comes back after its visibility and ends as a dead letter",
          "[unit]") {
  // The function is cut off after 100 ms every time. Received at about 0, 20, 40 s: after the third
  // receipt and its 20 s it is a dead letter. Redelivered twice each.
  Testbed bed(pipeline(R"(, "visibilityTimeout": "20s", "maxReceiveCount": 3)",
                       R"("timeout": "100ms", "operations": { "work": { "demand": "1s" } })",
                       R"("call": "f.work", "batchSize": 1)"));
  bed.traffic("send", 5);
  std::uint64_t put_early = 0;
  bed.at(40, [&](sim::Control& c) { put_early = c.buffer(sim::BufferId{0}).put; });
  std::uint64_t dead_before = 0;
  bed.at(59.9, [&](sim::Control& c) { dead_before = c.buffer(sim::BufferId{0}).dead_lettered; });
  std::uint64_t dead_after = 0;
  bed.at(120, [&](sim::Control& c) { dead_after = c.buffer(sim::BufferId{0}).dead_lettered; });
  const auto result = bed.run(Duration::seconds(121));
  const sim::BufferResult& q = result.buffers.at(0);
  CHECK(q.acknowledged == 0);
  CHECK(dead_before == 0);
  CHECK(dead_after >= put_early);
  CHECK(q.put == q.dead_lettered + q.left);
  CHECK(q.redelivered >= 2 * q.dead_lettered);
}

TEST_CASE("work longer than the visibility timeout is done twice", "[unit]") {
  // 3 s of work, hidden for 2 s: each message is received again while it is worked on.
  Testbed bed(pipeline(R"(, "visibilityTimeout": "2s")",
                       R"("timeout": "60s", "operations": { "work": { "demand": "3s" } })",
                       R"("call": "f.work", "batchSize": 1)"));
  bed.traffic("send", 2);
  const auto result = bed.run(Duration::seconds(200));
  CHECK(result.buffers.at(0).redelivered > result.buffers.at(0).put / 2);
}

TEST_CASE("a message done by its second receiver may be given up by its first", "[property]") {
  // Hidden for 2 s, worked on for 0 to 20 s, cut off at 6 s: first receivers outlive the message
  // that others have deleted meanwhile.
  Testbed bed(pipeline(R"(, "visibilityTimeout": "2s")",
                       R"("timeout": "6s",
                          "operations": { "work": { "demand": { "uniform": { "low": "0s", "high": "20s" } } } })",
                       R"("call": "f.work", "batchSize": 3)"));
  bed.traffic("send", 3);
  const auto result = bed.run(Duration::seconds(2000));
  const sim::BufferResult& q = result.buffers.at(0);
  CHECK(q.put == q.acknowledged + q.left);
  CHECK(q.redelivered > q.put);
  CHECK(result.journeys[bed.journey("send")].failed == 0);
}

TEST_CASE("a queue without a consumer keeps its messages", "[unit]") {
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "q": { "kind": "sqs", "region": "sg" } },
    "journeys": { "send": { "entry": "q.send" } } })");
  bed.traffic("send", 100);
  const auto result = bed.run(Duration::seconds(50));
  CHECK(result.buffers.at(0).left == result.buffers.at(0).put);
}

TEST_CASE("a service that is no function works a queue off with a fixed number of consumers",
          "[oracle]") {
  // Two consumers, one message each, constant 100 ms and 10 ms to receive: at most 2 / 0.11 s =
  // 18.18/s of 30/s offered.
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": { "q": { "kind": "sqs", "region": "sg", "receiveLatency": "10ms",
        "consumer": { "call": "w.work", "batchSize": 1, "maximumConcurrency": 2 } },
      "w": { "kind": "queue", "region": "sg", "servers": 10,
             "operations": { "work": { "demand": "100ms" } } } },
    "journeys": { "send": { "entry": "q.send" } } })");
  bed.traffic("send", 30);
  std::uint64_t done = 0;
  bed.at(200, [&](sim::Control& c) { done = c.buffer(sim::BufferId{0}).acknowledged; });
  (void)bed.run(Duration::seconds(201));
  CHECK(static_cast<double>(done) == Approx(200 * 2 / 0.11).margin(10));
}

TEST_CASE("messages of a record that wait when their region is lost are stranded", "[unit]") {
  // Nobody consumes: every order that was sent waits. Its row in the database is in Sydney but for
  // what was on the way, and Sydney's copy opens: those last orders are torn, the rest stranded.
  Testbed bed(R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" }, "syd": { "code": "ap-southeast-2" } },
    "links": [ { "between": ["sg", "syd"], "rtt": "2s" } ],
    "data": { "orders": { "writes": ["db.insert", "q.send"], "critical": true } },
    "services": {
      "db": { "kind": "rds", "dbInstanceClass": "db.m5.large", "allocatedStorage": "100 GiB",
        "promotionTime": "10s",
        "operations": { "insert": { "access": "write", "cpuTime": "100us", "ios": 0 } },
        "regions": { "sg": {}, "syd": { "role": "replica" } } },
      "q": { "kind": "sqs", "region": "sg", "sendLatency": "10ms" },
      "app": { "kind": "queue", "region": "sg", "servers": 1000, "operations": { "order": {
        "steps": [ { "call": "db.insert" }, { "call": "q.send" } ] } } } },
    "journeys": { "order": { "entry": "app.order" } } })");
  bed.traffic("order", 50);
  std::uint64_t waiting = 0;
  bed.at(60, [&](sim::Control& c) { waiting = c.buffer(sim::BufferId{0}).visible; });
  bed.at(60, bed.lose("sg"));
  bed.at(70, [&](sim::Control& c) { bed.verb("db", "syd", "rdsPromoteReadReplica").begin(c, {}); });
  const auto result = bed.run(Duration::seconds(100));
  REQUIRE(result.records.size() == 1);
  REQUIRE(result.losses.size() == 1);
  const sim::RecordLoss& orders = result.records[0];
  // A row not received is torn if its message waits, lost if the message was not yet sent (10 ms).
  CHECK(orders.torn + orders.lost == result.losses[0].writes_lost);
  CHECK(orders.stranded + orders.torn == waiting);
  CHECK(orders.torn > 20);  // 50 a second for 1 s on the way
}

TEST_CASE("a wrong queue is told", "[unit]") {
  const auto has = [](const std::string& json, const std::string& text) {
    for (const std::string& line : problems_of(json)) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  const std::string work = R"("operations": { "work": { "demand": "1s" } })";
  CHECK(has(pipeline(R"(, "visibilityTimeout": "13h")", work), "visibilityTimeout"));
  CHECK(has(pipeline(R"(, "maxReceiveCount": 0)", work), "maxReceiveCount"));
  CHECK(has(pipeline("", work, R"("call": "f.wrok")"), "wrok"));
  CHECK(has(pipeline("", work, R"("call": "g.work")"), "\"g"));
  CHECK(has(pipeline("", work, R"("call": "f.work", "batchsize": 3)"), "batchSize"));
}
