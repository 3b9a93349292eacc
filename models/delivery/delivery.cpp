#include "models/delivery/delivery.hpp"

#include <algorithm>

#include "models/io/reader.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models {

namespace {

/// All messages may be on their way at once.
constexpr std::uint32_t kNoLimit = 1'000'000'000;

}  // namespace

void Delivery::declare(Compiler& compiler, const DeploymentSite& site) {
  sim::NetworkBuilder& network = compiler.network();
  const sim::DeploymentId here = compiler.deployment(site);
  consume_ = network.declare_plan(site.service + "/" + spec_.name, here);
  sim::Buffer buffer;
  buffer.name = name_of(site) + "/" + spec_.name;
  buffer.deployment = here;
  buffer.visibility = sim::Duration::infinite();
  buffer.max_receives = 1;
  buffer.batch = 1;
  buffer.consumer = consume_;
  buffer.first_consumers = kNoLimit;
  buffer_ = network.add_buffer(buffer);
}

void Delivery::emit_put(sim::PlanBuilder& plan) const {
  const auto end = plan.label();
  if (spec_.call.probability < 1) {
    plan.branch(1 - spec_.call.probability, end, spec_.match + "/skip");
  }
  plan.put(buffer_);
  plan.place(end);
}

void Delivery::define(Compiler& compiler, const DeploymentSite& site, sim::BucketId rate) {
  sim::NetworkBuilder& network = compiler.network();
  const auto callee = compiler.callee(site, spec_.call.service, spec_.call.operation);
  sim::PlanBuilder plan = network.define(consume_);
  const auto delivered = plan.label();
  const auto gone = plan.label();
  plan.take(buffer_);
  plan.next_message(buffer_, gone);
  plan.delay(network.add_law(spec_.latency), "latency");
  if (callee && callee->plan.valid()) {  // else reported when calls were checked
    const sim::PlanId target = callee->model->event_plan(spec_.call.operation, callee->plan);
    auto failed = plan.label();
    emit_attempt(plan, target, rate, "attempt", failed);
    plan.jump(delivered);
    for (std::size_t i = 0; i < spec_.retries.size(); ++i) {
      const RetryPhase& phase = spec_.retries[i];
      const std::string step = "retry-" + std::to_string(i + 1);
      plan.place(failed);
      failed = plan.label();
      const auto again = plan.label();
      const auto once_more = plan.label();
      plan.place(again);
      plan.delay(network.add_law(phase.pause), step + "/pause");
      emit_attempt(plan, target, rate, step, once_more);
      plan.jump(delivered);
      plan.place(once_more);
      if (phase.times > 1) plan.repeat(again, phase.times);
      plan.jump(failed);
    }
    plan.place(failed);
    const auto dead = plan.label();
    if (spec_.dead_letter) {
      const auto to =
          compiler.callee(site, spec_.dead_letter->service, spec_.dead_letter->operation);
      if (to && to->plan.valid()) {
        plan.call(to->model->event_plan(spec_.dead_letter->operation, to->plan), {}, "dead-letter",
                  dead);
      }
    }
    plan.place(dead);
    plan.fail(sim::Cause::kDependency);
  }
  plan.place(delivered);
  plan.acknowledge(buffer_);
  plan.place(gone);
  plan.finish();
}

void Delivery::emit_attempt(sim::PlanBuilder& plan, sim::PlanId target, sim::BucketId rate,
                            const std::string& step, sim::PlanBuilder::Label failed) const {
  if (rate.valid()) plan.pace(rate);
  sim::CallPolicy policy;
  policy.timeout = spec_.attempt_timeout;
  plan.call(target, policy, step, failed);
}

std::optional<CallSpec> read_target(const io::Value& value, io::Problems& problems) {
  if (value.describer()) return std::nullopt;
  const auto name = read_operation_name(value, problems);
  if (!name) return std::nullopt;
  CallSpec call;
  call.service = name->service;
  call.operation = name->operation;
  call.place = name->place;
  call.async = true;
  return call;
}

sim::Duration standard_attempt_timeout(const Platform& platform, std::string_view service) {
  const ServiceSpec* spec = platform.find_service(service);
  const bool function = spec != nullptr && spec->kind != nullptr && spec->kind->name() == "lambda";
  return function ? sim::Duration::minutes(15) : sim::Duration::seconds(15);
}

std::vector<Metric> delivery_metrics(const std::vector<Delivery>& deliveries) {
  std::vector<sim::BufferId> buffers;
  for (const Delivery& delivery : deliveries) buffers.push_back(delivery.buffer());
  return {
      {"backlog", "1", "messages on their way to their targets",
       [buffers](sim::Control& control) {
         double sum = 0;
         for (const sim::BufferId id : buffers) {
           const sim::BufferView view = control.buffer(id);
           sum += static_cast<double>(view.visible) + static_cast<double>(view.in_flight);
         }
         return sum;
       }},
      {"oldestAge", "s", "age of the oldest message on its way",
       [buffers](sim::Control& control) {
         double oldest = 0;
         for (const sim::BufferId id : buffers) {
           oldest = std::max(oldest, control.buffer(id).oldest_age.to_seconds());
         }
         return oldest;
       }},
      {"deadLetters", "1", "messages given up since the start", [buffers](sim::Control& control) {
         double sum = 0;
         for (const sim::BufferId id : buffers) {
           sum += static_cast<double>(control.buffer(id).dead_lettered);
         }
         return sum;
       }}};
}

void follow_delivery(Compiler& compiler, const DeploymentSite& site, std::string_view operation,
                     const std::vector<Delivery>& deliveries) {
  const auto followed = compiler.followed_by(site.service, operation);
  if (!followed || deliveries.empty()) return;
  const Delivery* chosen = &deliveries.front();
  for (const JourneySpec& journey : compiler.platform().journeys) {
    if (!journey.follows || !journey.until || journey.follows->service != site.service) continue;
    for (const Delivery& delivery : deliveries) {
      const CallSpec& call = delivery.spec().call;
      if (call.service == journey.until->service && call.operation == journey.until->operation) {
        chosen = &delivery;
      }
    }
  }
  compiler.network().buffer(chosen->buffer()).follows = followed->index();
}

}  // namespace lifeboat::models
