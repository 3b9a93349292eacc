// How many batches of a queue are worked on at once: the event source mapping's pollers.
//
// It starts with 5 and, while messages wait, adds up to 300 a minute to at most 1,250 (or the
// maximum concurrency); without a backlog it falls back by as much, to 5 (AWS documentation,
// Lambda SQS event source scaling; the way back is unpublished). Evaluated every 10 s, at a phase
// of its own. In a region that is down, nobody polls.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::sqs {

struct PollingPolicy {
  std::string subject;
  sim::BufferId buffer;
  sim::DeploymentId deployment;
  sim::RegisterId consumers;
  sim::RegisterId region_up;
  std::int64_t first = 5;
  std::int64_t most = 1250;
  bool scales = true;  ///< false: `first` all the time
};

struct PollingState {
  std::int64_t wanted = 0;
  sim::Instant next;
};

class PollingController final : public sim::ControllerOf<PollingState> {
 public:
  explicit PollingController(PollingPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/polling"; }
  static constexpr sim::Duration kPeriod = sim::Duration::seconds(10);
  /// 300 a minute in steps of one period.
  static constexpr std::int64_t kStep = 50;

 protected:
  void start_with(PollingState& state, sim::Control& control) const override;
  void wake_with(PollingState& state, sim::Control& control) const override;

 private:
  void apply(const PollingState& state, sim::Control& control) const;

  PollingPolicy policy_;
};

}  // namespace lifeboat::models::sqs
