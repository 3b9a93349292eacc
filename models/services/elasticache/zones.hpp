// The zones in which a cache's nodes stand, and what the loss of one makes of them.
//
// Node n of shard s stands in zone (s + n) modulo the zones. When the zone of a shard's primary is
// lost
//
//   a replica of it in another zone takes over after `failoverTime`, with all that it holds; until
//     then every call for the shard's keys fails;
//   without one the shard's content is lost, and an empty node in another zone serves after
//     `replacementTime`.
//
// The other shards go on. Each node has the gate of the zone in which it stands, so latency or
// errors in a zone concern the shards whose primaries stand there. With all zones lost a shard
// waits for the first of them.
//
// Left out: clients that learn that a replica is gone (reads that go to one in a lost zone fail
// until the zone is back); a primary that has moved does not move back.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/platform/zone_faults.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::elasticache {

inline constexpr std::uint32_t kMostShards = 90;

struct CacheZonePolicy {
  std::string subject;
  std::string region;
  ZoneFaults faults;
  std::uint32_t nodes_per_shard = 1;  ///< places, the primary's included
  std::uint32_t shards = 1;           ///< that there are, where they do not scale
  std::uint32_t replicas = 0;         ///< of each, likewise
  sim::RegisterId scaled_shards;      ///< how many there are now; invalid: they do not scale
  sim::RegisterId scaled_replicas;    ///< likewise
  std::vector<sim::RegisterId> zone;  ///< by node, shard by shard: index of its zone
  std::vector<sim::CacheId> caches;
  sim::LawId failover;
  sim::LawId replacement;
};

struct CacheZoneState {
  std::array<sim::Instant, kMostShards> back{};  ///< of a shard without primary: when it serves
  std::array<bool, kMostShards> down{};
  std::array<bool, kMostShards> to_replica{};  ///< of a shard that is down: a replica takes over
  std::uint64_t number = 0;
};

class CacheZoneController final : public sim::ControllerOf<CacheZoneState> {
 public:
  explicit CacheZoneController(CacheZonePolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/zones"; }

 protected:
  void start_with(CacheZoneState&, sim::Control&) const override {}
  void wake_with(CacheZoneState& state, sim::Control& control) const override;

 private:
  [[nodiscard]] std::uint32_t shards(const sim::Control& control) const;
  [[nodiscard]] sim::RegisterId zone(std::uint32_t shard, std::uint32_t node) const {
    return policy_.zone[shard * policy_.nodes_per_shard + node];
  }
  [[nodiscard]] bool lost(const sim::Control& control, std::uint32_t shard,
                          std::uint32_t node) const;
  /// A replica in a zone that is there; 0: none.
  [[nodiscard]] std::uint32_t heir(const sim::Control& control, std::uint32_t shard) const;
  /// From the loss of its primary, or of the replica that was to take over.
  [[nodiscard]] sim::Duration time_to_serve(CacheZoneState& state, sim::Control& control,
                                            std::uint32_t shard) const;
  /// Another zone serves the shard from now on; false where all are lost.
  bool move(sim::Control& control, std::uint32_t shard) const;

  CacheZonePolicy policy_;
};

}  // namespace lifeboat::models::elasticache
