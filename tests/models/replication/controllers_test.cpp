// Promotion, restore, fence, interruption and separation, each against a world that the test
// writes: the times and marks are worked by hand.
#include "models/replication/fence.hpp"
#include "models/replication/interruption.hpp"
#include "models/replication/opening.hpp"
#include "models/replication/separation.hpp"
#include "tests/catch.hpp"
#include "tests/models/replication/fake_control.hpp"

using namespace lifeboat;
using namespace lifeboat::models;
using lifeboat::tests::FakeControl;
using lifeboat::tests::FakeNetwork;
using sim::Duration;
using sim::Instant;

namespace {

Instant at(double seconds) { return Instant::from_seconds(seconds); }

// A replica in region 1 of a primary in region 0; a promotion itself takes 360 s.
struct Replica {
  FakeNetwork world;
  OpeningPolicy policy;
  std::unique_ptr<OpeningController> controller;
  std::unique_ptr<FakeControl> control;
  Verb verb;

  Replica() {
    policy.subject = "db@syd";
    policy.region = "syd";
    policy.word = "promotion";
    policy.progress = world.reg(0);
    policy.writer = world.reg(0);
    policy.region_index = 1;
    policy.control_plane = world.reg(1);
    policy.region_up = world.reg(1);
    policy.logs = {sim::LogId{0}};
    policy.takes = world.takes(Duration::seconds(360));
    verb = progress_verb("promote", "", policy.progress);
  }
  void go() {
    controller = std::make_unique<OpeningController>(policy);
    control = std::make_unique<FakeControl>(
        world.network, *controller,
        std::vector{policy.progress, policy.control_plane, policy.region_up});
  }
  void ask() {
    control->act([&](sim::Control& c) { verb.begin(c, {}); });
  }
  VerbStatus status() { return verb.status(*control, {}); }
};

}  // namespace

TEST_CASE("a promotion replays what was received, then takes its time, then is the writer",
          "[unit]") {
  Replica replica;
  replica.go();
  FakeControl& control = *replica.control;
  control.sleep_at(at(100));
  control.lost[0] = at(100);  // the old writer is lost
  control.sleep_at(at(400));
  control.logs[0].applies_all_at = at(425);
  replica.ask();
  REQUIRE(control.frozen == replica.policy.logs);
  CHECK(replica.status() == VerbStatus::kRunning);
  // 425 s + 360 s = 785 s.
  control.run_until(at(784));
  CHECK(control.opened.empty());
  CHECK(control.value(replica.policy.writer) == 0);
  control.run_until(at(786));
  REQUIRE(control.opened.size() == 1);
  CHECK(control.opened[0].at == at(785));
  CHECK(control.opened[0].failed_at == at(100));
  CHECK(control.value(replica.policy.writer) == 1);
  CHECK(replica.status() == VerbStatus::kDone);
}

TEST_CASE("a promotion of a healthy primary's replica counts its loss from its own end", "[unit]") {
  Replica replica;
  replica.go();
  replica.control->sleep_at(at(10));
  replica.ask();
  replica.control->run_until(at(1000));
  REQUIRE(replica.control->opened.size() == 1);
  CHECK(replica.control->opened[0].failed_at == at(370));
}

TEST_CASE("a promotion waits for the control plane of its own region", "[unit]") {
  Replica replica;
  replica.go();
  FakeControl& control = *replica.control;
  control.change(replica.policy.control_plane, 0);
  replica.ask();
  control.run_until(at(5000));
  CHECK(replica.status() == VerbStatus::kRunning);
  CHECK(control.frozen.empty());
  control.change(replica.policy.control_plane, 1);
  control.run_until(at(5359));
  CHECK(control.opened.empty());
  control.run_until(at(5360));
  CHECK(control.opened.size() == 1);
}

TEST_CASE("a restored backup opens the streams of all whose writes it keeps", "[unit]") {
  Replica backup;
  backup.policy.logs = {sim::LogId{0}, sim::LogId{1}};
  backup.go();
  FakeControl& control = *backup.control;
  control.sleep_at(at(400));
  control.lost[0] = at(100);
  control.logs[0].applies_all_at = at(410);
  control.logs[1].applies_all_at = at(425);
  backup.ask();
  CHECK(control.frozen == backup.policy.logs);
  control.run_until(at(784));
  CHECK(control.opened.empty());
  control.run_until(at(785));
  REQUIRE(control.opened.size() == 2);
  for (std::uint32_t i = 0; i < 2; ++i) {
    CHECK(control.opened[i].log == sim::LogId{i});
    CHECK(control.opened[i].failed_at == at(100));
  }
}

TEST_CASE("a promotion asked for twice happens once", "[unit]") {
  Replica replica;
  replica.go();
  replica.ask();
  replica.control->run_until(at(60));
  replica.ask();
  replica.control->run_until(at(1000));
  replica.ask();
  replica.control->run_until(at(2000));
  CHECK(replica.control->opened.size() == 1);
  CHECK(replica.control->opened[0].at == at(360));
}

TEST_CASE("a promotion of no length is over at the instant at which it was asked for", "[unit]") {
  Replica replica;
  replica.policy.takes = replica.world.takes(Duration{});
  replica.go();
  replica.control->sleep_at(at(7));
  replica.ask();
  CHECK(replica.status() == VerbStatus::kDone);
  CHECK(replica.control->value(replica.policy.writer) == 1);
}

TEST_CASE("a copy whose own region goes down finishes its promotion when that is back", "[unit]") {
  Replica replica;
  replica.go();
  FakeControl& control = *replica.control;
  replica.ask();
  control.run_until(at(100));
  control.change(replica.policy.region_up, 0);
  control.run_until(at(3000));
  CHECK(control.opened.empty());
  control.change(replica.policy.region_up, 1);
  CHECK(control.opened.size() == 1);
  CHECK(control.opened.at(0).at == at(3000));
}

TEST_CASE("a fence takes effect through the control plane of the old primary's region", "[unit]") {
  FakeNetwork world;
  FencePolicy policy;
  policy.subject = "db@sg";
  policy.region = "sg";
  policy.progress = world.reg(0);
  policy.fenced = world.reg(0);
  policy.control_plane = world.reg(1);
  policy.takes = world.takes(Duration::seconds(5));
  const Verb verb = progress_verb("fence", "", policy.progress);
  const FenceController controller(policy);
  FakeControl control(world.network, controller, {policy.progress});
  SECTION("where it answers, writes are refused when the call has taken effect") {
    control.act([&](sim::Control& c) { verb.begin(c, {}); });
    control.run_until(at(4.9));
    CHECK(control.value(policy.fenced) == 0);
    control.run_until(at(5));
    CHECK(control.value(policy.fenced) == 1);
    CHECK(verb.status(control, {}) == VerbStatus::kDone);
  }
  SECTION("where it does not, the call fails after its timeout, and may be made again") {
    control.change(policy.control_plane, 0);
    control.act([&](sim::Control& c) { verb.begin(c, {}); });
    control.run_until(at(59));
    CHECK(verb.status(control, {}) == VerbStatus::kRunning);
    control.run_until(at(60));
    CHECK(verb.status(control, {}) == VerbStatus::kFailed);
    CHECK(control.value(policy.fenced) == 0);
    control.change(policy.control_plane, 1);
    control.act([&](sim::Control& c) { verb.begin(c, {}); });
    control.run_until(at(65));
    CHECK(verb.status(control, {}) == VerbStatus::kDone);
    CHECK(control.value(policy.fenced) == 1);
  }
}

TEST_CASE("an interruption acts for its time, and may be caused again", "[unit]") {
  FakeNetwork world;
  InterruptionPolicy policy;
  policy.subject = "db@sg";
  policy.region = "sg";
  policy.word = "failover";
  policy.progress = world.reg(0);
  policy.takes = world.takes(Duration::seconds(90));
  const Verb verb = progress_verb("rdsFailover", "", policy.progress, true);
  const InterruptionController controller(policy);
  FakeControl control(world.network, controller, {policy.progress});
  control.sleep_at(at(10));
  control.act([&](sim::Control& c) { verb.begin(c, {}); });
  control.run_until(at(50));
  control.act([&](sim::Control& c) { verb.begin(c, {}); });  // during it: nothing more
  control.run_until(at(200));
  REQUIRE(control.begun.size() == 1);
  CHECK(control.begun[0].first == at(10));
  CHECK(control.begun[0].second.kind == sim::Effect::Kind::kOutage);
  CHECK(control.ended == std::vector{at(100)});
  control.act([&](sim::Control& c) { verb.begin(c, {}); });
  control.run_until(at(400));
  CHECK(control.ended == std::vector{at(100), at(290)});
}

TEST_CASE("the loss of a region is counted once for each stream that leads away from it",
          "[unit]") {
  FakeNetwork world;
  const sim::RegisterId up = world.reg(1);
  const SeparationController controller("t@sg", up, {sim::LogId{3}, sim::LogId{4}});
  FakeControl control(world.network, controller, {up});
  control.sleep_at(at(50));
  control.change(up, 0);
  REQUIRE(control.opened.size() == 2);
  CHECK(control.opened[0].log == sim::LogId{3});
  CHECK(control.opened[1].failed_at == at(50));
  control.sleep_at(at(80));
  control.change(up, 1);
  CHECK(control.opened.size() == 2);
}
