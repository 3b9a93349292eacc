// A table as people describe it, read and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/replication/role.hpp"
#include "models/replication/timetable.hpp"
#include "models/scaling/scaling.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models {

namespace io {
class Problems;
class Value;
}  // namespace io

namespace dynamodb {

struct Operation {
  std::string name;
  bool write = false;
  bool consistent = false;           ///< a strongly consistent read: twice the units
  bool transactional = false;        ///< twice the units
  std::optional<double> item_bytes;  ///< where the key space does not say it
  sim::Law latency;

  /// Capacity that one call takes: half read units (so that both kinds of read are whole), or
  /// write units.
  [[nodiscard]] std::uint32_t tokens(double bytes) const;
};

/// Units a second.
struct Throughput {
  double reads = 0;
  double writes = 0;
};

/// What one partition can do, however hot its keys: Amazon DynamoDB Developer Guide, partition key
/// design (2023).
inline constexpr Throughput kPartition{3000, 1000};
/// Default quota of a table, in either mode: DynamoDB Developer Guide, quotas (2023).
inline constexpr double kTableQuota = 40000;
/// Seconds of its unused part of the provisioned capacity that a partition keeps (same source).
inline constexpr double kBurstSeconds = 300;

/// Splits of partitions that throttle, whatever the table's capacity.
struct HeatSplits {
  sim::Law split;  ///< how long one takes
  std::uint32_t most = 16;
};

struct Description {
  std::optional<Throughput> provisioned;  ///< nothing: on demand
  std::optional<ScalingSpec> read_scaling;
  std::optional<ScalingSpec> write_scaling;
  sim::Law update;               ///< how long a change of the provisioned capacity takes
  Throughput warm{12000, 4000};  ///< on demand: what it takes at the start
  Throughput most{kTableQuota, kTableQuota};  ///< on demand: what it may grow to
  std::uint32_t partitions = 4;
  std::optional<HeatSplits> heat;  ///< nothing: hot partitions stay as they are
  double item_bytes = 1024;
  RoleSpec role;
  bool replicated_writes_take_units = false;
  sim::Law replication_lag;
  Timetable backups;
  sim::Law backup_copy;  ///< from a departure to the copy's end
  sim::Law restore;
  std::vector<Operation> operations;
};

[[nodiscard]] Description read_description(const io::Value& value,
                                           const std::vector<std::string>& regions,
                                           io::Problems& problems);

}  // namespace dynamodb
}  // namespace lifeboat::models
