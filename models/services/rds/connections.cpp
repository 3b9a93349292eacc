#include "models/services/rds/connections.hpp"

#include <algorithm>
#include <cmath>

namespace lifeboat::models::rds {

double refused_share(double wanted, double accepted) {
  return wanted > accepted ? 1.0 - accepted / wanted : 0.0;
}

void PoolsController::start_with(PoolsState&, sim::Control& control) const {
  control.wake_at(control.now() + kPeriod);
}

void PoolsController::wake_with(PoolsState& state, sim::Control& control) const {
  double wanted = 0;
  for (const CallerPool& pool : policy_.pools) {
    wanted += pool.per_task * static_cast<double>(control.group(pool.tasks).running);
  }
  const std::int64_t open = std::llround(std::min(wanted, policy_.accepted));
  if (open != control.value(policy_.connections)) control.set(policy_.connections, open);
  const double share = refused_share(wanted, policy_.accepted);
  if (share != state.share) {
    if (state.share > 0) control.end_effect(state.refusal);
    if (share > 0) {
      sim::Effect refusal;
      refusal.kind = sim::Effect::Kind::kErrors;
      refusal.share = share;
      state.refusal = control.begin_effect({policy_.part}, refusal);
    }
    if ((share > 0) != (state.share > 0)) {
      control.log_event("connections", policy_.subject, policy_.region,
                        share > 0 ? "the callers' pools want more connections than the database "
                                    "accepts"
                                  : "the database accepts the callers' pools again");
    }
    state.share = share;
  }
  control.wake_at(control.now() + kPeriod);
}

}  // namespace lifeboat::models::rds
