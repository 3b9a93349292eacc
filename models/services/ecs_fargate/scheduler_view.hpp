// Private to the scheduler: its state, read as its two parts.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "models/services/ecs_fargate/scheduler.hpp"

namespace lifeboat::models {

struct Scheduler::View {
  SchedulerState& state;
  std::span<TaskRow> rows;  ///< those used; others are free and as at the start
};

/// Counts towards the desired count.
inline bool is_held(const TaskRow& row) {
  using Stage = TaskRow::Stage;
  return row.stage != Stage::kFree && row.stage != Stage::kDraining && !row.replaced;
}

/// The balancer knows it.
inline bool is_registered(const TaskRow& row) { return row.stage == TaskRow::Stage::kServing; }

/// Stops one of those held that `may` allows: one that does not serve first, then from the zone
/// with the most. False if there is none.
template <class May>
bool Scheduler::retire_one(View& v, const May& may, sim::Control& control) const {
  std::vector<std::uint32_t> in_zone(std::max<std::size_t>(1, policy_.zones.size()), 0);
  for (const TaskRow& row : v.rows) in_zone[row.zone] += is_held(row) ? 1U : 0U;
  std::uint32_t pick = policy_.limit;
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    const bool a_serves = v.rows[a].stage == TaskRow::Stage::kServing && v.rows[a].healthy;
    const bool b_serves = v.rows[b].stage == TaskRow::Stage::kServing && v.rows[b].healthy;
    if (a_serves != b_serves) return b_serves;
    return in_zone[v.rows[a].zone] > in_zone[v.rows[b].zone];
  };
  for (std::uint32_t i = 0; i < v.rows.size(); ++i) {
    if (!is_held(v.rows[i]) || !may(v.rows[i])) continue;
    if (pick == policy_.limit || before(i, pick)) pick = i;
  }
  if (pick == policy_.limit) return false;
  retire(v, pick, control);
  return true;
}

}  // namespace lifeboat::models
