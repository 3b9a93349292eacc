#include "models/services/fault_points.hpp"

#include <cstdint>

#include "models/edge/edge.hpp"

namespace lifeboat::models {
namespace {

const io::Value* find(const DeploymentSpec& deployment, std::string_view key) {
  const io::Member* member = deployment.description.find(key);
  return member != nullptr ? &member->value : nullptr;
}

/// Kinds that have a gate for each zone (models/platform/zone_faults.hpp).
bool stands_in_zones(std::string_view kind) {
  return kind == "ecs-fargate" || kind == "alb" || kind == "rds" || kind == "elasticache" ||
         has_nodes_in_zones(kind);
}

bool is_on(const DeploymentSpec& deployment, std::string_view key) {
  const io::Value* value = find(deployment, key);
  return value != nullptr && value->is_boolean() && value->as_boolean();
}

bool is_backup(const DeploymentSpec& deployment) {
  const io::Value* role = find(deployment, "role");
  return role != nullptr && role->is_string() && role->as_string() == "backup";
}

std::int64_t servers_that_read(const DeploymentSpec& deployment) {
  const io::Value* replicas = find(deployment, "readReplicas");
  const bool counted = replicas != nullptr && replicas->is_number();
  return (counted ? replicas->as_integer().value_or(0) : 0) +
         (is_on(deployment, "multiAzDbCluster") ? 2 : 0);
}

}  // namespace

bool has_nodes_in_zones(std::string_view kind) { return kind == "msk" || kind == "opensearch"; }

std::vector<std::string> fault_parts(std::string_view kind, const DeploymentSpec& deployment) {
  std::vector<std::string> parts = edge::parts_of(deployment);
  const std::int64_t readers = kind == "rds" ? servers_that_read(deployment) : 0;
  if (readers > 0) parts.emplace_back("writer");
  for (std::int64_t i = 1; i <= readers; ++i) parts.push_back("replica-" + std::to_string(i));
  if (stands_in_zones(kind)) {
    for (const std::string& zone : deployment.site.zones) parts.push_back("zone-" + zone);
  }
  return parts;
}

std::vector<std::string> fault_words(std::string_view kind, const DeploymentSpec& deployment) {
  if (kind == "elasticache") return {"failover", "flush"};
  const bool standby = is_on(deployment, "multiAz") || is_on(deployment, "multiAzDbCluster");
  if (kind == "rds" && standby && !is_backup(deployment)) return {"failover"};
  return {};
}

}  // namespace lifeboat::models
