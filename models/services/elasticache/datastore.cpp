#include "models/services/elasticache/datastore.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/platform.hpp"
#include "models/replication/role.hpp"
#include "models/services/elasticache/description.hpp"

namespace lifeboat::models::elasticache {
namespace {

constexpr int kMostSecondaries = 2;

std::string_view role_in(const io::Value& description) {
  const io::Member* role = description.find("role");
  return role == nullptr ? std::string_view{} : role->value.as_string();
}

/// Names of what decides how much a cluster holds, and for how long, where two differ in it.
std::vector<std::string_view> differences(const Description& a, const Description& b) {
  std::vector<std::string_view> names;
  if (a.node_gib != b.node_gib) names.emplace_back("cacheNodeType");
  if (a.shards != b.shards) names.emplace_back("numNodeGroups");
  if (a.usable != b.usable) names.emplace_back("reservedMemory");
  if (a.entry_overhead_bytes != b.entry_overhead_bytes) names.emplace_back("entryOverhead");
  if (a.ttl != b.ttl) names.emplace_back("ttl");
  return names;
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
  io::Problems told_elsewhere;
  const auto regions = platform.region_names();
  const Description mine = read_description(value, regions, told_elsewhere);
  const Description other = read_description(primary->description, regions, told_elsewhere);
  if (told_elsewhere.has_errors()) return;
  for (const std::string_view key : differences(mine, other)) {
    const io::Member* own = value.find(key);
    problems.error(own != nullptr ? own->value.place() : value.place(),
                   "a secondary cluster has the \"" + std::string(key) + "\" of its primary in " +
                       io::quote(primary->site.region));
  }
}

}  // namespace lifeboat::models::elasticache
