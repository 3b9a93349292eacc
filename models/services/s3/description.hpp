// A bucket as people describe it, read and checked.
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

namespace s3 {

struct Operation {
  std::string name;
  bool write = false;
  sim::Law latency;
  std::optional<double> bytes;  ///< where the key space does not say it
};

/// Requests a second that one partitioned prefix takes: Amazon S3 User Guide, optimizing
/// performance (2023).
inline constexpr double kReadsOfPrefix = 5500;
inline constexpr double kWritesOfPrefix = 3500;

struct Storage {
  bool tiered = false;  ///< INTELLIGENT_TIERING, otherwise STANDARD
  double gib = 0;
  double objects = 0;     ///< monitored ones
  double infrequent = 0;  ///< share of the bytes
  double archive = 0;     ///< share of the bytes
};

struct Description {
  std::uint32_t prefixes = 1;       ///< partitioned, at the start
  std::uint32_t most_prefixes = 1;  ///< after all splits: prefixes times a power of two
  sim::Duration split_after;
  double object_bytes = 0;
  double connection_bytes_per_second = 0;
  Storage storage;
  RoleSpec role;
  bool time_control = false;
  sim::Law replication_lag;
  Timetable batches;  ///< when a copy is made by jobs; `replication_lag` is then that of a job
  std::optional<sim::Law> failback;  ///< a job that copies what another bucket has
  std::vector<Operation> operations;
};

[[nodiscard]] Description read_description(const io::Value& value,
                                           const std::vector<std::string>& regions,
                                           io::Problems& problems);

}  // namespace s3
}  // namespace lifeboat::models
