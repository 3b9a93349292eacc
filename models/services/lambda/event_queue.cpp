#include "models/services/lambda/event_queue.hpp"

#include <algorithm>

#include "models/platform/platform.hpp"
#include "models/replication/store.hpp"

namespace lifeboat::models::lambda {

namespace {

using sim::Cause;
using sim::Duration;

/// All events may be on their way at once.
constexpr std::uint32_t kAnyNumber = 1'000'000'000;
/// Pauses after the function's own errors, and of the back-off after throttles and errors of the
/// service (the source stands in the header).
constexpr Duration kPauses[] = {Duration::minutes(1), Duration::minutes(2)};
constexpr Duration kFirstBackoff = Duration::seconds(1);
constexpr Duration kMostBackoff = Duration::minutes(5);
/// As many as a call may have: in the longest age of an event there are 80 pauses.
constexpr std::uint32_t kMostAttempts = 255;

constexpr std::uint16_t bit(Cause cause) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(cause));
}

}  // namespace

void EventQueue::declare(Compiler& compiler, const DeploymentSite& site,
                         std::string_view operation) {
  sim::NetworkBuilder& network = compiler.network();
  const sim::DeploymentId here = compiler.deployment(site);
  operation_ = operation;
  const std::string name = site.service + "." + operation_;
  event_ = network.declare_plan(name + "/event", here);
  dequeue_ = network.declare_plan(name + "/dequeue", here);
  attempt_ = network.declare_plan(name + "/attempt", here);
  sim::Buffer buffer;
  buffer.name = name_of(site) + "/" + operation_ + "/events";
  buffer.deployment = here;
  buffer.visibility = Duration::infinite();
  buffer.max_receives = 1;
  buffer.batch = 1;
  buffer.consumer = dequeue_;
  buffer.first_consumers = kAnyNumber;
  buffer_ = network.add_buffer(buffer);
}

void EventQueue::define(Compiler& compiler, const DeploymentSite& site, const EventInvokeSpec& spec,
                        const sim::Law& overhead, const Execution& execution) const {
  sim::PlanBuilder event = compiler.network().define(event_);
  event.gate();
  event.delay(compiler.network().add_law(overhead), "overhead");
  event.put(buffer_);
  event.finish();
  define_attempt(compiler, spec, execution);
  define_dequeue(compiler, site, spec);
  if (const auto journey = compiler.followed_by(site.service, operation_)) {
    compiler.network().buffer(buffer_).follows = journey->index();
  }
}

// Causes tell the queue what happened: "timeout" is the function's own error, whatever it was, or
// an event that was too old (the queue looks at its age itself); the others are no execution at
// all, "dependency" among them: the gate of a function that cannot be reached.
void EventQueue::define_attempt(Compiler& compiler, const EventInvokeSpec& spec,
                                const Execution& execution) const {
  sim::PlanBuilder plan = compiler.network().define(attempt_);
  const auto expired = plan.label();
  const auto errored = plan.label();
  const auto end = plan.label();
  sim::CallPolicy within;
  within.timeout = execution.timeout;
  plan.gate();
  plan.too_old(spec.maximum_age, expired);
  execution.take(plan);
  plan.call(execution.run, within, "run", errored);
  execution.give_back(plan);
  plan.jump(end);
  plan.place(expired);
  plan.fail(Cause::kTimeout);
  plan.place(errored);
  plan.fail(Cause::kTimeout);
  plan.place(end);
  plan.finish();
}

void EventQueue::define_dequeue(Compiler& compiler, const DeploymentSite& site,
                                const EventInvokeSpec& spec) const {
  sim::NetworkBuilder& network = compiler.network();
  sim::CallPolicy again;
  again.max_attempts = kMostAttempts;
  again.backoff_base = kFirstBackoff;
  again.backoff_cap = kMostBackoff;
  again.jitter = 0;
  again.retry_on = bit(Cause::kThrottled) | bit(Cause::kRejected) | bit(Cause::kReset) |
                   bit(Cause::kNoCapacity) | bit(Cause::kDependency);
  sim::PlanBuilder plan = network.define(dequeue_);
  const auto gone = plan.label();
  const auto done = plan.label();
  const auto given_up = plan.label();
  auto failed = plan.label();
  plan.take(buffer_);
  plan.next_message(buffer_, gone);
  plan.delay(network.add_law(spec.latency), "queue");
  plan.call(attempt_, again, "attempt", failed);
  plan.jump(done);
  for (std::uint32_t i = 0; i < spec.retries; ++i) {
    const std::string step = "retry-" + std::to_string(i + 1);
    plan.place(failed);
    failed = plan.label();
    plan.too_old(spec.maximum_age, given_up);
    plan.delay(network.add_law(sim::Law::constant(kPauses[i])), step + "/pause");
    plan.call(attempt_, again, step, failed);
    plan.jump(done);
  }
  plan.place(failed);
  plan.place(given_up);
  const auto dropped = plan.label();
  if (spec.on_failure) {
    const auto to = compiler.callee(site, spec.on_failure->service, spec.on_failure->operation);
    if (to && to->plan.valid()) {  // else reported when calls were checked
      plan.call(to->model->event_plan(spec.on_failure->operation, to->plan), {}, "on-failure",
                dropped);
    }
  }
  plan.place(dropped);
  plan.fail(Cause::kDependency);
  plan.place(done);
  plan.acknowledge(buffer_);
  plan.place(gone);
  plan.finish();
}

std::vector<Metric> event_metrics(const std::vector<EventQueue>& queues) {
  std::vector<sim::BufferId> buffers;
  for (const EventQueue& queue : queues) buffers.push_back(queue.buffer());
  const auto sum = [buffers](std::uint64_t (*of)(const sim::BufferView&)) {
    return [buffers, of](sim::Control& control) {
      std::uint64_t all = 0;
      for (const sim::BufferId id : buffers) all += of(control.buffer(id));
      return static_cast<double>(all);
    };
  };
  return {{"asyncEventsReceived", "1", "events taken over since the start",
           sum([](const sim::BufferView& view) { return view.put; })},
          {"asyncBacklog", "1", "events taken over and not done, those at work included",
           sum([](const sim::BufferView& view) {
             return std::uint64_t{view.visible} + std::uint64_t{view.in_flight};
           })},
          {"asyncEventAge", "s", "age of the oldest event that is not done",
           [buffers](sim::Control& control) {
             double oldest = 0;
             for (const sim::BufferId id : buffers) {
               oldest = std::max(oldest, control.buffer(id).oldest_age.to_seconds());
             }
             return oldest;
           }},
          {"asyncEventsDropped", "1", "events given up since the start",
           sum([](const sim::BufferView& view) { return view.dead_lettered; })}};
}

}  // namespace lifeboat::models::lambda
