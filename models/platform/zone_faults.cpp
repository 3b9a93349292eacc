#include "models/platform/zone_faults.hpp"

namespace lifeboat::models {

ZoneFaults::ZoneFaults(Compiler& compiler, const DeploymentSite& site) {
  if (!compiler.zones_may_fail()) return;
  names_ = site.zones;
  if (names_.empty()) names_.emplace_back("a");
  sim::NetworkBuilder& network = compiler.network();
  const bool dependency =
      network.so_far().deployments[compiler.deployment(site).index()].dependency;
  for (const std::string& zone : names_) {
    lost_.push_back(network.add_register(name_of(site) + "/zone-" + zone + "-lost", 0));
    gates_.push_back(network.add_deployment(site.service, sim::RegionId(site.region_index),
                                            dependency, "zone-" + zone));
  }
}

void ZoneFaults::gate_of(sim::PlanBuilder& plan, sim::RegisterId zone) const {
  std::vector<sim::PlanBuilder::Label> ways;
  for (std::uint32_t i = 0; i < zones(); ++i) ways.push_back(plan.label());
  const auto end = plan.label();
  plan.switch_on(zone, ways);
  plan.jump(end);
  for (std::uint32_t i = 0; i < zones(); ++i) {
    plan.place(ways[i]);
    plan.gate_of(gates_[i], "zone-" + names_[i]);
    plan.jump(end);
  }
  plan.place(end);
}

}  // namespace lifeboat::models
