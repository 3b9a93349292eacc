#include "models/services/msk/leaders.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/replication/opening.hpp"

namespace lifeboat::models::msk {

void LeaderController::start_with(LeaderState& state, sim::Control& control) const {
  lead(state, control);
}

void LeaderController::wake_with(LeaderState& state, sim::Control& control) const {
  follow_restart(state, control);
  for (std::uint32_t broker = 0; broker < policy_.brokers; ++broker) {
    follow_broker(state, control, broker);
  }
  lead(state, control);
  sleep(state, control);
}

/// One broker after another: each call of the verb restarts the next one.
void LeaderController::follow_restart(LeaderState& state, sim::Control& control) const {
  const auto progress = static_cast<Progress>(control.value(policy_.restart));
  if (progress == Progress::kAsked) {
    state.restarting = state.next_restart;
    state.next_restart = (state.next_restart + 1) % policy_.brokers;
    state.restarted = control.now() + control.draw(policy_.restart_time, "restart", state.number++);
    control.set(policy_.restart, static_cast<std::int64_t>(Progress::kRunning));
  } else if (progress == Progress::kRunning && state.restarted <= control.now()) {
    state.restarting = kMostBrokers;
    state.restarted = sim::Instant::never();
    control.set(policy_.restart, static_cast<std::int64_t>(Progress::kDone));
  }
}

void LeaderController::follow_broker(LeaderState& state, sim::Control& control,
                                     std::uint32_t broker) const {
  BrokerState& row = state.brokers[broker];
  const bool hard = policy_.faults.lost(control, broker);
  const bool away = hard || state.restarting == broker;
  if (row.elected <= control.now()) row.elected = sim::Instant::never();
  if (away) {
    row.caught_up = sim::Instant::never();
    if (in_sync(control, broker)) leave(state, control, broker, hard);
    row.lost = row.lost || hard;
    return;
  }
  if (in_sync(control, broker)) return;
  if (row.caught_up.is_never()) {
    // After a restart in order there is little to catch up with: its time is the restart's.
    row.caught_up = control.now();
    if (row.lost) row.caught_up += control.draw(policy_.catch_up, "catch-up", state.number++);
  }
  if (row.caught_up > control.now()) return;
  row = {};
  control.set(policy_.in_sync[broker], 1);
  control.log_event("failover", policy_.subject, policy_.region,
                    fmt::format("broker {} of {} is in sync", broker + 1, policy_.subject));
}

void LeaderController::leave(LeaderState& state, sim::Control& control, std::uint32_t broker,
                             bool hard) const {
  const sim::LawId takes = hard ? policy_.hard_election : policy_.clean_election;
  state.brokers[broker].elected = control.now() + control.draw(takes, "election", state.number++);
  control.set(policy_.in_sync[broker], 0);
  control.log_event("failover", policy_.subject, policy_.region,
                    fmt::format("broker {} of {} is {}", broker + 1, policy_.subject,
                                hard ? "lost" : "restarted"));
}

void LeaderController::lead(const LeaderState& state, sim::Control& control) const {
  for (std::uint32_t p = 0; p < policy_.leader.size(); ++p) {
    std::uint32_t there = 0;
    std::int64_t leader = policy_.replication_factor;
    bool electing = false;
    for (std::uint32_t copy = policy_.replication_factor; copy-- > 0;) {
      const std::uint32_t broker = (p + copy) % policy_.brokers;
      if (in_sync(control, broker)) {
        ++there;
        leader = copy;
      }
    }
    // A partition waits for the election only where the one that is gone had led it.
    const std::int64_t had = control.value(policy_.leader[p]);
    for (std::uint32_t copy = 0; copy < policy_.replication_factor; ++copy) {
      const std::uint32_t broker = (p + copy) % policy_.brokers;
      const bool led = had == copy || had == policy_.replication_factor;
      electing = electing ||
                 (led && !in_sync(control, broker) && !state.brokers[broker].elected.is_never());
    }
    if (electing) leader = policy_.replication_factor;
    control.set(policy_.leader[p], leader);
    control.set(policy_.writable[p], there >= policy_.min_in_sync ? 1 : 0);
  }
}

void LeaderController::sleep(const LeaderState& state, sim::Control& control) const {
  sim::Instant next = state.restarted;
  for (std::uint32_t broker = 0; broker < policy_.brokers; ++broker) {
    next = std::min({next, state.brokers[broker].elected, state.brokers[broker].caught_up});
  }
  if (!next.is_never()) control.wake_at(next);
}

}  // namespace lifeboat::models::msk
