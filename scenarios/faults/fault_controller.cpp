// The controller that makes planned faults happen.
//
// State: for each action where it stands, its two instants and its effect; then counts, how many
// acting faults hold each region down, each control plane down, and each region's metrics. Effects
// on deployments and stops of streams keep their own counts in the engine.
//
// An action waits until what it starts after, with or at has happened; then its instant is known.
// All that falls on one instant is done at once: ends first, then beginnings.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <new>
#include <span>
#include <utility>

#include "models/replication/opening.hpp"
#include "scenarios/faults/acting_faults.hpp"
#include "scenarios/faults/fault_plan.hpp"
#include "scenarios/faults/fault_selection.hpp"
#include "sim/control/control.hpp"
#include "sim/control/losses.hpp"

namespace lifeboat::scenarios {

namespace {

using sim::Control;
using sim::Duration;
using sim::EffectId;
using sim::Instant;

// How often is looked whether customers have met a certificate that is out of date, and how many
// connections tell them from health checks, which do not validate it and make at most 16 in 10 s.
constexpr Duration kLookEvery = Duration::seconds(10);
constexpr std::uint64_t kCustomers = 32;

using detail::ActionState;
using detail::height_of;
using detail::kRampSteps;
using detail::millionths;
using detail::Parts;
using Phase = ActionState::Phase;

class FaultController final : public sim::Controller {
 public:
  explicit FaultController(FaultPlan plan) : plan_(std::move(plan)) {}

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
    settle(parts, control);
    tell_waiting(parts, control);
    sleep(parts, control);
  }

  void wake(void* state, Control& control) const override {
    const Parts parts = parts_of(state);
    for (std::size_t i = 0; i < plan_.faults.size(); ++i) look(i, parts, control);
    bool more = true;
    while (more) {
      more = false;
      for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
        const ActionState& action = parts.actions[i];
        if (action.phase != Phase::kActing || action.end > control.now()) continue;
        end(i, parts, control);
        more = true;
      }
      settle(parts, control);
      for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
        const ActionState& action = parts.actions[i];
        if (action.phase != Phase::kWaiting || action.begin > control.now()) continue;
        begin(i, parts, control);
        more = true;
      }
    }
    for (std::size_t i = 0; i < plan_.faults.size(); ++i) climb(i, parts, control);
    tell_waiting(parts, control);
    detail::grant_launches(plan_, parts, control);
    sleep(parts, control);
  }

 private:
  [[nodiscard]] std::size_t count_of_counts() const { return 3 * plan_.regions.size() + 1; }
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
            counts + 3 * regions};
  }

  /// Gives each action that waits its instant as soon as that is known. Those that an action waits
  /// for stand before it.
  void settle(const Parts& parts, Control& control) const {
    for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
      ActionState& action = parts.actions[i];
      if (action.phase != Phase::kWaiting || !action.begin.is_never()) continue;
      const PlannedFault& fault = plan_.faults[i];
      if (is_off(fault, parts) ||
          control.uniform(fault.name + "/happens", 0) >= fault.probability) {
        action.phase = Phase::kNever;
        continue;
      }
      const Instant base = base_of(fault, parts, control);
      if (base.is_never()) continue;
      const double late = control.uniform(fault.name + "/jitter", 0);
      action.begin = base + fault.delay + Duration::from_seconds(fault.jitter.to_seconds() * late);
      if (fault.recurs) action.begin += time_between(fault, 0, control);
    }
  }

  /// What it depends on does not happen.
  static bool is_off(const PlannedFault& fault, const Parts& parts) {
    for (const auto* list : {&fault.after, &fault.with}) {
      for (const auto other : *list) {
        if (parts.actions[other].phase == Phase::kNever) return true;
      }
    }
    return false;
  }

  /// The instant from which its delay counts; never: not yet known.
  static Instant base_of(const PlannedFault& fault, const Parts& parts, const Control& control) {
    if (fault.moment) {
      const bool come = control.value(fault.moment->reg) >= fault.moment->from;
      return come ? control.now() : Instant::never();
    }
    if (fault.at) return *fault.at;
    if (fault.after.empty() && fault.with.empty()) return Instant::origin();
    Instant base = Instant::from_nanoseconds(INT64_MIN);
    for (const auto other : fault.after) {
      const ActionState& before = parts.actions[other];
      if (before.phase != Phase::kOver) return Instant::never();
      base = std::max(base, before.end);
    }
    for (const auto other : fault.with) base = std::max(base, parts.actions[other].begin);
    return base;
  }

  static Duration time_between(const PlannedFault& fault, std::int64_t number, Control& control) {
    return std::max(Duration::milliseconds(1),
                    control.draw(fault.between.id, fault.name + "/between",
                                 static_cast<std::uint64_t>(number)));
  }

  /// How long this occurrence lasts; infinite: nobody knows.
  static Duration length_of(const PlannedFault& fault, std::int64_t number, Control& control) {
    const auto draw = [&](const PlannedLaw& law, const char* purpose) {
      return std::max(Duration::milliseconds(1), control.draw(law.id, fault.name + purpose,
                                                              static_cast<std::uint64_t>(number)));
    };
    if (fault.recurs) return draw(fault.repair, "/repair");
    return fault.lasts.id.valid() ? draw(fault.lasts, "/duration") : fault.duration;
  }

  void sleep(const Parts& parts, Control& control) const {
    Instant next = Instant::never();
    for (const auto& action : parts.actions) {
      if (action.phase == Phase::kWaiting) next = std::min(next, action.begin);
      if (action.phase == Phase::kActing) {
        next = std::min({next, action.end, action.next_step, action.next_look, action.rule_finds});
      }
    }
    if (!next.is_never()) control.wake_at(std::max(next, control.now()));
  }

  void begin(std::size_t i, const Parts& parts, Control& control) const {
    const PlannedFault& fault = plan_.faults[i];
    ActionState& action = parts.actions[i];
    action.phase = Phase::kActing;
    const Duration length = length_of(fault, action.occurrence, control);
    action.end = length.is_infinite() ? Instant::never() : action.begin + length;
    control.log_event("fault", occurrence_name(fault.name, action.occurrence), fault.region,
                      fault.begin_text, cause_of(fault));
    detail::blame(plan_, parts, control);
    if (plan_.begun.valid()) control.set(plan_.begun, control.value(plan_.begun) + 1);
    for (const auto region : fault.regions) hold_region(region, fault, parts, control);
    if (fault.effects.dns_control_plane_down) hold_dns(parts, control);
    raise_conditions(fault, 1, control);
    apply_stale(fault, parts, control);
    for (const auto ask : fault.asks) {
      constexpr auto kRunning = static_cast<std::int64_t>(models::Progress::kRunning);
      if (control.value(ask) != kRunning) {
        control.set(ask, static_cast<std::int64_t>(models::Progress::kAsked));
      }
    }
    if (fault.ramp > Duration{}) {
      action.step = 0;
      action.next_step = action.begin + fault.ramp / kRampSteps;
    }
    act(i, parts, control);
    // With its gates shut it is known what is gone.
    for (const auto log : fault.logs) control.freeze_log(log);
    for (const auto log : fault.paused) control.pause_log(log);
    if (fault.effects.storage_lost) sim::losses_of(control).lose_data(fault.deployments);
    if (fault.effects.version) detail::deploy_version(fault, control);
    if (!fault.quotas.empty()) detail::apply_quotas(plan_, parts, control);
    if (fault.effects.stale) watch_for_use(i, parts, control);
  }

  void end(std::size_t i, const Parts& parts, Control& control) const {
    const PlannedFault& fault = plan_.faults[i];
    ActionState& action = parts.actions[i];
    action.phase = Phase::kOver;
    const std::string name = occurrence_name(fault.name, action.occurrence);
    control.log_event("fault-end", name, fault.region, fault.end_text, "fault:" + name);
    for (std::uint32_t* effect : {&action.effect, &action.across}) {
      if (*effect != sim::kNone) control.end_effect({*effect});
      *effect = sim::kNone;
    }
    raise_conditions(fault, -1, control);
    apply_stale(fault, parts, control);
    if (fault.effects.version) detail::take_back_version(plan_, i, parts, control);
    if (!fault.effects.storage_lost) {
      for (const auto log : fault.logs) control.thaw_log(log);
    }
    for (const auto log : fault.paused) control.thaw_log(log);
    detail::impede_streams(plan_, fault, parts, control);
    if (!fault.quotas.empty()) detail::apply_quotas(plan_, parts, control);
    if (fault.effects.dns_control_plane_down) release_dns(parts, control);
    for (const auto region : fault.regions) release_region(region, fault, parts, control);
    detail::blame(plan_, parts, control);
    if (fault.recurs) fail_again(i, parts, control);
  }

  /// After a repair it works until the next failure.
  void fail_again(std::size_t i, const Parts& parts, Control& control) const {
    ActionState& action = parts.actions[i];
    const Instant repaired = action.end;
    const std::int64_t next = action.occurrence + 1;
    action = {};
    action.occurrence = next;
    action.begin = repaired + time_between(plan_.faults[i], next, control);
  }

  // How large it is.

  void climb(std::size_t i, const Parts& parts, Control& control) const {
    const PlannedFault& fault = plan_.faults[i];
    ActionState& action = parts.actions[i];
    if (action.phase != Phase::kActing || action.next_step > control.now()) return;
    while (action.next_step <= control.now()) {
      ++action.step;
      action.next_step = action.step < kRampSteps
                             ? action.begin + fault.ramp * (action.step + 1) / kRampSteps
                             : Instant::never();
    }
    act(i, parts, control);
  }

  /// Puts what it does to deployments and streams in place, at its height now.
  void act(std::size_t i, const Parts& parts, Control& control) const {
    const PlannedFault& fault = plan_.faults[i];
    ActionState& action = parts.actions[i];
    detail::impede_streams(plan_, fault, parts, control);
    if (!fault.effects.effect) return;
    const double height = height_of(action);
    sim::Effect effect = *fault.effects.effect;
    if (height < 1) {
      effect.share *= height;
      effect.factor = 1 - (1 - effect.factor) * height;
      effect.delay = Duration::from_seconds(effect.delay.to_seconds() * height);
    }
    using From = sim::Effect::From;
    if (!fault.tasks.empty()) {
      act_on_tasks(fault, action, std::move(effect), control);
      return;
    }
    effect.zone = fault.zone;
    if (fault.zone != sim::kNone) effect.from = From::kOtherZones;
    replace(action.effect, detail::hit_deployments(fault, action.occurrence, control), effect,
            control);
    if (fault.zone != sim::kNone) effect.from = From::kZone;
    replace(action.across, fault.across, effect, control);
  }

  /// Those that run when it begins, or climbs further.
  static void act_on_tasks(const PlannedFault& fault, ActionState& action, sim::Effect effect,
                           Control& control) {
    effect.from = sim::Effect::From::kTasks;
    std::vector<sim::DeploymentId> deployments;
    for (const SelectedTasks& selected : fault.tasks) {
      const auto hit = detail::hit_tasks(selected, fault, action.occurrence, control);
      effect.tasks.insert(effect.tasks.end(), hit.begin(), hit.end());
      if (effect.kind == sim::Effect::Kind::kSlow) {
        deployments.push_back(selected.deployment);
      } else {
        deployments.insert(deployments.end(), selected.gates.begin(), selected.gates.end());
      }
      if (action.effect == sim::kNone) {
        control.log_event("fault", fault.name, fault.region,
                          std::to_string(hit.size()) + " of the running tasks of " +
                              selected.service + " are hit");
      }
    }
    std::sort(effect.tasks.begin(), effect.tasks.end());
    replace(action.effect, deployments, effect, control);
  }

  static void replace(std::uint32_t& acting, const std::vector<sim::DeploymentId>& deployments,
                      const sim::Effect& effect, Control& control) {
    if (deployments.empty()) return;
    const std::uint32_t before = acting;
    acting = control.begin_effect(deployments, effect).index;
    if (before != sim::kNone) control.end_effect({before});
  }

  /// Faults that act at once add up, and each takes its own part back.
  static void raise_conditions(const PlannedFault& fault, std::int64_t sign, Control& control) {
    const std::int64_t amount = fault.effects.condition ? fault.effects.condition->amount : 1;
    for (const auto reg : fault.conditions) {
      control.set(reg, control.value(reg) + sign * amount);
    }
  }

  // What is out of date until somebody finds and mends it.

  /// What passes one of them must pass the next. A task knows by the bits which of them it has read
  /// (rows 62 apart share one).
  void apply_stale(const PlannedFault& fault, const Parts& parts, Control& control) const {
    for (const LaunchRegisters& tasks : fault.launches) {
      double starts = 1;
      double passes = 1;
      std::int64_t bits = 0;
      for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
        const PlannedFault& other = plan_.faults[i];
        if (parts.actions[i].phase != Phase::kActing || !other.effects.stale) continue;
        const bool reads =
            std::any_of(other.launches.begin(), other.launches.end(),
                        [&](const LaunchRegisters& row) { return row.launched == tasks.launched; });
        if (!reads) continue;
        starts *= 1 - other.effects.stale->broken;
        passes *= 1 - other.effects.stale->errors;
        bits |= std::int64_t{1} << (i % 62);
      }
      control.set(tasks.broken, millionths(1 - starts));
      control.set(tasks.errors, millionths(1 - passes));
      control.set(tasks.faults, bits);
    }
  }

  /// How often it has been used: tasks started, connections made.
  static std::uint64_t uses_of(const PlannedFault& fault, const Control& control) {
    std::uint64_t uses = 0;
    for (const LaunchRegisters& tasks : fault.launches) {
      uses += static_cast<std::uint64_t>(control.value(tasks.launched));
    }
    if (fault.effects.effect) {
      for (const auto deployment : fault.deployments) uses += tried(deployment, control);
    }
    return uses;
  }

  /// Visits to the service whose part the certificate is: refused ones have not passed the part.
  static std::uint64_t tried(sim::DeploymentId part, const Control& control) {
    const auto& rows = control.network().deployments;
    const sim::Deployment& of = rows[part.index()];
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      if (rows[i].service == of.service && rows[i].region == of.region && rows[i].part.empty()) {
        return control.entered(sim::DeploymentId(i));
      }
    }
    return 0;
  }

  static void watch_for_use(std::size_t i, const Parts& parts, Control& control,
                            const PlannedFault& fault) {
    ActionState& action = parts.actions[i];
    action.uses = uses_of(fault, control);
    action.found = 0;
    if (fault.effects.effect) action.next_look = control.now() + kLookEvery;
    if (fault.drift_found_within.is_infinite()) return;
    const double share = control.uniform(fault.name + "/drift", 0);
    const Instant by_rule =
        control.now() + Duration::from_seconds(share * fault.drift_found_within.to_seconds());
    action.rule_finds = by_rule;
  }
  void watch_for_use(std::size_t i, const Parts& parts, Control& control) const {
    watch_for_use(i, parts, control, plan_.faults[i]);
  }

  void look(std::size_t i, const Parts& parts, Control& control) const {
    const PlannedFault& fault = plan_.faults[i];
    ActionState& action = parts.actions[i];
    if (!fault.effects.stale || action.phase != Phase::kActing || action.found != 0) return;
    const bool certificate = fault.effects.effect.has_value();
    const bool by_rule = action.rule_finds <= control.now();
    // Connections are counted over whole looks: others may have woken this one in between.
    bool used = false;
    if (!certificate || action.next_look <= control.now()) {
      const std::uint64_t uses = uses_of(fault, control);
      used = uses > action.uses + (certificate ? kCustomers : 0);
      if (certificate) {
        action.uses = uses;
        action.next_look = control.now() + kLookEvery;
      }
    }
    if (!used && !by_rule) return;
    action.found = 1;
    action.next_look = action.rule_finds = Instant::never();
    const std::string name = occurrence_name(fault.name, action.occurrence);
    control.log_event("fault-found", name, fault.region,
                      used ? "what is out of date is in use: it is found"
                           : "a rule finds that the regions differ",
                      "fault:" + name);
    if (fault.mending.id.valid()) {
      action.end = std::min(
          action.end, control.now() + control.draw(fault.mending.id, fault.name + "/repair", 0));
    }
  }

  /// Counts those that are still to begin, as far as anybody can tell: what waits for a step of a
  /// runbook may wait for ever.
  void tell_waiting(const Parts& parts, Control& control) const {
    if (!plan_.waiting.valid()) return;
    std::int64_t waiting = 0;
    for (std::size_t i = 0; i < plan_.faults.size(); ++i) {
      if (parts.actions[i].phase == Phase::kWaiting && will_begin(i, parts)) ++waiting;
    }
    control.set(plan_.waiting, waiting);
  }
  [[nodiscard]] bool will_begin(std::size_t i, const Parts& parts) const {
    const ActionState& action = parts.actions[i];
    if (action.phase != Phase::kWaiting || !action.begin.is_never()) return true;
    const PlannedFault& fault = plan_.faults[i];
    if (fault.moment) return false;
    for (const auto other : fault.after) {
      // What lasts until somebody finds it may last for ever.
      const ActionState& before = parts.actions[other];
      if (before.phase == Phase::kActing && before.end.is_never()) return false;
    }
    for (const auto* list : {&fault.after, &fault.with}) {
      for (const auto other : *list) {
        if (!will_begin(other, parts)) return false;
      }
    }
    return true;
  }

  [[nodiscard]] std::string cause_of(const PlannedFault& fault) const {
    if (!fault.after.empty()) return "fault:" + plan_.faults[fault.after.front()].name;
    if (!fault.with.empty()) return "fault:" + plan_.faults[fault.with.front()].name;
    return {};
  }

  void hold_dns(const Parts& parts, Control& control) const {
    if ((*parts.dns_down)++ == 0 && plan_.dns.valid()) control.set(plan_.dns, 0);
  }
  void release_dns(const Parts& parts, Control& control) const {
    if (--(*parts.dns_down) == 0 && plan_.dns.valid()) control.set(plan_.dns, 1);
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
    if (fault.effects.control_plane_down) {
      if (registers.edits_dns) hold_dns(parts, control);
      if (parts.control_planes_down[region]++ == 0 && registers.control_plane.valid()) {
        control.set(registers.control_plane, 0);
      }
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
    if (fault.effects.control_plane_down) {
      if (registers.edits_dns) release_dns(parts, control);
      if (--parts.control_planes_down[region] == 0 && registers.control_plane.valid()) {
        control.set(registers.control_plane, 1);
      }
    }
    if (fault.effects.metrics_lost && --parts.metrics_lost[region] == 0 &&
        registers.cloudwatch.valid()) {
      control.set(registers.cloudwatch, 1);
    }
  }

  FaultPlan plan_;
};

}  // namespace

std::shared_ptr<const sim::Controller> make_fault_controller(FaultPlan plan) {
  return std::make_shared<FaultController>(std::move(plan));
}

std::vector<sim::RegisterId> watched_registers(const FaultPlan& plan) {
  std::vector<sim::RegisterId> watched;
  const auto add = [&](sim::RegisterId reg) {
    if (reg.valid() && std::find(watched.begin(), watched.end(), reg) == watched.end()) {
      watched.push_back(reg);
    }
  };
  for (const PlannedFault& fault : plan.faults) {
    if (fault.moment) add(fault.moment->reg);
    for (const LaunchRegisters& tasks : fault.launches) add(tasks.launched);
  }
  return watched;
}

}  // namespace lifeboat::scenarios
