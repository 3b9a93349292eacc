// Instance classes and connections against published values.
#include "models/services/rds/instance_class.hpp"

#include "tests/catch.hpp"

using namespace lifeboat::models::rds;

TEST_CASE("classes have the published processors and memory", "[unit]") {
  const auto check = [](std::string_view name, std::uint32_t vcpus, double gib) {
    INFO(name);
    const auto found = find_instance_class(name);
    REQUIRE(found);
    CHECK(found->vcpus == vcpus);
    CHECK(found->memory_gib == gib);
  };
  check("db.r6g.large", 2, 16);
  check("db.r6g.xlarge", 4, 32);
  check("db.r6g.2xlarge", 8, 64);
  check("db.m6g.xlarge", 4, 16);
  check("db.m5.24xlarge", 96, 384);
  check("db.t4g.medium", 2, 4);
  for (const char* wrong : {"db.r6g.24xlarge", "db.r6g", "r6g.large", "db.x.large", "", "db."}) {
    INFO(wrong);
    CHECK_FALSE(find_instance_class(wrong));
  }
  for (const std::string& name : instance_class_names()) CHECK(find_instance_class(name));
}

TEST_CASE("connections follow the engine's formula over memory", "[oracle]") {
  // Measured on RDS: 856 at 8 GiB and 1,660 at 15.25 GiB (PostgreSQL), about 1,300 at 16 GiB
  // (MySQL).
  CHECK(default_max_connections(Engine::kPostgres, {2, 8}) == Approx(856).epsilon(0.002));
  CHECK(default_max_connections(Engine::kPostgres, {2, 15.25}) == Approx(1660).epsilon(0.02));
  CHECK(default_max_connections(Engine::kPostgres, {8, 64}) == 5000);
  CHECK(default_max_connections(Engine::kMySql, {4, 16}) == Approx(1300).epsilon(0.01));
}
