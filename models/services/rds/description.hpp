// A database as people describe it, read and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/replication/role.hpp"
#include "models/services/rds/instance_class.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models {

namespace io {
class Problems;
class Value;
}  // namespace io

namespace rds {

/// One operation: a statement or a transaction.
struct Operation {
  std::string name;
  bool write = false;
  sim::Law cpu_time;
  std::uint32_t ios = 0;
  std::uint32_t log_bytes = 0;
};

struct Description {
  Engine engine = Engine::kPostgres;
  InstanceClass instance{2, 16};
  std::uint32_t max_connections = 0;
  double storage_gib = 0;
  double iops = 0;
  double io_burst = 0;                 ///< IOs that may be done at once after a rest
  std::optional<double> ceiling_iops;  ///< where the volume bursts: the most it ever does
  bool multi_az = false;
  std::uint32_t read_replicas = 0;
  RoleSpec role;
  double apply_per_second = 0;
  sim::Law io_latency;
  sim::Law standby_commit;
  sim::Law promotion;
  sim::Law restore;
  sim::Law failover;
  sim::Law log_copy;
  std::vector<Operation> operations;
};

/// Reads the merged description of one region's deployment.
[[nodiscard]] Description read_description(const io::Value& value,
                                           const std::vector<std::string>& regions,
                                           io::Problems& problems);

}  // namespace rds
}  // namespace lifeboat::models
