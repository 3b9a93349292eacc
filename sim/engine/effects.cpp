// What faults do: gates, speeds, and the work that is cut off.
//
// A deployment keeps the small set of effects that act on it and derives its gate from them, so
// that overlapping faults end in any order and leave the same state. A reset unwinds each token
// that is inside the scope to its outermost frame there, giving back what the frames held, and
// fails that frame towards its caller, which lives on; a hang leaves the caller waiting instead,
// until its own timeout.
#include <algorithm>
#include <stdexcept>

#include "sim/engine/hot_path.hpp"

namespace lifeboat::sim {

EffectId Engine::begin_effect(const std::vector<DeploymentId>& deployments, const Effect& effect) {
  const bool by_caller = effect.kind == Effect::Kind::kOutage ||
                         effect.kind == Effect::Kind::kLatency ||
                         effect.kind == Effect::Kind::kErrors;
  const bool of_tasks = effect.from == Effect::From::kTasks;
  const bool selective = of_tasks ? effect.kind == Effect::Kind::kLatency ||
                                        effect.kind == Effect::Kind::kErrors ||
                                        effect.kind == Effect::Kind::kSlow
                                  : by_caller;
  if (effect.from != Effect::From::kAnywhere && !selective) {
    throw std::invalid_argument("an effect of that kind hits all callers");
  }
  const std::uint32_t id = s_.next_effect++;
  std::vector<bool> in_scope(net_.deployments.size());
  for (const DeploymentId deployment : deployments) {
    s_.effects.push_back({id, deployment.index(), effect});
    in_scope[deployment.index()] = true;
    derive_gate(deployment.index());
  }
  if (effect.kind == Effect::Kind::kOutage && effect.from == Effect::From::kAnywhere) {
    reset_deployments(in_scope, effect.share);
  }
  return {id};
}

void Engine::end_effect(EffectId effect) {
  std::vector<std::uint32_t> freed;
  for (const ActiveEffect& active : s_.effects) {
    if (active.id == effect.index) freed.push_back(active.deployment);
  }
  std::erase_if(s_.effects,
                [effect](const ActiveEffect& active) { return active.id == effect.index; });
  for (const std::uint32_t deployment : freed) derive_gate(deployment);
  for (const std::uint32_t deployment : freed) {
    // Whomever an outage still hits goes on hanging, be it some callers alone.
    const bool still =
        std::any_of(s_.effects.begin(), s_.effects.end(), [deployment](const ActiveEffect& active) {
          return active.deployment == deployment && active.effect.kind == Effect::Kind::kOutage;
        });
    if (!still) release_hung(deployment);
  }
  for (std::uint32_t b = 0; b < net_.buffers.size(); ++b) {
    const std::uint32_t deployment = net_.buffers[b].deployment.index();
    if (std::find(freed.begin(), freed.end(), deployment) != freed.end()) make_visible(b);
  }
}

void Engine::derive_gate(std::uint32_t deployment) {
  GateState& gate = s_.gates[deployment];
  const std::int64_t full_at = gate.limit.theoretical;
  gate = {};
  gate.limit.theoretical = full_at;
  double speed = 1;
  double passes = 1;
  double admitted = 1;
  double critical_admitted = 1;
  double unthrottled = 1;
  for (const ActiveEffect& active : s_.effects) {
    if (active.deployment != deployment) continue;
    const Effect& effect = active.effect;
    if (effect.from != Effect::From::kAnywhere) {
      gate.selective = gate.selective || effect.kind != Effect::Kind::kSlow;
      continue;
    }
    switch (effect.kind) {
      case Effect::Kind::kOutage:
        gate.refuse_share =
            gate.down ? std::max(gate.refuse_share, effect.refuse_share) : effect.refuse_share;
        gate.down = true;
        break;
      case Effect::Kind::kLatency:
        gate.delay += effect.delay.count();
        break;
      case Effect::Kind::kErrors:
        passes *= 1 - effect.share;
        break;
      case Effect::Kind::kSlow:
        speed *= effect.factor;
        break;
      case Effect::Kind::kShed:
        admitted *= 1 - effect.share;
        critical_admitted *= 1 - effect.refuse_share;
        break;
      case Effect::Kind::kThrottle:
        unthrottled *= 1 - effect.share;
        if (effect.per_second > 0) {
          gate.limit.interval = std::max(gate.limit.interval, 1e9 / effect.per_second);
          // A second's worth at once, one request at least.
          gate.limit.tolerance = std::max(1e9, gate.limit.interval);
        }
        break;
    }
  }
  gate.error_share = 1 - passes;
  gate.shed_share = 1 - admitted;
  gate.shed_critical_share = 1 - critical_admitted;
  gate.throttled_share = 1 - unthrottled;
  s_.doors[deployment].troubled = gate.down || gate.delay != 0 || gate.error_share > 0 ||
                                  gate.shed_share > 0 || gate.shed_critical_share > 0 ||
                                  gate.throttled_share > 0 || gate.limit.interval > 0 ||
                                  gate.selective;
  for (std::uint32_t i = 0; i < net_.stations.size(); ++i) {
    if (net_.stations[i].deployment.index() == deployment) apply_speed(i, speed);
  }
}

/// Of a station: what the effects on its deployment leave, times its task's own.
void Engine::apply_speed(std::uint32_t station, double of_effects) {
  const std::uint32_t group = net_.group_of_station(station);
  double speed = of_effects;
  if (group != kNone) {
    const TaskGroup& row = net_.groups[group];
    const std::uint32_t place = (station - row.first_station) / row.stations_per_task;
    const std::uint32_t task = row.first_task + place;
    speed *= static_cast<double>(s_.tasks[task].speed);
    for (const ActiveEffect& active : s_.effects) {
      if (active.effect.kind == Effect::Kind::kSlow && active.effect.hits_task(task)) {
        speed *= active.effect.factor;
      }
    }
  }
  set_speed(station, static_cast<float>(speed));
}

/// The version that a task runs: how fast it is, and which share of requests it fails.
void Engine::set_task_version(std::uint32_t task, double speed, double error_share) {
  TaskState& row = s_.tasks[task];
  row.error_share = static_cast<float>(error_share);
  if (row.speed == static_cast<float>(speed)) return;
  row.speed = static_cast<float>(speed);
  apply_task_speed(task);
}

void Engine::apply_task_speed(std::uint32_t task) {
  const TaskGroup& group = net_.groups[net_.task_group[task]];
  double of_effects = 1;
  for (const ActiveEffect& active : s_.effects) {
    if (active.deployment == group.deployment.index() &&
        active.effect.from == Effect::From::kAnywhere &&
        active.effect.kind == Effect::Kind::kSlow) {
      of_effects *= active.effect.factor;
    }
  }
  for (std::uint32_t i = 0; i < group.stations_per_task; ++i) {
    apply_speed(net_.task_first_station[task] + i, of_effects);
  }
}

/// What hit the task before does not hit the one that is started in its place.
void Engine::spare_task(std::uint32_t task) {
  bool any = false;
  for (ActiveEffect& active : s_.effects) {
    if (!active.effect.hits_task(task)) continue;
    any = true;
    std::erase(active.effect.tasks, task);
  }
  if (any) apply_task_speed(task);
}

/// Takes the token out of wherever it waits; it is then running and in no list.
void Engine::detach(std::uint32_t token) {
  Token& t = s_.tokens[token];
  t.timer = kNone;
  switch (t.place) {
    case Place::kFree:
      break;
    case Place::kRunning: {
      const auto first = s_.ready.begin() + s_.ready_head;
      const auto found = std::find(first, s_.ready.end(), token);
      if (found != s_.ready.end()) s_.ready.erase(found);
      break;
    }
    case Place::kQueue:
      leave_queue(token, t.where);
      break;
    case Place::kServer: {
      const std::uint32_t slot = t.where;
      const std::uint32_t station = net_.slots[slot].index;
      StationState& state = s_.stations[station];
      touch(state);
      tell(station, Listener::Stay::kAbandoned, token);
      ++s_.counts[station].abandoned;
      --s_.counts[station].started;
      --state.in_service;
      const std::uint32_t server = slot - net_.station_rows[station].first_slot;
      s_.occupant[slot] = kNone;
      s_.events.clear(slot);
      state.free_servers |= std::uint64_t{1} << server;
      if (state.queued > 0 && state.in_service < state.servers) {
        serve_next(station, server);
      }
      break;
    }
    case Place::kShared:
      shared_remove(token, t.where);
      break;
    case Place::kLane:
    case Place::kSet:
      cancel_delay(token);
      break;
    case Place::kMany:
      cancel_delay(token);
      complete_many(token, false);
      break;
    case Place::kJoin:
      if (s_.joins[t.where].cache != kNone) {
        leave_fetch(token);
      } else {
        s_.joins[t.where].token = kNone;
      }
      break;
    case Place::kHung:
      break;
  }
  s_.tokens[token].place = Place::kRunning;
}

/// Pops the frames above `frame`.
void Engine::unwind_to(std::uint32_t token, std::uint32_t frame) {
  while (s_.tokens[token].frame != frame) discard_frame(token);
}

void Engine::hang(std::uint32_t token, std::uint32_t gate) {
  s_.tokens[token].place = Place::kHung;
  s_.tokens[token].where = gate;
}

/// Gate of the zone in which the frame's task stands, if it has one.
std::uint32_t Engine::zone_gate_of(const Frame& frame) const {
  if (frame.task == kNone) return kNone;
  const DeploymentId first = net_.groups[net_.task_group[frame.task]].first_zone_gate;
  return first.valid() ? first.index() + s_.tasks[frame.task].zone : kNone;
}

void Engine::reset_deployments(const std::vector<bool>& in_scope, double reset_share) {
  // Those that wait for branches first, so that no branch's failure sets them going.
  for (const bool joins : {true, false}) {
    const std::uint32_t extent = s_.tokens.extent();
    for (std::uint32_t token = 0; token < extent; ++token) {
      const Token& t = s_.tokens[token];
      if (t.place == Place::kFree || (t.place == Place::kJoin) != joins) continue;
      std::uint32_t outermost = kNone;
      std::uint32_t gate = kNone;  // of the outermost
      for (std::uint32_t f = t.frame; f != kNone; f = s_.frames[f].parent) {
        for (const std::uint32_t of : {zone_gate_of(s_.frames[f]), s_.frames[f].deployment}) {
          if (of == kNone || !in_scope[of]) continue;
          outermost = f;
          gate = of;
        }
      }
      if (outermost == kNone) continue;
      detach(token);
      unwind_to(token, outermost);
      if (t.batch != kNone && s_.frames[outermost].parent == kNone) s_.batches[t.batch].lost = true;
      const std::uint64_t bits = mix(s_.frames[outermost].key, 0x7e5e7);
      const bool alone = s_.frames[outermost].parent == kNone && s_.frames[outermost].detached;
      if (!alone && !happens(bits, reset_share)) {
        const std::uint32_t timer = s_.frames[outermost].timer;
        let_go(outermost);
        s_.frames[outermost].timer = timer;
        hang(token, gate);
      } else if (fail(token, Cause::kReset)) {
        make_ready(token);
      }
    }
  }
}

/// Whatever the task holds: requests, and work that no request of its own stands for any more
/// (spawned, or hedged and late).
void Engine::reset_task(std::uint32_t task) {
  for (const bool joins : {true, false}) {
    const std::uint32_t extent = s_.tokens.extent();
    for (std::uint32_t token = 0; token < extent; ++token) {
      const Token& t = s_.tokens[token];
      if (t.place == Place::kFree || (t.place == Place::kJoin) != joins) continue;
      std::uint32_t outermost = kNone;
      for (std::uint32_t f = t.frame; f != kNone; f = s_.frames[f].parent) {
        if (s_.frames[f].task == task) outermost = f;
      }
      if (outermost == kNone) continue;
      detach(token);
      unwind_to(token, outermost);
      if (fail(token, Cause::kReset)) make_ready(token);
    }
  }
}

/// A gate has opened: those that hung behind it find their connections gone.
void Engine::release_hung(std::uint32_t deployment) {
  const std::uint32_t extent = s_.tokens.extent();
  for (std::uint32_t token = 0; token < extent; ++token) {
    const Token& t = s_.tokens[token];
    if (t.place != Place::kHung || t.where != deployment) continue;
    s_.tokens[token].place = Place::kRunning;
    if (fail(token, Cause::kReset)) make_ready(token);
  }
}

}  // namespace lifeboat::sim
