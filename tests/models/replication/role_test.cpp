// Roles over all regions of a store: which combinations make one.
#include "models/replication/role.hpp"

#include "tests/catch.hpp"

using namespace lifeboat::models;

namespace {

std::vector<std::string> faults(const std::vector<RegionRole>& roles, std::string_view region) {
  return check_roles(roles, region);
}

}  // namespace

TEST_CASE("one primary with replicas and backups is a store, and so are active copies", "[unit]") {
  const std::vector<RegionRole> led = {
      {"sg", {Role::kPrimary, ""}}, {"syd", {Role::kReplica, "sg"}}, {"tok", {Role::kBackup, ""}}};
  const std::vector<RegionRole> active = {
      {"sg", {Role::kActive, ""}}, {"syd", {Role::kActive, ""}}, {"tok", {Role::kBackup, "syd"}}};
  for (const auto& roles : {led, active}) {
    for (const RegionRole& role : roles) CHECK(faults(roles, role.region).empty());
  }
}

TEST_CASE("a store that cannot work is refused, and each fault is told once", "[unit]") {
  SECTION("two primaries: the second is told") {
    const std::vector<RegionRole> roles = {{"sg", {Role::kPrimary, ""}},
                                           {"syd", {Role::kPrimary, ""}}};
    CHECK(faults(roles, "sg").empty());
    REQUIRE(faults(roles, "syd").size() == 1);
    CHECK(faults(roles, "syd")[0].find("\"sg\"") != std::string::npos);
  }
  SECTION("a replica without a primary") {
    CHECK(faults({{"syd", {Role::kReplica, ""}}}, "syd").size() == 1);
    CHECK(faults({{"sg", {Role::kActive, ""}}, {"syd", {Role::kReplica, ""}}}, "syd").size() == 1);
  }
  SECTION("a primary beside an active copy") {
    CHECK(faults({{"sg", {Role::kPrimary, ""}}, {"syd", {Role::kActive, ""}}}, "syd").size() == 1);
  }
  SECTION("a backup of nothing") {
    CHECK(faults({{"syd", {Role::kBackup, ""}}}, "syd").size() == 1);
  }
  SECTION("a copy of a replica, of itself, of a region without the store") {
    const std::vector<RegionRole> roles = {{"sg", {Role::kPrimary, ""}},
                                           {"syd", {Role::kReplica, "sg"}},
                                           {"tok", {Role::kReplica, "syd"}},
                                           {"fra", {Role::kReplica, "fra"}},
                                           {"dub", {Role::kReplica, "usa"}}};
    CHECK(faults(roles, "syd").empty());
    CHECK(faults(roles, "tok").size() == 1);
    CHECK(faults(roles, "fra").size() == 1);
    CHECK(faults(roles, "dub").size() == 1);
  }
}
