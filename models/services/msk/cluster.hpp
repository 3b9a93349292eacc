// The brokers of a cluster in the network: stations, registers, and the plans that append a record.
//
// A broker is one server that works every copy of a record off in the time of its bytes and its
// processing. An append visits the leader, then its followers at once; with acks=all the producer
// waits for those of them that are in sync, and for the latency that a record takes without any
// queue.
//
// Faults of a zone (models/replication/nodes.hpp) act on the brokers that stand there: latency on
// what producers send to a leader there and on what a follower there takes, errors on the former
// alone (a follower fetches again, and its leader does not fail for it); slowness on all work; an
// outage cuts off what is in hand.
#pragma once

#include <cstdint>
#include <vector>

#include "models/platform/compiler.hpp"
#include "models/replication/nodes.hpp"
#include "models/services/msk/description.hpp"

namespace lifeboat::models::msk {

class Cluster {
 public:
  void declare(Compiler& compiler, const DeploymentSite& site, const Description& d);
  void define(Compiler& compiler, const Description& d);
  /// Adds the controller of the leaders.
  void define_leaders(Compiler& compiler, const DeploymentSite& site, const Description& d);

  /// Plan that appends a record of operation `op` to a partition led by its copy `copy`.
  [[nodiscard]] sim::PlanId append(std::size_t op, std::uint32_t partition,
                                   std::uint32_t copy) const {
    return appends_[(op * brokers_.size() + partition % brokers_.size()) * copies_ + copy];
  }
  [[nodiscard]] const std::vector<sim::StationId>& brokers() const { return brokers_; }
  [[nodiscard]] const std::vector<sim::RegisterId>& in_sync() const { return in_sync_; }
  [[nodiscard]] const std::vector<sim::RegisterId>& leaders() const { return leaders_; }
  [[nodiscard]] const std::vector<sim::RegisterId>& writable() const { return writable_; }
  [[nodiscard]] sim::RegisterId restart() const { return restart_; }

 private:
  std::size_t copies_ = 1;
  std::vector<sim::StationId> brokers_;
  std::vector<sim::RegisterId> in_sync_;   // by broker
  std::vector<sim::RegisterId> leaders_;   // by partition: which copy
  std::vector<sim::RegisterId> writable_;  // by partition
  sim::RegisterId restart_;
  NodeFaults faults_;
  std::vector<sim::PlanId> appends_;  // by operation, first copy's broker, leading copy
  std::vector<sim::PlanId> follows_;  // by operation, broker
  std::vector<sim::PlanId>
      copies_of_zones_;  // the same, where zones have parts: behind their gates
};

}  // namespace lifeboat::models::msk
