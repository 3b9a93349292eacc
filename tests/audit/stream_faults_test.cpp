// Streams that stop, lag and replay slowly, and gates that throttle: by hand.
#include <functional>
#include <map>
#include <vector>

#include "sim/control/control.hpp"
#include "tests/audit/full_audit.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

using Acts = std::map<double, std::function<void(Control&)>>;

struct Play : ControllerOf<int> {
  Acts acts;
  explicit Play(Acts given) : acts(std::move(given)) {}
  [[nodiscard]] std::string name() const override { return "play"; }
  [[nodiscard]] bool is_fault() const override { return true; }
  void start_with(int& done, Control& control) const override { next(done, control); }
  void wake_with(int& done, Control& control) const override {
    std::next(acts.begin(), done++)->second(control);
    next(done, control);
  }
  void next(int done, Control& control) const {
    if (done >= static_cast<int>(acts.size())) return;
    control.wake_at(Instant::from_seconds(std::next(acts.begin(), done)->first));
  }
};

/// Writes of one-part records at given seconds, shipped in order with a lag of 2 s.
TrialResult ship(const std::vector<double>& seconds, const Acts& acts, double apply_per_second = 0,
                 bool ordered = true) {
  OneService one;
  ReplicationLog log;
  log.ordered = ordered;
  log.lag = one.builder.add_law(Law::constant(Duration::seconds(2)));
  log.apply_per_second = apply_per_second;
  write_to_copy(one, log, true);
  one.builder.add_source(stamps_source(seconds, one.journey));
  one.builder.add_controller(std::make_shared<Play>(acts));
  const auto net = one.builder.build();
  RunOptions options = run_for(Duration{}, Duration::seconds(200));
  options.listen = [&net](std::uint32_t) { return audit::make_full_auditor(*net); };
  return run_trial(*net, options, 0);
}

constexpr LogId kLog{0};

void stop(Control& c) { c.pause_log(kLog); }
void go_on(Control& c) { c.thaw_log(kLog); }
void lose(Control& c) { c.freeze_log(kLog); }
void open_now(Control& c) { c.open_copy(kLog, c.now()); }

}  // namespace

// Stopped from 10 to 30 s: the write of 9 s is on its way and goes again at 30, to arrive at 32.
TEST_CASE("What was on its way when a stream stopped arrives after it goes on", "[unit]") {
  for (const double opened : {31.9, 32.1}) {
    const TrialResult r = ship({1, 9}, {{10, stop}, {30, go_on}, {opened, open_now}});
    REQUIRE(r.losses.size() == 1);
    CHECK(r.losses[0].writes_lost == (opened < 32 ? 1 : 0));
    CHECK(r.records[0].lost == (opened < 32 ? 1 : 0));
  }
}

TEST_CASE("A stream that two hold stopped goes on with the last", "[unit]") {
  for (const double opened : {40.0, 70.0}) {
    const TrialResult r =
        ship({1, 15}, {{10, stop}, {20, lose}, {30, go_on}, {50, go_on}, {opened, open_now}});
    CHECK(r.losses[0].writes_lost == (opened < 50 ? 1 : 0));
  }
}

// The path breaks at 10 s, the source is gone at 20: what it took until then is lost when the copy
// opens, record by record.
TEST_CASE("A source that is lost while its stream is stopped loses all since the stop", "[unit]") {
  const TrialResult r = ship({1, 9, 12, 18}, {{10, stop}, {20, lose}, {60, open_now}});
  CHECK(r.losses[0].writes_lost == 3);
  CHECK(r.losses[0].rpo_seconds == Approx(60 - 9));
  CHECK(r.records[0].lost == 3);
  CHECK(r.records[0].stranded == 0);
}

// At the first loss one record is not safe; it is by the second, which finds another. Neither copy
// opens: each is stranded once, and none twice.
TEST_CASE("A record that was brought home counts no second time", "[unit]") {
  const TrialResult r = ship({9, 99.5}, {{10, lose}, {20, go_on}, {100, lose}, {110, go_on}});
  CHECK(r.losses.empty());
  CHECK(r.records[0].stranded == 2);
  CHECK(r.records[0].lost == 0);
}

// The copy stops receiving at 10 s to be opened at 40; that the fault is over at 20 brings nothing.
TEST_CASE("A copy that is being opened receives nothing more", "[unit]") {
  const TrialResult r = ship(
      {1, 9},
      {{9.5, lose}, {10, [](Control& c) { c.detach_log(kLog); }}, {20, go_on}, {40, open_now}});
  CHECK(r.losses[0].writes_lost == 1);
  CHECK(r.records[0].lost == 1);
}

// The source is back at 20 s while its copy waits to be opened: what it acknowledges until then
// does not travel, and is lost record by record with the copy's opening.
TEST_CASE("What a source takes while its copy is being opened is lost", "[unit]") {
  const TrialResult r = ship(
      {1, 9, 25},
      {{9.5, lose}, {10, [](Control& c) { c.detach_log(kLog); }}, {20, go_on}, {40, open_now}});
  CHECK(r.losses[0].writes_lost == 2);
  CHECK(r.records[0].lost == 2);
}

// Brought home after the first loss, it is not lost by the second, whose copy opens.
TEST_CASE("A record that was brought home is not lost with a later opening", "[unit]") {
  const TrialResult r = ship({9, 99.5}, {{10, lose}, {20, go_on}, {100, lose}, {110, open_now}});
  CHECK(r.losses[0].writes_lost == 1);
  CHECK(r.records[0].lost == 1);
  CHECK(r.records[0].stranded == 1);
}

// The write of 9 s is lost with the opening at 10, whose copy lags no more; those of 20 s and later
// go nowhere.
TEST_CASE("A stream whose copy was opened takes no more writes, and does not lag", "[unit]") {
  LogView opened;
  const TrialResult r =
      ship({1, 9, 20, 30}, {{10, open_now}, {100, [&](Control& c) { opened = c.log(kLog); }}});
  CHECK(r.losses.at(0).writes_lost == 1);
  CHECK(opened.committed == 2);
  CHECK(opened.received == 1);
  CHECK(opened.apply_lag == Duration{});
}

// Active copies: at 10 s the write of 9 has not arrived, and is merged from 20 s on; at 40 s those
// of 38.5 and 39 have not.
TEST_CASE("A stream between active copies is counted at each outage of its source", "[unit]") {
  const auto out = [](Control& c) {
    lose(c);
    open_now(c);
  };
  const TrialResult r =
      ship({1, 9, 30, 38.5, 39}, {{10, out}, {20, go_on}, {40, out}, {50, go_on}}, 0, false);
  REQUIRE(r.losses.size() == 2);
  CHECK(r.losses[0].writes_lost == 1);
  CHECK(r.losses[0].rpo_seconds == Approx(1));
  CHECK(r.losses[1].writes_lost == 2);
  CHECK(r.losses[1].rpo_seconds == Approx(1.5));
}

// 10 s more from 5 s on: the write of 6 s arrives at 18, and that of 7 s, with 2 s again, behind
// it; the write of 1 s was at home at 3.
TEST_CASE("A lag that a fault adds holds up what comes after it", "[unit]") {
  const auto slower = [](Control& c) { c.impede_log(kLog, Duration::seconds(10), 1); };
  const auto normal = [](Control& c) { c.impede_log(kLog, Duration{}, 1); };
  for (const double opened : {17.9, 18.1}) {
    const TrialResult r = ship({1, 6, 7}, {{5, slower}, {6.5, normal}, {opened, open_now}});
    CHECK(r.losses[0].writes_lost == (opened < 18 ? 2 : 0));
  }
}

// 10 writes a second of which a copy at a tenth of its 10 a second replays one: five writes that
// arrive at 12 s are all replayed at 17 s, and at 12.5 s at full speed.
TEST_CASE("A copy that replays slowly lags in its replay alone", "[unit]") {
  for (const double speed : {0.1, 1.0}) {
    double lag = -1;
    double received = -1;
    const TrialResult r = ship({10, 10, 10, 10, 10},
                               {{1, [speed](Control& c) { c.impede_log(kLog, Duration{}, speed); }},
                                {13,
                                 [&](Control& c) {
                                   lag = c.log(kLog).apply_lag.to_seconds();
                                   received = c.log(kLog).receive_lag.to_seconds();
                                 }}},
                               10);
    CHECK(received == 0);
    CHECK(lag == (speed < 1 ? Approx(3) : Approx(0)));
  }
}

namespace {

TrialResult throttle(double arrivals, const Effect& effect) {
  OneService one;
  PlanBuilder plan = one.builder.define(one.plan);
  plan.gate();
  plan.finish();
  one.builder.add_source(constant_source("visit", arrivals, one.journey));
  const DeploymentId here = one.deployment;
  one.builder.add_controller(std::make_shared<Play>(
      Acts{{0, [here, effect](Control& c) { (void)c.begin_effect({here}, effect); }}}));
  const auto net = one.builder.build();
  return run_trial(*net, run_for(Duration{}, Duration::seconds(1000)), 0);
}

double throttled(const TrialResult& r) {
  return static_cast<double>(r.journeys[0].failed_by[static_cast<std::size_t>(Cause::kThrottled)]);
}

}  // namespace

// Binomial: of n = 100,000 requests 30 %, give or take 4.5 x sqrt(0.21 n) = 652 (7e-6), and
// Poisson's 4.5 x sqrt(n) x 0.3 more.
TEST_CASE("A throttled share fails with the cause of throttling", "[oracle]") {
  Effect effect;
  effect.kind = Effect::Kind::kThrottle;
  effect.share = 0.3;
  const TrialResult r = throttle(100, effect);
  CHECK(throttled(r) == Approx(0.3 * static_cast<double>(r.journeys[0].offered)).margin(652));
  CHECK(static_cast<double>(r.journeys[0].failed) == throttled(r));
}

// 100 a second against a limit of 40: 40,000 pass in 1,000 s, and the first second's 40 at once.
// The bucket is never full again, so that the number is certain but for the end.
TEST_CASE("A limit lets through its rate and a second's worth at once", "[unit]") {
  Effect effect;
  effect.kind = Effect::Kind::kThrottle;
  effect.share = 0;
  effect.per_second = 40;
  const TrialResult r = throttle(100, effect);
  CHECK(static_cast<double>(r.journeys[0].succeeded) == Approx(40'040).margin(2));
  CHECK(throttled(r) == static_cast<double>(r.journeys[0].failed));
  effect.per_second = 1000;
  CHECK(throttle(100, effect).journeys[0].failed == 0);
}

}  // namespace lifeboat::sim::test
