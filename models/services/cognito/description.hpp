// A user pool as people describe it, read and checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/platform/kind.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::cognito {

struct Description {
  bool secure_remote_password = true;  ///< a sign-in is two calls
  std::string users;                   ///< key space, one key a client; empty: no tokens kept
  sim::Duration access_life;
  sim::Duration refresh_life;
  sim::Law sign_in;
  sim::Law token;
  sim::Law other;
  bool replica = false;
  std::string of;  ///< region of the replica's primary
  bool starts_active = false;
  sim::Law activation;
  double active_users = 0;  ///< a month
};

[[nodiscard]] Description read_description(const Platform& platform, const DeploymentSite& site,
                                           const io::Value& value, io::Problems& problems);

}  // namespace lifeboat::models::cognito
