#include "models/services/opensearch/fan_out.hpp"

#include <string>

#include <fmt/format.h>

#include "models/replication/store.hpp"

namespace lifeboat::models::opensearch {

namespace {

using Label = sim::PlanBuilder::Label;

/// Steps that jump to one of the labels, each as likely.
void jump_evenly(sim::PlanBuilder& plan, const std::vector<Label>& to, const std::string& name) {
  for (std::size_t i = 0; i + 1 < to.size(); ++i) {
    plan.branch(1.0 / static_cast<double>(to.size() - i), to[i], name + std::to_string(i));
  }
  plan.jump(to.back());
}

std::vector<Label> labels(sim::PlanBuilder& plan, std::size_t count) {
  std::vector<Label> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(plan.label());
  return all;
}

}  // namespace

void FanOut::declare(Compiler& compiler, const DeploymentSite& site, const Description& d,
                     const NodeFaults& faults) {
  sim::NetworkBuilder& network = compiler.network();
  faults_ = faults;
  for (const sim::DeploymentId part : faults_.parts()) {
    ways_.push_back(network.declare_plan(site.service + "/reach", part));
  }
  const sim::DeploymentId here = compiler.deployment(site);
  for (std::uint32_t i = 1; i <= d.nodes; ++i) {
    const std::string name = name_of(site) + "/node-" + std::to_string(i);
    sim::Station station;
    station.deployment = faults_.owner(i - 1);
    Node node;
    station.name = name + "/search";
    station.servers = d.search_threads();
    station.queue_limit = d.search_queue;
    node.search = network.add_station(station);
    station.name = name + "/write";
    station.servers = d.write_threads();
    station.queue_limit = d.write_queue;
    node.write = network.add_station(station);
    node.serves = network.add_register(name + "/serves", 1);
    node.holds = network.add_register(name + "/holds", 1);
    nodes_.push_back(node);
  }
  for (const Operation& op : d.operations) {
    const std::size_t count = op.write ? d.nodes : d.shards;
    std::vector<sim::PlanId> parts;
    for (std::size_t i = 0; i < count; ++i) {
      parts.push_back(network.declare_plan(site.service + "." + op.name + "/part", here));
    }
    parts_.push_back(std::move(parts));
  }
}

void FanOut::define(Compiler& compiler, const Description& d) {
  sim::NetworkBuilder& network = compiler.network();
  for (std::uint32_t zone = 0; zone < ways_.size(); ++zone) {
    sim::PlanBuilder way = network.define(ways_[zone]);
    faults_.pass(way, zone);  // the node of that index stands there
    way.finish();
  }
  for (const Operation& op : d.operations) laws_.push_back(network.add_law(op.demand));
  for (std::size_t o = 0; o < d.operations.size(); ++o) {
    for (std::size_t i = 0; i < parts_[o].size(); ++i) {
      sim::PlanBuilder plan = network.define(parts_[o][i]);
      if (d.operations[o].write) {
        const auto gone = plan.label();
        plan.switch_on(nodes_[i].holds, {gone});
        reach(plan, i, gone);
        plan.visit(nodes_[i].write, laws_[o], "demand");
        plan.place(gone);
      } else {
        emit_search(plan, d, o, static_cast<std::uint32_t>(i));
      }
      plan.finish();
    }
  }
}

void FanOut::emit(sim::PlanBuilder& plan, const Description& d, std::size_t operation) const {
  if (!d.operations[operation].write) {
    if (d.shards == 1) {
      emit_search(plan, d, operation, 0);
    } else {
      plan.fork(parts_[operation], d.shards, "shards");
    }
    return;
  }
  const std::vector<Label> shards = labels(plan, d.shards);
  const auto end = plan.label();
  jump_evenly(plan, shards, "shard-");
  for (std::uint32_t shard = 0; shard < d.shards; ++shard) {
    plan.place(shards[shard]);
    emit_write(plan, d, operation, shard);
    plan.jump(end);
  }
  plan.place(end);
}

/// One shard's part of a search: on the copy that was drawn; where that does not serve, on one that
/// is drawn among the others, and at last on any that serves.
void FanOut::emit_search(sim::PlanBuilder& plan, const Description& d, std::size_t operation,
                         std::uint32_t shard) const {
  const std::uint32_t copies = d.replicas + 1;
  const std::vector<Label> drawn = labels(plan, copies);
  const auto end = plan.label();
  const auto none = plan.label();
  jump_evenly(plan, drawn, "copy-");
  for (std::uint32_t first = 0; first < copies; ++first) {
    plan.place(drawn[first]);
    const auto try_copy = [&](std::uint32_t copy) {
      const Node& node = node_of(shard, copy % copies);
      const auto other = plan.label();
      plan.switch_on(node.serves, {other});
      reach(plan, (shard + copy % copies) % nodes_.size(), other);
      plan.visit(node.search, laws_[operation], "demand");
      plan.jump(end);
      plan.place(other);
    };
    try_copy(first);
    const std::vector<Label> others = labels(plan, copies - 1);
    if (others.size() > 1) {
      jump_evenly(plan, others, "copy-" + std::to_string(first) + "-other-");
    }
    for (std::uint32_t i = 0; i + 1 < copies; ++i) {
      plan.place(others[i]);
      for (std::uint32_t turn = 0; turn + 1 < copies; ++turn) {
        try_copy(first + 1 + (i + turn) % (copies - 1));
      }
      plan.jump(none);
    }
    plan.jump(none);
  }
  plan.place(none);
  plan.fail(sim::Cause::kDependency);
  plan.place(end);
}

void FanOut::emit_write(sim::PlanBuilder& plan, const Description& d, std::size_t operation,
                        std::uint32_t shard) const {
  const std::uint32_t copies = d.replicas + 1;
  const auto end = plan.label();
  const auto failed = plan.label();
  for (std::uint32_t primary = 0; primary < copies; ++primary) {
    const Node& node = node_of(shard, primary);
    const auto other = plan.label();
    plan.switch_on(node.holds, {other});
    reach(plan, (shard + primary) % nodes_.size(), failed);
    plan.visit(node.write, laws_[operation], "demand");
    std::vector<sim::PlanId> rest;
    for (std::uint32_t copy = primary + 1; copy < copies; ++copy) {
      rest.push_back(parts_[operation][(shard + copy) % nodes_.size()]);
    }
    if (!rest.empty()) plan.fork(rest, static_cast<std::uint32_t>(rest.size()), "copies");
    plan.jump(end);
    plan.place(other);
  }
  plan.place(failed);
  plan.fail(sim::Cause::kDependency);
  plan.place(end);
}

void FanOut::reach(sim::PlanBuilder& plan, std::size_t node, Label failed) const {
  if (!faults_.has_parts()) return;
  plan.call(ways_[faults_.zone_of(static_cast<std::uint32_t>(node))], {},
            fmt::format("reach-{}", node),
            failed);  // another node is another try, with its own luck
}

}  // namespace lifeboat::models::opensearch
