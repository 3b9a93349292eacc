// What AWS promises of each service, as monthly uptime: thresholds of credits, not failure rates.
// For holding a platform's promise against the product of those it rests on; nothing is simulated
// from them.
#pragma once

#include <optional>
#include <string_view>

namespace lifeboat::models {

struct ServiceLevel {
  std::string_view kind;
  double monthly_uptime = 1;
  std::string_view source;  ///< with its date; begins with "guess" where it is one
};

/// The agreement of a service kind in its usual, multi-zone form; nothing for what AWS does not run
/// or promises nothing about.
[[nodiscard]] std::optional<ServiceLevel> service_level(std::string_view kind);

}  // namespace lifeboat::models
