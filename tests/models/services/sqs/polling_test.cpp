// The number of pollers of a queue, worked by hand.
#include "models/services/sqs/polling.hpp"

#include "tests/catch.hpp"
#include "tests/models/replication/fake_control.hpp"

using namespace lifeboat;
using lifeboat::models::sqs::PollingController;
using lifeboat::models::sqs::PollingPolicy;
using lifeboat::tests::FakeControl;
using lifeboat::tests::FakeNetwork;
using sim::Instant;

namespace {

struct Queue {
  FakeNetwork world;
  PollingPolicy policy;

  Queue() {
    policy.subject = "q@sg";
    policy.buffer = sim::BufferId{0};
    policy.consumers = world.reg(5);
    policy.region_up = world.reg(1);
  }
};

}  // namespace

TEST_CASE("pollers start with 5, grow by 300 a minute under a backlog, to 1250", "[unit]") {
  Queue queue;
  const PollingController controller(queue.policy);
  FakeControl control(queue.world.network, controller, {queue.policy.region_up});
  CHECK(control.value(queue.policy.consumers) == 5);
  control.buffers[0].visible = 1000;
  const auto at = [&](double seconds) {
    control.run_until(Instant::from_seconds(seconds));
    return control.value(queue.policy.consumers);
  };
  const std::int64_t after_a_minute = at(60);
  CHECK(after_a_minute == 5 + 300);
  CHECK(at(120) - after_a_minute == 300);
  CHECK(at(600) == 1250);
  control.buffers[0].visible = 0;
  CHECK(at(1200) == 5);
}

TEST_CASE("nobody polls in a region that is down, and pollers start anew when it is back",
          "[unit]") {
  Queue queue;
  const PollingController controller(queue.policy);
  FakeControl control(queue.world.network, controller, {queue.policy.region_up});
  control.buffers[0].visible = 1000;
  control.run_until(Instant::from_seconds(100));
  control.change(queue.policy.region_up, 0);
  CHECK(control.value(queue.policy.consumers) == 0);
  control.run_until(Instant::from_seconds(200));
  CHECK(control.value(queue.policy.consumers) == 0);
  control.change(queue.policy.region_up, 1);
  CHECK(control.value(queue.policy.consumers) == 5);
}

TEST_CASE("consumers that are no function do not scale", "[unit]") {
  Queue queue;
  queue.policy.scales = false;
  queue.policy.first = 10;
  const PollingController controller(queue.policy);
  FakeControl control(queue.world.network, controller, {queue.policy.region_up});
  control.buffers[0].visible = 1000;
  control.run_until(Instant::from_seconds(600));
  CHECK(control.value(queue.policy.consumers) == 10);
}
