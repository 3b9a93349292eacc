// A search domain as people describe it, read and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/replication/role.hpp"
#include "models/replication/timetable.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

namespace io {
class Problems;
class Value;
}  // namespace io

namespace opensearch {

struct Operation {
  std::string name;
  bool write = false;
  sim::Law demand;  ///< time that one shard's part holds a thread
  double bytes = 0;
};

struct Description {
  std::uint32_t nodes = 3;
  std::uint32_t vcpus = 2;
  std::uint32_t masters = 0;
  double volume_gib = 0;
  std::uint32_t shards = 1;
  std::uint32_t replicas = 1;
  std::uint32_t search_queue = 1000;
  std::uint32_t write_queue = 10'000;
  bool standby = false;  ///< Multi-AZ with standby: the last zone rests
  sim::Duration refresh;
  sim::Law activation;
  sim::Law node_recovery;
  sim::Law redistribution;
  double redistribution_speed = 0.85;
  RoleSpec role;
  sim::Law replication_lag;
  Timetable snapshots;
  sim::Law snapshot_copy;  ///< from a departure to the copy's end
  sim::Law promotion;
  sim::Law restore;
  std::optional<sim::Law> failback;  ///< the bootstrap of a follower in the old leader's domain
  std::vector<Operation> operations;

  /// The engine's thread pools (OpenSearch defaults): floor(3 vCPU / 2) + 1, and the vCPU.
  [[nodiscard]] std::uint32_t search_threads() const { return 3 * vcpus / 2 + 1; }
  [[nodiscard]] std::uint32_t write_threads() const { return vcpus; }
};

[[nodiscard]] Description read_description(const io::Value& value,
                                           const std::vector<std::string>& regions,
                                           std::size_t zones, io::Problems& problems);

}  // namespace opensearch
}  // namespace lifeboat::models
