// The load that given journey rates put on a network, from its plans alone: the load table.
//
// Each plan's steps are walked in order with the probability of reaching them; calls, forks, spawns
// and messages give the traffic equations rate_q = external_q + sum_p rate_p x calls(p -> q), which
// are solved by iteration (the call graph is a DAG but for asynchronous cycles of gain below 1).
// Branches count by their probability, names and switches by what the registers hold at the start,
// caches by their steady hit ratio (models/platform/hit_ratio.hpp), which depends on the rates and
// is iterated with them. Failures, retries and timeouts are left out, so the table shows what a
// sound platform would see.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/network/network.hpp"

namespace lifeboat::models {

struct NetworkLoad {
  bool converged = true;                 ///< false: an asynchronous cycle that grows
  std::vector<double> plan_rate;         ///< executions a second, by plan
  std::vector<double> station_arrivals;  ///< a second; a task group's stand at its first task
  std::vector<double> station_work;      ///< mean busy servers, places or processors
  std::vector<double> group_arrivals;    ///< requests a second, by task group
  std::vector<double> deployment_cpu;    ///< mean busy processors, by deployment
  std::vector<double> cache_lookups;     ///< a second, by cache
  std::vector<double> cache_hit_ratio;
  std::vector<double> environment_work;  ///< mean concurrent executions, by environment fleet
};

/// Registers that hold something else than at the start (an answer, a writer), by index.
using RegisterValues = std::map<std::uint32_t, std::int64_t>;

/// `journey_rates[j]`: attempts a second at journey j.
[[nodiscard]] NetworkLoad network_load(const sim::Network& network,
                                       const std::vector<double>& journey_rates,
                                       const RegisterValues& registers = {});

}  // namespace lifeboat::models
