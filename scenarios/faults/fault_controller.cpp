// The controller that makes planned faults happen.
//
// State: for each action its two instants and its effect; then counts, how many acting faults hold
// each region down, each control plane down, each region's metrics, and each stream frozen. Effects
// on deployments keep their own counts in the engine.
#include <algorithm>
#include <cstddef>
#include <new>
#include <span>
#include <utility>

#include "models/replication/opening.hpp"
#include "scenarios/faults/fault_plan.hpp"
#include "sim/control/control.hpp"

namespace lifeboat::scenarios {

namespace {

using sim::Control;
using sim::Duration;
using sim::EffectId;
using sim::Instant;

/// One action of one trial.
struct ActionState {
  Instant begin = Instant::never();
  Instant end = Instant::never();
  EffectId effect;
  enum class Phase : std::uint32_t { kWaiting, kActing, kOver } phase = Phase::kWaiting;
};

/// The state block, read as its parts.
struct Parts {
  std::span<ActionState> actions;
  std::span<std::uint32_t> regions_down;
  std::span<std::uint32_t> control_planes_down;
  std::span<std::uint32_t> metrics_lost;
  std::span<std::uint32_t> logs_frozen;
};

class FaultController final : public sim::Controller {
 public:
  explicit FaultController(FaultPlan plan) : plan_(std::move(plan)) {
    for (const auto& fault : plan_.faults) {
      for (const auto log : fault.logs) log_count_ = std::max(log_count_, log.index() + 1);
    }
  }

  [[nodiscard]] std::string name() const override { return "faults"; }
  [[nodiscard]] bool is_fault() const override { return true; }
  [[nodiscard]] std::size_t state_size() const override {
    return plan_.faults.size() * sizeof(ActionState) + count_of_counts() * sizeof(std::uint32_t);
  }

  void start(void* state, Control& control) const override {
    auto* actions = static_cast<ActionState*>(state);
    for (std::size_t i = 0; i < plan_.faults.size(); ++i) new (actions + i) ActionState;
    auto* counts = counts_of(state);
    for (std::size_t i = 0; i < count_of_counts(); ++i) {
      new (counts + i) std::uint32_t(0);
    }
    const Parts parts = parts_of(state);
    for (std::size_t i = 0; i < plan_.faults.size(); ++i) draw(i, parts, control);
    tell_waiting(parts, control);
    sleep(parts, control);
  }

  void wake(void* state, Control& control) const override {
    const Parts parts = parts_of(state);
    for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
      ActionState& action = parts.actions[i];
      if (action.phase == ActionState::Phase::kActing && action.end <= control.now()) {
        end(i, parts, control);
      }
    }
    for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
      ActionState& action = parts.actions[i];
      if (action.phase == ActionState::Phase::kWaiting && action.begin <= control.now()) {
        begin(i, parts, control);
      }
    }
    tell_waiting(parts, control);
    grant_launches(parts, control);
    sleep(parts, control);
  }

 private:
  [[nodiscard]] std::size_t count_of_counts() const {
    return 3 * plan_.regions.size() + log_count_;
  }
  std::uint32_t* counts_of(void* state) const {
    auto* bytes = static_cast<std::byte*>(state) + plan_.faults.size() * sizeof(ActionState);
    return reinterpret_cast<std::uint32_t*>(bytes);
  }
  Parts parts_of(void* state) const {
    const std::size_t regions = plan_.regions.size();
    std::uint32_t* counts = counts_of(state);
    return {{static_cast<ActionState*>(state), plan_.faults.size()},
            {counts, regions},
            {counts + regions, regions},
            {counts + 2 * regions, regions},
            {counts + 3 * regions, log_count_}};
  }

  /// The instants of an action; one that does not happen stays at never.
  void draw(std::size_t i, const Parts& parts, Control& control) const {
    const PlannedFault& fault = plan_.faults[i];
    ActionState& action = parts.actions[i];
    Instant base = fault.at.value_or(Instant::from_nanoseconds(0));
    for (const auto other : fault.after) base = std::max(base, parts.actions[other].end);
    for (const auto other : fault.with) base = std::max(base, parts.actions[other].begin);
    const double chance = control.uniform(fault.name + "/happens", 0);
    const double late = control.uniform(fault.name + "/jitter", 0);
    if (base.is_never() || chance >= fault.probability) {
      action.phase = ActionState::Phase::kOver;
      return;
    }
    action.begin = base + fault.delay + Duration::from_seconds(fault.jitter.to_seconds() * late);
    action.end = action.begin + fault.duration;
  }

  void sleep(const Parts& parts, Control& control) const {
    Instant next = Instant::never();
    for (const auto& action : parts.actions) {
      if (action.phase == ActionState::Phase::kWaiting) next = std::min(next, action.begin);
      if (action.phase == ActionState::Phase::kActing) next = std::min(next, action.end);
    }
    if (!next.is_never()) control.wake_at(next);
  }

  void begin(std::size_t i, const Parts& parts, Control& control) const {
    const PlannedFault& fault = plan_.faults[i];
    ActionState& action = parts.actions[i];
    action.phase = ActionState::Phase::kActing;
    control.log_event("fault", fault.name, fault.region, fault.begin_text, cause_of(fault));
    if (plan_.last.valid()) control.set(plan_.last, static_cast<std::int64_t>(i) + 1);
    if (plan_.begun.valid()) control.set(plan_.begun, control.value(plan_.begun) + 1);
    for (const auto region : fault.regions) hold_region(region, fault, parts, control);
    for (const auto log : fault.logs) {
      if (parts.logs_frozen[log.index()]++ == 0) control.freeze_log(log);
    }
    raise_conditions(fault, 1, control);
    for (const auto ask : fault.asks) {
      constexpr auto kRunning = static_cast<std::int64_t>(models::Progress::kRunning);
      if (control.value(ask) != kRunning) {
        control.set(ask, static_cast<std::int64_t>(models::Progress::kAsked));
      }
    }
    if (fault.effects.effect && !fault.deployments.empty()) {
      action.effect = control.begin_effect(fault.deployments, *fault.effects.effect);
    }
    if (fault.effects.version) deploy(fault, *fault.effects.version, control);
  }

  void end(std::size_t i, const Parts& parts, Control& control) const {
    const PlannedFault& fault = plan_.faults[i];
    ActionState& action = parts.actions[i];
    action.phase = ActionState::Phase::kOver;
    control.log_event("fault-end", fault.name, fault.region, fault.end_text, "fault:" + fault.name);
    if (action.effect.index != sim::kNone) control.end_effect(action.effect);
    raise_conditions(fault, -1, control);
    if (fault.effects.version) deploy(fault, BadVersion{}, control);
    if (!fault.effects.storage_lost) {
      for (const auto log : fault.logs) {
        if (--parts.logs_frozen[log.index()] == 0) control.thaw_log(log);
      }
    }
    for (const auto region : fault.regions) release_region(region, fault, parts, control);
  }

  /// Faults that act at once add up, and each takes its own part back.
  static void raise_conditions(const PlannedFault& fault, std::int64_t sign, Control& control) {
    const std::int64_t amount = fault.effects.condition ? fault.effects.condition->amount : 1;
    for (const auto reg : fault.conditions) {
      control.set(reg, control.value(reg) + sign * amount);
    }
  }

  /// A new version of each service; the last register wakes its scheduler.
  static void deploy(const PlannedFault& fault, const BadVersion& version, Control& control) {
    const auto millionths = [](double share) {
      return static_cast<std::int64_t>(share * 1e6 + 0.5);
    };
    for (const VersionRegisters& registers : fault.versions) {
      control.set(registers.unhealthy, millionths(version.unhealthy));
      control.set(registers.speed, millionths(version.speed));
      control.set(registers.errors, millionths(version.errors));
      control.set(registers.version, control.value(registers.version) + 1);
    }
  }

  void tell_waiting(const Parts& parts, Control& control) const {
    if (!plan_.waiting.valid()) return;
    std::int64_t waiting = 0;
    for (const auto& action : parts.actions) {
      if (action.phase == ActionState::Phase::kWaiting) ++waiting;
    }
    control.set(plan_.waiting, waiting);
  }

  /// A region grants the least share of all that act on it.
  void grant_launches(const Parts& parts, Control& control) const {
    for (std::uint32_t region = 0; region < plan_.regions.size(); ++region) {
      if (!plan_.regions[region].grant.valid()) continue;
      double share = 1;
      for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
        const PlannedFault& fault = plan_.faults[i];
        if (parts.actions[i].phase != ActionState::Phase::kActing || !fault.effects.granted)
          continue;
        if (std::find(fault.regions.begin(), fault.regions.end(), region) == fault.regions.end()) {
          continue;
        }
        share = std::min(share, *fault.effects.granted);
      }
      const auto thousandths = static_cast<std::int64_t>(share * 1000 + 0.5);
      if (control.value(plan_.regions[region].grant) != thousandths) {
        control.set(plan_.regions[region].grant, thousandths);
      }
    }
  }

  [[nodiscard]] std::string cause_of(const PlannedFault& fault) const {
    if (!fault.after.empty()) return "fault:" + plan_.faults[fault.after.front()].name;
    if (!fault.with.empty()) return "fault:" + plan_.faults[fault.with.front()].name;
    return {};
  }

  void hold_region(std::uint32_t region, const PlannedFault& fault, const Parts& parts,
                   Control& control) const {
    const RegionRegisters& registers = plan_.regions[region];
    if (fault.effects.region_down && parts.regions_down[region]++ == 0) {
      if (registers.failed_at.valid()) {
        control.set(registers.failed_at, control.now().nanoseconds());
      }
      if (registers.up.valid()) control.set(registers.up, 0);
    }
    if (fault.effects.control_plane_down && parts.control_planes_down[region]++ == 0 &&
        registers.control_plane.valid()) {
      control.set(registers.control_plane, 0);
    }
    if (fault.effects.metrics_lost && parts.metrics_lost[region]++ == 0 &&
        registers.cloudwatch.valid()) {
      control.set(registers.cloudwatch, 0);
    }
  }

  void release_region(std::uint32_t region, const PlannedFault& fault, const Parts& parts,
                      Control& control) const {
    const RegionRegisters& registers = plan_.regions[region];
    if (fault.effects.region_down && --parts.regions_down[region] == 0 && registers.up.valid()) {
      control.set(registers.up, 1);
    }
    if (fault.effects.control_plane_down && --parts.control_planes_down[region] == 0 &&
        registers.control_plane.valid()) {
      control.set(registers.control_plane, 1);
    }
    if (fault.effects.metrics_lost && --parts.metrics_lost[region] == 0 &&
        registers.cloudwatch.valid()) {
      control.set(registers.cloudwatch, 1);
    }
  }

  FaultPlan plan_;
  std::uint32_t log_count_ = 0;
};

}  // namespace

std::shared_ptr<const sim::Controller> make_fault_controller(FaultPlan plan) {
  return std::make_shared<FaultController>(std::move(plan));
}

}  // namespace lifeboat::scenarios
