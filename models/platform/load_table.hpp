// The load table as people read it: offered load over capacity, per service and region.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/platform/compile.hpp"
#include "models/platform/load.hpp"

namespace lifeboat::models {

/// One station of one deployment.
struct LoadRow {
  std::string service;
  std::string region;          ///< empty for a global kind
  std::string station;         ///< empty for the headline station
  std::string unit;            ///< what the capacity counts: "vCPU", "servers", "places"
  double arrivals = 0;         ///< visits a second
  double demand_s = 0;         ///< mean time of a visit without waiting
  double offered = 0;          ///< mean busy units: arrivals x demand
  double capacity = 0;         ///< units; tasks at the scaling policy's maximum, where there is one
  double utilization = 0;      ///< offered over capacity; 0 where the capacity is 0
  double tasks_now = 0;        ///< services of tasks: the count at the start
  double tasks_most = 0;       ///< services of tasks: the count that `capacity` stands for
  std::vector<double> visits;  ///< a request of journey j makes so many, by journey
};

/// Where everybody goes, and who writes, when the load is computed.
struct LoadPlace {
  std::string region;  ///< empty: as at the start; else all names and writers point there
  /// Tasks that somebody asks deployments for there, by "web@syd": they may run these too.
  std::map<std::string, double, std::less<>> asked;
};

/// Rows in file order of deployments; those that nothing reaches are left out. `network` is the
/// platform's, built or not. Visit ratios are computed where `with_visits`, one solution a journey.
[[nodiscard]] std::vector<LoadRow> load_table(
    const CompiledPlatform& platform, const sim::Network& network,
    const std::map<std::string, double, std::less<>>& journey_rates, const LoadPlace& place = {},
    bool with_visits = false);

/// Executions a second of each plan at these journey rates, summed over all places (as at the
/// start, and everybody in each region): in what shares the visits of a deployment, wherever it
/// stands, belong to its operations.
[[nodiscard]] std::vector<double> plan_rates(
    const CompiledPlatform& platform, const sim::Network& network,
    const std::map<std::string, double, std::less<>>& journey_rates);

/// Expected number of each journey in one visit ("visits"), by journey name: the rates that a
/// stream of visits puts on its journeys.
[[nodiscard]] std::map<std::string, double, std::less<>> journeys_of_visit(const VisitSpec& visit);

}  // namespace lifeboat::models
