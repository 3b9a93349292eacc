#include "models/replication/role.hpp"

#include <algorithm>

#include "models/io/reader.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models {

namespace {

constexpr io::Choice<Role> kRoles[] = {
    {"primary", Role::kPrimary, "takes all writes and ships them"},
    {"replica", Role::kReplica, "serves reads; takes writes once promoted"},
    {"active", Role::kActive, "takes writes like every other active copy"},
    {"backup", Role::kBackup, "serves nothing until restored"},
};

const RegionRole* find(const std::vector<RegionRole>& roles, std::string_view region) {
  const auto at = std::find_if(roles.begin(), roles.end(),
                               [&](const RegionRole& r) { return r.region == region; });
  return at == roles.end() ? nullptr : &*at;
}

std::vector<std::string> regions_with(const std::vector<RegionRole>& roles, Role role) {
  std::vector<std::string> found;
  for (const RegionRole& r : roles) {
    if (r.spec.role == role) found.push_back(r.region);
  }
  return found;
}

void check_followed(const std::vector<RegionRole>& roles, const RegionRole& own,
                    std::vector<std::string>& faults) {
  const std::string what(name_of(own.spec.role));
  const bool has_active = !regions_with(roles, Role::kActive).empty();
  if (own.spec.of.empty()) return;
  const RegionRole* source = find(roles, own.spec.of);
  if (own.spec.of == own.region) {
    faults.push_back("a " + what + " cannot follow itself");
  } else if (source == nullptr) {
    faults.push_back("the store is not deployed in \"" + own.spec.of +
                     "\", so there is nothing to follow");
  } else if (source->spec.role != Role::kPrimary && source->spec.role != Role::kActive) {
    faults.push_back("a " + what + " follows the primary" +
                     (has_active ? " or an active copy" : "") + ", and \"" + own.spec.of +
                     "\" is a " + std::string(name_of(source->spec.role)));
  }
}

}  // namespace

std::string_view name_of(Role role) { return kRoles[static_cast<std::size_t>(role)].name; }

namespace {

constexpr std::string_view kPart = "part of this copy in the store at the start of a run";

/// `spec` has the role as it was read; a role that is not allowed is told and made the first.
void finish_role(io::ObjectReader& reader, const std::vector<Role>& allowed,
                 const std::vector<std::string>& regions, RoleSpec& spec) {
  if (!reader.describing() &&
      std::find(allowed.begin(), allowed.end(), spec.role) == allowed.end()) {
    std::string words;
    for (const Role role : allowed) {
      words += (words.empty() ? "" : ", ") + std::string(name_of(role));
    }
    reader.error("role", "this kind of store has no " + std::string(name_of(spec.role)), words);
    spec.role = allowed.front();
  }
  const auto of = reader.maybe_name_of(
      {"of", "region of the copy that a replica or backup follows", "", "the primary"}, "region",
      regions);
  if (of) spec.of = *of;
  if (!reader.describing() && of && (spec.role == Role::kPrimary || spec.role == Role::kActive)) {
    reader.error("of",
                 "a copy whose role is " + std::string(name_of(spec.role)) + " follows nobody",
                 "\"role\": \"replica\" or \"backup\", or no \"of\"");
  }
}

}  // namespace

RoleSpec read_role(io::ObjectReader& reader, const std::vector<Role>& allowed,
                   const std::vector<std::string>& regions) {
  RoleSpec spec;
  spec.role = reader.optional_enum({"role", kPart, "ours: the usual one"}, allowed.front(), kRoles);
  finish_role(reader, allowed, regions, spec);
  return spec;
}

std::optional<RoleSpec> maybe_role(io::ObjectReader& reader, const std::vector<Role>& allowed,
                                   const std::vector<std::string>& regions) {
  const auto role = reader.maybe_enum({"role", kPart, "", "it stands alone"}, kRoles);
  RoleSpec spec;
  spec.role = role.value_or(allowed.front());
  finish_role(reader, allowed, regions, spec);
  if (!reader.describing() && !role && !spec.of.empty()) {
    reader.error("of", "a copy without a role follows nobody", "\"role\": \"replica\"");
  }
  return role ? std::optional(spec) : std::nullopt;
}

std::vector<std::string> check_roles(const std::vector<RegionRole>& roles,
                                     std::string_view region) {
  std::vector<std::string> faults;
  const RegionRole* own = find(roles, region);
  if (own == nullptr) return faults;
  const std::vector<std::string> primaries = regions_with(roles, Role::kPrimary);
  const std::vector<std::string> actives = regions_with(roles, Role::kActive);
  const Role role = own->spec.role;
  if (role == Role::kPrimary && primaries.front() != region) {
    faults.push_back("the store has its primary in \"" + primaries.front() +
                     "\" already: this copy needs another role");
  }
  if (role == Role::kActive && !primaries.empty()) {
    faults.push_back("a store has either one primary or active copies, and \"" + primaries.front() +
                     "\" is its primary");
  }
  if (role == Role::kReplica && primaries.empty()) {
    faults.push_back("a replica needs a primary, and the store has none");
  }
  if (role == Role::kBackup && primaries.empty() && actives.empty()) {
    faults.push_back("a backup needs a copy that takes writes, and the store has none");
  }
  if (role == Role::kReplica || role == Role::kBackup) check_followed(roles, *own, faults);
  return faults;
}

namespace {

/// What a description says, without judging it: read_role does.
RoleSpec role_as_written(const io::Value& description, Role standard) {
  RoleSpec spec;
  spec.role = standard;
  if (const io::Member* role = description.find("role")) {
    for (const auto& choice : kRoles) {
      if (choice.name == role->value.as_string()) spec.role = choice.value;
    }
  }
  if (const io::Member* of = description.find("of")) spec.of = std::string(of->value.as_string());
  return spec;
}

}  // namespace

void check_store_roles(const Platform& platform, const DeploymentSite& site, const io::Value& value,
                       Role standard, io::Problems& problems) {
  if (value.describer() != nullptr) return;
  const ServiceSpec* service = platform.find_service(site.service);
  if (service == nullptr) return;
  std::vector<RegionRole> roles;
  for (const DeploymentSpec& deployment : service->deployments) {
    roles.push_back({deployment.site.region, role_as_written(deployment.description, standard)});
  }
  const io::Member* role = value.find("role");
  const io::Place& place = role != nullptr ? role->value.place() : value.place();
  for (std::string& fault : check_roles(roles, site.region)) {
    problems.error(place, "the copy in \"" + site.region + "\": " + std::move(fault));
  }
  const io::Member* way_back = value.find("failback");
  if (way_back == nullptr || role_as_written(value, standard).role != Role::kPrimary) return;
  const auto replicas = std::count_if(roles.begin(), roles.end(), [](const RegionRole& copy) {
    return copy.spec.role == Role::kReplica;
  });
  if (replicas < 2) return;
  problems.error(
      way_back->value.place(),
      "the way back leads from the only replica, and the store has " + std::to_string(replicas),
      "one replica, or no \"failback\"");
}

}  // namespace lifeboat::models
