// Private to scenarios/faults: the state of the controller's actions, and what is computed anew
// from all that act at once, so that they may begin and end in any order.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>

#include "scenarios/faults/fault_plan.hpp"
#include "sim/control/control.hpp"

namespace lifeboat::scenarios::detail {

// A ramp is climbed in so many steps, each at the height of its middle.
inline constexpr std::int64_t kRampSteps = 20;

/// One action of one trial.
struct ActionState {
  enum class Phase : std::uint32_t {
    kWaiting,  ///< for its instant, or for what that depends on
    kActing,
    kOver,
    kNever,  ///< does not happen in this trial
  };
  Phase phase = Phase::kWaiting;
  std::uint32_t effect = sim::kNone;
  sim::Instant begin = sim::Instant::never();  ///< never: not known yet
  sim::Instant end = sim::Instant::never();
  sim::Instant next_step = sim::Instant::never();  ///< of its ramp
  sim::Instant next_look = sim::Instant::never();
  sim::Instant rule_finds = sim::Instant::never();
  std::int64_t step = kRampSteps;
  std::int64_t occurrence = 0;
  std::uint64_t uses = 0;  ///< of what is out of date, before it was
  std::uint32_t found = 0;
  std::uint32_t across = sim::kNone;  ///< its effect on the gates of other zones
};

/// The state block, read as its parts.
struct Parts {
  std::span<ActionState> actions;
  std::span<std::uint32_t> regions_down;
  std::span<std::uint32_t> control_planes_down;
  std::span<std::uint32_t> metrics_lost;
  std::uint32_t* dns_down;
};

[[nodiscard]] inline std::int64_t millionths(double share) { return std::llround(share * 1e6); }

/// Of its whole size, from 0 to 1, while it grows.
[[nodiscard]] double height_of(const ActionState& action);

/// Tells which of them explains what is seen (FaultPlan::blamed).
void blame(const FaultPlan& plan, const Parts& parts, sim::Control& control);

/// Lags of the streams that `fault` impedes: they add up, shares of replay multiply.
void impede_streams(const FaultPlan& plan, const PlannedFault& fault, const Parts& parts,
                    sim::Control& control);

/// A region grants the least share of all that act on it.
void grant_launches(const FaultPlan& plan, const Parts& parts, sim::Control& control);

/// A quota is the least of what the platform says and of all that act on it.
void apply_quotas(const FaultPlan& plan, const Parts& parts, sim::Control& control);

/// Deploys what the fault deploys.
void deploy_version(const PlannedFault& fault, sim::Control& control);
/// Where `row`, which has ended, was deployed last: the one before it that still acts is
/// deployed again, or a clean version.
void take_back_version(const FaultPlan& plan, std::size_t row, const Parts& parts,
                       sim::Control& control);

}  // namespace lifeboat::scenarios::detail
