// A function's event source mapping on a consumer group: how its batches are worked off, and how
// many pollers there are.
//
//     batch:  full, or its oldest record has waited for the window -> a poller -> invoke
//     invoke: too old? given up -> environment, all records of the batch in it -> done
//             throttled, no place: again, with back-off, and it counts as no attempt
//             a record fails: the batch anew (bisecting: its first half alone, the other half back
//             to the front of the line), with back-off; its partition waits meanwhile
//     given up after the retries: (call of the destination), counted, and the partition goes on
//
// There is one poller at first, and at most one a partition. Lambda looks at the lag once a minute
// and changes their number within three minutes; by how much is unpublished (mapping.cpp).
//
// Source: AWS documentation, Lambda with Amazon MSK (2023), error handling of Kafka event sources
// (as of 2026-11).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/platform/compiler.hpp"
#include "models/services/msk/description.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::msk {

struct MappingPlans {
  sim::PlanId attempt;  ///< one attempt at a batch, throttles waited out
  sim::PlanId invoke;   ///< one invocation
};

/// One partition of a group.
struct MappedPartition {
  sim::PlanId consume;
  MappingPlans plans;
  sim::BufferId buffer;
  sim::StationId members;
};

[[nodiscard]] MappingPlans declare_mapping(Compiler& compiler, const DeploymentSite& site,
                                           const ConsumerGroup& group);
void define_mapping(Compiler& compiler, const DeploymentSite& site, const ConsumerGroup& group,
                    const MappedPartition& partition);

struct PollerPolicy {
  std::string subject;
  std::vector<sim::BufferId> buffers;  ///< by partition
  sim::RegisterId wanted;              ///< pollers
  sim::RegisterId region_up;
  sim::LawId delay;
};

struct PollerState {
  std::int64_t decided = 0;  ///< comes into force at `changes`
  sim::Instant looks;
  sim::Instant changes = sim::Instant::never();
  std::uint32_t number = 0;
  std::uint32_t quiet = 0;  ///< looks in a row without lag
};

class PollerController final : public sim::ControllerOf<PollerState> {
 public:
  explicit PollerController(PollerPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/pollers"; }
  static constexpr sim::Duration kPeriod = sim::Duration::minutes(1);
  /// A record that has waited for longer is lag: guess, 5 to 60 s.
  static constexpr sim::Duration kLag = sim::Duration::seconds(10);
  /// Looks without lag before pollers are taken away: guess, 5 to 30.
  static constexpr std::uint32_t kQuietLooks = 15;

 protected:
  void start_with(PollerState& state, sim::Control& control) const override;
  void wake_with(PollerState& state, sim::Control& control) const override;

 private:
  void look(PollerState& state, sim::Control& control) const;

  PollerPolicy policy_;
};

}  // namespace lifeboat::models::msk
