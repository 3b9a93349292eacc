// An API as people describe it, read and checked.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/edge/edge.hpp"
#include "models/io/place.hpp"
#include "models/io/units.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {
struct Platform;
namespace io {
class Problems;
class Value;
}  // namespace io
}  // namespace lifeboat::models

namespace lifeboat::models::api_gateway {

/// A token bucket as stages and methods have it.
struct Throttle {
  double rate = 0;
  double burst = 1;
};

/// An operation whose answers are cached.
struct CachedMethod {
  std::string operation;
  std::string key;
  sim::Duration ttl;
  io::Place place;
};

struct Description {
  std::vector<std::string> targets;
  bool rest = true;  ///< else an HTTP API
  std::optional<Throttle> each_method;
  std::map<std::string, Throttle, std::less<>> methods;
  std::vector<std::pair<std::string, io::Place>> throttled_names;
  double cache_gb = 0;  ///< 0: none
  std::vector<CachedMethod> cached;
  sim::Duration integration_timeout;
  sim::Law overhead;
  io::Bytes payload;
  edge::EdgeSpec edge;

  /// What one request is billed as: HTTP APIs count 512 KB of payload as one.
  [[nodiscard]] double billed_requests() const;
};

[[nodiscard]] Description read_description(const Platform& platform, const DeploymentSite& site,
                                           const io::Value& value, io::Problems& problems);

}  // namespace lifeboat::models::api_gateway
