#include "models/services/msk/cluster.hpp"

#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "models/replication/store.hpp"
#include "models/services/msk/leaders.hpp"

namespace lifeboat::models::msk {

void Cluster::declare(Compiler& compiler, const DeploymentSite& site, const Description& d) {
  sim::NetworkBuilder& network = compiler.network();
  const std::string name = name_of(site);
  const sim::DeploymentId here = compiler.deployment(site);
  copies_ = d.replication_factor;
  faults_ = NodeFaults(compiler, site, d.brokers);
  for (std::uint32_t i = 1; i <= d.brokers; ++i) {
    sim::Station station;
    station.name = fmt::format("{}/broker-{}", name, i);
    station.deployment = faults_.owner(i - 1);
    brokers_.push_back(network.add_station(station));
    in_sync_.push_back(network.add_register(station.name + "/in-sync", 1));
  }
  for (std::uint32_t p = 0; p < d.partitions; ++p) {
    const std::string label = name + "/partition-" + std::to_string(p);
    leaders_.push_back(network.add_register(label + "/leader", 0));
    writable_.push_back(network.add_register(label + "/writable", 1));
  }
  restart_ = network.add_register(name + "/restart", 0);
  for (const Operation& op : d.operations) {
    const std::string plan = site.service + "." + op.name;
    for (std::uint32_t i = 0; i < d.brokers * d.replication_factor; ++i) {
      const std::uint32_t leader =
          (i / d.replication_factor + i % d.replication_factor) % d.brokers;
      appends_.push_back(network.declare_plan(plan + "/append", faults_.owner(leader)));
    }
    for (std::uint32_t i = 0; i < d.brokers; ++i) {
      follows_.push_back(network.declare_plan(plan + "/follow", here));
      if (!faults_.has_parts()) continue;
      copies_of_zones_.push_back(network.declare_plan(plan + "/copy", faults_.owner(i)));
    }
  }
}

void Cluster::define(Compiler& compiler, const Description& d) {
  sim::NetworkBuilder& network = compiler.network();
  const std::size_t count = brokers_.size();
  for (std::size_t o = 0; o < d.operations.size(); ++o) {
    const Operation& op = d.operations[o];
    const sim::LawId work = network.add_law(sim::Law::constant(
        sim::Duration::from_seconds(op.bytes / d.broker_bytes_per_second) + d.record_time));
    const sim::LawId latency = network.add_law(op.latency);
    for (std::size_t first = 0; first < count; ++first) {
      for (std::size_t copy = 0; copy < copies_; ++copy) {
        sim::PlanBuilder plan = network.define(
            append(o, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(copy)));
        faults_.pass(plan, static_cast<std::uint32_t>((first + copy) % count));
        plan.visit(brokers_[(first + copy) % count], work, "append");
        std::vector<sim::PlanId> followers;
        for (std::size_t other = 0; other < copies_; ++other) {
          if (other != copy) followers.push_back(follows_[o * count + (first + other) % count]);
        }
        if (op.acks != Acks::kAll) {
          for (const sim::PlanId follower : followers) plan.spawn(follower, "follow");
        } else if (!followers.empty()) {
          plan.fork(followers, static_cast<std::uint32_t>(followers.size()), "follow");
        }
        plan.delay(latency, "latency");
        plan.finish();
      }
    }
    for (std::size_t broker = 0; broker < count; ++broker) {
      sim::PlanBuilder plan = network.define(follows_[o * count + broker]);
      const auto gone = plan.label();
      plan.switch_on(in_sync_[broker], {gone});
      if (faults_.has_parts()) {
        plan.call(copies_of_zones_[o * count + broker], {}, "copy", gone);
      } else {
        plan.visit(brokers_[broker], work, "append");
      }
      plan.place(gone);
      plan.finish();
      if (!faults_.has_parts()) continue;
      sim::PlanBuilder copy = network.define(copies_of_zones_[o * count + broker]);
      faults_.pass(copy, static_cast<std::uint32_t>(broker));
      copy.visit(brokers_[broker], work, "append");
      copy.finish();
    }
  }
}

void Cluster::define_leaders(Compiler& compiler, const DeploymentSite& site, const Description& d) {
  sim::NetworkBuilder& network = compiler.network();
  LeaderPolicy policy;
  policy.subject = name_of(site);
  policy.region = site.region;
  policy.faults = faults_;
  policy.brokers = d.brokers;
  policy.replication_factor = d.replication_factor;
  policy.min_in_sync = d.min_in_sync;
  policy.in_sync = in_sync_;
  policy.leader = leaders_;
  policy.writable = writable_;
  policy.restart = restart_;
  policy.hard_election = network.add_law(d.hard_election);
  policy.clean_election = network.add_law(d.clean_election);
  policy.catch_up = network.add_law(d.catch_up);
  policy.restart_time = network.add_law(d.restart);
  std::vector<sim::RegisterId> watches = faults_.watches();
  watches.push_back(restart_);
  network.add_controller(std::make_shared<LeaderController>(std::move(policy)), watches);
}

}  // namespace lifeboat::models::msk
