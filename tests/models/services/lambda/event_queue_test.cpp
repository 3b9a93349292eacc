// Asynchronous invocation: retries, back-off, age and what is given up, against the published
// rules.
#include <cmath>
#include <vector>

#include "tests/catch.hpp"
#include "tests/models/services/testbed.hpp"

using namespace lifeboat;
using lifeboat::tests::problems_of;
using lifeboat::tests::Testbed;
using sim::Duration;

namespace {

/// A function that calls a dependency, asked by a service that does not wait.
std::string platform(const std::string& events, const std::string& rest = "",
                     const std::string& demand = "1ms") {
  return R"({ "format": "lifeboat/platform/1", "name": "t",
    "regions": { "sg": { "code": "ap-southeast-1" } },
    "services": {
      "caller": { "kind": "queue", "region": "sg", "servers": 100, "operations": {
        "ask": { "steps": [ { "call": "f.handle", "async": true } ] } } },
      "topic": { "kind": "sns", "region": "sg", "publishLatency": "0ms", "subscriptions": {
        "to-function": { "endpoint": "f.handle", "deliveryLatency": "0ms" } } },
      "f": { "kind": "lambda", "region": "sg", "coldStart": "0ms", "invokeOverhead": "0ms",
             "timeout": "15m", )" +
         events + rest + R"(
             "operations": { "handle": { "steps": [ { "demand": ")" +
         demand + R"(" }, { "call": "dep.do" } ] } } },
      "dep": { "kind": "queue", "region": "sg", "servers": 10000,
               "operations": { "do": { "demand": "1us" } } },
      "lost": { "kind": "sqs", "region": "sg", "sendLatency": "0ms" } },
    "journeys": { "ask": { "entry": "caller.ask" }, "publish": { "entry": "topic.publish" },
      "work": { "follows": "f.handle", "until": "f.handle" } } })";
}

std::string queue(const std::string& keys = "") {
  return R"("eventInvokeConfig": { "queueLatency": "0ms", "onFailure": "lost.send" )" + keys +
         "}, ";
}

void fails(Testbed& bed, const std::string& service, double share) {
  const sim::DeploymentId where = bed.compiled().find(service, "sg")->id;
  bed.at(0, [where, share](sim::Control& c) {
    sim::Effect effect;
    effect.kind = sim::Effect::Kind::kErrors;
    effect.share = share;
    (void)c.begin_effect({where}, effect);
  });
}

/// Requests at given instants.
void asks(Testbed& bed, const std::string& journey, const std::vector<double>& seconds) {
  sim::Source source;
  source.name = journey;
  source.kind = sim::Source::Kind::kStamps;
  for (const double at : seconds) source.stamps.push_back(sim::Instant::from_seconds(at));
  sim::Source::Choice choice;
  choice.journey = bed.compiled().journeys.at(journey);
  choice.share.points = {{sim::Instant::origin(), 1.0}};
  source.mix = {choice};
  bed.compiled().network().add_source(std::move(source));
}

/// By its name: the order of buffers is the compiler's.
std::uint32_t buffer_of(const sim::Network& network, const std::string& name) {
  for (std::uint32_t i = 0; i < network.buffers.size(); ++i) {
    if (network.buffers[i].name == name) return i;
  }
  FAIL("no buffer " << name);
  return 0;
}

const std::string kEvents = "f@sg/handle/events";

}  // namespace

TEST_CASE("a function that fails every other time is run three times in three minutes",
          "[oracle]") {
  // Ends at once, after 1 min, after 3 min with 1/2, 1/4, 1/8; the other 1/8 is given up. Of those
  // that end well the mean age is (60/4 + 180/8) / (7/8) = 42.857 s, sd 62 s.
  Testbed bed(platform(queue()));
  bed.traffic_until("ask", 20, 2000);
  fails(bed, "dep", 0.5);
  const auto result = bed.run(Duration::seconds(2400));
  const sim::BufferResult& events = result.buffers.at(buffer_of(bed.build(), kEvents));
  const auto n = static_cast<double>(events.put);
  REQUIRE(n > 39'000);
  CHECK(events.left == 0);
  // Four standard errors.
  CHECK(static_cast<double>(events.dead_lettered) / n ==
        Approx(1.0 / 8).margin(4 * std::sqrt(7.0 / 64 / n)));
  CHECK(events.age.mean_seconds() == Approx(300.0 / 7).margin(4 * 62 / std::sqrt(n * 7 / 8)));
  CHECK(result.buffers.at(buffer_of(bed.build(), "lost@sg")).put == events.dead_lettered);
  CHECK(result.journeys[bed.journey("ask")].failed == 0);
  CHECK(result.journeys[bed.journey("ask")].latency.max()->to_seconds() < 0.001);
  const auto& work = result.journeys[bed.journey("work")];
  CHECK(work.failed == events.dead_lettered);
  // 1 + 1/2 + 1/4 executions an event.
  CHECK(static_cast<double>(result.environments[0].served) / n == Approx(1.75).margin(0.02));
}

TEST_CASE("a throttled event waits 1, 2, 4 s and so on, and never more than 5 minutes", "[unit]") {
  // One environment, taken for 890 s by the first event. The second is tried after 0, 1, 3, 7, ...,
  // 511 s, then every 300 s: 811, 1111. It runs from 1 s + 1111 s on and is 1111 + 890 s old.
  Testbed bed(platform(queue(), R"("reservedConcurrentExecutions": 1, )", "890s"));
  asks(bed, "ask", {0, 1});
  const auto result = bed.run(Duration::seconds(3000));
  const sim::BufferResult& events = result.buffers.at(buffer_of(bed.build(), kEvents));
  CHECK(events.acknowledged == 2);
  CHECK(events.dead_lettered == 0);
  CHECK(events.age.max()->to_seconds() == Approx(2001).epsilon(0.001));
  CHECK(result.environments[0].served == 2);
}

TEST_CASE("an event that is too old is given up when it would be tried next", "[unit]") {
  // As above, with an age of a minute: the attempt at 63 s is not made. What runs is not cut off.
  Testbed bed(platform(queue(R"(, "maximumEventAge": "60s" )"),
                       R"("reservedConcurrentExecutions": 1, )", "890s"));
  asks(bed, "ask", {0, 1});
  double before = -1;
  double after = -1;
  double age = -1;
  double backlog = -1;
  bed.at(63.9, [&](sim::Control& c) {
    before = bed.metric(c, "f", "sg", "asyncEventsDropped");
    age = bed.metric(c, "f", "sg", "asyncEventAge");
    backlog = bed.metric(c, "f", "sg", "asyncBacklog");
  });
  bed.at(64.1, [&](sim::Control& c) { after = bed.metric(c, "f", "sg", "asyncEventsDropped"); });
  const auto result = bed.run(Duration::seconds(3000));
  CHECK(before == 0);
  CHECK(after == 1);
  CHECK(age == Approx(63.9));
  CHECK(backlog == 2);
  const sim::BufferResult& events = result.buffers.at(buffer_of(bed.build(), kEvents));
  CHECK(events.acknowledged == 1);
  CHECK(events.dead_lettered == 1);
}

TEST_CASE("fewer attempts are made where the function says so", "[unit]") {
  Testbed bed(platform(queue(R"(, "maximumRetryAttempts": 1 )")));
  asks(bed, "ask", {0});
  fails(bed, "dep", 1);
  std::uint64_t at_a_minute = 9;
  bed.at(61, [&](sim::Control& c) {
    at_a_minute = c.buffer(sim::BufferId(buffer_of(c.network(), kEvents))).dead_lettered;
  });
  const auto result = bed.run(Duration::seconds(300));
  CHECK(at_a_minute == 1);
  CHECK(result.environments[0].served == 2);
}

TEST_CASE("a topic is done with what a function's queue has taken over", "[unit]") {
  // The function fails: the topic's ladder has nothing to do with it, the function's own queue has.
  Testbed bed(platform(queue()));
  bed.traffic_until("publish", 10, 100);
  fails(bed, "dep", 1);
  const auto result = bed.run(Duration::seconds(400));
  const sim::BufferResult& topic =
      result.buffers.at(buffer_of(bed.build(), "topic@sg/to-function"));
  const sim::BufferResult& events = result.buffers.at(buffer_of(bed.build(), kEvents));
  CHECK(topic.acknowledged == topic.put);
  CHECK(topic.age.max()->to_seconds() < 0.001);
  CHECK(events.put == topic.put);
  CHECK(events.dead_lettered == events.put);
  // Without a queue the topic waits for the function, and tries it on its own ladder.
  Testbed waits(platform(""));
  waits.traffic_until("publish", 10, 100);
  fails(waits, "dep", 1);
  const auto on_ladder = waits.run(Duration::seconds(400));
  CHECK(on_ladder.buffers.at(buffer_of(waits.build(), "topic@sg/to-function")).acknowledged == 0);
}

TEST_CASE("events outlive the loss of their region", "[unit]") {
  // Throttled by a long execution when the region is lost for a minute: both begin anew with it.
  Testbed bed(platform(queue(), R"("reservedConcurrentExecutions": 1, )", "100s"));
  asks(bed, "ask", {0, 1});
  bed.at(50, bed.lose("sg"));
  bed.at(110, bed.bring_back("sg"));
  const auto result = bed.run(Duration::seconds(1000));
  const sim::BufferResult& events = result.buffers.at(buffer_of(bed.build(), kEvents));
  CHECK(events.acknowledged == 2);
  // The first runs from 110 to 210 s; the second is tried after 0, 1, 3, ..., 63, 127 s and runs
  // from 237 to 337 s, which is 336 s after it came.
  CHECK(events.age.max()->to_seconds() == Approx(336).epsilon(0.002));
}

TEST_CASE("an outage of the function itself uses no retry up", "[unit]") {
  // Events wait 10 s in the queue; from 5 s on Lambda refuses everything for 20 minutes: they are
  // tried on the back-off, 1, 2, 4 s and so on, and run when it is back, once each.
  std::string waits = queue();
  waits.replace(waits.find("\"0ms\""), 5, "\"10s\"");
  Testbed bed(platform(waits));
  asks(bed, "ask", {1, 2, 3});
  const auto outage = std::make_shared<sim::EffectId>();
  const sim::DeploymentId function = bed.compiled().find("f", "sg")->id;
  bed.at(5, [outage, function](sim::Control& c) {
    sim::Effect effect;
    effect.kind = sim::Effect::Kind::kErrors;
    effect.share = 1;
    *outage = c.begin_effect({function}, effect);
  });
  bed.at(1205, [outage](sim::Control& c) { c.end_effect(*outage); });
  const auto result = bed.run(Duration::seconds(2000));
  const sim::BufferResult& events = result.buffers.at(buffer_of(bed.build(), kEvents));
  CHECK(events.put == 3);
  CHECK(events.dead_lettered == 0);
  CHECK(events.acknowledged == 3);
  CHECK(result.environments[0].served == 3);
}

TEST_CASE("a wrong queue of events is told", "[unit]") {
  const auto has = [](const std::string& json, const std::string& text) {
    for (const std::string& line : problems_of(json)) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  };
  CHECK(has(platform(queue(R"(, "maximumRetryAttempts": 3 )")), "maximumRetryAttempts"));
  CHECK(has(platform(queue(R"(, "maximumEventAge": "7h" )")), "maximumEventAge"));
  CHECK(has(platform(R"("eventInvokeConfig": { "onFailure": "lost.find" }, )"), "find"));
  CHECK(has(platform(R"("eventInvokeConfig": { "onSuccess": "lost.send" }, )"), "onSuccess"));
}
