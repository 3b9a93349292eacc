#include "sim/engine/control_view.hpp"

#include <algorithm>
#include <string>

#include "sim/random/luck.hpp"

namespace lifeboat::sim {

double Control::uniform(std::string_view purpose, std::uint64_t number) {
  return unit(luck(purpose, number));
}

Duration Control::draw(LawId law, std::string_view purpose, std::uint64_t number) {
  return network().tables()[law.index()].draw(luck(purpose, number));
}

std::uint64_t ControlView::luck(std::string_view purpose, std::uint64_t number) {
  const std::uint64_t owner = mix(engine_->trial_key_, engine_->net_.controller_luck[controller_]);
  return mix(mix(owner, hash_name(purpose)), number);
}

// ---- view ------------------------------------------------------------------------------------

std::int64_t ControlView::value(RegisterId reg) const { return engine_->s_.registers[reg.index()]; }

StationView ControlView::station(StationId id) const {
  engine_->close_station(id.index());
  const StationState& state = engine_->s_.stations[id.index()];
  const StationCount& count = engine_->s_.counts[id.index()];
  const StationTotal& total = engine_->s_.totals[id.index()];
  const bool shared = engine_->net_.stations[id.index()].kind == StationKind::kShared;
  StationView view;
  view.in_service = state.in_service;
  view.queued = state.queued;
  view.servers = state.servers;
  view.arrivals = count.arrivals;
  view.rejected = count.rejected;
  view.completions = count.completions;
  view.busy_server_seconds = static_cast<double>(total.busy) * (shared ? 1e-12 : 1e-9);
  view.queue_seconds = static_cast<double>(total.queue) * 1e-9;
  return view;
}

GroupView ControlView::group(TaskGroupId id) const {
  const TaskGroup& row = engine_->net_.groups[id.index()];
  GroupState& state = engine_->s_.groups[id.index()];
  state.running_area +=
      static_cast<AreaSum>(static_cast<std::uint64_t>(engine_->s_.now - state.last)) *
      state.running;
  state.last = engine_->s_.now;
  GroupView view;
  view.starting = state.starting;
  view.running = state.running;
  view.in_service = state.in_service;
  view.requests = state.requests;
  view.running_task_seconds = static_cast<double>(state.running_area) * 1e-9;
  double processors = 0;  // of one task
  for (std::uint32_t i = 0; i < row.stations_per_task; ++i) {
    processors += engine_->net_.stations[row.first_station + i].capacity_milli * 1e-3;
  }
  view.cpu_reserved_seconds = view.running_task_seconds * processors;
  view.cpu_used_seconds = engine_->group_cpu_seconds(id.index());
  for (std::uint32_t t = 0; t < engine_->s_.used_tasks[id.index()]; ++t) {
    view.outstanding += engine_->s_.tasks[row.first_task + t].outstanding;
  }
  return view;
}

TaskLife ControlView::task_life(std::uint32_t task) const { return engine_->s_.tasks[task].life; }
bool ControlView::task_in_service(std::uint32_t task) const {
  return engine_->s_.tasks[task].in_service;
}
std::uint32_t ControlView::task_zone(std::uint32_t task) const {
  return engine_->s_.tasks[task].zone;
}
std::uint32_t ControlView::task_outstanding(std::uint32_t task) const {
  return engine_->s_.tasks[task].outstanding;
}

CacheView ControlView::cache(CacheId id) const {
  engine_->bring_up_to_date(id.index());
  const CacheState& state = engine_->s_.caches[id.index()];
  return {state.hits, state.misses, state.entries};
}

RateRuleView ControlView::rate_rule(RateRuleId id) const {
  engine_->look_at_rule(id.index());
  return engine_->s_.rate_rules[id.index()].view();
}

std::uint32_t ControlView::partitions(PartitionsId id) const {
  return static_cast<std::uint32_t>(engine_->s_.partitions[id.index()].size());
}

PartitionView ControlView::partition(PartitionsId id, std::uint32_t index) const {
  const PartitionState& state = engine_->s_.partitions[id.index()][index];
  return {state.refused, state.turns, state.depth, state.halves != kNone};
}

BufferView ControlView::buffer(BufferId id) const {
  const BufferState& state = engine_->s_.buffers[id.index()];
  BufferView view;
  view.visible = state.visible;
  view.in_flight = state.hidden;
  view.put = state.put;
  view.acknowledged = state.acknowledged;
  view.dead_lettered = state.dead_lettered;
  view.expired = state.expired;
  const auto look_at = [&](std::uint32_t oldest) {
    if (oldest == kNone) return;
    const Duration age = Duration::nanoseconds(engine_->s_.now - engine_->s_.messages[oldest].put);
    view.oldest_age = std::max(view.oldest_age, age);
  };
  look_at(state.head);
  look_at(state.hidden_head);
  return view;
}

LogView ControlView::log(LogId id) const {
  const LogState& state = engine_->s_.logs[id.index()];
  const std::vector<Shipment>& list = engine_->s_.shipments[id.index()];
  LogView view;
  view.committed = state.committed;
  view.received = view.applied = state.forgotten;
  const std::int64_t now = engine_->s_.now;
  view.applies_all_at = Instant::from_nanoseconds(now);
  for (std::size_t i = engine_->s_.shipment_head[id.index()]; i < list.size(); ++i) {
    const Shipment& item = list[i];
    const Duration age = Duration::nanoseconds(now - item.committed);
    if (item.received <= now) {
      ++view.received;
      view.applies_all_at = std::max(view.applies_all_at, Instant::from_nanoseconds(item.applied));
    } else {
      view.receive_lag = std::max(view.receive_lag, age);
    }
    if (item.applied <= now) {
      ++view.applied;
    } else if (!state.opened) {  // what an opened copy lacks is lost, not late
      view.apply_lag = std::max(view.apply_lag, age);
    }
  }
  return view;
}

std::uint32_t ControlView::breakers_tripped(std::uint32_t breaker) const {
  return engine_->s_.breakers_tripped[breaker];
}
bool ControlView::gate_open(DeploymentId deployment) const {
  return !engine_->s_.gates[deployment.index()].down;
}
Duration ControlView::gate_delay(DeploymentId deployment) const {
  return Duration::nanoseconds(engine_->s_.gates[deployment.index()].delay);
}
std::uint64_t ControlView::entered(DeploymentId deployment) const {
  return engine_->s_.doors[deployment.index()].entered;
}

Control::JourneyCounts ControlView::journey(JourneyId journey) const {
  const Recorder::Counts& counts = engine_->recorder_.counts(journey.index());
  return {counts.arrived, counts.succeeded, counts.failed, counts.good};
}

// ---- verbs -----------------------------------------------------------------------------------

void ControlView::wake_at(Instant at) {
  const Instant now = engine_->now();
  engine_->s_.events.set(engine_->net_.controller_slot[controller_], at < now ? now : at);
}

void ControlView::set(RegisterId reg, std::int64_t value) {
  std::int64_t& stored = engine_->s_.registers[reg.index()];
  if (stored == value) return;
  stored = value;
  for (const std::uint32_t watcher : engine_->net_.register_watchers[reg.index()]) {
    std::vector<std::uint32_t>& woken = engine_->s_.woken;
    woken.push_back(watcher);
  }
  // More consumers may be allowed now.
  for (std::uint32_t b = 0; b < engine_->net_.buffers.size(); ++b) {
    if (engine_->net_.buffers[b].consumers == reg) engine_->start_consumers(b);
  }
}

void ControlView::settle_running(std::uint32_t group) {
  GroupState& state = engine_->s_.groups[group];
  state.running_area +=
      static_cast<AreaSum>(static_cast<std::uint64_t>(engine_->s_.now - state.last)) *
      state.running;
  state.last = engine_->s_.now;
}

std::optional<std::uint32_t> ControlView::start_task(TaskGroupId id, std::uint32_t zone) {
  const TaskGroup& row = engine_->net_.groups[id.index()];
  for (std::uint32_t t = row.first_task; t < row.first_task + row.limit; ++t) {
    TaskState& task = engine_->s_.tasks[t];
    if (task.life != TaskLife::kFree) continue;
    task.life = TaskLife::kStarting;
    std::uint32_t& used = engine_->s_.used_tasks[id.index()];
    used = std::max(used, t - row.first_task + 1);
    engine_->spare_task(t);
    engine_->set_task_version(t, 1, 0);
    engine_->forget_clients(t);
    task.zone = static_cast<std::uint16_t>(zone);
    ++engine_->s_.groups[id.index()].starting;
    return t;
  }
  return std::nullopt;
}

void ControlView::task_running(std::uint32_t task) {
  TaskState& row = engine_->s_.tasks[task];
  if (row.life != TaskLife::kStarting) return;
  const std::uint32_t group = engine_->net_.task_group[task];
  settle_running(group);
  row.life = TaskLife::kRunning;
  --engine_->s_.groups[group].starting;
  ++engine_->s_.groups[group].running;
}

void ControlView::leave_service(std::uint32_t task) {
  TaskState& row = engine_->s_.tasks[task];
  if (!row.in_service) return;
  const std::uint32_t group = engine_->net_.task_group[task];
  GroupState& state = engine_->s_.groups[group];
  std::uint32_t* const list = &engine_->s_.in_service[engine_->net_.groups[group].first_task];
  // The order of the others stays, so that round robin goes on where it was.
  std::copy(list + row.position + 1, list + state.in_service, list + row.position);
  --state.in_service;
  for (std::uint32_t i = row.position; i < state.in_service; ++i) {
    engine_->s_.tasks[list[i]].position = i;
  }
  row.in_service = false;
  row.position = kNone;
  row.leaf = 0;
  engine_->end_ramp(group, task);
  engine_->replant(group);
}

void ControlView::put_in_service(std::uint32_t task, bool in_service) {
  TaskState& row = engine_->s_.tasks[task];
  if (row.in_service == in_service) return;
  if (!in_service) {
    leave_service(task);
    return;
  }
  if (row.life != TaskLife::kRunning) return;
  const std::uint32_t group = engine_->net_.task_group[task];
  GroupState& state = engine_->s_.groups[group];
  row.position = state.in_service;
  row.in_service = true;
  engine_->s_.in_service[engine_->net_.groups[group].first_task + state.in_service++] = task;
  engine_->replant(group);
}

void ControlView::ramp_task(std::uint32_t task, Duration over) { engine_->ramp_task(task, over); }

void ControlView::drain_task(std::uint32_t task) {
  TaskState& row = engine_->s_.tasks[task];
  if (row.life != TaskLife::kRunning) return;
  leave_service(task);
  const std::uint32_t group = engine_->net_.task_group[task];
  settle_running(group);
  row.life = TaskLife::kDraining;
}

void ControlView::stop_task(std::uint32_t task) {
  TaskState& row = engine_->s_.tasks[task];
  if (row.life == TaskLife::kFree) return;
  leave_service(task);
  engine_->reset_task(task);
  engine_->forget_clients(task);  // what is gone has no open breakers
  const std::uint32_t group = engine_->net_.task_group[task];
  settle_running(group);
  if (row.life == TaskLife::kStarting) {
    --engine_->s_.groups[group].starting;
  } else {
    --engine_->s_.groups[group].running;
  }
  row.life = TaskLife::kFree;
}

void ControlView::set_task_version(std::uint32_t task, double speed, double error_share) {
  engine_->set_task_version(task, speed, error_share);
}

void ControlView::set_servers(StationId station, std::uint32_t servers) {
  engine_->set_servers(station.index(), servers);
}

void ControlView::set_bucket_rate(BucketId bucket, double per_second, double burst) {
  BucketState& state = engine_->s_.buckets[bucket.index()];
  state.interval = per_second > 0 ? 1e9 / per_second : 1e18;
  state.tolerance = state.interval * burst;
}

void ControlView::split_partition(PartitionsId id, std::uint32_t index) {
  engine_->split_partition(id.index(), index);
}

void ControlView::set_answer_changed(ResolverId resolver, std::int64_t region) {
  engine_->s_.answers[resolver.index()].push_back({engine_->s_.now, region});
}

EffectId ControlView::begin_effect(const std::vector<DeploymentId>& deployments,
                                   const Effect& effect) {
  return engine_->begin_effect(deployments, effect);
}
void ControlView::end_effect(EffectId effect) { engine_->end_effect(effect); }
void ControlView::freeze_log(LogId log) { engine_->freeze_log(log.index()); }
void ControlView::pause_log(LogId log) { engine_->pause_log(log.index()); }
void ControlView::thaw_log(LogId log) { engine_->thaw_log(log.index()); }
Instant ControlView::source_lost_at(LogId log) const {
  const std::int64_t at = engine_->s_.logs[log.index()].source_lost_at;
  return at == kShipping ? Instant::never() : Instant::from_nanoseconds(at);
}
void ControlView::lose_data(const std::vector<DeploymentId>& deployments) {
  engine_->lose_data(deployments);
}
void ControlView::detach_log(LogId log) { engine_->detach_log(log.index()); }
void ControlView::impede_log(LogId log, Duration lag, double replay) {
  LogState& state = engine_->s_.logs[log.index()];
  state.extra_lag = lag.count();
  state.replay = replay;
}
void ControlView::open_copy(LogId log, Instant failed_at) {
  engine_->open_copy(log.index(), failed_at.nanoseconds());
}
void ControlView::flush_cache(CacheId cache) { engine_->cache_flush(cache.index()); }
void ControlView::warm_cache(CacheId cache, std::uint32_t keys) {
  engine_->cache_warm(cache.index(), keys);
}
void ControlView::probe(PlanId plan, Duration timeout, std::uint64_t cookie, std::uint32_t task) {
  engine_->begin_probe(controller_, plan, timeout, cookie, task);
}

void ControlView::log_event(std::string_view kind, std::string_view subject,
                            std::string_view region, std::string_view text,
                            std::string_view cause) {
  engine_->recorder_.event({engine_->now(), std::string(kind), std::string(subject),
                            std::string(region), std::string(text), std::string(cause)});
}

void ControlView::end_soon(Instant at) {
  engine_->recorder_.end_early(at > engine_->now() ? at : engine_->now());
}

}  // namespace lifeboat::sim
