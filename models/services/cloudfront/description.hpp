// A content delivery network as people describe it, read and checked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/edge/edge.hpp"
#include "models/io/place.hpp"
#include "models/platform/platform.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::cloudfront {

struct Behaviour {
  std::string operation;
  std::string key;
  sim::Duration ttl;
  bool serve_stale = true;
  io::Place place;
};

/// Origins that stand in for each other: the regions of each target, tried in this order.
struct OriginGroup {
  std::vector<std::string> regions;     ///< empty: no group
  std::vector<std::string> operations;  ///< those that fail over; the others ask the first alone
  io::Place place;
};

struct Description {
  std::vector<std::string> targets;
  std::vector<Behaviour> behaviours;
  std::uint32_t edge_locations = 1;
  std::uint32_t regional_caches = 1;
  bool origin_shield = false;
  bool collapses = true;  ///< one fetch of a key at a time from each cache
  sim::Duration error_ttl = sim::Duration::seconds(10);
  sim::Law hit_latency;
  sim::Law miss_latency;
  sim::Duration response_timeout = sim::Duration::seconds(30);
  sim::Duration connection_timeout = sim::Duration::seconds(10);
  std::uint32_t connection_attempts = 3;
  OriginGroup group;
  edge::EdgeSpec edge;

  /// After so long the first origin of a group is given up.
  [[nodiscard]] sim::Duration first_origin_timeout() const;
};

[[nodiscard]] Description read_description(const Platform& platform, const DeploymentSite& site,
                                           const io::Value& value, io::Problems& problems);

}  // namespace lifeboat::models::cloudfront
