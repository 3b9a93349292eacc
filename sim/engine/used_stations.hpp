// The stations on which anything can have happened.
//
// A service has places for as many tasks as it could ever have, each with stations of its own, and
// most of them never get a task. What looks at all stations again and again leaves those out.
#pragma once

#include <cstdint>

#include "sim/engine/state.hpp"
#include "sim/network/network.hpp"

namespace lifeboat::sim {

/// Calls `act` with each station that is on no task, or on a place that has had one, ascending.
template <class Act>
void for_each_used_station(const Network& network, const State& state, Act act) {
  std::uint32_t next = 0;
  for (std::size_t g = 0; g < network.groups.size(); ++g) {
    const TaskGroup& group = network.groups[g];  // their first stations ascend
    for (; next < group.first_station; ++next) act(next);
    const std::uint32_t used = next + state.used_tasks[g] * group.stations_per_task;
    for (; next < used; ++next) act(next);
    next = group.first_station + group.limit * group.stations_per_task;
  }
  for (; next < state.stations.size(); ++next) act(next);
}

}  // namespace lifeboat::sim
