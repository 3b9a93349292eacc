// A database as people describe it, read and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/replication/role.hpp"
#include "models/replication/timetable.hpp"
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
  std::uint32_t io_kib = 8;  ///< of one IO
};

struct Description {
  Engine engine = Engine::kPostgres;
  InstanceClass instance{2, 16};
  std::uint32_t max_connections = 0;
  double storage_gib = 0;
  double iops = 0;
  double io_burst = 0;                 ///< IOs that may be done at once after a rest
  std::optional<double> ceiling_iops;  ///< where the volume bursts: the most it ever does
  double mib_per_second = 0;           ///< the volume's throughput
  bool multi_az = false;
  bool cluster = false;  ///< Multi-AZ DB cluster: two standbys that serve reads
  std::uint32_t read_replicas = 0;
  sim::Duration stale_after;
  sim::Duration max_lag = sim::Duration::infinite();
  sim::Duration replica_removal;
  double idle_share = 1;  ///< of a caller's pool that it keeps open
  std::uint32_t cold_ios = 0;
  sim::Duration warmup;  ///< of the buffer cache
  /// A restored volume takes work at once and is loaded while it does, in so long; nothing: it is
  /// filled before.
  std::optional<sim::Duration> loading;
  sim::Law first_read;  ///< of a page that has to be loaded first
  RoleSpec role;
  double apply_per_second = 0;
  sim::Law io_latency;
  sim::Law standby_commit;
  sim::Law promotion;
  sim::Law restore;
  sim::Law failover;
  /// The way back after a promotion elsewhere: a full copy, and a write to reconcile.
  struct Failback {
    sim::Law copy;
    sim::Duration reconciliation;
  };
  std::optional<Failback> failback;
  Timetable backups;  ///< when a backup's log leaves
  sim::Law log_copy;
  std::uint32_t zone = 0;  ///< of the writer at the start, by index
  sim::Law resync;         ///< of a standby whose zone is back
  std::vector<Operation> operations;

  /// Servers that share the reads.
  [[nodiscard]] std::uint32_t readers() const { return read_replicas + (cluster ? 2 : 0); }
};

/// Reads the merged description of one region's deployment.
[[nodiscard]] Description read_description(const io::Value& value,
                                           const std::vector<std::string>& regions,
                                           const std::vector<std::string>& zones,
                                           io::Problems& problems);

}  // namespace rds
}  // namespace lifeboat::models
