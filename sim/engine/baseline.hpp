// Counters as they stood when the measured window began, and what they had become at its end.
#pragma once

#include <vector>

#include "sim/engine/engine.hpp"
#include "sim/engine/state.hpp"

namespace lifeboat::sim {

struct Engine::Baseline {
  std::vector<StationTotal> totals;
  std::vector<StationCount> counts;
  std::vector<double> group_cpu;
  std::vector<AreaSum> group_running;
  std::vector<std::uint64_t> group_requests;
  std::vector<CacheState> caches;
  std::vector<EnvironmentState> environments;
  std::vector<Door> doors;
  std::vector<std::int64_t> registers;
  /// Of the last whole minute.
  std::vector<double> minute_cpu;
  std::vector<AreaSum> minute_running;
  /// Of the last sampled interval, for the detailed series.
  std::vector<double> series_cpu;
  std::vector<AreaSum> series_running;
  std::vector<CacheState> series_caches;
  std::vector<ResolverCount> series_resolvers;
  bool begun = false;
};

}  // namespace lifeboat::sim
