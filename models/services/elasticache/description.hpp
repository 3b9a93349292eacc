// A cache as people describe it, read and checked.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/replication/creation.hpp"
#include "models/replication/role.hpp"
#include "models/scaling/scaling.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

namespace io {
class Problems;
class Value;
}  // namespace io

namespace elasticache {

struct Operation {
  enum class Effect : std::uint8_t { kGet, kPut, kCommand };
  std::string name;
  Effect effect = Effect::kGet;
  sim::Law command;  ///< time of the shard's one command thread
};

struct Description {
  double node_gib = 13.07;
  double usable = 0.75;  ///< share of a node's memory for data
  std::uint32_t shards = 1;
  std::uint32_t replicas = 0;                ///< per shard
  bool read_replicas = false;                ///< gets may go to replicas
  std::optional<ScalingSpec> shard_scaling;  ///< at most one of the two
  std::optional<ScalingSpec> replica_scaling;
  sim::Law shard_change;
  sim::Law replica_change;
  sim::Duration ttl = sim::Duration::infinite();
  double entry_overhead_bytes = 100;
  bool starts_empty = false;
  CreationSpec creation;  ///< absent: it is empty as well
  sim::Law network;
  sim::Law failover;
  sim::Law replacement;  ///< of a node without replicas
  /// In a global datastore: the primary cluster or a secondary one; nothing: it stands alone.
  std::optional<RoleSpec> role;
  sim::Law replication_lag;
  sim::Duration lag_holds;
  sim::Law promotion;
  std::optional<sim::Law> failback;  ///< a new secondary in the old primary's region, and its sync
  std::vector<Operation> operations;

  /// The most that there may ever be.
  [[nodiscard]] std::uint32_t most_shards() const {
    return shard_scaling ? std::max(shards, shard_scaling->most()) : shards;
  }
  [[nodiscard]] std::uint32_t most_replicas() const {
    return replica_scaling ? std::max(replicas, replica_scaling->most()) : replicas;
  }
};

/// Reads the merged description of one region's deployment; `regions` are all of the platform's.
[[nodiscard]] Description read_description(const io::Value& value,
                                           const std::vector<std::string>& regions,
                                           io::Problems& problems);

}  // namespace elasticache
}  // namespace lifeboat::models
