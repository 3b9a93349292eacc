#include "models/services/elasticache/datastore.hpp"

#include <string>
#include <string_view>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/platform.hpp"
#include "models/replication/role.hpp"

namespace lifeboat::models::elasticache {
namespace {

constexpr int kMostSecondaries = 2;
/// What decides how much a cluster holds, and for how long.
constexpr std::string_view kAlike[] = {"cacheNodeType", "numNodeGroups", "reservedMemory",
                                       "entryOverhead", "ttl"};

std::string_view role_in(const io::Value& description) {
  const io::Member* role = description.find("role");
  return role == nullptr ? std::string_view{} : role->value.as_string();
}

std::string text_of(const io::Member* member) {
  return member == nullptr ? std::string{} : member->value.to_json_text();
}

}  // namespace

void check_datastore(const Platform& platform, const DeploymentSite& site, const io::Value& value,
                     io::Problems& problems) {
  const ServiceSpec* service = platform.find_service(site.service);
  if (value.describer() != nullptr || service == nullptr) return;
  const DeploymentSpec* primary = nullptr;
  bool any = false;
  int earlier = 0;  // secondaries before this one in the file
  bool met = false;
  for (const DeploymentSpec& deployment : service->deployments) {
    const std::string_view role = role_in(deployment.description);
    any = any || !role.empty();
    if (role == "primary" && primary == nullptr) primary = &deployment;
    met = met || deployment.site.region == site.region;
    if (role == "replica" && !met) ++earlier;
  }
  if (!any) return;
  check_store_roles(platform, site, value, Role::kPrimary, problems);
  if (role_in(value) != "replica") return;
  if (earlier >= kMostSecondaries) {
    problems.error(value.find("role")->value.place(),
                   "a global datastore has at most two secondary clusters");
  }
  if (primary == nullptr) return;
  for (const std::string_view key : kAlike) {
    const io::Member* own = value.find(key);
    const io::Member* other = primary->description.find(key);
    if (text_of(own) == text_of(other)) continue;
    problems.error(own != nullptr ? own->value.place() : value.place(),
                   "a secondary cluster has the \"" + std::string(key) + "\" of its primary in " +
                       io::quote(primary->site.region));
  }
}

}  // namespace lifeboat::models::elasticache
