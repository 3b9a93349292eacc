// Redrive of a dead-letter queue: its messages are put back into the queue that they came from.
//
// The verb `sqsRedrive` lets one mover take messages, one after the other at its rate, until none
// is left that was there or came meanwhile. A message that is moved counts as a new one there: its
// age and its receipts begin anew (SQS Developer Guide, dead-letter queue redrive, as of 2026-11).
#pragma once

#include <string>

#include "models/platform/compiler.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::sqs {

class Redrive {
 public:
  /// Makes the mover the consumer of the queue's buffer, at rest.
  Redrive(Compiler& compiler, const DeploymentSite& site, sim::Buffer& buffer);
  void define(Compiler& compiler, const DeploymentSite& site, sim::BufferId from,
              sim::BufferId to) const;
  [[nodiscard]] Verb verb() const;

 private:
  sim::PlanId move_;
  sim::BucketId rate_;
  sim::RegisterId moving_;  // 1 while it moves
};

struct RedrivePolicy {
  std::string subject;
  std::string region;
  sim::BufferId from;
  sim::RegisterId moving;
};

struct RedriveState {
  std::uint64_t moved_before = 0;
  bool moving = false;
};

/// Ends a redrive when the queue is empty.
class RedriveController final : public sim::ControllerOf<RedriveState> {
 public:
  explicit RedriveController(RedrivePolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/redrive"; }
  static constexpr sim::Duration kPeriod = sim::Duration::seconds(1);

 protected:
  void start_with(RedriveState&, sim::Control&) const override {}
  void wake_with(RedriveState& state, sim::Control& control) const override;

 private:
  RedrivePolicy policy_;
};

}  // namespace lifeboat::models::sqs
