// Where plans stand in the table of steps, and that what names a step follows it there.
#include <optional>
#include <string>
#include <vector>

#include "sim/network/step.hpp"
#include "tests/catch.hpp"
#include "tests/sim/engine/networks.hpp"

namespace lifeboat::sim::test {
namespace {

/// The plan that does nothing but call those, in turn.
void define_calls(NetworkBuilder& builder, PlanId plan, const std::vector<PlanId>& callees) {
  PlanBuilder steps = builder.define(plan);
  for (const PlanId callee : callees) steps.call(callee, CallPolicy{}, "");
  steps.finish();
}

TEST_CASE("plans stand in the order in which requests come through them", "[unit]") {
  OneService one;
  const PlanId unused = one.builder.declare_plan("unused", {});
  const PlanId last = one.builder.declare_plan("last", {});
  const PlanId deep = one.builder.declare_plan("deep", {});
  const PlanId middle = one.builder.declare_plan("middle", {});
  for (const PlanId leaf : {unused, last, deep}) define_calls(one.builder, leaf, {});
  define_calls(one.builder, middle, {deep});
  define_calls(one.builder, one.plan, {middle, last});
  const auto net = one.builder.build();
  const PlanId root = net->journeys[one.journey.index()].plan;
  const std::vector<PlanId> expected = {root, one.plan, middle, deep, last, unused};
  std::uint32_t next = 1;  // after the first plan's head
  for (const PlanId plan : expected) {
    CAPTURE(net->plan_names[plan.index()]);
    CHECK(net->plan_entry[plan.index()] == next);
    const Step& head = net->steps[next - 1];
    CHECK(head.code == StepCode::kPlan);
    CHECK(head.a == plan.index());
    CHECK(head.b == net->plan_deployment[plan.index()].index());
    while (net->steps[next].code != StepCode::kReturn) ++next;
    next += 2;
  }
  CHECK(next == net->steps.size() + 1);
}

TEST_CASE("a call's caller goes on wherever that is", "[unit]") {
  // Three waits of 1, 1 and 4 ms, among them hundreds of steps that would fail: one call is
  // followed by a step far ahead, one by a step behind, and the last wait is one of three by a
  // register.
  constexpr int kFarAhead = 300;
  OneService one;
  const PlanId wait = one.builder.declare_plan("wait", {});
  PlanBuilder waits = one.builder.define(wait);
  waits.delay(one.builder.add_law(Law::constant(Duration::milliseconds(1))), "wait");
  waits.finish();
  PlanBuilder plan = one.builder.define(one.plan);
  const auto behind = plan.label();
  const auto ahead = plan.label();
  const auto end = plan.label();
  plan.call(wait, CallPolicy{}, "first");
  plan.jump(ahead);
  plan.place(behind);
  const std::vector<PlanBuilder::Label> ways = {plan.label(), plan.label(), plan.label()};
  plan.switch_on(one.builder.add_register("way", 1), ways);
  for (std::size_t i = 0; i < ways.size(); ++i) {
    plan.place(ways[i]);
    const Duration length = Duration::milliseconds(i == 1 ? 4 : 100);
    plan.delay(one.builder.add_law(Law::constant(length)), "last");
    plan.jump(end);
  }
  for (int i = 0; i < kFarAhead; ++i) plan.fail(Cause::kRejected);
  plan.place(ahead);
  plan.call(wait, CallPolicy{}, "second");
  plan.jump(behind);
  plan.place(end);
  plan.finish();
  one.builder.add_source(stamps_source({0.5, 1.5, 2.5}, one.journey));
  const auto net = one.builder.build();
  RunOptions options;
  options.duration = Duration::seconds(4);
  const TrialResult result = run_trial(*net, options, 0);
  const JourneyResult& visits = result.journeys[one.journey.index()];
  CHECK(visits.succeeded == 3);
  CHECK(visits.failed == 0);
  CHECK(visits.latency.min() == Duration::milliseconds(6));
  CHECK(visits.latency.max() == Duration::milliseconds(6));
}

/// How long a request takes that makes a call of that name and then waits by its own luck.
std::optional<Duration> after_call(const std::string& name) {
  OneService one;
  const PlanId callee = one.builder.declare_plan("callee", {});
  PlanBuilder inside = one.builder.define(callee);
  inside.delay(one.builder.add_law(Law::constant(kTenMs)), "inside");
  inside.finish();
  PlanBuilder plan = one.builder.define(one.plan);
  plan.call(callee, CallPolicy{}, name);
  plan.delay(one.builder.add_law(Law::exponential(kTenMs)), "own");
  plan.finish();
  one.builder.add_source(stamps_source({0.5}, one.journey));
  RunOptions options;
  options.duration = Duration::seconds(2);
  return run_trial(*one.builder.build(), options, 0).journeys[one.journey.index()].latency.max();
}

TEST_CASE("what a caller draws after a call is its own luck", "[unit]") {
  const std::optional<Duration> takes = after_call("first");
  REQUIRE(takes.has_value());
  CHECK(*takes > kTenMs);
  CHECK(after_call("other") == takes);
}

}  // namespace
}  // namespace lifeboat::sim::test
