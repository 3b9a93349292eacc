#include "models/services/personalize/campaign.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/replication/opening.hpp"

namespace lifeboat::models::personalize {

bool CampaignController::active(const sim::Control& control) const {
  return control.value(policy_.active) == static_cast<std::int64_t>(Progress::kDone);
}

void CampaignController::start_with(CampaignState& state, sim::Control& control) const {
  state.last_evaluation = state.last_period = control.now();
  state.next_evaluation =
      control.now() +
      sim::Duration::from_seconds(control.uniform("phase", 0) * policy_.evaluation.to_seconds());
  state.next_period = control.now() + sim::Duration::from_seconds(control.uniform("period", 0) *
                                                                  kPeriod.to_seconds());
  provision(control, control.value(policy_.provisioned));
  if (active(control)) {
    control.set_servers(policy_.billed, static_cast<std::uint32_t>(policy_.minimum));
  }
  control.wake_at(std::min(state.next_evaluation, state.next_period));
}

void CampaignController::wake_with(CampaignState& state, sim::Control& control) const {
  if (state.there <= control.now()) {
    provision(control, std::max(state.asked, control.value(policy_.provisioned)));
    control.log_event("scaling", policy_.subject, policy_.region,
                      fmt::format("{} takes {:.1f} transactions a second", policy_.subject,
                                  static_cast<double>(state.asked) / 1000));
    state.there = sim::Instant::never();
    state.asked = 0;
  }
  if (state.next_evaluation <= control.now()) evaluate(state, control);
  if (state.next_period <= control.now()) end_period(state, control);
  control.wake_at(std::min({state.next_evaluation, state.next_period, state.there}));
}

void CampaignController::evaluate(CampaignState& state, sim::Control& control) const {
  const std::uint64_t offered = control.station(policy_.offered).arrivals;
  const sim::Duration lasted = control.now() - state.last_evaluation;
  const auto calls = static_cast<double>(offered - state.offered);
  state.offered = offered;
  state.last_evaluation = control.now();
  state.next_evaluation = control.now() + policy_.evaluation;
  const bool able = active(control) && control.value(policy_.region_up) != 0;
  // The first interval is shorter, and shows too little to ask by.
  if (!able || lasted < policy_.evaluation || state.asked > 0) return;
  const double rate = 1000 * calls / lasted.to_seconds();
  if (rate <= static_cast<double>(control.value(policy_.provisioned))) return;
  state.asked = std::min<std::int64_t>(policy_.most, std::llround(rate * (1 + policy_.headroom)));
  state.there = control.now() + control.draw(policy_.growth, "growth", state.number++);
}

void CampaignController::end_period(CampaignState& state, sim::Control& control) const {
  const std::uint64_t served = control.station(policy_.served).completions;
  const std::uint64_t offered = control.station(policy_.offered).arrivals;
  const sim::Duration lasted = control.now() - state.last_period;  // the first is shorter
  const auto per_second = [&](std::uint64_t calls) {
    return 1000 * static_cast<double>(calls) / std::max(lasted.to_seconds(), 1e-3);
  };
  const double rate = per_second(served - state.served);
  const double demand = per_second(offered - state.offered_in_period);
  state.served = served;
  state.offered_in_period = offered;
  state.last_period = control.now();
  state.next_period = control.now() + kPeriod;
  if (!active(control)) return;
  const std::int64_t billed = std::max<std::int64_t>(policy_.minimum, std::llround(rate));
  control.set_servers(policy_.billed, static_cast<std::uint32_t>(billed));
  // A whole period must not have needed it, by twice the headroom: noise alone shrinks nothing.
  // What was refused was needed, and so is what is on its way.
  const double kept = demand * (1 + policy_.headroom);
  const auto provisioned = static_cast<double>(control.value(policy_.provisioned));
  if (lasted < kPeriod || state.asked > 0 || kept * (1 + policy_.headroom) >= provisioned) return;
  provision(control, std::max<std::int64_t>(policy_.minimum, std::llround(kept)));
}

void CampaignController::provision(sim::Control& control, std::int64_t thousandths) const {
  const double rate = static_cast<double>(thousandths) / 1000;
  control.set_bucket_rate(policy_.capacity, rate, std::max(1.0, rate * policy_.burst_seconds));
  control.set(policy_.provisioned, thousandths);
}

}  // namespace lifeboat::models::personalize
