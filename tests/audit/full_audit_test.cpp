// The auditor hears real trials without complaint, and complains of every lie it is told.
#include "tests/audit/full_audit.hpp"

#include <functional>
#include <stdexcept>

#include "sim/control/control.hpp"
#include "sim/trial/result.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::audit {
namespace {

using sim::Duration;
using sim::Instant;
using sim::Law;
using Stay = sim::Listener::Stay;

sim::RunOptions audited(const sim::Network& network) {
  sim::RunOptions options = sim::test::run_for(Duration::seconds(10), Duration::seconds(100));
  options.listen = [&network](std::uint32_t) { return make_full_auditor(network); };
  return options;
}

TEST_CASE("The auditor agrees with queues of every discipline", "[property]") {
  for (const sim::Discipline discipline : {sim::Discipline::kFifo, sim::Discipline::kLifo}) {
    for (const std::uint32_t limit : {0U, 3U, sim::kNone}) {
      const auto network = sim::test::single_queue(
          380, Law::exponential(Duration::milliseconds(10)), 4, limit, discipline);
      CHECK_NOTHROW(sim::run_trial(*network, audited(*network), 0));
    }
  }
}

// One server, 2.2 s a request. The first is over at 3.2 s, and the fifth has its token: so it is
// reset at 5 s before those who stand ahead of it in the line. Whoever comes once the gate is open
// again finds nobody there.
TEST_CASE("The auditor hears of those who waited where everything is reset", "[unit]") {
  struct Reset : sim::ControllerOf<std::uint32_t> {
    [[nodiscard]] std::string name() const override { return "reset"; }
    [[nodiscard]] bool is_fault() const override { return true; }
    void start_with(std::uint32_t& effect, sim::Control& control) const override {
      effect = sim::kNone;
      control.wake_at(Instant::from_seconds(5));
    }
    void wake_with(std::uint32_t& effect, sim::Control& control) const override {
      if (effect != sim::kNone) {
        control.end_effect({effect});
        return;
      }
      effect = control.begin_effect({sim::DeploymentId{0}}, sim::Effect{}).index;
      control.wake_at(Instant::from_seconds(7.5));
    }
  };
  for (const sim::StationKind kind : {sim::StationKind::kServers, sim::StationKind::kHold}) {
    sim::test::OneService one;
    sim::Station till;
    till.name = "till";
    till.kind = kind;
    till.servers = 1;
    till.deployment = one.deployment;
    const sim::StationId station = one.builder.add_station(till);
    const sim::LawId work = one.builder.add_law(Law::constant(Duration::from_seconds(2.2)));
    sim::PlanBuilder plan = one.builder.define(one.plan);
    plan.gate();
    if (kind == sim::StationKind::kServers) {
      plan.visit(station, work, "work");
    } else {
      plan.acquire(station);
      plan.delay(work, "work");
      plan.release(station);
    }
    plan.finish();
    one.builder.add_source(sim::test::stamps_source({1, 1.5, 2, 2.5, 3.3, 8}, one.journey));
    one.builder.add_controller(std::make_shared<Reset>());
    const auto network = one.builder.build();
    sim::TrialResult result;
    CHECK_NOTHROW(result = sim::run_trial(*network, audited(*network), 0));
    CHECK(result.journeys[0].failed == 4);
  }
}

TEST_CASE("The auditor refuses a result that says something else", "[unit]") {
  const auto network = sim::test::single_queue(90, Law::exponential(Duration::milliseconds(10)), 1);
  const std::vector<std::function<void(sim::TrialResult&)>> lies{
      [](sim::TrialResult& r) { ++r.stations[0].completions; },
      [](sim::TrialResult& r) { r.stations[0].queue_seconds *= 1.001; },
      [](sim::TrialResult& r) { ++r.journeys[0].succeeded; },
      [](sim::TrialResult& r) { r.losses.emplace_back(); },
  };
  for (const auto& lie : lies) {
    std::shared_ptr<sim::Listener> auditor = make_full_auditor(*network);
    sim::RunOptions options = audited(*network);
    options.listen = [&](std::uint32_t) { return auditor; };
    sim::TrialResult result = sim::run_trial(*network, options, 0);
    CHECK_NOTHROW(auditor->finished(result));
    lie(result);
    CHECK_THROWS_AS(auditor->finished(result), std::logic_error);
  }
}

TEST_CASE("The auditor refuses an event that cannot be", "[unit]") {
  const auto network = sim::test::single_queue(90, Law::exponential(Duration::milliseconds(10)), 1);
  const sim::StationId till{0};
  const Instant now = Instant::from_seconds(1);
  SECTION("served out of order") {
    const auto auditor = make_full_auditor(*network);
    for (const std::uint32_t token : {1U, 2U}) {
      auditor->station(now, till, Stay::kArrived, token);
      auditor->station(now, till, Stay::kQueued, token);
    }
    CHECK_THROWS_AS(auditor->station(now, till, Stay::kStarted, 2), std::logic_error);
  }
  SECTION("more in service than servers") {
    const auto auditor = make_full_auditor(*network);
    auditor->station(now, till, Stay::kArrived, 1);
    auditor->station(now, till, Stay::kStarted, 1);
    auditor->station(now, till, Stay::kArrived, 2);
    CHECK_THROWS_AS(auditor->station(now, till, Stay::kStarted, 2), std::logic_error);
  }
  SECTION("left without having come") {
    const auto auditor = make_full_auditor(*network);
    CHECK_THROWS_AS(auditor->station(now, till, Stay::kCompleted, 1), std::logic_error);
  }
  SECTION("a request that ends twice") {
    const auto auditor = make_full_auditor(*network);
    auditor->request_began(now, sim::JourneyId{0}, 7);
    auditor->request_ended(now, sim::JourneyId{0}, 7, now, true, sim::Cause::kNoCause);
    CHECK_THROWS_AS(
        auditor->request_ended(now, sim::JourneyId{0}, 7, now, true, sim::Cause::kNoCause),
        std::logic_error);
  }
}

}  // namespace
}  // namespace lifeboat::audit
