// Database instance classes: "db.r6g.xlarge" has 4 vCPU and 32 GiB.
//
// A class is "db.", a family and a size. The size fixes the vCPU (large 2, xlarge 4, 2xlarge 8,
// ...), the family the memory per vCPU (m: 4 GiB, r: 8 GiB); the burstable families t3 and t4g
// have a table of their own.
//
// Connections. An engine allows as many as its formula over the memory that the database sees,
// about 95 % of the class's:
//   PostgreSQL  LEAST(bytes / 9531392, 5000)   8 GiB allow 856, 16 GiB about 1,700
//   MySQL       bytes / 12582880               16 GiB allow about 1,300
// (the engines' default parameter groups; measured `show max_connections` values, public gist
// guizmaii/1cacffef; Amazon RDS User Guide, quotas, 2023).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::models::rds {

enum class Engine : std::uint8_t { kPostgres, kMySql };

struct InstanceClass {
  std::uint32_t vcpus = 0;
  double memory_gib = 0;
};

/// The class of that name; nothing if there is none.
[[nodiscard]] std::optional<InstanceClass> find_instance_class(std::string_view name);
/// All names, for suggestions.
[[nodiscard]] std::vector<std::string> instance_class_names();

/// The engine's default max_connections on that class.
[[nodiscard]] std::uint32_t default_max_connections(Engine engine, const InstanceClass& of);

}  // namespace lifeboat::models::rds
