// A consumer group: how many of its members work, on which partitions, and when it rests.
//
// Each partition is worked off by at most one member at a time, and by nobody while it has no
// leader, its region is down, or the group rebalances: when the number of members changes, all of
// them stop taking records for a while. What they have taken they finish.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::msk {

struct GroupPolicy {
  std::string subject;  ///< "activity-stream@sg/analytics"
  std::string service;  ///< "activity-stream@sg"
  std::string region;
  sim::StationId members;                ///< places that batches hold
  sim::RegisterId wanted;                ///< members as asked for
  sim::RegisterId resting;               ///< 1 while the group rebalances
  std::vector<sim::RegisterId> at_work;  ///< by partition: batches allowed, 0 or 1
  std::vector<sim::RegisterId> leader;   ///< by partition
  std::int64_t no_leader = 3;            ///< value of a leader's register for none
  sim::RegisterId region_up;
  sim::LawId rebalance;
};

struct GroupState {
  std::int64_t members = 0;
  sim::Instant rests_until = sim::Instant::never();
  std::uint32_t number = 0;
};

class GroupController final : public sim::ControllerOf<GroupState> {
 public:
  explicit GroupController(GroupPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/group"; }

 protected:
  void start_with(GroupState& state, sim::Control& control) const override;
  void wake_with(GroupState& state, sim::Control& control) const override;

 private:
  void allow(const GroupState& state, sim::Control& control) const;

  GroupPolicy policy_;
};

}  // namespace lifeboat::models::msk
