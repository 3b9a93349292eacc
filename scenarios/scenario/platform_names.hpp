// What scenario files may name of a platform: the names alone, so that faults, runbooks and
// objectives can be checked without knowing how a platform is built.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/problems.hpp"
#include "scenarios/scenario/located.hpp"

namespace lifeboat::scenarios {

struct PlatformNames {
  struct Service {
    std::string name;
    std::string kind;
    std::vector<std::string> regions;  ///< empty: global
    /// By region ("": global): parts that faults may name ("waf").
    std::map<std::string, std::vector<std::string>, std::less<>> parts;
    /// By region: what faults may ask for ("failover").
    std::map<std::string, std::vector<std::string>, std::less<>> words = {};
  };
  std::vector<std::string> regions;  ///< by region index
  /// By region index; empty where nothing is known of zones.
  std::vector<std::vector<std::string>> zones = {};
  std::vector<Service> services;
  std::vector<std::string> switches;       ///< health checks that a runbook flips
  std::vector<std::string> health_checks;  ///< all of them
  /// By health check that looks at a deployment: at which.
  struct Watched {
    std::string service;
    std::string region;
  };
  std::map<std::string, Watched, std::less<>> watched_by = {};
  /// Names of the steps of each of the scenario's runbooks.
  std::map<std::string, std::vector<std::string>, std::less<>> runbook_steps = {};
  std::vector<std::string> journeys;
  std::vector<std::string> critical_journeys;  ///< of those with an entry; all of them if none is
  std::vector<std::string> stores;
  std::vector<std::string> classes;

  [[nodiscard]] const Service* find_service(std::string_view name) const;
  [[nodiscard]] bool has_region(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> service_names() const;
};

/// A service in one region, or (no region) wherever it is.
struct DeploymentName {
  std::string service;
  std::string region;
};

/// Reads "web@sg" or "web"; nothing, and an error with the nearest name, where there is none.
/// With `one`, a service in several regions needs its region.
[[nodiscard]] std::optional<DeploymentName> resolve_deployment(const LocatedName& text,
                                                               const PlatformNames& names, bool one,
                                                               models::io::Problems& problems);

/// False, and an error with the nearest name, where there is no such region.
bool check_region(const LocatedName& region, const PlatformNames& names,
                  models::io::Problems& problems);

}  // namespace lifeboat::scenarios
