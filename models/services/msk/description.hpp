// A Kafka cluster as people describe it, read and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/platform/operation.hpp"
#include "models/replication/creation.hpp"
#include "models/replication/role.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::msk {

enum class Acks : std::uint8_t { kAll, kLeader, kNone };

struct Operation {
  std::string name;
  Acks acks = Acks::kAll;
  double bytes = 1024;
  sim::Law latency;
};

/// A function's event source mapping, which polls in place of members of one's own.
struct EventSourceMapping {
  sim::Duration window = sim::Duration::milliseconds(500);
  std::optional<std::uint32_t> retries;      ///< of a batch; nothing: without end
  std::optional<sim::Duration> maximum_age;  ///< of a batch's oldest record; nothing: any
  bool bisects = false;
  std::optional<CallSpec> on_failure;  ///< who hears of a batch that was given up
  sim::Law scaling_delay;
};

struct ConsumerGroup {
  std::string name;
  CallSpec call;  ///< asynchronous: the producer does not wait
  std::uint32_t members = 1;
  std::uint32_t most_records = 500;
  sim::Duration most_between_polls = sim::Duration::minutes(5);
  bool skips_failed = true;
  sim::Law poll;
  std::optional<EventSourceMapping> mapping;
};

struct Description {
  std::uint32_t brokers = 3;
  double broker_bytes_per_second = 0;  ///< of one copy: what a broker takes in, from whomever
  sim::Duration record_time;
  double volume_gib = 100;
  std::uint32_t partitions = 1;
  std::uint32_t replication_factor = 3;
  std::uint32_t min_in_sync = 2;
  sim::Duration request_timeout;
  sim::Duration delivery_timeout;
  sim::Law hard_election;
  sim::Law clean_election;
  sim::Law catch_up;
  sim::Law restart;
  sim::Law rebalance;
  RoleSpec role;
  CreationSpec creation;
  sim::Law replication_lag;
  std::optional<sim::Law> failback;  ///< a replicator the other way, until it has caught up
  std::vector<Operation> operations;
  std::vector<ConsumerGroup> groups;
};

[[nodiscard]] Description read_description(const Platform& platform, const io::Value& value,
                                           const std::vector<std::string>& regions,
                                           std::size_t zones, io::Problems& problems);

}  // namespace lifeboat::models::msk
