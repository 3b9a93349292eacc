// A global datastore: one primary cluster, and secondary clusters in other regions that hold what
// it holds, about a second late.
//
// Puts go to the primary cluster, wherever they come from; a secondary serves gets and refuses puts
// until it is promoted. It is as large as its primary (node type and shards are AWS's conditions,
// and there are two secondaries at most: ElastiCache User Guide and agent toolkit, requirements,
// 2026), so what the primary evicts goes from it as well.
#pragma once

namespace lifeboat::models {

struct DeploymentSite;
struct Platform;

namespace io {
class Problems;
class Value;
}  // namespace io

namespace elasticache {

/// Reports what is wrong with the clusters of a service taken together, as seen from `site`, whose
/// description is `value`: roles, more than two secondaries, a secondary that differs from its
/// primary in what decides how much it holds. Nothing where no cluster states a role.
void check_datastore(const Platform& platform, const DeploymentSite& site, const io::Value& value,
                     io::Problems& problems);

}  // namespace elasticache
}  // namespace lifeboat::models
