// The steps. run_token() is the hot loop: it goes on until the token blocks or ends.
#include <algorithm>
#include <bit>
#include <stdexcept>
#include <string>

#include "sim/engine/hot_path.hpp"

namespace lifeboat::sim {
namespace {

constexpr std::uint32_t kMostZeroSteps = 10'000'000;
constexpr std::uint64_t kThrottling = 0x7470771e;  // luck of what a fault throttles
constexpr std::uint64_t kShedding = 0x54edd1;      // luck of a front door that sheds

}  // namespace

void Engine::run_token(std::uint32_t token, std::uint32_t pc) {
  s_.tokens[token].place = Place::kRunning;
  Cursor at = cursor_at(pc, s_.tokens[token].frame);
  const Step* const first = net_.steps.data();
  for (std::uint32_t steps = 0;; ++steps) {
    if (steps > kMostZeroSteps) [[unlikely]] {
      throw std::logic_error("a plan loops without time passing, at step " + std::to_string(at.pc));
    }
    const Step& step = first[at.pc];
    // The steps that are every other one are asked for first: a processor foresees a branch of its
    // own better than where a table of jumps leads.
    if (step.code == StepCode::kReturn) {
      if (!return_from(token, at)) return;
      continue;
    }
    if (step.code == StepCode::kCall) {
      at = push_call(token, step, at);
      continue;
    }
    if (step.code == StepCode::kJump) {
      at.pc = step.a;
      continue;
    }
    s_.tokens[token].pc = at.pc;
    bool runs_on = true;
    switch (step.code) {
      case StepCode::kVisit:
        runs_on = enter_station(token, step.a, step, mix(at.key, step.key));
        break;
      case StepCode::kAcquire: {
        Frame& frame = s_.frames[at.frame];
        const std::uint32_t station = station_of(step, frame);
        if (station == kNone) {
          runs_on = fail(token, Cause::kNoCapacity);
          break;
        }
        const Taken taken = acquire(token, frame, station, step);
        if (taken == Taken::kNow) [[likely]] {
          ++at.pc;
          continue;
        }
        runs_on = taken == Taken::kNever && fail(token, Cause::kRejected);
        break;
      }
      case StepCode::kRelease: {
        Frame& frame = s_.frames[at.frame];
        const std::uint32_t station = station_of(step, frame);
        ++at.pc;
        for (std::uint32_t& held : frame.held) {
          if (held != station || held == kNone) continue;
          held = kNone;
          release(station);
          break;
        }
        continue;
      }
      case StepCode::kCompute: {
        const std::uint32_t station = station_of(step, s_.frames[at.frame]);
        if (station == kNone) {
          runs_on = fail(token, Cause::kNoCapacity);
        } else {
          compute(token, station, step, mix(at.key, step.key));
          return;
        }
        break;
      }
      case StepCode::kDelay:
        runs_on = step_delay(token, step, mix(at.key, step.key));
        break;
      case StepCode::kThrottle:
        if (take_tokens(s_.buckets[step.a], step.c)) {
          ++at.pc;
          continue;
        }
        runs_on = fail(token, Cause::kThrottled);
        break;
      case StepCode::kPace:
        runs_on = step_pace(token, step);
        break;
      case StepCode::kPartition: {
        const Request& request = s_.requests[s_.tokens[token].request];
        const std::uint64_t key = key_of(request, net_.key_spaces[step.c]);
        const auto offset = static_cast<std::uint32_t>(uniform_index(mix(key, 0), step.b));
        if (take_tokens(s_.buckets[step.a + offset], step.small)) {
          ++s_.tokens[token].pc;
        } else {
          runs_on = fail(token, Cause::kThrottled);
        }
        break;
      }
      case StepCode::kKeyRange:
        runs_on = step_key_range(token, step);
        break;
      case StepCode::kGate:
        if (Door& door = s_.doors[step.a]; !door.troubled) {
          ++door.entered;
          ++at.pc;
          continue;
        }
        runs_on = step_troubled_gate(token, step, step.a);
        break;
      case StepCode::kChoose: {
        const Cause cause = choose(s_.frames[at.frame], step, mix(at.key, step.key));
        if (cause == Cause::kNoCause) [[likely]] {
          ++at.pc;
          continue;
        }
        runs_on = fail(token, cause);
        break;
      }
      case StepCode::kResolve:
        step_resolve(token, step);
        break;
      case StepCode::kSwitch: {
        const auto value = static_cast<std::uint64_t>(s_.registers[step.a]);
        at.pc = value < step.c ? net_.jumps[step.b + value] : at.pc + 1;
        continue;
      }
      case StepCode::kBranch: {
        const bool taken = step.b == kNone || (mix(at.key, step.key) >> 32) < step.b;
        at.pc = taken ? step.a : at.pc + 1;
        continue;
      }
      case StepCode::kLookup: {
        const KeySpace& space = net_.key_spaces[s_.caches[step.a].key_space];
        const std::uint32_t key = key_of(s_.requests[s_.tokens[token].request], space);
        at.pc = cache_lookup(step.a, key) ? step.b : at.pc + 1;
        continue;
      }
      case StepCode::kFill: {
        const KeySpace& space = net_.key_spaces[s_.caches[step.a].key_space];
        (void)cache_insert(step.a, key_of(s_.requests[s_.tokens[token].request], space));
        ++at.pc;
        continue;
      }
      case StepCode::kPlan:
      case StepCode::kCall:
      case StepCode::kReturn:
      case StepCode::kJump:
        break;  // above
      case StepCode::kFail:
        runs_on = fail(token, static_cast<Cause>(step.small));
        break;
      case StepCode::kSpawn:
        step_spawn(token, step);
        break;
      case StepCode::kFork:
        step_fork(token, step);
        return;
      case StepCode::kPut:
        if (put_message(token, step.a)) {
          ++s_.tokens[token].pc;
        } else {
          runs_on = fail(token, Cause::kRejected);
        }
        break;
      case StepCode::kTake:
        take_messages(token, step.a);
        ++s_.tokens[token].pc;
        break;
      case StepCode::kNextMessage:
        s_.tokens[token].pc = next_message(token) ? s_.tokens[token].pc + 1 : step.b;
        break;
      case StepCode::kAcknowledge:
        acknowledge(token, step.a);
        ++s_.tokens[token].pc;
        break;
      case StepCode::kEnvironment: {
        bool refused = false;
        runs_on = take_environment(token, step, refused);
        if (refused) runs_on = fail(token, Cause::kThrottled);
        break;
      }
      case StepCode::kVacate: {
        Frame& frame = s_.frames[at.frame];
        if (frame.environment != kNone) vacate(frame.environment);
        frame.environment = kNone;
        ++at.pc;
        continue;
      }
      case StepCode::kCommit:
        commit(token, step);
        ++at.pc;
        continue;
      case StepCode::kScreen:
        if (passes_rule(s_.requests[s_.tokens[token].request], step.a)) {
          ++at.pc;
          continue;
        }
        runs_on = fail(token, Cause::kBlocked);
        break;
      case StepCode::kReply:
        runs_on = step_reply(token);
        break;
      case StepCode::kGuardedCall:
        runs_on = step_guarded_call(token, step);
        break;
      case StepCode::kLimit:
        runs_on = step_limit(token, step);
        break;
      case StepCode::kShed:
        runs_on = step_shed(token, step);
        break;
      case StepCode::kStillWanted: {
        const std::uint32_t join = s_.frames[at.frame].join;
        const bool wanted = join != kNone && s_.joins[join].token != kNone;
        s_.tokens[token].pc = wanted ? s_.tokens[token].pc + 1 : step.b;
        break;
      }
      case StepCode::kTooOld:
        s_.tokens[token].pc = message_age(token) > step.c * std::int64_t{1'000'000}
                                  ? step.b
                                  : s_.tokens[token].pc + 1;
        break;
      case StepCode::kRewind:
        rewind_batch(token, (step.flags & kHalf) != 0);
        ++s_.tokens[token].pc;
        break;
      case StepCode::kRepeat: {
        Frame& frame = s_.frames[at.frame];
        ++frame.occurrence;
        if (++frame.loops < step.b) {
          s_.tokens[token].pc = step.a;
        } else {
          frame.loops = 0;
          ++s_.tokens[token].pc;
        }
        break;
      }
      case StepCode::kZoneGate:
        runs_on = step_zone_gate(token, step);
        break;
      case StepCode::kFetch:
        step_fetch(token, step);
        return;
    }
    if (!runs_on) return;
    at = cursor_at(s_.tokens[token].pc, s_.tokens[token].frame);
  }
}

std::uint32_t Engine::key_of(const Request& request, const KeySpace& space) const {
  if (space.per_client) return request.client % space.count;
  const std::uint64_t bits = key_bits(request, space);
  const std::uint32_t cell = cell_of(bits, space);
  if (space.first_cell == kNone) return cell;
  // The choice within the cell takes a fresh 32 bits.
  const auto low = static_cast<std::uint32_t>(mix(bits, space.hash) >> 32);
  const KeyCell& row = net_.key_cells[space.first_cell + cell];
  // By arithmetic: which of the two is luck, and the cell comes from afar.
  const std::uint32_t keeps = std::uint32_t{0} - static_cast<std::uint32_t>(low <= row.keep);
  return row.other ^ (keeps & (cell ^ row.other));
}

bool Engine::step_delay(std::uint32_t token, const Step& step, std::uint64_t bits) {
  Frame& frame = s_.frames[s_.tokens[token].frame];
  if ((step.flags & kThenLookup) != 0) fetch_entry(token, (&step)[1].a);
  if (step.a != kNone) {
    const std::int64_t length = net_.delay_lanes[step.a].count();
    if (length <= 0) {
      ++s_.tokens[token].pc;
      return true;
    }
    spent_in(frame, s_.tokens[token], 0, length);
    lane_delay(token, step.a);
    return false;
  }
  const std::int64_t length = sample(step.b, bits);
  spent_in(frame, s_.tokens[token], 0, length);
  if (length <= 0) {
    ++s_.tokens[token].pc;
    return true;
  }
  set_delay(token, length);
  return false;
}

void Engine::lane_delay(std::uint32_t token, std::uint32_t lane) {
  ++s_.hops;
  Lane& row = s_.delay_lanes[lane];
  Token& t = s_.tokens[token];
  t.place = Place::kLane;
  t.where = lane;
  t.since = s_.now + net_.delay_lanes[lane].count();  // when it ends
  t.next = kNone;
  t.prev = row.tail;
  if (row.tail == kNone) {
    row.head = token;
    schedule(net_.delay_lane_slot + lane, t.since);
  } else {
    s_.tokens[row.tail].next = token;
  }
  row.tail = token;
}

/// Takes the token out of the lane or the set that it waits in.
void Engine::cancel_delay(std::uint32_t token) {
  Token& t = s_.tokens[token];
  if (t.place == Place::kLane) {
    const std::uint32_t lane = t.where;
    Lane& row = s_.delay_lanes[lane];
    (t.prev == kNone ? row.head : s_.tokens[t.prev].next) = t.next;
    (t.next == kNone ? row.tail : s_.tokens[t.next].prev) = t.prev;
    if (t.prev == kNone) {
      schedule(net_.delay_lane_slot + lane,
               row.head == kNone ? Instant::never().nanoseconds() : s_.tokens[row.head].since);
    }
  } else {
    s_.delays.give_back(t.where);
  }
  t.place = Place::kRunning;
}

bool Engine::take_tokens(BucketState& state, std::uint32_t tokens) const {
  const std::int64_t base = state.theoretical > s_.now ? state.theoretical : s_.now;
  const double next = static_cast<double>(base - s_.now) + state.interval * tokens;
  if (next > state.tolerance + 0.5) return false;
  state.theoretical = s_.now + static_cast<std::int64_t>(next + 0.5);
  return true;
}

bool Engine::step_pace(std::uint32_t token, const Step& step) {
  BucketState& state = s_.buckets[step.a];
  const std::int64_t base = state.theoretical > s_.now ? state.theoretical : s_.now;
  const double next = static_cast<double>(base - s_.now) + state.interval * step.c;
  state.theoretical = s_.now + static_cast<std::int64_t>(next + 0.5);
  const double wait = next - state.tolerance;
  if (wait < 1) {
    ++s_.tokens[token].pc;
    return true;
  }
  const auto length = static_cast<std::int64_t>(wait + 0.5);
  const Frame& frame = s_.frames[s_.tokens[token].frame];
  spent_in(frame, s_.tokens[token], length, 0);
  set_delay(token, length);
  return false;
}

/// Zone of the gate's region in which the task stands that calls; kNone: in none.
std::uint32_t Engine::zone_of_caller(std::uint32_t token, const Step& step,
                                     std::uint32_t gate) const {
  std::uint32_t f = s_.tokens[token].frame;
  if (step.code == StepCode::kZoneGate) f = s_.frames[f].parent;  // its own task is the callee's
  for (; f != kNone; f = s_.frames[f].parent) {
    const std::uint32_t task = s_.frames[f].task;
    if (task == kNone) continue;
    const DeploymentId of = net_.groups[net_.task_group[task]].deployment;
    const bool here = net_.deployments[of.index()].region == net_.deployments[gate].region;
    return here ? s_.tasks[task].zone : kNone;
  }
  return kNone;
}

Engine::Selected Engine::selected(std::uint32_t gate, std::uint32_t zone,
                                  std::uint32_t task) const {
  Selected all;
  double passes = 1;
  for (const ActiveEffect& active : s_.effects) {
    const Effect& effect = active.effect;
    if (active.deployment != gate || effect.from == Effect::From::kAnywhere) continue;
    const bool hit =
        effect.from == Effect::From::kTasks
            ? effect.hits_task(task)
            : zone != kNone && (effect.zone == zone) == (effect.from == Effect::From::kZone);
    if (!hit) continue;
    if (effect.kind == Effect::Kind::kOutage) {
      all.refuse_share = std::max(all.refuse_share, effect.refuse_share);
      all.down = true;
    } else if (effect.kind == Effect::Kind::kErrors) {
      passes *= 1 - effect.share;
    } else if (effect.kind == Effect::Kind::kLatency) {
      all.delay += effect.delay.count();
    }
  }
  all.error_share = 1 - passes;
  return all;
}

/// A gate on which some effect acts: that of deployment `of`.
bool Engine::step_troubled_gate(std::uint32_t token, const Step& step, std::uint32_t of) {
  GateState& gate = s_.gates[of];
  const Frame& frame = s_.frames[s_.tokens[token].frame];
  const std::uint64_t bits = bits_of(frame, step);
  const Cause cause = net_.deployments[of].dependency ? Cause::kDependency : Cause::kReset;
  if (gate.down) {
    if (happens(bits, gate.refuse_share)) return fail(token, cause);
    hang(token, of);
    return false;
  }
  Selected here;
  if (gate.selective) {
    const bool enters = step.code == StepCode::kZoneGate;
    here = selected(of, zone_of_caller(token, step, of), enters ? frame.task : kNone);
  }
  if (here.down) {
    if (happens(bits, here.refuse_share)) return fail(token, cause);
    hang(token, of);
    return false;
  }
  if (happens(bits, 1 - (1 - gate.error_share) * (1 - here.error_share))) return fail(token, cause);
  if (happens(mix(bits, kThrottling), gate.throttled_share)) return fail(token, Cause::kThrottled);
  if (gate.limit.interval > 0 && !take_tokens(gate.limit, 1)) {
    return fail(token, Cause::kThrottled);
  }
  const Request& request = s_.requests[s_.tokens[token].request];
  if ((gate.shed_share > 0 || gate.shed_critical_share > 0) && !request.is_probe) {
    const std::uint32_t journey = request.journey;
    const bool critical = journey != kNone && net_.journeys[journey].critical;
    const double share = critical ? gate.shed_critical_share : gate.shed_share;
    if (happens(mix(bits, kShedding), share)) return fail(token, Cause::kRejected);
  }
  ++s_.doors[of].entered;
  if (const std::int64_t delay = gate.delay + here.delay; delay > 0) {
    spent_in(frame, s_.tokens[token], 0, delay);
    set_delay(token, delay);
    return false;
  }
  ++s_.tokens[token].pc;
  return true;
}

bool Engine::step_zone_gate(std::uint32_t token, const Step& step) {
  const std::uint32_t task = s_.frames[s_.tokens[token].frame].task;
  const std::uint32_t of = step.a + (task == kNone ? 0 : s_.tasks[task].zone);
  Door& door = s_.doors[of];
  if (door.troubled) return step_troubled_gate(token, step, of);
  ++door.entered;
  ++s_.tokens[token].pc;
  return true;
}

void Engine::step_resolve(std::uint32_t token, const Step& step) {
  Request& request = s_.requests[s_.tokens[token].request];
  const Resolver& resolver = net_.resolvers[step.a];
  const std::vector<AnswerChange>& answers = s_.answers[step.a];
  // The latest change that this client has come to believe. Its cohort is the client's own; how
  // long it takes to notice a change is drawn for the client and the change.
  std::size_t i = answers.size() - 1;
  if (i > 0) {
    const std::uint64_t client = mix(mix(trial_key_, resolver.hash), request.client);
    const double position = unit(client);
    double sum = 0;
    std::size_t cohort = 0;
    while (cohort + 1 < resolver.cohorts.size()) {
      sum += resolver.cohorts[cohort].share;
      if (position < sum) break;
      ++cohort;
    }
    const std::uint32_t law = resolver.cohorts[cohort].delay.index();
    while (i > 0 && s_.now < answers[i].at + sample(law, mix(client, i))) --i;
  }
  const auto region = static_cast<std::uint64_t>(answers[i].region);
  ResolverCount& count = s_.resolver_counts[step.a];
  ++count.asked;
  count.stale += answers[i].region != answers.back().region ? 1U : 0U;
  request.region = static_cast<std::uint16_t>(region);
  request.resolver = static_cast<std::uint16_t>(step.a);
  s_.tokens[token].pc = region < step.c ? net_.jumps[step.b + region] : s_.tokens[token].pc + 1;
}

}  // namespace lifeboat::sim
