// The way back of a store, each part against a world that the test writes.
#include "models/replication/rebuilding.hpp"

#include <memory>

#include "tests/catch.hpp"
#include "tests/models/replication/fake_control.hpp"

using namespace lifeboat;
using namespace lifeboat::models;
using lifeboat::tests::FakeControl;
using lifeboat::tests::FakeNetwork;
using sim::Duration;
using sim::Instant;

namespace {

Instant moment(double seconds) { return Instant::from_seconds(seconds); }

bool told(const FakeControl& control, const std::string& part) {
  for (const std::string& text : control.events) {
    if (text.find(part) != std::string::npos) return true;
  }
  return false;
}

/// The copy of an old primary, which takes an hour to make anew.
struct OldPrimary {
  FakeNetwork world;
  RebuildPolicy policy;
  std::unique_ptr<RebuildController> controller;
  std::unique_ptr<FakeControl> control;

  OldPrimary() {
    policy.subject = "db@sg";
    policy.region = "sg";
    policy.source = "db@syd";
    policy.writer = world.reg(1);
    policy.source_index = 1;
    policy.progress = world.reg(0);
    policy.stream = world.reg(0);
    policy.fenced = world.reg(1);
    policy.reconciled = world.reg(0);
    policy.control_plane = world.reg(1);
    policy.region_up = world.reg(1);
    policy.source_up = world.reg(1);
    policy.left_behind = sim::LogId{0};
    policy.takes = world.takes(Duration::hours(1));
    controller = std::make_unique<RebuildController>(policy);
    control = std::make_unique<FakeControl>(
        world.network, *controller,
        std::vector{policy.progress, policy.control_plane, policy.region_up, policy.source_up});
  }
  void ask() { control->change(policy.progress, static_cast<std::int64_t>(Progress::kAsked)); }
  [[nodiscard]] Progress progress() const {
    return static_cast<Progress>(control->values[policy.progress.index()]);
  }
};

}  // namespace

TEST_CASE("a copy is made anew in its time, shipped to from its beginning, and not fenced",
          "[unit]") {
  OldPrimary old;
  old.control->run_until(moment(10));
  old.ask();
  CHECK(old.progress() == Progress::kRunning);
  CHECK(old.control->value(old.policy.stream) == 1);
  CHECK(old.control->value(old.policy.fenced) == 1);
  old.control->run_until(moment(3609));
  CHECK(old.progress() == Progress::kRunning);
  old.control->run_until(moment(3611));
  CHECK(old.progress() == Progress::kDone);
  CHECK(old.control->value(old.policy.fenced) == 0);
  CHECK(told(*old.control, "db@sg is a copy of the writer"));
}

TEST_CASE("a copy waits for its control plane, and breaks off with either region", "[unit]") {
  for (const bool own : {true, false}) {
    OldPrimary old;
    old.control->change(old.policy.control_plane, 0);
    old.ask();
    CHECK(old.progress() == Progress::kAsked);
    CHECK(old.control->value(old.policy.stream) == 0);
    old.control->change(old.policy.control_plane, 1);
    CHECK(old.progress() == Progress::kRunning);
    old.control->change(own ? old.policy.region_up : old.policy.source_up, 0);
    CHECK(old.progress() == Progress::kFailed);
    CHECK(old.control->value(old.policy.stream) == 0);
    // And may be asked for again.
    old.control->change(own ? old.policy.region_up : old.policy.source_up, 1);
    old.ask();
    old.control->run_until(moment(3601));
    CHECK(old.progress() == Progress::kDone);
  }
}

// Sydney's copy, the source, has index 1; at 0 Singapore itself takes the writes, at 2 a third.
TEST_CASE("a copy is made from the writer alone, and may be asked for again", "[unit]") {
  for (const std::int64_t writer : {0, 2}) {
    OldPrimary old;
    old.control->change(old.policy.writer, writer);
    old.ask();
    CHECK(old.progress() == Progress::kFailed);
    CHECK(old.control->value(old.policy.stream) == 0);
    CHECK(told(*old.control, "no copy to db@sg: db@syd does not take the writes"));
    old.control->change(old.policy.writer, 1);
    old.ask();
    CHECK(old.progress() == Progress::kRunning);
  }
}

TEST_CASE("what nobody reconciled is overwritten, and the log says so", "[unit]") {
  for (const bool reconciled : {false, true}) {
    OldPrimary old;
    old.control->logs[0].committed = 120;
    old.control->logs[0].received = 117;
    if (reconciled) {
      old.control->change(old.policy.reconciled, static_cast<std::int64_t>(Progress::kDone));
    }
    old.ask();
    CHECK(told(*old.control, "3 writes that only it had are overwritten") != reconciled);
  }
}

TEST_CASE("reconciling takes its time for each write that only the old copy has", "[unit]") {
  FakeNetwork world;
  ReconcilePolicy policy;
  policy.subject = "db@sg";
  policy.region = "sg";
  policy.progress = world.reg(0);
  policy.region_up = world.reg(1);
  policy.left_behind = sim::LogId{0};
  policy.each = Duration::seconds(30);
  const ReconcileController controller(policy);
  FakeControl control(world.network, controller, {policy.progress, policy.region_up});
  control.logs[0].committed = 1000;
  control.logs[0].received = 996;
  control.run_until(moment(50));
  control.change(policy.progress, static_cast<std::int64_t>(Progress::kAsked));
  const auto progress = [&] { return static_cast<Progress>(control.value(policy.progress)); };
  control.run_until(moment(169));  // 50 + 4 x 30 = 170
  CHECK(progress() == Progress::kRunning);
  control.run_until(moment(171));
  CHECK(progress() == Progress::kDone);
  CHECK(told(control, "4 writes that only db@sg had are with the writer"));
}

TEST_CASE("a copy that is not there yet cannot be opened; once it is, it can", "[unit]") {
  FakeNetwork world;
  const sim::RegisterId opening = world.reg(0);
  const sim::RegisterId rebuilt = world.reg(0);
  const Verb verb = opening_verb("promote", "", opening, rebuilt);
  const RebuildController idle({.subject = "db@sg",
                                .region = "sg",
                                .source = "db@syd",
                                .writer = world.reg(0),
                                .source_index = 0,
                                .progress = world.reg(0),
                                .stream = world.reg(0),
                                .fenced = {},
                                .reconciled = {},
                                .control_plane = world.reg(1),
                                .region_up = world.reg(1),
                                .source_up = world.reg(1),
                                .left_behind = {},
                                .takes = world.takes(Duration::hours(1))});
  FakeControl control(world.network, idle, {});
  verb.begin(control, {});
  CHECK(verb.status(control, {}) == VerbStatus::kFailed);
  control.change(rebuilt, static_cast<std::int64_t>(Progress::kRunning));
  verb.begin(control, {});
  CHECK(verb.status(control, {}) == VerbStatus::kFailed);
  control.change(rebuilt, static_cast<std::int64_t>(Progress::kDone));
  verb.begin(control, {});
  CHECK(control.value(opening) == static_cast<std::int64_t>(Progress::kAsked));
}
