#include "models/services/rds/buffer_cache.hpp"

#include <algorithm>

namespace lifeboat::models::rds {

void ColdController::wake_with(ColdState& state, sim::Control& control) const {
  constexpr auto kDone = static_cast<std::int64_t>(Progress::kDone);
  for (std::size_t i = 0; i < policy_.becomes.size(); ++i) {
    const std::int64_t now = control.value(policy_.becomes[i]);
    if (now == kDone && state.seen[i] != kDone) state.since = control.now();
    state.seen[i] = now;
  }
  if (state.since.is_never()) return;
  const double warm = (control.now() - state.since).to_seconds() / policy_.warmup.to_seconds();
  const auto steps = std::min(static_cast<std::int64_t>(warm * kColdLevels + 1e-6), kColdLevels);
  const std::int64_t level = kColdLevels - steps;
  if (control.value(policy_.level) != level) control.set(policy_.level, level);
  if (level == 0) {
    state.since = sim::Instant::never();
    return;
  }
  const double next = policy_.warmup.to_seconds() * static_cast<double>(steps + 1) / kColdLevels;
  control.wake_at(state.since + sim::Duration::from_seconds(next));
}

void read_cold_pages(sim::PlanBuilder& plan, sim::RegisterId level, std::string_view step_name,
                     const std::function<void()>& read_pages) {
  std::vector<sim::PlanBuilder::Label> levels;
  for (std::int64_t i = 0; i <= kColdLevels; ++i) levels.push_back(plan.label());
  const auto warm = levels.front();
  const auto cold = levels.back();
  plan.switch_on(level, levels);
  for (std::int64_t i = 1; i < kColdLevels; ++i) {
    plan.place(levels[static_cast<std::size_t>(i)]);
    plan.branch(static_cast<double>(i) / kColdLevels, cold, step_name);
    plan.jump(warm);
  }
  plan.place(cold);
  read_pages();
  plan.place(warm);
}

}  // namespace lifeboat::models::rds
