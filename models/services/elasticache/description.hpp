// A cache as people describe it, read and checked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
  std::uint32_t replicas = 0;  ///< per shard
  bool read_replicas = false;  ///< gets may go to replicas
  sim::Duration ttl = sim::Duration::infinite();
  double entry_overhead_bytes = 100;
  bool starts_empty = false;
  sim::Law network;
  sim::Law failover;
  std::vector<Operation> operations;
};

[[nodiscard]] Description read_description(const io::Value& value, io::Problems& problems);

}  // namespace elasticache
}  // namespace lifeboat::models
