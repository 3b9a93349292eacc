#include "models/services/rds/zones.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "models/replication/opening.hpp"

namespace lifeboat::models::rds {

using sim::Control;
using sim::Instant;

void Zones::declare(Compiler& compiler, const DeploymentSite& site, const Description& d) {
  faults_ = ZoneFaults(compiler, site);
  if (!faults_.any() || d.role.role == Role::kBackup) {
    faults_ = {};
    return;
  }
  sim::NetworkBuilder& network = compiler.network();
  silent_ = silent_standbys(d);
  const std::uint32_t servers = 1 + silent_ + d.readers();
  for (std::uint32_t i = 0; i < servers; ++i) {
    zone_.push_back(network.add_register(fmt::format("{}/zone-of-{}", name_of(site), i),
                                         (d.zone + i) % faults_.zones()));
  }
  if (d.multi_az || d.cluster) {
    synchronous_ = network.add_register(name_of(site) + "/synchronous-standbys", d.cluster ? 2 : 1);
  }
}

void Zones::pass(sim::PlanBuilder& plan, std::size_t server) const {
  if (!any()) return;
  faults_.gate_of(plan, zone_[server == 0 ? 0 : server + silent_]);
}

void Zones::define(Compiler& compiler, const DeploymentSite& site, const Description& d,
                   const std::vector<sim::DeploymentId>& parts, sim::RegisterId failover) const {
  if (!any()) return;
  ZonePolicy policy;
  policy.subject = name_of(site);
  policy.region = site.region;
  policy.faults = faults_;
  policy.standbys = d.cluster ? 2 : silent_;
  policy.zone = zone_;
  policy.parts = parts;
  if (silent_ > 0) policy.parts.insert(policy.parts.begin() + 1, sim::DeploymentId());
  policy.synchronous = synchronous_;
  policy.failover = failover;
  policy.resync = compiler.network().add_law(d.resync);
  std::vector<sim::RegisterId> watches = faults_.watches();
  if (failover.valid()) watches.push_back(failover);
  compiler.network().add_controller(std::make_shared<ZoneController>(std::move(policy)), watches);
}

bool ZoneController::stands_in_lost(const Control& control, std::uint32_t server) const {
  return policy_.faults.lost(control,
                             static_cast<std::uint32_t>(control.value(policy_.zone[server])));
}

void ZoneController::tell(Control& control, std::string_view text) const {
  control.log_event("failover", policy_.subject, policy_.region,
                    fmt::format("{} {}", policy_.subject, text), "zone");
}

void ZoneController::wake_with(ZoneState& state, Control& control) const {
  follow_failover(state, control);
  follow_writer(state, control);
  follow_standbys(state, control);
  const auto servers = static_cast<std::uint32_t>(policy_.zone.size());
  for (std::uint32_t i = 1; i < servers; ++i) {
    set_gone(state, control, i, stands_in_lost(control, i));
  }
  Instant next = Instant::never();
  for (std::uint32_t i = 1; i <= policy_.standbys; ++i) next = std::min(next, state.rows[i].ready);
  if (!next.is_never()) control.wake_at(next);
}

/// Somebody asked for a failover: the writer and a standby that can take over change places.
void ZoneController::follow_failover(ZoneState& state, Control& control) const {
  if (!policy_.failover.valid()) return;
  const std::int64_t progress = control.value(policy_.failover);
  if (progress == state.failover) return;
  state.failover = progress;
  if (progress != static_cast<std::int64_t>(Progress::kRunning)) return;
  const std::uint32_t standby = state.expected ? 0 : heir(state, control);
  if (standby != 0) change_places(control, standby);
  state.expected = false;
}

std::uint32_t ZoneController::heir(const ZoneState& state, const Control& control) const {
  for (std::uint32_t i = 1; i <= policy_.standbys; ++i) {
    if (!state.rows[i].behind && !stands_in_lost(control, i)) return i;
  }
  return 0;
}

void ZoneController::change_places(Control& control, std::uint32_t standby) const {
  const std::int64_t old = control.value(policy_.zone[0]);
  control.set(policy_.zone[0], control.value(policy_.zone[standby]));
  control.set(policy_.zone[standby], old);
}

void ZoneController::fail_over_to(ZoneState& state, Control& control, std::uint32_t standby) const {
  change_places(control, standby);
  state.rows[standby].behind = true;
  const std::int64_t progress = control.value(policy_.failover);
  if (progress == static_cast<std::int64_t>(Progress::kRunning)) return;
  state.expected = true;
  control.set(policy_.failover, static_cast<std::int64_t>(Progress::kAsked));
}

void ZoneController::follow_writer(ZoneState& state, Control& control) const {
  if (!stands_in_lost(control, 0)) {
    if (state.rows[0].is_gone) tell(control, "is back with the zone of its writer");
    set_gone(state, control, 0, false);
    return;
  }
  if (const std::uint32_t standby = heir(state, control); standby != 0) {
    set_gone(state, control, 0, false);
    tell(control, "loses the zone of its writer and fails over");
    fail_over_to(state, control, standby);
    return;
  }
  if (!state.rows[0].is_gone) tell(control, "is gone with the zone of its writer");
  set_gone(state, control, 0, true);
}

void ZoneController::follow_standbys(ZoneState& state, Control& control) const {
  if (policy_.standbys == 0) return;
  std::int64_t synchronous = 0;
  for (std::uint32_t i = 1; i <= policy_.standbys; ++i) {
    ZoneState::Row& row = state.rows[i];
    if (stands_in_lost(control, i)) {
      // One that is lost with its writer has all that was acknowledged.
      if (!state.rows[0].is_gone) row.behind = true;
      row.ready = Instant::never();
    } else if (row.behind) {
      if (state.rows[0].is_gone) {
        row.ready = Instant::never();  // nobody to copy from
      } else if (row.ready.is_never()) {
        row.ready = control.now() + control.draw(policy_.resync, "resync", state.number++);
      } else if (row.ready <= control.now()) {
        row.behind = false;
        row.ready = Instant::never();
        tell(control, "has a standby that is synchronous again");
      }
    }
    if (!row.behind) ++synchronous;
  }
  control.set(policy_.synchronous, synchronous);
}

void ZoneController::set_gone(ZoneState& state, Control& control, std::uint32_t server,
                              bool gone) const {
  ZoneState::Row& row = state.rows[server];
  if (row.is_gone == gone) return;
  row.is_gone = gone;
  if (!policy_.parts[server].valid()) return;
  if (gone) {
    row.gone = control.begin_effect({policy_.parts[server]}, sim::Effect{});
  } else {
    control.end_effect(row.gone);
  }
}

}  // namespace lifeboat::models::rds
