#include "models/platform/platform.hpp"

#include <algorithm>

namespace lifeboat::models {
namespace {

template <class T>
const T* find_named(const std::vector<T>& list, std::string_view name) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const T& item) { return item.name == name; });
  return found == list.end() ? nullptr : &*found;
}

template <class T>
std::vector<std::string> names_of(const std::vector<T>& list) {
  std::vector<std::string> names;
  names.reserve(list.size());
  for (const T& item : list) names.push_back(item.name);
  return names;
}

}  // namespace

const RegionSpec* Platform::find_region(std::string_view region) const {
  return find_named(regions, region);
}

const ServiceSpec* Platform::find_service(std::string_view service) const {
  return find_named(services, service);
}

const DeploymentSpec* Platform::find_deployment(std::string_view service,
                                                std::string_view region) const {
  const ServiceSpec* spec = find_service(service);
  if (spec == nullptr) return nullptr;
  const auto found = std::find_if(
      spec->deployments.begin(), spec->deployments.end(),
      [&](const DeploymentSpec& deployment) { return deployment.site.region == region; });
  return found == spec->deployments.end() ? nullptr : &*found;
}

std::string name_of(const DeploymentSite& site) {
  return site.region.empty() ? site.service : site.service + "@" + site.region;
}

const KeySpaceSpec* Platform::find_key(std::string_view key) const { return find_named(keys, key); }

const HealthCheckSpec* Platform::find_health_check(std::string_view check) const {
  return find_named(health_checks, check);
}

const JourneySpec* Platform::find_journey(std::string_view journey) const {
  return find_named(journeys, journey);
}

std::vector<std::string> Platform::region_names() const { return names_of(regions); }
std::vector<std::string> Platform::service_names() const { return names_of(services); }
std::vector<std::string> Platform::key_names() const { return names_of(keys); }
std::vector<std::string> Platform::journey_names() const { return names_of(journeys); }

const std::vector<QuotaDefault>& quota_defaults() {
  static const std::vector<QuotaDefault> quotas = {
      {"fargateVcpu", 6, "vCPUs of all Fargate tasks in the region",
       "AWS service quotas, default of an unused account, as of 2026-11; used accounts "
       "1,000-4,000"},
      {"fargateLaunchRate", 20, "Fargate task launches a second, refilled",
       "AWS documentation, ECS throttling quotas, as of 2026-11"},
      {"fargateLaunchBurst", 100, "Fargate task launches at once",
       "AWS documentation, ECS throttling quotas, as of 2026-11"},
      {"fargateServiceLaunches", 500, "task launches a minute of one service",
       "AWS general reference, Amazon ECS endpoints and quotas, read 2026-10"},
      {"lambdaConcurrency", 1000, "concurrent executions of all functions in the region",
       "AWS documentation, Lambda quotas, as of 2026-11"},
      {"cognitoUserAuthentication", 120, "sign-ins a second, all user pools of the region",
       "AWS documentation, Cognito quotas, as of 2026-11; 40 more for each further million users"},
      {"cognitoUserToken", 120, "tokens refreshed or revoked a second, all user pools",
       "AWS documentation, Cognito quotas, as of 2026-11"},
      {"cognitoUserRead", 120, "users read a second, all user pools",
       "AWS documentation, Cognito quotas, as of 2026-11"},
      {"cognitoUserCreation", 50, "users created a second, all user pools",
       "AWS documentation, Cognito quotas, as of 2026-11"},
      {"cognitoUserResourceRead", 50, "resources of users read a second, all user pools",
       "AWS documentation, Cognito quotas, as of 2026-11"},
      {"cognitoUserFederation", 25, "sign-ins by other providers a second, all user pools",
       "AWS documentation, Cognito quotas, as of 2026-11"},
      {"cognitoUserUpdate", 25, "users edited a second, all user pools; AWS does not raise it",
       "AWS documentation, Cognito quotas, as of 2026-11"},
      {"cognitoAccountRecovery", 30,
       "passwords reset a second, all user pools; AWS does not raise it",
       "AWS documentation, Cognito quotas, as of 2026-11"},
      {"cognitoClientAuthentication", 150, "tokens for machines a second, all user pools",
       "AWS documentation, Cognito quotas, 2023"},
      {"apiGatewayRate", 10'000, "requests a second of all APIs in the region; 2,500 in newer ones",
       "AWS documentation, API Gateway quotas, as of 2026-11"},
      {"apiGatewayBurst", 5'000, "requests at once of all APIs in the region; 1,250 in newer ones",
       "AWS documentation, API Gateway quotas, as of 2026-11"},
      {"eventBridgePutEvents", 400, "events put a second; 400 to 10,000 by region",
       "AWS general reference, EventBridge endpoints and quotas, as of 2026-11"},
      {"eventBridgeInvocations", 750, "targets invoked a second; 750 to 18,750 by region",
       "AWS general reference, EventBridge endpoints and quotas, as of 2026-11"},
      {"snsPublish", 300, "messages published a second; 300 to 30,000 by region",
       "AWS general reference, SNS endpoints and quotas, as of 2026-11"},
  };
  return quotas;
}

}  // namespace lifeboat::models
