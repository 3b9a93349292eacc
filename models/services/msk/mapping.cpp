#include "models/services/msk/mapping.hpp"

#include <algorithm>

#include "models/services/lambda/lambda.hpp"

namespace lifeboat::models::msk {

namespace {

using sim::Cause;
using sim::Duration;

/// Pauses before a batch is tried again double from the first to the longest: guess, as AWS's other
/// back-offs do; 0.1 to 5 s and 10 s to 5 min.
constexpr Duration kFirstPause = Duration::seconds(1);
constexpr Duration kMostPause = Duration::minutes(1);
/// As many as a call may have.
constexpr std::uint32_t kMostTries = 255;

constexpr std::uint16_t mask(Cause cause) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(cause));
}

sim::CallPolicy trying(std::uint32_t attempts, std::uint16_t causes) {
  sim::CallPolicy policy;
  policy.max_attempts = attempts;
  policy.backoff_base = kFirstPause;
  policy.backoff_cap = kMostPause;
  policy.jitter = 0;
  policy.retry_on = causes;
  return policy;
}

// Causes tell what happened: "timeout" is the function's own error, whatever it was; "abandoned" a
// batch that was too old; the others are no invocation at all, "dependency" among them: the gate of
// a function that cannot be reached.
void define_invoke(Compiler& compiler, const ConsumerGroup& group, const MappedPartition& partition,
                   const Callee& callee) {
  const auto* worker = dynamic_cast<const BatchWorker*>(callee.model);
  const EventSourceMapping& mapping = *group.mapping;
  sim::PlanBuilder plan = compiler.network().define(partition.plans.invoke);
  const auto next = plan.label();
  const auto done = plan.label();
  const auto errored = plan.label();
  const auto expired = plan.label();
  const auto end = plan.label();
  plan.rewind(partition.buffer);
  if (mapping.maximum_age) plan.too_old(*mapping.maximum_age, expired);
  if (callee.deployment.valid()) plan.gate_of(callee.deployment, "gate");
  worker->begin_batch(compiler, plan);
  plan.place(next);
  plan.next_message(partition.buffer, done);
  plan.call(worker->message_plan(group.call.operation), {}, "record", errored);
  plan.jump(next);
  plan.place(done);
  worker->end_batch(plan);
  plan.jump(end);
  plan.place(errored);
  if (mapping.bisects) plan.bisect(partition.buffer);
  plan.fail(Cause::kTimeout);
  plan.place(expired);
  plan.fail(Cause::kAbandoned);
  plan.place(end);
  plan.finish();
}

}  // namespace

MappingPlans declare_mapping(Compiler& compiler, const DeploymentSite& site,
                             const ConsumerGroup& group) {
  const std::string name = site.service + "." + group.name;
  const sim::DeploymentId here = compiler.deployment(site);
  MappingPlans plans;
  plans.attempt = compiler.network().declare_plan(name + "/attempt", here);
  plans.invoke = compiler.network().declare_plan(name + "/invoke", here);
  return plans;
}

void define_mapping(Compiler& compiler, const DeploymentSite& site, const ConsumerGroup& group,
                    const MappedPartition& partition) {
  const EventSourceMapping& mapping = *group.mapping;
  const auto callee = compiler.callee(site, group.call.service, group.call.operation);
  sim::PlanBuilder attempt = compiler.network().define(partition.plans.attempt);
  const std::uint16_t none = mask(Cause::kThrottled) | mask(Cause::kRejected) |
                             mask(Cause::kReset) | mask(Cause::kNoCapacity) |
                             mask(Cause::kDependency);
  attempt.call(partition.plans.invoke, trying(kMostTries, none), "invoke");
  attempt.finish();
  if (callee) {  // otherwise reported when calls were checked
    define_invoke(compiler, group, partition, *callee);
  } else {
    compiler.network().define(partition.plans.invoke).finish();
  }

  sim::PlanBuilder plan = compiler.network().define(partition.consume);
  const auto again = plan.label();
  const auto failed = plan.label();
  const auto given_up = plan.label();
  const auto end = plan.label();
  plan.take(partition.buffer);
  plan.acquire(partition.members);
  plan.delay(compiler.network().add_law(group.poll), "poll");
  plan.place(again);
  const std::uint32_t attempts = mapping.retries ? *mapping.retries + 1 : kMostTries;
  plan.call(partition.plans.attempt, trying(attempts, mask(Cause::kTimeout)), "batch", failed);
  plan.acknowledge(partition.buffer);
  plan.release(partition.members);
  plan.jump(end);
  plan.place(failed);
  if (!mapping.retries) {
    if (mapping.maximum_age) plan.too_old(*mapping.maximum_age, given_up);
    plan.jump(again);
  }
  plan.place(given_up);
  if (mapping.on_failure) {
    const auto to =
        compiler.callee(site, mapping.on_failure->service, mapping.on_failure->operation);
    if (to && to->plan.valid()) {
      const auto heard = plan.label();
      plan.call(to->model->event_plan(mapping.on_failure->operation, to->plan), {}, "on-failure",
                heard);
      plan.place(heard);
    }
  }
  plan.fail(Cause::kDependency);
  plan.place(end);
  plan.finish();
}

void PollerController::start_with(PollerState& state, sim::Control& control) const {
  state.looks = control.now() + kPeriod;
  control.wake_at(state.looks);
}

void PollerController::wake_with(PollerState& state, sim::Control& control) const {
  if (control.now() >= state.looks) {
    state.looks = control.now() + kPeriod;
    if (state.changes.is_never() && control.value(policy_.region_up) != 0) look(state, control);
  }
  if (control.now() >= state.changes) {
    state.changes = sim::Instant::never();
    control.set(policy_.wanted, state.decided);
  }
  control.wake_at(std::min(state.looks, state.changes));
}

// By how much is unpublished: guess, twice as many while a record waits for too long, half as many
// when none has for a quarter of an hour.
void PollerController::look(PollerState& state, sim::Control& control) const {
  Duration oldest;
  for (const sim::BufferId buffer : policy_.buffers) {
    oldest = std::max(oldest, control.buffer(buffer).oldest_age);
  }
  const std::int64_t now = control.value(policy_.wanted);
  const auto most = static_cast<std::int64_t>(policy_.buffers.size());
  state.quiet = oldest > kLag ? 0 : state.quiet + 1;
  std::int64_t pollers = now;
  if (oldest > kLag) pollers = std::clamp<std::int64_t>(2 * now, 1, most);
  if (state.quiet >= kQuietLooks) pollers = std::max<std::int64_t>(1, now / 2);
  if (pollers == now) return;
  state.quiet = 0;
  state.decided = pollers;
  state.changes = control.now() + control.draw(policy_.delay, "pollers", state.number++);
}

}  // namespace lifeboat::models::msk
