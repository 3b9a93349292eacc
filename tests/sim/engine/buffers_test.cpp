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

}  // namespace
}  // namespace lifeboat::sim::test
