#include "models/services/ecs_fargate/scheduler.hpp"

#include <algorithm>
#include <new>

#include <fmt/format.h>

#include "models/services/ecs_fargate/scheduler_view.hpp"

namespace lifeboat::models {

using sim::Control;
using sim::Duration;
using sim::Instant;
using Stage = TaskRow::Stage;

namespace {

constexpr Duration kQuotaRetry = Duration::seconds(10);  // guess, 5 s to 60 s
constexpr Duration kDrainPoll = Duration::seconds(5);
constexpr std::uint64_t kRowBits = 32;

}  // namespace

Scheduler::View Scheduler::view(void* state) {
  auto* bytes = static_cast<std::byte*>(state);
  auto& own = *static_cast<SchedulerState*>(state);
  return {own,
          {static_cast<TaskRow*>(static_cast<void*>(bytes + sizeof(SchedulerState))), own.used}};
}

/// The row of a place that gets a task.
TaskRow& Scheduler::begun(View& v, std::uint32_t index) {
  v.state.used = std::max(v.state.used, index + 1);
  v.rows = {v.rows.data(), v.state.used};
  return v.rows[index];
}

std::string Scheduler::name() const {
  return policy_.service + "@" + policy_.region + "/scheduler";
}

std::size_t Scheduler::state_size() const {
  return sizeof(SchedulerState) + policy_.limit * sizeof(TaskRow);
}

void Scheduler::start(void* state, Control& control) const {
  (new (state) SchedulerState{})->found_lost.fill(Instant::never());
  auto* rows = static_cast<std::byte*>(state) + sizeof(SchedulerState);
  for (std::uint32_t i = 0; i < policy_.limit; ++i) new (rows + i * sizeof(TaskRow)) TaskRow{};
  View v = view(state);
  const std::int64_t wanted = std::min<std::int64_t>(control.value(policy_.desired), policy_.limit);
  for (std::int64_t i = 0; i < wanted; ++i) {
    const auto zone = static_cast<std::uint32_t>(i) %
                      static_cast<std::uint32_t>(std::max<std::size_t>(1, policy_.zones.size()));
    const auto task = control.start_task(policy_.group, zone);
    if (!task) break;
    control.task_running(*task);
    control.put_in_service(*task, true);
    TaskRow& row = begun(v, *task - policy_.first_task);
    row.zone = static_cast<std::uint8_t>(zone);
    row.stage = Stage::kServing;
    row.healthy = row.was_healthy = row.admitted = true;
    row.runs_since = control.now() - policy_.boot - policy_.health_grace;
    row.at = Instant::never();
    if (policy_.balancer && policy_.health_plan.valid()) {
      const double phase = control.uniform("check-phase", static_cast<std::uint64_t>(i));
      row.at = control.now() +
               Duration::from_seconds(phase * policy_.balancer->health_interval.to_seconds());
    }
    control.set(policy_.vcpu_used, control.value(policy_.vcpu_used) + policy_.vcpu_milli);
    control.set(policy_.healthy, control.value(policy_.healthy) + 1);
  }
  wake_for_next(v, control);
}

void Scheduler::wake(void* state, Control& control) const {
  View v = view(state);
  if (control.value(policy_.region_up) == 0) return;  // its return wakes us
  advance_tasks(v, control);
  if (control.value(policy_.control_plane) != 0) {
    follow_zones(v, control);
    replace_stale(v, control);
    look_for_deployments(v, control);
    adjust(v, control);
  }
  route(v, control);
  wake_for_next(v, control);
}

void Scheduler::advance_tasks(View& v, Control& control) const {
  for (std::uint32_t i = 0; i < v.rows.size(); ++i) {
    if (v.rows[i].stage != Stage::kFree && v.rows[i].at <= control.now()) advance(v, i, control);
  }
}

void Scheduler::advance(View& v, std::uint32_t index, Control& control) const {
  TaskRow& row = v.rows[index];
  const std::uint32_t task = policy_.first_task + index;
  switch (row.stage) {
    case Stage::kFree:
      return;
    case Stage::kStarting:
      control.task_running(task);
      row.runs_since = control.now();
      changed(control);
      if (policy_.balancer) {
        row.stage = Stage::kRegistering;
        row.at = control.now() + control.draw(policy_.registration, "registration",
                                              (std::uint64_t{row.generation} << kRowBits) | index);
        return;
      }
      if (row.broken) {  // nobody checks it: its container exits
        const TaskRow failed = row;
        stop(v, index, control);
        return count_failed_task(v, failed, control);
      }
      row.stage = Stage::kBooting;
      row.at = control.now() + policy_.boot;
      if (policy_.boot > Duration{}) return;
      return serve(v, row);
    case Stage::kBooting:
      return serve(v, row);
    case Stage::kRegistering:
    case Stage::kServing:
      return check_or_serve(v, index, control);
    case Stage::kDraining:
      if (control.task_outstanding(task) == 0 || row.drained_by <= control.now()) {
        stop(v, index, control);
      } else {
        row.at = std::min(row.drained_by, control.now() + kDrainPoll);
      }
      return;
  }
}

void Scheduler::check_or_serve(View& v, std::uint32_t index, Control& control) const {
  TaskRow& row = v.rows[index];
  if (policy_.health_plan.valid()) return send_check(v, index, control);
  if (!listens(row, control)) {
    row.at = row.runs_since + policy_.boot;
    return;
  }
  serve(v, row);
}

/// Without checks: it serves from now on.
void Scheduler::serve(View& v, TaskRow& row) {
  row.stage = Stage::kServing;
  row.healthy = row.was_healthy = true;
  row.at = Instant::never();
  if (row.version == v.state.target.id) v.state.failed_tasks = 0;
}

void Scheduler::send_check(View& v, std::uint32_t index, Control& control) const {
  TaskRow& row = v.rows[index];
  if (row.checking) return;
  if (!listens(row, control)) {  // refused at once
    row.at = control.now() + policy_.balancer->health_interval;
    return judge(v, row, false, control);
  }
  row.checking = true;
  row.at = Instant::never();  // until answered
  control.probe(policy_.health_plan, policy_.balancer->health_timeout,
                (std::uint64_t{row.generation} << kRowBits) | index, policy_.first_task + index);
}

void Scheduler::answered(void* state, Control& control, const sim::ProbeResult& result) const {
  View v = view(state);
  const auto index = static_cast<std::uint32_t>(result.cookie);
  if (index >= v.rows.size() || !policy_.balancer) return;
  TaskRow& row = v.rows[index];
  const BalancerSettings& settings = *policy_.balancer;
  if (row.generation != result.cookie >> kRowBits || !row.checking) return;
  row.checking = false;
  if (row.stage != Stage::kRegistering && row.stage != Stage::kServing) return;
  row.at =
      control.now() + settings.health_interval - std::min(result.took, settings.health_interval);
  judge(v, row, result.good && !row.broken, control);
  if (control.value(policy_.region_up) == 0) return;
  if (control.value(policy_.control_plane) != 0) adjust(v, control);
  route(v, control);
  wake_for_next(v, control);
}

/// What a check says of the task to its balancer, and that to the scheduler.
void Scheduler::judge(View& v, TaskRow& row, bool good, Control& control) const {
  const BalancerSettings& settings = *policy_.balancer;
  row.passes = good ? row.passes + 1 : 0;
  row.failures = good ? 0 : row.failures + 1;
  const bool first = row.stage == Stage::kRegistering && !row.unhealthy;
  const bool up = listens(row, control);
  if (row.unhealthy && up) row.stage = Stage::kServing;  // known, should all others fail
  if (good && (first || row.passes >= settings.healthy_threshold) && !row.healthy) {
    row.stage = Stage::kServing;
    row.healthy = row.was_healthy = true;
    row.unhealthy = false;
    if (row.version == v.state.target.id) v.state.failed_tasks = 0;
    changed(control);
    return;
  }
  if (good || row.failures < settings.unhealthy_threshold) return;
  const bool news = row.healthy || first;
  if (news) {
    row.healthy = false;
    row.unhealthy = true;
    if (up) row.stage = Stage::kServing;
    changed(control);
  }
  const bool heeded = control.now() >= row.runs_since + policy_.health_grace;
  if (!heeded || (!news && row.replaced)) return;
  row.stage = Stage::kServing;
  row.replaced = true;
  control.log_event(
      "task", policy_.service, policy_.region,
      fmt::format("a task in zone {} {} and is replaced",
                  policy_.zones.empty() ? "a" : policy_.zones[row.zone],
                  up ? "fails its health checks" : "does not listen yet, fails its health checks"),
      up ? "health check"
         : fmt::format("bootTime {:.6g} s, healthCheckGracePeriod {:.6g} s",
                       policy_.boot.to_seconds(), policy_.health_grace.to_seconds()));
  if (!row.was_healthy) count_failed_task(v, row, control);
}

void Scheduler::adjust(View& v, Control& control) const {
  if (v.state.deploying) {
    v.state.moving = 0;  // a deployment places its tasks by itself
    return adjust_deployment(v, control);
  }
  const std::int64_t wanted =
      std::clamp<std::int64_t>(control.value(policy_.desired), 0, policy_.limit);
  const auto held = static_cast<std::int64_t>(std::count_if(v.rows.begin(), v.rows.end(), is_held));
  const std::int64_t target = wanted + v.state.moving;
  if (held < target) {
    launch_up_to(v, target, control);
  } else {
    v.state.told_blocked = false;
    v.state.scarce = {};
  }
  for (std::int64_t extra = held - target; extra > 0; --extra) {
    if (!retire_one(
            v, [](const TaskRow&) { return true; }, control))
      break;
  }
  const auto serving =
      static_cast<std::int64_t>(std::count_if(v.rows.begin(), v.rows.end(), [](const TaskRow& row) {
        return is_held(row) && row.stage == Stage::kServing && row.healthy;
      }));
  if (serving != wanted || held != target) v.state.steady = false;
  if (serving == wanted && !v.state.steady) {
    v.state.steady = true;
    control.log_event("task", policy_.service, policy_.region,
                      fmt::format("has reached a steady state: {} tasks serve", wanted),
                      "desired count");
  }
  rebalance(v, wanted, held, serving, control);
  retire_replaced(v, wanted - serving, control);
}

/// Of the tasks that others take the place of, `kept` stay until those serve: one goes for each
/// that does, so that a few free places suffice. Those out of service go first, and what can never
/// serve at once.
void Scheduler::retire_replaced(View& v, std::int64_t kept, Control& control) const {
  const auto waits = [](const TaskRow& row) {
    return row.replaced && row.stage == Stage::kServing;
  };
  for (std::uint32_t i = 0; i < v.rows.size(); ++i) {
    const TaskRow& row = v.rows[i];
    const bool cannot_serve = row.broken || !listens(row, control);
    if (waits(row) && cannot_serve && !row.was_healthy) retire(v, i, control);
  }
  auto surplus = static_cast<std::int64_t>(std::count_if(v.rows.begin(), v.rows.end(), waits)) -
                 std::max<std::int64_t>(0, kept);
  for (const bool healthy : {false, true}) {
    for (std::uint32_t i = 0; i < v.rows.size() && surplus > 0; ++i) {
      if (!waits(v.rows[i]) || v.rows[i].healthy != healthy) continue;
      retire(v, i, control);
      --surplus;
    }
  }
}

/// So that `wanted` tasks are held in all.
void Scheduler::launch_up_to(View& v, std::int64_t wanted, Control& control) const {
  auto held = static_cast<std::int64_t>(std::count_if(v.rows.begin(), v.rows.end(), is_held));
  if (held < wanted && avoids_all(v, control)) {
    return block(v, control, kQuotaRetry, "all its zones are lost");
  }
  if (held >= wanted) {
    v.state.told_blocked = false;
    return;
  }
  const std::int64_t allowed = granted(v, wanted, held, control);
  if (allowed < wanted && held >= allowed) {
    return block(v, control, kQuotaRetry, "no capacity of that kind in the region");
  }
  while (held < allowed && may_launch(v, control)) {
    if (!launch(v, control)) return block(v, control, kQuotaRetry, "no more task places");
    if (v.state.scarce.granted > 0) --v.state.scarce.granted;
    ++held;
  }
  if (held >= wanted) v.state.told_blocked = false;
}

/// How many tasks may be held for now. Under scarcity each task that is missing is a request of its
/// own, granted or refused once; what was refused stays missing until the share changes or it is no
/// longer wanted. What a task leaves is not kept for its replacement.
std::int64_t Scheduler::granted(View& v, std::int64_t wanted, std::int64_t held,
                                Control& control) const {
  SchedulerState& state = v.state;
  const std::int64_t share = control.value(policy_.grant);
  if (share >= 1000) {
    state.scarce = {};
    return wanted;
  }
  Scarcity& scarce = state.scarce;
  if (share != scarce.share) scarce = {.share = share};
  scarce.refused = std::min(scarce.refused, wanted - held);
  scarce.granted = std::min(scarce.granted, wanted - held - scarce.refused);
  // Numbered from the tasks held on: the fifth task meets the same luck beside two and beside four.
  state.requests = std::max(state.requests, held);
  while (scarce.refused + scarce.granted < wanted - held) {
    const bool grant =
        control.uniform("grant", static_cast<std::uint64_t>(state.requests++)) * 1000 <
        static_cast<double>(share);
    ++(grant ? scarce.granted : scarce.refused);
  }
  return held + scarce.granted;
}

bool Scheduler::may_launch(View& v, Control& control) const {
  const Instant now = control.now();
  const std::int64_t quota = control.value(policy_.vcpu_quota);
  if (control.value(policy_.vcpu_used) + policy_.vcpu_milli > quota) {
    block(v, control, kQuotaRetry,
          fmt::format("the region's quota of {:g} Fargate vCPU is used up",
                      static_cast<double>(quota) / 1000));
    return false;
  }
  // Generic cell rate algorithm: a bucket is one instant, the time at which it would be full.
  const auto interval = Duration::from_seconds(1 / policy_.launch_rate);
  const auto tolerance = Duration::from_seconds((policy_.launch_burst - 1) / policy_.launch_rate);
  const Instant region =
      std::max(now, Instant::from_nanoseconds(control.value(policy_.launch_clock)));
  const Instant service = std::max(now, v.state.service_clock);
  const auto service_interval = Duration::from_seconds(1 / policy_.service_rate);
  const Instant earliest = std::max({now, region - tolerance, service - Duration::seconds(1)});
  if (earliest > now) {
    v.state.blocked_until = earliest;
    return false;
  }
  control.set(policy_.launch_clock, (region + interval).nanoseconds());
  v.state.service_clock = service + service_interval;
  return true;
}

bool Scheduler::launch(View& v, Control& control) const {
  std::vector<std::uint32_t> in_zone(std::max<std::size_t>(1, policy_.zones.size()), 0);
  for (const TaskRow& row : v.rows) in_zone[row.zone] += is_held(row) ? 1U : 0U;
  for (std::uint32_t z = 0; z < in_zone.size(); ++z) {
    if (avoids(v, z, control)) in_zone[z] = UINT32_MAX;
  }
  const auto zone = static_cast<std::uint32_t>(std::min_element(in_zone.begin(), in_zone.end()) -
                                               in_zone.begin());
  const auto task = control.start_task(policy_.group, zone);
  if (!task) return false;
  control.set(policy_.launched, control.value(policy_.launched) + 1);
  TaskRow& row = begun(v, *task - policy_.first_task);
  const std::uint32_t generation = row.generation + 1;
  row = TaskRow{};
  row.generation = generation;
  row.zone = static_cast<std::uint8_t>(zone);
  row.stage = Stage::kStarting;
  row.at = control.now() + control.draw(policy_.start, "start", v.state.launches);
  mark_broken(row, *task, v, control);
  ++v.state.launches;
  control.set(policy_.vcpu_used, control.value(policy_.vcpu_used) + policy_.vcpu_milli);
  changed(control);
  return true;
}

/// What the task's version and the configuration that it reads make of it.
void Scheduler::mark_broken(TaskRow& row, std::uint32_t task, View& v, Control& control) const {
  const ecs::Version& version = v.state.target;
  constexpr auto kWhole = static_cast<double>(ecs::Version::kWhole);
  row.version = version.id;
  const auto hit = [&](std::string_view luck, std::int64_t millionths) {
    return millionths > 0 &&
           control.uniform(luck, v.state.launches) * kWhole < static_cast<double>(millionths);
  };
  const std::int64_t stale_errors =
      std::min(control.value(policy_.stale_errors), ecs::Version::kWhole);
  const bool cannot_start = hit("stale", control.value(policy_.stale_broken));
  row.broken = hit("bad-version", version.unhealthy) || cannot_start;
  row.stale = cannot_start || stale_errors > 0 ? control.value(policy_.stale_faults) : 0;
  if (version.speed == ecs::Version::kWhole && version.errors <= 0 && stale_errors <= 0) return;
  const double passes = (1 - static_cast<double>(version.errors) / kWhole) *
                        (1 - static_cast<double>(stale_errors) / kWhole);
  control.set_task_version(task, static_cast<double>(version.speed) / kWhole, 1 - passes);
}

/// Once something that they read at their start is mended, others start in their place.
void Scheduler::replace_stale(View& v, Control& control) const {
  const std::int64_t acting = control.value(policy_.stale_faults);
  for (TaskRow& row : v.rows) {
    const bool mended = (row.stale & ~acting) != 0;
    if (mended && is_held(row) && row.stage == Stage::kServing) row.replaced = true;
  }
}

void Scheduler::retire(View& v, std::uint32_t index, Control& control) const {
  TaskRow& row = v.rows[index];
  const std::uint32_t task = policy_.first_task + index;
  if (row.stage == Stage::kStarting) return stop(v, index, control);
  control.drain_task(task);
  row.stage = Stage::kDraining;
  row.checking = false;
  ++row.generation;  // a check that is out no longer concerns anybody
  const Duration grace = policy_.balancer ? policy_.balancer->deregistration_delay : Duration{};
  row.drained_by = control.now() + grace + policy_.stop_timeout;
  row.at = std::min(row.drained_by, control.now() + kDrainPoll);
  changed(control);
}

void Scheduler::stop(View& v, std::uint32_t index, Control& control) const {
  TaskRow& row = v.rows[index];
  control.stop_task(policy_.first_task + index);
  control.set(policy_.vcpu_used, control.value(policy_.vcpu_used) - policy_.vcpu_milli);
  const std::uint32_t generation = row.generation + 1;
  row = TaskRow{};
  row.generation = generation;
  changed(control);
}

void Scheduler::block(View& v, Control& control, Duration wait, std::string_view why) const {
  v.state.blocked_until = control.now() + wait;
  if (v.state.told_blocked) return;
  v.state.told_blocked = true;
  control.log_event(
      "capacity", policy_.service, policy_.region,
      fmt::format("waits for tasks (desired count {}): {}", control.value(policy_.desired), why),
      "launch");
}

void Scheduler::changed(Control& control) const {
  control.set(policy_.changes, control.value(policy_.changes) + 1);
}

void Scheduler::wake_for_next(View& v, Control& control) const {
  Instant next = Instant::never();
  for (const TaskRow& row : v.rows) {
    if (row.stage != Stage::kFree) next = std::min(next, row.at);
  }
  // What is due already waits for the control plane, or for the end of a deployment.
  for (const Instant due : v.state.found_lost) {
    if (due > control.now()) next = std::min(next, due);
  }
  if (v.state.rebalance_at > control.now()) next = std::min(next, v.state.rebalance_at);
  if (v.state.blocked_until > control.now()) next = std::min(next, v.state.blocked_until);
  if (!next.is_never()) control.wake_at(std::max(next, control.now()));
}

}  // namespace lifeboat::models
