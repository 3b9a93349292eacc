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

void Nodes::declare(Compiler& compiler, const DeploymentSite& site, bool cross_zone) {
  faults_ = ZoneFaults(compiler, site);
  cross_zone_ = cross_zone;
  if (!faults_.any() && !compiler.zones_may_shift() && cross_zone) return;
  zones_ = site.zones;
  if (zones_.empty()) zones_.emplace_back("a");
  sim::NetworkBuilder& network = compiler.network();
  for (const std::string& zone : zones_) {
    const std::string name = name_of(site) + "/zone-" + zone;
    left_.push_back(network.add_register(name + "-left", 0));
    if (!compiler.zones_may_shift()) continue;
    shifted_until_.push_back(network.add_register(name + "-shifted-until", 0));
    shifted_.push_back(network.add_register(name + "-shifted", 0));
  }
}

void Nodes::define(Compiler& compiler, const DeploymentSite& site,
                   const std::vector<std::string>& targets, const sim::Law& detection,
                   Duration ttl) const {
  if (zones_.empty()) return;
  NodePolicy policy;
  policy.subject = name_of(site);
  policy.region = site.region;
  policy.faults = faults_;
  policy.zones = zones_;
  policy.left = left_;
  policy.shifted_until = shifted_until_;
  policy.shifted = shifted_;
  policy.detection = compiler.network().add_law(detection);
  policy.ttl = ttl;
  std::vector<sim::RegisterId> watches = faults_.watches();
  watches.insert(watches.end(), shifted_until_.begin(), shifted_until_.end());
  policy.healthy.resize(zones_.size());
  for (std::size_t zone = 0; zone < zones_.size() && !cross_zone_; ++zone) {
    for (const std::string& target : targets) {
      const sim::RegisterId count = compiler.network().so_far().find_register(
          target + "@" + site.region + "/zone-" + zones_[zone] + "-healthy");
      if (!count.valid()) continue;  // it does not stand in zones
      policy.healthy[zone].push_back(count);
      watches.push_back(count);
    }
  }
  compiler.network().add_controller(std::make_shared<NodeController>(std::move(policy)), watches);
}

std::vector<Verb> Nodes::verbs() const {
  if (shifted_until_.empty()) return {};
  const auto until = shifted_until_;
  const auto acts = [until](const sim::Control& control, std::size_t zone) {
    return control.value(until[zone]) > control.now().nanoseconds();
  };
  Verb start;
  start.block = "startZonalShift";
  start.what = "withdraws a zone's node and keeps requests from its targets, for a time";
  start.begin = [until, acts](sim::Control& control, const VerbArguments& arguments) {
    for (std::size_t zone = 0; zone < until.size(); ++zone) {
      if (zone != arguments.zone && acts(control, zone)) return;  // one at a time
    }
    control.set(until[arguments.zone],
                (control.now() + Duration::from_seconds(arguments.amount)).nanoseconds());
  };
  start.status = [acts](sim::Control& control, const VerbArguments& arguments) {
    return acts(control, arguments.zone) ? VerbStatus::kDone : VerbStatus::kFailed;
  };
  Verb cancel;
  cancel.block = "cancelZonalShift";
  cancel.what = "gives out the zone's node again";
  cancel.begin = [until](sim::Control& control, const VerbArguments& arguments) {
    control.set(until[arguments.zone], 0);
  };
  cancel.status = [](sim::Control&, const VerbArguments&) { return VerbStatus::kDone; };
  return {start, cancel};
}

void Nodes::emit(sim::PlanBuilder& plan, const AtNode& at_node) const {
  const auto count = static_cast<std::uint32_t>(zones_.size());
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
    plan.branch(1.0 / (count - zone), first[zone], "address-" + zones_[zone]);
  }
  plan.jump(first[count - 1]);
  for (std::uint32_t zone = 0; zone < count; ++zone) {
    plan.place(first[zone]);
    auto elsewhere = plan.label();
    ask(zone, elsewhere, "believed-" + zones_[zone]);
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
    if (faults_.any()) plan.gate_of(faults_.gate(zone), "node-" + zones_[zone]);
    if (!cross_zone_) at_node(zone);
    plan.jump(end);
  }
  plan.place(end);
}

bool NodeController::follow_shift(NodeState::Row& row, std::uint32_t zone,
                                  sim::Control& control) const {
  if (policy_.shifted_until.empty()) return false;
  const std::int64_t until = control.value(policy_.shifted_until[zone]);
  const bool shifted = until > control.now().nanoseconds();
  if (shifted == row.shifted) return shifted;
  row.shifted = shifted;
  control.set(policy_.shifted[zone], shifted ? 1 : 0);
  const bool expired = !shifted && until > 0;
  control.log_event("failover", policy_.subject, policy_.region,
                    fmt::format("the zonal shift away from {} {}", policy_.zones[zone],
                                shifted   ? "begins"
                                : expired ? "has expired"
                                          : "is cancelled"));
  return shifted;
}

bool NodeController::is_sick(std::uint32_t zone, const sim::Control& control) const {
  const auto& counts = policy_.healthy[zone];
  return policy_.faults.lost(control, zone) ||
         std::any_of(counts.begin(), counts.end(),
                     [&](sim::RegisterId count) { return control.value(count) == 0; });
}

void NodeController::wake_with(NodeState& state, sim::Control& control) const {
  Instant next = Instant::never();
  const Duration step = Duration::from_seconds(policy_.ttl.to_seconds() / kShares);
  for (std::uint32_t zone = 0; zone < policy_.zones.size(); ++zone) {
    NodeState::Row& row = state.rows[zone];
    const bool was_shifted = row.shifted;
    const bool shifted = follow_shift(row, zone, control);
    if (shifted) {
      const std::int64_t until = control.value(policy_.shifted_until[zone]);
      next = std::min(next, Instant::from_nanoseconds(until));
    }
    const bool out = shifted || is_sick(zone, control);
    if (out != row.out) {
      row.out = out;
      row.told = false;
      // A shift acts at once. An address is given out again as soon as its node answers: its checks
      // are as frequent as they were.
      row.withdrawn = control.now();
      if (shifted == was_shifted) {
        row.withdrawn += control.draw(policy_.detection, "detection", state.number++);
      }
    } else if (shifted && row.withdrawn > control.now()) {
      row.withdrawn = control.now();
    }
    if (row.withdrawn.is_never()) continue;
    if (row.withdrawn > control.now()) {
      next = std::min(next, row.withdrawn);
      continue;
    }
    // A loss too short to be noticed leaves every address as it was.
    const bool changes = out || control.value(policy_.left[zone]) > 0;
    if (!row.told && changes) {
      row.told = true;
      control.log_event("failover", policy_.subject, policy_.region,
                        fmt::format("the node in zone {} of {} is {}", policy_.zones[zone],
                                    policy_.subject, out ? "withdrawn" : "given out again"));
    }
    const Duration since = control.now() - row.withdrawn;
    const std::int64_t left = left_after(since, policy_.ttl);
    // One that was back, or out, within less than that goes on from where it stood.
    const std::int64_t now = control.value(policy_.left[zone]);
    control.set(policy_.left[zone], out ? std::max(now, left) : std::min(now, kShares - left));
    if (left < kShares) next = std::min(next, control.now() + step);
  }
  if (!next.is_never()) control.wake_at(next);
}

}  // namespace lifeboat::models::alb
