#include "models/services/sqs/redrive.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "models/replication/store.hpp"

namespace lifeboat::models::sqs {

namespace {

/// Messages a second where the step names no rate: guess for "as fast as the system allows", 50 to
/// 500; a step may ask for 1 to 500 (botocore, StartMessageMoveTask, 2026-08).
constexpr double kUsualRate = 100;
constexpr double kMostRate = 500;

}  // namespace

Redrive::Redrive(Compiler& compiler, const DeploymentSite& site, sim::Buffer& buffer) {
  sim::NetworkBuilder& network = compiler.network();
  const std::string name = name_of(site);
  move_ = network.declare_plan(site.service + ".redrive", compiler.deployment(site));
  moving_ = network.add_register(name + "/redriving", 0);
  rate_ = network.add_bucket({name + "/redrive", kUsualRate, 1});
  buffer.batch = 1;
  buffer.consumer = move_;
  buffer.consumers = moving_;
  buffer.first_consumers = 0;
  buffer.visibility = sim::Duration::infinite();  // nobody else receives, however slow the pace
}

// The pace comes before the put, so that a mover that is stopped has a message at most on the way.
void Redrive::define(Compiler& compiler, const DeploymentSite& site, sim::BufferId from,
                     sim::BufferId to) const {
  sim::PlanBuilder plan = compiler.network().define(move_);
  const auto none = plan.label();
  plan.take(from);
  plan.next_message(from, none);
  plan.pace(rate_);
  plan.put(to);
  plan.acknowledge(from);
  plan.place(none);
  plan.finish();
  compiler.network().add_controller(
      std::make_shared<RedriveController>(RedrivePolicy{name_of(site), site.region, from, moving_}),
      {moving_});
}

Verb Redrive::verb() const {
  Verb verb;
  verb.block = "sqsRedrive";
  verb.what =
      "puts the messages of a dead-letter queue back into the queue that they came from, "
      "100 a second or as many as the amount says";
  verb.changes = moving_;
  verb.begin = [rate = rate_, moving = moving_](sim::Control& control,
                                                const VerbArguments& arguments) {
    const double asked =
        arguments.amount > 0 ? std::clamp(arguments.amount, 1.0, kMostRate) : kUsualRate;
    control.set_bucket_rate(rate, asked, 1);
    control.set(moving, 1);
  };
  verb.status = [moving = moving_](sim::Control& control, const VerbArguments&) {
    return control.value(moving) == 0 ? VerbStatus::kDone : VerbStatus::kRunning;
  };
  return verb;
}

void RedriveController::wake_with(RedriveState& state, sim::Control& control) const {
  if (control.value(policy_.moving) == 0) {
    state.moving = false;
    return;
  }
  const sim::BufferView view = control.buffer(policy_.from);
  if (!state.moving) {
    state.moving = true;
    state.moved_before = view.acknowledged;
  }
  if (view.visible + view.in_flight == 0) {
    state.moving = false;
    control.set(policy_.moving, 0);
    control.log_event("capacity", policy_.subject, policy_.region,
                      fmt::format("{} dead letters are back in their queue",
                                  view.acknowledged - state.moved_before));
    return;
  }
  control.wake_at(control.now() + kPeriod);
}

}  // namespace lifeboat::models::sqs
