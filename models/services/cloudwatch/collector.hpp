// What services send to CloudWatch on their own account, a second at a time: log events and calls
// of PutMetricData.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/platform/counting.hpp"
#include "models/watching/monitoring.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::cloudwatch {

struct CollectionPolicy {
  std::string name;
  std::vector<sim::DeploymentId> logged;  ///< whose requests write log events
  std::vector<sim::DeploymentId> called;  ///< and call PutMetricData
  double calls_per_request = 0;
  double call_quota = 500;  ///< a second
  MetricsFeed feed;
  sim::RegisterId requests_logged;  ///< counts
  sim::RegisterId requests_unlogged;
  sim::RegisterId calls_taken;
  sim::RegisterId calls_throttled;
};

struct CollectionState {
  std::uint64_t logged = 0;
  std::uint64_t called = 0;
  WholeCounter taken;
  WholeCounter throttled;
};

class Collector final : public sim::ControllerOf<CollectionState> {
 public:
  explicit Collector(CollectionPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.name + "/collector"; }

 private:
  void start_with(CollectionState& state, sim::Control& control) const override;
  void wake_with(CollectionState& state, sim::Control& control) const override;

  CollectionPolicy policy_;
};

}  // namespace lifeboat::models::cloudwatch
