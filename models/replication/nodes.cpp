#include "models/replication/nodes.hpp"

#include "models/replication/store.hpp"

namespace lifeboat::models {

NodeFaults::NodeFaults(Compiler& compiler, const DeploymentSite& site, std::uint32_t nodes)
    : nodes_(nodes), whole_(compiler.deployment(site)), names_(site.zones) {
  if (names_.empty()) names_.emplace_back("a");
  sim::NetworkBuilder& network = compiler.network();
  const bool dependency = network.so_far().deployments[whole_.index()].dependency;
  for (const std::string& zone : names_) {
    zone_lost_.push_back(network.add_register(name_of(site) + "/zone-" + zone + "-lost", 0));
    if (!compiler.zones_may_fail()) continue;
    parts_.push_back(network.add_deployment(site.service, sim::RegionId(site.region_index),
                                            dependency, "zone-" + zone));
  }
  share_lost_ = network.add_register(name_of(site) + "/nodes-lost", 0);
}

bool NodeFaults::lost(const sim::Control& control, std::uint32_t node) const {
  if (zone_lost(control, zone_of(node))) return true;
  const std::int64_t thousandths = control.value(share_lost_);
  return node < (thousandths * nodes_ + 500) / 1000;
}

std::vector<sim::RegisterId> NodeFaults::watches() const {
  std::vector<sim::RegisterId> all = zone_lost_;
  all.push_back(share_lost_);
  return all;
}

}  // namespace lifeboat::models
