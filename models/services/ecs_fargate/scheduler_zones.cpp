// What the scheduler does about zones: tasks of a lost zone are replaced in the others, and tasks
// that stand unevenly are moved.
//
// Loss. Nobody tells ECS: it finds the tasks of a lost zone gone after a while (detection), stops
// them, and launches no more there until the zone is back. Until then they are in service, and what
// is sent to them is lost, unless the balancer's checks take them out first.
//
// Rebalancing. When all tasks serve and one zone has at least two more than another, replacements
// are launched in the zones with the fewest, as many as maximumPercent allows, and when all of them
// serve as many tasks are stopped in the zones with the most.
//
// Sources: ECS developer guide, availability zone rebalancing, as of 2026-11; how soon it acts is
// unpublished.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "models/services/ecs_fargate/scheduler_view.hpp"

namespace lifeboat::models {

using sim::Control;
using sim::Instant;
using Stage = TaskRow::Stage;

/// Whether nothing is launched in the zone.
bool Scheduler::avoids(const View& v, std::uint32_t zone, const Control& control) const {
  return policy_.zone_faults.lost(control, zone) && v.state.found_lost[zone] <= control.now();
}

bool Scheduler::avoids_all(const View& v, const Control& control) const {
  std::uint32_t zone = 0;
  while (zone < policy_.zone_faults.zones() && avoids(v, zone, control)) ++zone;
  return policy_.zone_faults.any() && zone == policy_.zone_faults.zones();
}

void Scheduler::follow_zones(View& v, Control& control) const {
  for (std::uint32_t zone = 0; zone < policy_.zone_faults.zones(); ++zone) {
    Instant& found = v.state.found_lost[zone];
    if (!policy_.zone_faults.lost(control, zone)) {
      found = Instant::never();
      continue;
    }
    if (found.is_never()) {
      found = control.now() +
              control.draw(policy_.zone_loss_detection, "zone-loss", v.state.zone_losses++);
    }
    if (found <= control.now()) stop_zone(v, zone, control);
  }
}

void Scheduler::stop_zone(View& v, std::uint32_t zone, Control& control) const {
  std::uint32_t stopped = 0;
  for (std::uint32_t i = 0; i < v.rows.size(); ++i) {
    if (v.rows[i].stage == Stage::kFree || v.rows[i].zone != zone) continue;
    stop(v, i, control);
    ++stopped;
  }
  if (stopped == 0) return;
  control.log_event(
      "task", policy_.service, policy_.region,
      fmt::format("{} tasks of zone {} are found lost", stopped, policy_.zone_faults.name(zone)),
      "zone");
}

/// How many tasks would have to move until no zone has more than its share, rounded up.
std::int64_t Scheduler::uneven_tasks(const View& v, const Control& control) const {
  std::vector<std::int64_t> counts(policy_.zones.size(), 0);
  for (const TaskRow& row : v.rows) counts[row.zone] += is_held(row) ? 1 : 0;
  std::vector<std::int64_t> usable;
  for (std::uint32_t zone = 0; zone < counts.size(); ++zone) {
    if (!avoids(v, zone, control)) usable.push_back(counts[zone]);
  }
  if (usable.size() < 2) return 0;
  const auto [least, most] = std::minmax_element(usable.begin(), usable.end());
  if (*most - *least < 2) return 0;
  const auto zones = static_cast<std::int64_t>(usable.size());
  const std::int64_t total = std::accumulate(usable.begin(), usable.end(), std::int64_t{0});
  const std::int64_t share = (total + zones - 1) / zones;
  return std::accumulate(usable.begin(), usable.end(), std::int64_t{0},
                         [share](std::int64_t sum, std::int64_t count) {
                           return sum + std::max<std::int64_t>(0, count - share);
                         });
}

/// `serving` of the tasks held serve.
void Scheduler::rebalance(View& v, std::int64_t wanted, std::int64_t held, std::int64_t serving,
                          Control& control) const {
  SchedulerState& state = v.state;
  if (!policy_.rebalancing || policy_.zones.size() < 2) return;
  if (state.moving > 0) {
    if (serving < wanted + state.moving) return;
    control.log_event("task", policy_.service, policy_.region,
                      fmt::format("{} tasks have moved to zones with fewer", state.moving),
                      "rebalancing");
    for (std::int64_t moved = state.moving; moved > 0; --moved) {
      if (!retire_one(
              v, [](const TaskRow&) { return true; }, control))
        break;
    }
    state.moving = 0;
    return;
  }
  const std::int64_t uneven =
      serving == wanted && held == wanted ? uneven_tasks(v, control) : std::int64_t{0};
  if (uneven == 0) {
    state.rebalance_at = Instant::never();
  } else if (state.rebalance_at.is_never()) {
    state.rebalance_at = control.now() + control.draw(policy_.rebalancing_delay, "rebalancing",
                                                      state.rebalancings++);
  } else if (state.rebalance_at <= control.now()) {
    state.rebalance_at = Instant::never();
    const double most = policy_.deployment ? policy_.deployment->maximum : kMaximumShare;
    const auto allowed = static_cast<std::int64_t>(static_cast<double>(wanted) * most + 1e-9);
    const auto taken = std::count_if(v.rows.begin(), v.rows.end(),
                                     [](const TaskRow& row) { return row.stage != Stage::kFree; });
    const std::int64_t free = policy_.limit - static_cast<std::int64_t>(taken);
    state.moving = std::min({uneven, allowed - wanted, free});
    launch_up_to(v, wanted + state.moving, control);
  }
}

}  // namespace lifeboat::models
