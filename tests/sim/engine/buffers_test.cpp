// Limits of buffers, on messages put at given instants.
#include <functional>
#include <vector>

#include "tests/catch.hpp"
#include "tests/sim/engine/estimate.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

/// Messages at given seconds, in a buffer whose consumers do what a test says.
struct Messages {
  OneService one;
  Buffer row;
  std::function<void(NetworkBuilder&, PlanBuilder&, BufferId)> consumer;

  Messages() {
    row.name = "orders";
    row.deployment = one.deployment;
    row.visibility = Duration::infinite();
    row.first_consumers = 100;
  }
  TrialResult run(const std::vector<double>& seconds, Duration length = Duration::seconds(600)) {
    NetworkBuilder& b = one.builder;
    const PlanId consume = b.declare_plan("consume", one.deployment);
    row.consumer = consume;
    const BufferId buffer = b.add_buffer(row);
    PlanBuilder steps = b.define(consume);
    consumer(b, steps, buffer);
    steps.finish();
    PlanBuilder plan = b.define(one.plan);
    plan.put(buffer);
    plan.finish();
    Source source = constant_source("visit", 0, one.journey);
    source.kind = Source::Kind::kStamps;
    for (const double s : seconds) source.stamps.push_back(Instant::from_seconds(s));
    b.add_source(source);
    const auto net = b.build();
    return run_trial(*net, run_for(Duration{}, length), 0);
  }
};

TEST_CASE("a consumer can tell that its message is too old", "[unit]") {
  // One at a time, 2 s each: at the end of their work they are 2, 3, 4 and 5 s old. Those over 3 s
  // are not acknowledged, and with one receipt they are dead.
  Messages messages;
  messages.row.first_consumers = 1;
  messages.row.max_receives = 1;
  messages.consumer = [](NetworkBuilder& b, PlanBuilder& plan, BufferId buffer) {
    const auto end = plan.label();
    plan.take(buffer);
    plan.next_message(buffer, end);
    plan.delay(b.add_law(Law::constant(Duration::seconds(2))), "work");
    plan.too_old(Duration::seconds(3), end);
    plan.acknowledge(buffer);
    plan.place(end);
  };
  const TrialResult r = messages.run({1, 2, 3, 4});
  CHECK(r.buffers[0].acknowledged == 2);
  CHECK(r.buffers[0].dead_lettered == 2);
}

/// Takes a batch, works on each message for so long, and is done with it.
std::function<void(NetworkBuilder&, PlanBuilder&, BufferId)> works(Duration each) {
  return [each](NetworkBuilder& b, PlanBuilder& plan, BufferId buffer) {
    const auto next = plan.label();
    const auto end = plan.label();
    plan.take(buffer);
    plan.place(next);
    plan.next_message(buffer, end);
    plan.delay(b.add_law(Law::constant(each)), "work");
    plan.jump(next);
    plan.place(end);
    plan.acknowledge(buffer);
  };
}

TEST_CASE("a batch waits to be full, or for its window", "[unit]") {
  // Three make a batch. 1.0, 1.2 and 1.5 s: full at 1.5, ages 0.5, 0.3, 0. 10.0 and 10.4 s: the
  // window of 2 s ends at 12, ages 2 and 1.6.
  Messages messages;
  messages.row.batch = 3;
  messages.row.window = Duration::seconds(2);
  messages.consumer = works(Duration{});
  const TrialResult r = messages.run({1.0, 1.2, 1.5, 10.0, 10.4});
  CHECK(r.buffers[0].acknowledged == 5);
  CHECK(r.buffers[0].age.mean_seconds() == Approx(4.4 / 5).epsilon(0.001));
  CHECK(r.buffers[0].age.max()->to_seconds() == Approx(2).epsilon(0.01));
}

TEST_CASE("a message that waits for too long is dropped, one that is worked on is not", "[unit]") {
  // One consumer, 15 s each, retention 10 s. The first (1 s) is with it until 16 s and done; the
  // others are dropped at 12 and 13 s, and the last, which came at 7 s, is received at 16 s.
  Messages messages;
  messages.row.first_consumers = 1;
  messages.row.retention = Duration::seconds(10);
  messages.consumer = works(Duration::seconds(15));
  const TrialResult r = messages.run({1, 2, 3, 7});
  CHECK(r.buffers[0].acknowledged == 2);
  CHECK(r.buffers[0].expired == 2);
  CHECK(r.buffers[0].age.mean_seconds() == Approx((15.0 + 24.0) / 2).epsilon(0.001));
}

TEST_CASE("no more messages are in flight than may be", "[unit]") {
  // Consumers enough for all four, two at a time: done at 11, 11, 21 and 21 s.
  Messages messages;
  messages.row.in_flight_limit = 2;
  messages.consumer = works(Duration::seconds(10));
  const TrialResult r = messages.run({1, 1, 1, 1});
  CHECK(r.buffers[0].acknowledged == 4);
  CHECK(r.buffers[0].age.mean_seconds() == Approx(15).epsilon(0.001));
}

TEST_CASE("messages of one group wait for each other, however many consumers there are", "[unit]") {
  // 2 s each. One at a time: done at 3, 5 and 7 s. In batches the second and third go together:
  // received at 3 s and done at 7 s.
  for (const std::uint32_t batch : {1U, 10U}) {
    Messages messages;
    messages.row.groups = messages.one.builder.add_key_space("order", 1, 0, false);
    messages.row.batch = batch;
    messages.consumer = works(Duration::seconds(2));
    const TrialResult r = messages.run({1, 1.5, 2});
    CHECK(r.buffers[0].acknowledged == 3);
    const double second = batch == 1 ? 5 : 7;
    CHECK(r.buffers[0].age.mean_seconds() == Approx((2.0 + second - 1.5 + 5.0) / 3).epsilon(0.001));
  }
}

TEST_CASE("a message that comes back goes before those of its group that came later", "[unit]") {
  // A, B and C at 1, 2 and 3 s, 0.5 s of work each. What is younger than a second when its work
  // ends is not acknowledged and shows again 10 s after it was received: only A, received at 1 s.
  // It is received again at 11 s and done at 11.5, then B at 12.0 and C at 12.5 s.
  Messages messages;
  messages.row.groups = messages.one.builder.add_key_space("order", 1, 0, false);
  messages.row.visibility = Duration::seconds(10);
  messages.consumer = [](NetworkBuilder& b, PlanBuilder& plan, BufferId buffer) {
    const auto old = plan.label();
    const auto end = plan.label();
    plan.take(buffer);
    plan.next_message(buffer, end);
    plan.delay(b.add_law(Law::constant(Duration::milliseconds(500))), "work");
    plan.too_old(Duration::seconds(1), old);
    plan.jump(end);
    plan.place(old);
    plan.acknowledge(buffer);
    plan.place(end);
  };
  const TrialResult r = messages.run({1, 2, 3});
  CHECK(r.buffers[0].acknowledged == 3);
  CHECK(r.buffers[0].redelivered == 1);
  // Ages 10.5, 10.0 and 9.5 s. Had A gone to the end of its group: 9.5, 9.0 and 11.5.
  CHECK(r.buffers[0].age.max()->to_seconds() == Approx(10.5).epsilon(0.001));
  CHECK(r.buffers[0].age.min()->to_seconds() == Approx(9.5).epsilon(0.001));
}

TEST_CASE("a message that fails holds its group up", "[oracle]") {
  // 400 messages of one group at once, half of the receipts fail and show again after 2 s, the
  // others take 1 s: a message takes 1 s + 2 s x (geometric with mean 1), all of them one after the
  // other 1,200 s, sd 2 sqrt(2 x 400) = 57 s. Were they to pass each other, it were 20 s. Four
  // standard deviations.
  Messages messages;
  messages.row.groups = messages.one.builder.add_key_space("order", 1, 0, false);
  messages.row.visibility = Duration::seconds(2);
  messages.consumer = [](NetworkBuilder& b, PlanBuilder& plan, BufferId buffer) {
    const auto end = plan.label();
    plan.take(buffer);
    plan.next_message(buffer, end);
    plan.delay(b.add_law(Law::constant(Duration::seconds(1))), "work");
    plan.branch(0.5, end, "fails");
    plan.acknowledge(buffer);
    plan.place(end);
  };
  const TrialResult r = messages.run(std::vector<double>(400, 1.0), Duration::seconds(3000));
  REQUIRE(r.buffers[0].acknowledged == 400);
  CHECK(r.buffers[0].age.max()->to_seconds() == Approx(1200).margin(230));
  // In order, so that the ages rise evenly from nothing.
  CHECK(r.buffers[0].age.mean_seconds() == Approx(600).margin(180));
}

TEST_CASE("groups share consumers, and each keeps its order", "[property]") {
  // 1,000 messages of 20 groups, some of which fail: each ends once, and no more than 20 at a time.
  Messages messages;
  messages.row.groups = messages.one.builder.add_key_space("order", 20, 0.8, false);
  messages.row.visibility = Duration::seconds(3);
  messages.row.max_receives = 4;
  messages.row.batch = 5;
  messages.consumer = [](NetworkBuilder& b, PlanBuilder& plan, BufferId buffer) {
    const auto next = plan.label();
    const auto done = plan.label();
    const auto end = plan.label();
    plan.take(buffer);
    plan.place(next);
    plan.next_message(buffer, done);
    plan.delay(b.add_law(Law::exponential(Duration::milliseconds(200))), "work");
    plan.branch(0.1, end, "fails");
    plan.jump(next);
    plan.place(done);
    plan.acknowledge(buffer);
    plan.place(end);
  };
  std::vector<double> seconds;
  for (int i = 0; i < 1000; ++i) seconds.push_back(1 + i * 0.05);
  const TrialResult r = messages.run(seconds, Duration::seconds(3000));
  CHECK(r.buffers[0].acknowledged + r.buffers[0].dead_lettered == 1000);
  CHECK(r.buffers[0].left == 0);
  CHECK(r.buffers[0].redelivered > 0);
}

TEST_CASE("dead letters wait in their own buffer, as old as they are", "[unit]") {
  // Received at 1 and 11 s, a dead letter at 21 s; taken from there at once, 20 s old.
  Messages messages;
  Buffer dead;
  dead.name = "dead";
  dead.deployment = messages.one.deployment;
  NetworkBuilder& b = messages.one.builder;
  dead.consumer = b.declare_plan("look", messages.one.deployment);
  const BufferId letters = b.add_buffer(dead);
  PlanBuilder look = b.define(dead.consumer);
  works(Duration{})(b, look, letters);
  look.finish();
  messages.row.visibility = Duration::seconds(10);
  messages.row.max_receives = 2;
  messages.row.dead_letters = letters;
  messages.consumer = [](NetworkBuilder&, PlanBuilder& plan, BufferId buffer) {
    plan.take(buffer);
  };
  const TrialResult r = messages.run({1, 2});
  CHECK(r.buffers[1].dead_lettered == 2);
  CHECK(r.buffers[0].put == 2);
  CHECK(r.buffers[0].acknowledged == 2);
  CHECK(r.buffers[0].age.mean_seconds() == Approx(20).epsilon(0.001));
}

TEST_CASE("a batch is halved until what spoils it is alone", "[unit]") {
  // Eight messages, a second apart, received together at 8 s. The first is too old to be worked
  // off: 8, 4, 2, 1 and then alone until the attempts are used up. The other seven go as one batch.
  Messages messages;
  messages.row.batch = 8;
  messages.row.window = Duration::seconds(30);
  messages.row.max_receives = 1;
  messages.row.first_consumers = 1;
  StationId worked;
  messages.consumer = [&](NetworkBuilder& b, PlanBuilder& plan, BufferId buffer) {
    Station station;
    station.name = "worked";
    station.kind = StationKind::kHold;
    station.deployment = messages.one.deployment;
    worked = b.add_station(station);
    const PlanId attempt = b.declare_plan("attempt", messages.one.deployment);
    PlanBuilder turn = b.define(attempt);
    const auto next = turn.label();
    const auto done = turn.label();
    const auto spoiled = turn.label();
    turn.rewind(buffer);
    turn.place(next);
    turn.next_message(buffer, done);
    turn.too_old(Duration::milliseconds(6500), spoiled);
    turn.acquire(worked);
    turn.release(worked);
    turn.jump(next);
    turn.place(spoiled);
    turn.bisect(buffer);
    turn.fail(Cause::kReset);
    turn.place(done);
    turn.finish();
    CallPolicy policy;
    policy.max_attempts = 6;
    policy.backoff_base = Duration{};
    policy.retry_on = 1U << static_cast<unsigned>(Cause::kReset);
    plan.take(buffer);
    plan.call(attempt, policy, "turn");
    plan.acknowledge(buffer);
  };
  const TrialResult r = messages.run({1, 2, 3, 4, 5, 6, 7, 8});
  CHECK(r.buffers[0].dead_lettered == 1);
  CHECK(r.buffers[0].acknowledged == 7);
  CHECK(r.stations[worked.index()].arrivals == 7);
}

}  // namespace
}  // namespace lifeboat::sim::test
