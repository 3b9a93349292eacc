#include "models/platform/services_in_reach.hpp"

#include "models/io/suggest.hpp"

namespace lifeboat::models {

std::vector<std::string> read_services_in_reach(io::ObjectReader& r, const Platform& platform,
                                                const DeploymentSite& site,
                                                const io::Parameter& parameter) {
  std::vector<std::string> services;
  for (const io::Value& value : r.one_or_more(parameter)) {
    if (value.describer()) continue;
    const auto name = io::read_name(value, r.problems());
    if (!name) continue;
    if (platform.find_service(*name) == nullptr) {
      io::unknown_name(r.problems(), value.place(), "service", *name, platform.service_names());
    } else if (platform.find_deployment(*name, site.region) == nullptr &&
               platform.find_deployment(*name, "") == nullptr) {
      r.problems().error(value.place(),
                         io::quote(*name) + " is not deployed in region " + io::quote(site.region));
    } else {
      services.push_back(*name);
    }
  }
  return services;
}

std::vector<sim::DeploymentId> deployments_in_reach(const Compiler& compiler,
                                                    const DeploymentSite& site,
                                                    const std::vector<std::string>& services) {
  std::vector<sim::DeploymentId> ids;
  for (const std::string& service : services) {
    for (const std::string& region : {site.region, std::string{}}) {
      const DeploymentSpec* there = compiler.platform().find_deployment(service, region);
      if (there != nullptr) ids.push_back(compiler.deployment(there->site));
    }
  }
  return ids;
}

}  // namespace lifeboat::models
