#include "models/platform/expected_load.hpp"

#include "models/platform/front_door.hpp"
#include "models/platform/load.hpp"

namespace lifeboat::models {

ExpectedLoad expected_load(CompiledPlatform& platform,
                           const std::map<std::string, double, std::less<>>& journey_rates) {
  const sim::Network& network = platform.network().so_far();
  std::vector<double> rates(network.journeys.size(), 0);
  for (const auto& [name, rate] : journey_rates) {
    const auto journey = platform.journeys.find(name);
    if (journey != platform.journeys.end()) rates[journey->second.index()] = rate;
  }
  const NetworkLoad load = network_load(network, rates);
  ExpectedLoad expected;
  expected.cache_lookups = load.cache_lookups;
  for (const CompiledDeployment& deployment : platform.deployments) {
    const DeploymentSite& site = deployment.site;
    expected.processors[{site.service, site.region}] = load.deployment_cpu[deployment.id.index()];
    const auto* front_door = dynamic_cast<const FrontDoorModel*>(deployment.model);
    for (const std::string& operation :
         front_door != nullptr ? front_door->passed_on() : deployment.model->operations()) {
      const sim::PlanId plan = deployment.model->plan(operation);
      if (plan.valid()) {
        const double rate = load.plan_rate[plan.index()];
        expected.operation_rates[{site.service, operation}] += rate;
        expected.visits[{site.service, site.region}] += rate;
      }
    }
  }
  return expected;
}

}  // namespace lifeboat::models
