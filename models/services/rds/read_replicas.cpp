#include "models/services/rds/read_replicas.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "models/replication/store.hpp"

namespace lifeboat::models::rds {
namespace {

using Label = sim::PlanBuilder::Label;

/// Writes and reads enter and leave at once: no limit, but a number that a station may have.
constexpr std::uint32_t kNoLimit = 1'000'000;

sim::StationId add_count(Compiler& compiler, const DeploymentSite& site, const char* what) {
  sim::Station station;
  station.name = name_of(site) + "/" + what;
  station.kind = sim::StationKind::kHold;
  station.deployment = compiler.deployment(site);
  station.servers = kNoLimit;
  return compiler.network().add_station(station);
}

void count_at(sim::PlanBuilder& plan, sim::StationId station) {
  plan.acquire(station);
  plan.release(station);
}

/// Jumps to one of `to`, each as likely.
void pick(sim::PlanBuilder& plan, const std::vector<Label>& to, const std::string& name) {
  for (std::size_t i = 0; i + 1 < to.size(); ++i) {
    const double left = static_cast<double>(to.size() - i);
    const Label others = plan.label();
    plan.branch(1.0 - 1.0 / left, others, name + "-" + std::to_string(i + 1));
    plan.jump(to[i]);
    plan.place(others);
  }
  plan.jump(to.back());
}

std::vector<Label> labels(sim::PlanBuilder& plan, std::size_t count) {
  std::vector<Label> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(plan.label());
  return made;
}

}  // namespace

double replay(double backlog, double arrived, double apply_per_second, double seconds) {
  return std::max(0.0, backlog + arrived - apply_per_second * seconds);
}

void ReplicaController::start_with(ReplicaState&, sim::Control& control) const {
  control.wake_at(control.now() + kPeriod);
}

void ReplicaController::wake_with(ReplicaState& state, sim::Control& control) const {
  const std::uint64_t writes = control.station(policy_.writes).arrivals;
  const auto arrived = static_cast<double>(writes - state.writes);
  state.writes = writes;
  for (std::size_t i = 0; i < policy_.parts.size(); ++i) {
    ReplicaState::Row& row = state.rows[i];
    const bool open = control.gate_open(policy_.parts[i]);
    if (open != row.open) row.changed = control.now();
    row.open = open;
    // One that is gone replays nothing; what it missed waits for it.
    row.backlog =
        replay(row.backlog, arrived, open ? policy_.apply_per_second : 0.0, kPeriod.to_seconds());
    const auto lag = sim::Duration::from_seconds(row.backlog / policy_.apply_per_second);
    const std::int64_t lag_ms = std::llround(lag.to_seconds() * 1e3);
    if (lag_ms != control.value(policy_.lags[i])) control.set(policy_.lags[i], lag_ms);
    const auto now = static_cast<Rotation>(control.value(policy_.rotation[i]));
    const bool settled =
        row.changed == sim::Instant::origin() || control.now() - row.changed >= policy_.removal;
    const bool in_list = settled ? open : now != Rotation::kOut;
    const bool asked = in_list && lag <= policy_.max_lag;
    const Rotation fresh = lag > policy_.stale_after ? Rotation::kStale : Rotation::kFresh;
    rotate(i, asked ? fresh : Rotation::kOut, control);
  }
  control.wake_at(control.now() + kPeriod);
}

void ReplicaController::rotate(std::size_t replica, Rotation to, sim::Control& control) const {
  const sim::RegisterId reg = policy_.rotation[replica];
  const auto was = static_cast<Rotation>(control.value(reg));
  if (was == to) return;
  control.set(reg, static_cast<std::int64_t>(to));
  if (was != Rotation::kOut && to != Rotation::kOut) return;
  const std::string name = "replica-" + std::to_string(replica + 1);
  control.log_event(
      "rotation", policy_.subject, policy_.region,
      to == Rotation::kOut ? name + " is taken out of rotation" : name + " is back in rotation");
}

void ReadReplicas::declare(Compiler& compiler, const DeploymentSite& site, const Description& d) {
  sim::NetworkBuilder& network = compiler.network();
  if (d.readers() == 0) return;
  for (std::uint32_t i = 1; i <= d.readers(); ++i) {
    const std::string part = "replica-" + std::to_string(i);
    parts_.push_back(network.add_deployment(
        site.service, sim::RegionId(site.region_index),
        compiler.network().so_far().deployments[compiler.deployment(site).index()].dependency,
        part));
    lags_.push_back(network.add_register(name_of(site) + "/" + part + "/lag-ms", 0));
    rotation_.push_back(network.add_register(name_of(site) + "/" + part + "/rotation", 0));
  }
  writes_ = add_count(compiler, site, "commits");
  stale_ = add_count(compiler, site, "stale-reads");
}

void ReadReplicas::count_write(sim::PlanBuilder& plan) const {
  if (writes_.valid()) count_at(plan, writes_);
}

void ReadReplicas::choose(sim::PlanBuilder& plan, const Step& ask,
                          const std::function<void()>& ask_writer) const {
  const std::size_t n = count();
  const std::vector<Label> first = labels(plan, n);
  const std::vector<Label> fresh = labels(plan, n);
  const std::vector<Label> stale = labels(plan, n);
  const std::vector<Label> second = labels(plan, n);
  const Label end = plan.label();
  const Label writer = plan.label();
  pick(plan, first, "reader");
  for (std::size_t i = 0; i < n; ++i) {
    plan.place(first[i]);
    plan.switch_on(rotation_[i], {fresh[i], stale[i]});  // out of rotation: one of the others
    std::vector<Label> others;
    for (std::size_t k = 1; k < n; ++k) others.push_back(second[(i + k) % n]);
    if (others.empty()) {
      plan.jump(writer);
    } else {
      pick(plan, others, "instead-of-" + std::to_string(i + 1));
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    plan.place(second[i]);
    for (std::size_t k = 0; k < n; ++k) {
      plan.switch_on(rotation_[(i + k) % n], {fresh[(i + k) % n], stale[(i + k) % n]});
    }
    plan.jump(writer);
  }
  for (std::size_t i = 0; i < n; ++i) {
    plan.place(fresh[i]);
    ask(i);
    plan.jump(end);
    plan.place(stale[i]);
    ask(i);
    count_at(plan, stale_);
    plan.jump(end);
  }
  plan.place(writer);
  ask_writer();
  plan.place(end);
}

void ReadReplicas::define(Compiler& compiler, const DeploymentSite& site, const Description& d,
                          Handles& handles) const {
  if (count() == 0) return;
  ReplicaPolicy policy;
  policy.subject = name_of(site);
  policy.region = site.region;
  policy.apply_per_second = d.apply_per_second;
  policy.stale_after = d.stale_after;
  policy.max_lag = d.max_lag;
  policy.removal = d.replica_removal;
  policy.writes = writes_;
  policy.parts = parts_;
  policy.lags = lags_;
  policy.rotation = rotation_;
  compiler.network().add_controller(std::make_shared<ReplicaController>(std::move(policy)));
  handles.metrics.push_back({"readReplicaLag", "s",
                             "how far the read replica of the region that is furthest behind is",
                             [regs = lags_](sim::Control& control) {
                               std::int64_t most = 0;
                               for (const auto reg : regs) {
                                 most = std::max(most, control.value(reg));
                               }
                               return static_cast<double>(most) / 1e3;
                             }});
  handles.metrics.push_back({"staleReads", "1",
                             "reads so far that a replica served while it was behind",
                             [stale = stale_](sim::Control& control) {
                               return static_cast<double>(control.station(stale).arrivals);
                             }});
  handles.metrics.push_back({"readReplicasInRotation", "1", "read replicas that are asked now",
                             [regs = rotation_](sim::Control& control) {
                               double in = 0;
                               for (const auto reg : regs) {
                                 const auto out = static_cast<std::int64_t>(Rotation::kOut);
                                 in += control.value(reg) != out ? 1 : 0;
                               }
                               return in;
                             }});
}

}  // namespace lifeboat::models::rds
