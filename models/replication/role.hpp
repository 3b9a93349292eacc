// Roles of the copies of one store.
//
// A store is described once and deployed in several regions; each deployment holds a copy with a
// role:
//
//   primary   takes all writes; ships them to its replicas and backups
//   replica   serves reads; takes writes only once it has been promoted ("of": the primary)
//   active    takes writes as every other active copy does; each ships to all others
//   backup    serves nothing until it has been restored ("of": whose writes it keeps)
//
// Either one copy is the primary and the rest are replicas and backups, or the serving copies are
// all active. Roles are where a run starts: a promotion changes who writes. A replica follows the
// primary itself: chains (a replica of a replica) are not modelled.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::models {

namespace io {
class ObjectReader;
class Problems;
class Value;
}  // namespace io

struct DeploymentSite;
struct Platform;

enum class Role : std::uint8_t { kPrimary, kReplica, kActive, kBackup };

/// "primary", "replica", ...
[[nodiscard]] std::string_view name_of(Role role);

/// A copy's part in its store.
struct RoleSpec {
  Role role = Role::kPrimary;
  std::string of;  ///< region of the copy it follows; empty: the primary, or none
};

/// The role as written for one region, for the check of all regions of a store together.
struct RegionRole {
  std::string region;
  RoleSpec spec;
};

/// Reads "role" and "of". `allowed` are the roles that the kind of store knows; the first is the
/// default. `regions` are all regions of the platform.
[[nodiscard]] RoleSpec read_role(io::ObjectReader& reader, const std::vector<Role>& allowed,
                                 const std::vector<std::string>& regions);

/// The same of a kind whose deployments stand alone where they state no role.
[[nodiscard]] std::optional<RoleSpec> maybe_role(io::ObjectReader& reader,
                                                 const std::vector<Role>& allowed,
                                                 const std::vector<std::string>& regions);

/// What is wrong with the roles of a store taken together, as seen from `region`; empty if nothing
/// is. Each fault is told for one region only.
[[nodiscard]] std::vector<std::string> check_roles(const std::vector<RegionRole>& roles,
                                                   std::string_view region);

/// Reports what check_roles finds for the deployment at `site`, whose description is `value`, and a
/// way back ("failback") of a primary from one of several replicas. A copy that states no role has
/// `standard`.
void check_store_roles(const Platform& platform, const DeploymentSite& site, const io::Value& value,
                       Role standard, io::Problems& problems);

}  // namespace lifeboat::models
