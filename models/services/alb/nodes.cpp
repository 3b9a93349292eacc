#include "models/services/alb/nodes.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

namespace lifeboat::models::alb {

using sim::Duration;
using sim::Instant;

std::int64_t left_after(Duration since, Duration ttl) {
  if (since >= ttl) return kShares;
  return std::clamp<std::int64_t>(
      static_cast<std::int64_t>(since.to_seconds() / ttl.to_seconds() * kShares), 0, kShares);
}

void Nodes::declare(Compiler& compiler, const DeploymentSite& site, const ZoneFaults& faults) {
  faults_ = faults;
  for (std::uint32_t zone = 0; zone < faults_.zones(); ++zone) {
    left_.push_back(compiler.network().add_register(
        name_of(site) + "/zone-" + faults_.name(zone) + "-left", 0));
  }
}

void Nodes::define(Compiler& compiler, const DeploymentSite& site, const sim::Law& detection,
                   Duration ttl) const {
  if (!faults_.any()) return;
  NodePolicy policy;
  policy.subject = name_of(site);
  policy.region = site.region;
  policy.faults = faults_;
  policy.left = left_;
  policy.detection = compiler.network().add_law(detection);
  policy.ttl = ttl;
  compiler.network().add_controller(std::make_shared<NodeController>(std::move(policy)),
                                    faults_.watches());
}

void Nodes::emit(sim::PlanBuilder& plan) const {
  const std::uint32_t count = faults_.zones();
  if (count == 0) return;
  std::vector<sim::PlanBuilder::Label> nodes;  // where a request is at the node itself
  for (std::uint32_t zone = 0; zone < count; ++zone) nodes.push_back(plan.label());
  // Goes to the node of `zone` unless the client has left it: then on to `otherwise`.
  const auto ask = [&](std::uint32_t zone, sim::PlanBuilder::Label otherwise,
                       const std::string& name) {
    std::vector<sim::PlanBuilder::Label> by_share;
    for (std::int64_t i = 0; i <= kShares; ++i) by_share.push_back(plan.label());
    plan.switch_on(left_[zone], by_share);
    plan.place(by_share[0]);
    plan.jump(nodes[zone]);
    for (std::int64_t i = 1; i < kShares; ++i) {
      plan.place(by_share[static_cast<std::size_t>(i)]);
      plan.branch(static_cast<double>(i) / kShares, otherwise, name);
      plan.jump(nodes[zone]);
    }
    plan.place(by_share[kShares]);
    plan.jump(otherwise);
  };
  std::vector<sim::PlanBuilder::Label> first;
  for (std::uint32_t zone = 0; zone < count; ++zone) first.push_back(plan.label());
  for (std::uint32_t zone = 0; zone + 1 < count; ++zone) {
    plan.branch(1.0 / (count - zone), first[zone], "address-" + faults_.name(zone));
  }
  plan.jump(first[count - 1]);
  for (std::uint32_t zone = 0; zone < count; ++zone) {
    plan.place(first[zone]);
    auto elsewhere = plan.label();
    ask(zone, elsewhere, "believed-" + faults_.name(zone));
    plan.place(elsewhere);
    // Each of the others alike; from one whose client has left it as well, on to the next.
    std::vector<sim::PlanBuilder::Label> others;
    for (std::uint32_t i = 1; i < count; ++i) others.push_back(plan.label());
    for (std::uint32_t i = 1; i + 1 < count; ++i) {
      plan.branch(1.0 / (count - i), others[i - 1], fmt::format("other-{}-{}", zone, i));
    }
    if (count > 1) plan.jump(others[count - 2]);
    for (std::uint32_t i = 1; i < count; ++i) {
      plan.place(others[i - 1]);
      auto otherwise = plan.label();
      ask((zone + i) % count, otherwise, fmt::format("believed-{}-{}", zone, i));
      plan.place(otherwise);
      // The order is a ring without the node that was left first.
      for (std::uint32_t j = 1; j + 1 < count; ++j) {
        auto next = plan.label();
        const std::uint32_t after = 1 + (i - 1 + j) % (count - 1);
        ask((zone + after) % count, next, fmt::format("believed-{}-{}-{}", zone, i, j));
        plan.place(next);
      }
      plan.jump(nodes[zone]);  // nobody is left: it asks the one that it knew
    }
    if (count == 1) plan.jump(nodes[zone]);
  }
  const auto end = plan.label();
  for (std::uint32_t zone = 0; zone < count; ++zone) {
    plan.place(nodes[zone]);
    plan.gate_of(faults_.gate(zone), "node-" + faults_.name(zone));
    plan.jump(end);
  }
  plan.place(end);
}

void NodeController::wake_with(NodeState& state, sim::Control& control) const {
  Instant next = Instant::never();
  const Duration step = Duration::from_seconds(policy_.ttl.to_seconds() / kShares);
  for (std::uint32_t zone = 0; zone < policy_.faults.zones(); ++zone) {
    NodeState::Row& row = state.rows[zone];
    const bool lost = policy_.faults.lost(control, zone);
    if (lost != row.lost) {
      row.lost = lost;
      row.told = false;
      // An address is given out again as soon as its node answers: its checks are as frequent.
      row.withdrawn = control.now() + control.draw(policy_.detection, "detection", state.number++);
    }
    if (row.withdrawn.is_never()) continue;
    if (row.withdrawn > control.now()) {
      next = std::min(next, row.withdrawn);
      continue;
    }
    // A loss too short to be noticed leaves every address as it was.
    const bool changes = lost || control.value(policy_.left[zone]) > 0;
    if (!row.told && changes) {
      row.told = true;
      control.log_event("failover", policy_.subject, policy_.region,
                        fmt::format("the node in zone {} of {} is {}", policy_.faults.name(zone),
                                    policy_.subject, lost ? "withdrawn" : "given out again"));
    }
    const Duration since = control.now() - row.withdrawn;
    const std::int64_t left = left_after(since, policy_.ttl);
    // One that was back, or lost, within less than that goes on from where it stood.
    const std::int64_t now = control.value(policy_.left[zone]);
    control.set(policy_.left[zone], lost ? std::max(now, left) : std::min(now, kShares - left));
    if (left < kShares) next = std::min(next, control.now() + step);
  }
  if (!next.is_never()) control.wake_at(next);
}

}  // namespace lifeboat::models::alb
