// The shards of an index on the nodes of a domain, and the plans that ask and change them.
//
// Copy c of shard s stands on node s + c (modulo the nodes), so that the copies of a shard are in
// different zones where there are enough. A search asks one copy of each shard, drawn at random
// among those that serve; it is answered when the last shard has answered (fork and join). A write
// goes to one shard: to the first of its copies, and then to all others at once.
//
// Faults of a zone (models/replication/nodes.hpp) act on the nodes that stand there. A search that
// fails at one asks another copy of the shard; a write fails if its first copy is there, and goes
// on without any other one that fails. Latency is on the way to a node, slowness in all its work.
#pragma once

#include <cstdint>
#include <vector>

#include "models/platform/compiler.hpp"
#include "models/replication/nodes.hpp"
#include "models/services/opensearch/description.hpp"

namespace lifeboat::models::opensearch {

struct Node {
  sim::StationId search;
  sim::StationId write;
  sim::RegisterId serves;
  sim::RegisterId holds;
};

class FanOut {
 public:
  void declare(Compiler& compiler, const DeploymentSite& site, const Description& d,
               const NodeFaults& faults);
  void define(Compiler& compiler, const Description& d);
  /// The steps of an operation behind the gate: they end well or fail.
  void emit(sim::PlanBuilder& plan, const Description& d, std::size_t operation) const;
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }

 private:
  [[nodiscard]] const Node& node_of(std::uint32_t shard, std::uint32_t copy) const {
    return nodes_[(shard + copy) % nodes_.size()];
  }
  void emit_search(sim::PlanBuilder& plan, const Description& d, std::size_t operation,
                   std::uint32_t shard) const;
  void emit_write(sim::PlanBuilder& plan, const Description& d, std::size_t operation,
                  std::uint32_t shard) const;

  /// Steps to a node that may fail on the way (then to the label): none where zones have no parts.
  void reach(sim::PlanBuilder& plan, std::size_t node, sim::PlanBuilder::Label failed) const;

  NodeFaults faults_;
  std::vector<sim::PlanId> ways_;  // by zone, where they have parts: through its gate
  std::vector<Node> nodes_;
  std::vector<sim::LawId> laws_;                 // by operation
  std::vector<std::vector<sim::PlanId>> parts_;  // by operation: shards' searches, or nodes' writes
};

}  // namespace lifeboat::models::opensearch
