// Connections that callers keep open, whether they use them or not.
//
// Each running task of a service with a pool for the database (`pools`) holds a share of its
// pool's connections open all the time, so that sum over tasks x pool counts against
// max_connections. What the database does not accept, tasks have not: calls are spread evenly over
// tasks, so that of all calls the share 1 - max_connections / wanted fails. That is how a scale-out
// that would help the web tier breaks at the database. The sum is looked at once a second.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::rds {

/// Connections of one caller.
struct CallerPool {
  sim::TaskGroupId tasks;
  double per_task = 0;
};

/// Share of calls that find no connection where so many are wanted and so many accepted.
[[nodiscard]] double refused_share(double wanted, double accepted);

struct PoolsPolicy {
  std::string subject;
  std::string region;
  std::vector<CallerPool> pools;
  double accepted = 0;          ///< max_connections
  sim::DeploymentId part;       ///< its gate refuses
  sim::RegisterId connections;  ///< that are open
};

struct PoolsState {
  sim::EffectId refusal;
  double share = 0;
};

class PoolsController final : public sim::ControllerOf<PoolsState> {
 public:
  explicit PoolsController(PoolsPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/connections"; }
  static constexpr sim::Duration kPeriod = sim::Duration::seconds(1);

 protected:
  void start_with(PoolsState& state, sim::Control& control) const override;
  void wake_with(PoolsState& state, sim::Control& control) const override;

 private:
  PoolsPolicy policy_;
};

}  // namespace lifeboat::models::rds
