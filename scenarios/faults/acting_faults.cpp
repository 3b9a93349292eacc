#include "scenarios/faults/acting_faults.hpp"

#include <algorithm>
#include <optional>

namespace lifeboat::scenarios::detail {

namespace {

using sim::Control;
using sim::Duration;
using Phase = ActionState::Phase;

/// How much of what is seen an action explains.
int weight_of(const PlannedFault& fault) {
  const auto& effects = fault.effects;
  if (effects.region_down) return 3;
  if (effects.zone_lost || (effects.effect && effects.effect->kind == sim::Effect::Kind::kOutage))
    return 2;
  return effects.effect ? 1 : 0;
}

/// A new version of a service; the last register wakes its scheduler.
void deploy(const VersionRegisters& registers, const BadVersion& version, Control& control) {
  control.set(registers.unhealthy, millionths(version.unhealthy));
  control.set(registers.speed, millionths(version.speed));
  control.set(registers.errors, millionths(version.errors));
  control.set(registers.version, control.value(registers.version) + 1);
}

bool deploys_to(const PlannedFault& fault, const VersionRegisters& registers) {
  return std::any_of(
      fault.versions.begin(), fault.versions.end(),
      [&](const VersionRegisters& other) { return other.version == registers.version; });
}

}  // namespace

double height_of(const ActionState& action) {
  if (action.step >= kRampSteps) return 1;
  return (static_cast<double>(action.step) + 0.5) / static_cast<double>(kRampSteps);
}

void blame(const FaultPlan& plan, const Parts& parts, Control& control) {
  if (!plan.blamed.valid()) return;
  // Those that act before those that are over.
  const auto rank = [&](std::size_t i) {
    const Phase phase = parts.actions[i].phase;
    if (phase == Phase::kActing) return 1 + weight_of(plan.faults[i]);
    return phase == Phase::kOver ? 0 : -1;
  };
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < plan.faults.size(); ++i) {
    if (rank(i) < 0) continue;
    const int more = found ? rank(i) - rank(*found) : 1;
    const bool earlier = found && parts.actions[i].begin < parts.actions[*found].begin;
    const bool preferred = rank(i) > 0 ? earlier : !earlier;
    if (more > 0 || (more == 0 && preferred)) found = i;
  }
  if (!found) return;
  control.set(plan.blamed, static_cast<std::int64_t>(*found) + 1 +
                               kOccurrences * parts.actions[*found].occurrence);
}

void impede_streams(const FaultPlan& plan, const PlannedFault& fault, const Parts& parts,
                    Control& control) {
  for (const sim::LogId log : fault.impeded) {
    Duration lag;
    double replay = 1;
    for (std::size_t i = 0; i < plan.faults.size(); ++i) {
      const PlannedFault& other = plan.faults[i];
      if (parts.actions[i].phase != Phase::kActing) continue;
      if (std::find(other.impeded.begin(), other.impeded.end(), log) == other.impeded.end()) {
        continue;
      }
      const double height = height_of(parts.actions[i]);
      lag += Duration::from_seconds(other.lag.to_seconds() * height);
      replay *= 1 - (1 - other.replay) * height;
    }
    control.impede_log(log, lag, replay);
  }
}

void grant_launches(const FaultPlan& plan, const Parts& parts, Control& control) {
  for (std::uint32_t region = 0; region < plan.regions.size(); ++region) {
    if (!plan.regions[region].grant.valid()) continue;
    double share = 1;
    for (std::size_t i = 0; i < plan.faults.size(); ++i) {
      const PlannedFault& fault = plan.faults[i];
      if (parts.actions[i].phase != Phase::kActing || !fault.effects.granted) continue;
      if (std::find(fault.regions.begin(), fault.regions.end(), region) == fault.regions.end()) {
        continue;
      }
      share = std::min(share, *fault.effects.granted);
    }
    const auto thousandths = static_cast<std::int64_t>(share * 1000 + 0.5);
    if (control.value(plan.regions[region].grant) != thousandths) {
      control.set(plan.regions[region].grant, thousandths);
    }
  }
}

void apply_quotas(const FaultPlan& plan, const Parts& parts, Control& control) {
  for (std::uint32_t row = 0; row < plan.quotas.size(); ++row) {
    const QuotaRow& quota = plan.quotas[row];
    double value = quota.standard;
    for (std::size_t i = 0; i < plan.faults.size(); ++i) {
      const auto& rows = plan.faults[i].quotas;
      if (parts.actions[i].phase != Phase::kActing) continue;
      if (std::find(rows.begin(), rows.end(), row) == rows.end()) continue;
      value = std::min(value, plan.faults[i].effects.quota->value * quota.unit);
    }
    if (quota.reg.valid()) {
      control.set(quota.reg, std::llround(value));
    } else {
      const double share = quota.standard > 0 ? value / quota.standard : 1;
      control.set_bucket_rate(quota.bucket, value, std::max(1.0, quota.burst * share));
    }
  }
}

void deploy_version(const PlannedFault& fault, Control& control) {
  for (const auto& registers : fault.versions) deploy(registers, *fault.effects.version, control);
}

void take_back_version(const FaultPlan& plan, std::size_t row, const Parts& parts,
                       Control& control) {
  const PlannedFault& fault = plan.faults[row];
  for (const VersionRegisters& registers : fault.versions) {
    std::optional<std::size_t> newest;
    for (std::size_t j = 0; j < plan.faults.size(); ++j) {
      if (parts.actions[j].phase != Phase::kActing || !deploys_to(plan.faults[j], registers)) {
        continue;
      }
      if (!newest || parts.actions[j].begin >= parts.actions[*newest].begin) newest = j;
    }
    const bool was_last =
        !newest || parts.actions[*newest].begin < parts.actions[row].begin ||
        (parts.actions[*newest].begin == parts.actions[row].begin && *newest < row);
    if (!was_last) continue;
    deploy(registers, newest ? *plan.faults[*newest].effects.version : BadVersion{}, control);
  }
}

}  // namespace lifeboat::scenarios::detail
