// Which tasks the balancer sends requests to.
//
// The healthy, but for those of a zone that a zonal shift keeps requests from. With none of them,
// every task that the balancer knows (fail open). Where its nodes send to their own zones alone,
// each zone is such a whole by itself.
//
// Slow start. A new target takes its full share at once where no healthy target is beyond its own
// slow start; else its share grows. One that has been in service before starts with its full share.
#include <algorithm>

#include "models/services/ecs_fargate/scheduler_view.hpp"

namespace lifeboat::models {

using sim::Control;

bool Scheduler::is_shifted(std::uint32_t zone, const Control& control) const {
  return policy_.balancer && zone < policy_.balancer->shifted.size() &&
         control.value(policy_.balancer->shifted[zone]) != 0;
}

void Scheduler::route(View& v, Control& control) const {
  const bool apart = policy_.balancer && !policy_.balancer->cross_zone;
  std::vector<bool> some(apart ? policy_.zones.size() : 1, false);  // healthy, by whole
  std::vector<std::int64_t> healthy(policy_.healthy_in_zone.size(), 0);
  for (const TaskRow& row : v.rows) {
    if (!is_registered(row) || !row.healthy) continue;
    if (!healthy.empty()) ++healthy[row.zone];
    if (!is_shifted(row.zone, control)) some[apart ? row.zone : 0] = true;
  }
  for (std::size_t zone = 0; zone < healthy.size(); ++zone) {
    control.set(policy_.healthy_in_zone[zone], healthy[zone]);
  }
  std::int64_t good = 0;
  for (std::uint32_t i = 0; i < v.rows.size(); ++i) {
    TaskRow& row = v.rows[i];
    if (!is_registered(row)) continue;
    const bool open =
        !some[apart ? row.zone : 0] && policy_.balancer && policy_.balancer->fail_open;
    const bool serves = (row.healthy && !is_shifted(row.zone, control)) || open;
    if (serves && row.healthy) ++good;
    const std::uint32_t task = policy_.first_task + i;
    if (control.task_in_service(task) == serves) continue;
    control.put_in_service(task, serves);
    if (serves && row.healthy) start_slowly(v, i, control);
    if (!serves) row.ramps_until = {};
  }
  control.set(policy_.healthy, good);
}

void Scheduler::start_slowly(View& v, std::uint32_t index, Control& control) const {
  TaskRow& row = v.rows[index];
  if (row.admitted) return;
  row.admitted = true;
  if (!policy_.balancer || policy_.balancer->slow_start <= sim::Duration{}) return;
  const bool others = std::any_of(v.rows.begin(), v.rows.end(), [&](const TaskRow& other) {
    return is_registered(other) && other.healthy && other.admitted && &other != &row &&
           other.ramps_until <= control.now();
  });
  if (!others) return;
  row.ramps_until = control.now() + policy_.balancer->slow_start;
  control.ramp_task(policy_.first_task + index, policy_.balancer->slow_start);
}

}  // namespace lifeboat::models
