// The consumer groups of a cluster in the network: a buffer a partition and group, and who empties
// it.
//
// A record is put into its partition's buffer of each group. A batch of it waits for one of the
// group's members, is worked off record by record (in one environment, if a function does it) and
// is then done. Members are places that any partition's batch may take: who owns which partition is
// not kept.
#pragma once

#include <cstdint>
#include <vector>

#include "models/platform/compiler.hpp"
#include "models/services/msk/description.hpp"
#include "models/services/msk/mapping.hpp"

namespace lifeboat::models::msk {

class Groups {
 public:
  void declare(Compiler& compiler, const DeploymentSite& site, const Description& d);
  void define(Compiler& compiler, const DeploymentSite& site, const Description& d,
              const std::vector<sim::RegisterId>& leaders);
  /// Steps that hand a record of the partition to every group.
  void put(sim::PlanBuilder& plan, std::uint32_t partition) const;
  void add_handles(Handles& handles) const;

 private:
  struct Group {
    sim::StationId members;
    sim::RegisterId wanted;
    sim::RegisterId resting;
    std::vector<sim::BufferId> buffers;  // by partition
    std::vector<sim::RegisterId> at_work;
    std::vector<sim::PlanId> consume;
    std::vector<MappingPlans> mapping;  // by partition, where a function's pollers do it
  };
  static Group declare_group(Compiler& compiler, const DeploymentSite& site, const Description& d,
                             const ConsumerGroup& group);
  static void define_consumer(Compiler& compiler, const DeploymentSite& site,
                              const ConsumerGroup& spec, const Group& group, std::size_t partition);
  [[nodiscard]] Verb set_consumers() const;

  std::vector<Group> groups_;
};

}  // namespace lifeboat::models::msk
