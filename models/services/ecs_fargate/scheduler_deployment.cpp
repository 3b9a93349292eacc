// Deployments, as the scheduler carries them out (deployment.hpp).
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/services/ecs_fargate/scheduler_view.hpp"

namespace lifeboat::models {

using ecs::DeploymentPhase;
using ecs::Version;
using sim::Control;
using Stage = TaskRow::Stage;

namespace {

bool is_healthy(const TaskRow& row) {
  return is_held(row) && row.stage == Stage::kServing && row.healthy;
}

}  // namespace

void Scheduler::set_phase(Control& control, DeploymentPhase phase) const {
  control.set(policy_.registers.phase, static_cast<std::int64_t>(phase));
}

void Scheduler::tell(Control& control, std::string_view text, std::string_view cause) const {
  control.log_event("deployment", policy_.service, policy_.region, text, cause);
}

/// A new version was asked for, or the one before.
void Scheduler::look_for_deployments(View& v, Control& control) const {
  if (!policy_.deployment) return;
  SchedulerState& state = v.state;
  const ecs::DeploymentRegisters& registers = policy_.registers;
  if (const std::int64_t version = control.value(registers.version); version > state.newest) {
    state.newest = version;
    state.target = {version, control.value(registers.unhealthy), control.value(registers.speed),
                    control.value(registers.errors)};
    state.failed_tasks = 0;
    state.deploying = true;
    state.rolling_back = state.halted = false;
    set_phase(control, DeploymentPhase::kRollingOut);
    tell(control, fmt::format("version {} is rolled out", version), "deployment");
  }
  if (const std::int64_t asked = control.value(registers.rollback); asked > state.rollbacks) {
    state.rollbacks = asked;
    roll_back(v, state.deploying ? state.stable : state.before, "runbook", control);
  }
}

void Scheduler::roll_back(View& v, const Version& to, std::string_view cause,
                          Control& control) const {
  SchedulerState& state = v.state;
  const auto from = state.target.id;
  state.target = to;
  state.deploying = state.rolling_back = true;
  state.halted = false;
  set_phase(control, DeploymentPhase::kRollingBack);
  tell(control, fmt::format("version {} is rolled back to {}", from, to.id), cause);
}

void Scheduler::count_failed_task(View& v, const TaskRow& row, Control& control) const {
  SchedulerState& state = v.state;
  if (!policy_.deployment || !state.deploying || state.rolling_back || state.halted) return;
  if (row.version != state.target.id || !policy_.deployment->breaker) return;
  const std::int64_t threshold = ecs::breaker_threshold(control.value(policy_.desired));
  if (++state.failed_tasks < threshold) return;
  const std::string text =
      fmt::format("the circuit breaker ends the deployment: {} tasks of version {} failed",
                  state.failed_tasks, state.target.id);
  tell(control, text, "health check");
  if (policy_.deployment->rollback) {
    roll_back(v, state.stable, "circuit breaker", control);
  } else {
    state.halted = true;
    set_phase(control, DeploymentPhase::kFailed);
  }
}

void Scheduler::adjust_deployment(View& v, Control& control) const {
  SchedulerState& state = v.state;
  const std::int64_t wanted =
      std::clamp<std::int64_t>(control.value(policy_.desired), 0, policy_.limit);
  const auto least = static_cast<std::int64_t>(
      std::ceil(static_cast<double>(wanted) * policy_.deployment->minimum_healthy - 1e-9));
  const auto most = static_cast<std::int64_t>(
      std::floor(static_cast<double>(wanted) * policy_.deployment->maximum + 1e-9));
  const auto count = [&](const auto& which) {
    return static_cast<std::int64_t>(std::count_if(v.rows.begin(), v.rows.end(), which));
  };
  const auto is_new = [&](const TaskRow& row) { return row.version == state.target.id; };
  retire_failed(v, wanted, control);
  std::int64_t fresh = count([&](const TaskRow& row) { return is_held(row) && is_new(row); });
  std::int64_t old = count([&](const TaskRow& row) { return is_held(row) && !is_new(row); });
  if (!state.halted && fresh < wanted) {
    launch_up_to(v, std::min(most, old + wanted), control);
    fresh = count([&](const TaskRow& row) { return is_held(row) && is_new(row); });
  }
  for (; fresh > wanted && retire_one(v, is_new, control); --fresh) {
  }
  std::int64_t healthy = count(is_healthy);
  const auto idle_old = [&](const TaskRow& row) { return !is_new(row) && !is_healthy(row); };
  const auto any_old = [&](const TaskRow& row) { return !is_new(row); };
  if (state.halted) {  // nothing is replaced, but what is too many goes
    for (; old > wanted && retire_one(v, any_old, control); --old) {
    }
    return;
  }
  while (old > 0 && retire_one(v, idle_old, control)) --old;
  for (; old > 0 && healthy - 1 >= least && retire_one(v, any_old, control); --old) --healthy;
  const std::int64_t serving =
      count([&](const TaskRow& row) { return is_healthy(row) && is_new(row); });
  if (old == 0 && serving == wanted) finish_deployment(v, control);
}

/// Tasks that failed their checks: at once if they never were healthy, else once others serve.
void Scheduler::retire_failed(View& v, std::int64_t wanted, Control& control) const {
  const auto healthy =
      static_cast<std::int64_t>(std::count_if(v.rows.begin(), v.rows.end(), is_healthy));
  for (std::uint32_t i = 0; i < v.rows.size(); ++i) {
    const TaskRow& row = v.rows[i];
    if (!row.replaced || row.stage != Stage::kServing) continue;
    if (!row.was_healthy || healthy >= wanted) retire(v, i, control);
  }
}

void Scheduler::finish_deployment(View& v, Control& control) const {
  SchedulerState& state = v.state;
  if (state.target.id != state.stable.id) state.before = state.stable;
  state.stable = state.target;
  state.deploying = state.rolling_back = false;
  set_phase(control, DeploymentPhase::kSteady);
  tell(control, fmt::format("version {} serves alone", state.target.id), "deployment");
}

}  // namespace lifeboat::models
