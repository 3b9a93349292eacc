// Frames: calls, returns, failures and retries, timeouts, branches.
//
// A timeout splits: the caller's frames go to a new token that handles the failure, and the callee
// keeps its own frames and works on as an orphan (`detached`), holding what it holds.
#include <algorithm>
#include <stdexcept>

#include "sim/engine/hot_path.hpp"

namespace lifeboat::sim {

void Engine::tell_call(std::uint32_t token, PlanId plan, std::uint32_t parent, bool awaited) const {
  Listener::Call call;
  call.frame = s_.tokens[token].frame;
  call.parent = parent;
  call.plan = plan;
  call.awaited = awaited;
  const Request& request = s_.requests[s_.tokens[token].request];
  if (parent == kNone) call.number = mix(request.key, request.leg);
  listener_->called(now(), call);
}

void Engine::tell_left(std::uint32_t frame, Cause cause) const {
  const std::uint32_t task = s_.frames[frame].task;
  listener_->left(now(), {frame, task, task == kNone ? 0U : s_.tasks[task].zone, cause});
}

/// Gives back the places and the execution environment that the frame holds.
void Engine::let_go_of_places(std::uint32_t frame) {
  for (std::uint32_t& held : s_.frames[frame].held) {
    const std::uint32_t station = held;
    held = kNone;
    if (station != kNone) release(station);
  }
  const std::uint32_t environment = s_.frames[frame].environment;
  s_.frames[frame].environment = kNone;
  if (environment != kNone) vacate(environment);
}

/// What the caller does about a failed call, its token's top frame being the caller's. Sets
/// `unwinding` when the caller fails in turn; else tells whether the token goes on at once.
bool Engine::call_failed(std::uint32_t token, std::uint32_t call, std::uint16_t attempt,
                         std::uint32_t began, Cause cause, bool& unwinding) {
  const Step& step = net_.steps[call];
  const CallPolicy& policy = net_.policies[step.b];
  unwinding = false;
  Frame& caller = s_.frames[s_.tokens[token].frame];
  if ((step.flags & kAccounted) != 0) hear(policy, caller.task, began, cause);
  if (const auto next = next_attempt(policy, caller.task, attempt, cause)) {
    caller.next_attempt = *next;
    const std::uint32_t number = attempt & 0xffU;
    // Full jitter, unless the policy says less: uniform between nothing and the capped exponential.
    const std::uint64_t bits = mix(mix(key_of_draws(caller), step.key + number), 0xb0ff);
    const Duration base = cause == Cause::kThrottled && policy.throttled_backoff_base > Duration{}
                              ? policy.throttled_backoff_base
                              : policy.backoff_base;
    const double ceiling =
        std::min(static_cast<double>(policy.backoff_cap.count()),
                 static_cast<double>(base.count()) *
                     static_cast<double>(std::uint64_t{1} << std::min<unsigned>(number, 40)));
    const double share = 1 - policy.jitter + policy.jitter * unit(bits);
    const auto wait = static_cast<std::int64_t>(share * ceiling);
    const std::uint32_t again = (step.flags & kLimited) != 0 ? call - 1 : call;
    if (wait <= 0) {
      s_.tokens[token].pc = again;
      return true;
    }
    s_.tokens[token].pc = again - 1;  // a delay that ends moves on by one step
    set_delay(token, wait);
    return false;
  }
  if (policy.handler != kNone) {
    s_.tokens[token].pc = policy.handler;
    return true;
  }
  unwinding = true;
  return true;
}

bool Engine::fail(std::uint32_t token, Cause cause) {
  for (;;) {
    const Frame& frame = s_.frames[s_.tokens[token].frame];
    const std::uint32_t call = frame.call;
    const std::uint32_t parent = frame.parent;
    const std::uint32_t join = frame.join;
    const std::uint16_t attempt = frame.attempt;
    const bool detached = frame.detached;
    pop_frame(token, s_.tokens[token].frame, cause);
    if (parent == kNone) {
      if (join != kNone) {
        end_token(token);
        branch_ended(join, false, cause);
        return false;
      }
      // A consumer stands in for its message's request, which is not its own to answer.
      if (!detached && s_.tokens[token].batch == kNone) {
        answer(s_.tokens[token].request, false, cause);
      }
      end_token(token);
      return false;
    }
    bool unwinding = false;
    const bool runs_on = call_failed(token, call, attempt, join, cause, unwinding);
    if (!unwinding) return runs_on;
  }
}

// ---- timers --------------------------------------------------------------------------------

/// The lane of a timeout that no plan names (a probe's): a spare one is given that length.
std::uint32_t Engine::lane_for(Duration timeout) {
  std::uint32_t lane = 0;
  while (lane < s_.timeout_lanes.size() && s_.timeout_lanes[lane].length != timeout.count() &&
         s_.timeout_lanes[lane].length != 0) {
    ++lane;
  }
  if (lane == s_.timeout_lanes.size()) {
    throw std::logic_error("probes use more distinct timeouts than there are spare lanes");
  }
  s_.timeout_lanes[lane].length = timeout.count();
  return lane;
}

void Engine::fire_timeouts(std::uint32_t lane) {
  const std::uint32_t slot = net_.timeout_lane_slot + lane;
  for (;;) {
    TimeoutLane& row = s_.timeout_lanes[lane];
    const TimeoutLane::Deadline* const first = row.first(number_of(lane));
    if (first == nullptr) {
      row.slot_is_set = false;
      schedule(slot, Instant::never().nanoseconds());
      return;
    }
    const TimeoutLane::Deadline due = *first;
    if (due.at > s_.now) {
      schedule(slot, due.at);
      return;
    }
    if (due.on_token) {
      s_.tokens[due.target].timer = kNone;
      wait_timed_out(due.target);
    } else {
      s_.frames[due.target].timer = kNone;
      timed_out(due.target);
    }
  }
}

/// Gives the caller's frames to a new token; the frame and what is above it keep theirs.
std::uint32_t Engine::split(std::uint32_t frame) {
  const std::uint32_t parent = s_.frames[frame].parent;
  const std::uint32_t callee = s_.frames[frame].token;
  const std::uint32_t caller = new_token(s_.tokens[callee].request);
  s_.tokens[caller].batch = s_.tokens[callee].batch;
  s_.tokens[callee].batch = kNone;
  s_.tokens[caller].frame = parent;
  for (std::uint32_t f = parent; f != kNone; f = s_.frames[f].parent) s_.frames[f].token = caller;
  s_.frames[frame].parent = kNone;
  s_.frames[frame].tail = false;
  s_.frames[frame].join = kNone;
  s_.frames[frame].detached = true;
  return caller;
}

void Engine::timed_out(std::uint32_t frame) {
  const std::uint32_t callee = s_.frames[frame].token;
  const std::uint32_t call = s_.frames[frame].call;
  const std::uint16_t attempt = s_.frames[frame].attempt;
  const std::uint32_t began = s_.frames[frame].join;
  if (call == kNone) {  // a probe's own root: its sender hears of it, the work goes on unheard
    s_.frames[frame].detached = true;
    answer(s_.tokens[callee].request, false, Cause::kTimeout);
    if (s_.tokens[callee].place == Place::kHung) {
      while (s_.tokens[callee].frame != kNone) discard_frame(callee);
      end_token(callee);
    }
    return;
  }
  const std::uint32_t caller = split(frame);
  const Cause cause = net_.policies[net_.steps[call].b].timeout_cause;
  if (listener_ != nullptr) listener_->answered(now(), frame, cause);
  // Nobody works behind a closed gate, nor for who waits for another's fetch: what stands there
  // ends with its caller's patience.
  const Token& t = s_.tokens[callee];
  const bool fetches = t.place == Place::kJoin && s_.joins[t.where].cache != kNone;
  if (fetches) leave_fetch(callee);
  if (fetches || t.place == Place::kHung) {
    while (s_.tokens[callee].frame != kNone) discard_frame(callee);
    end_token(callee);
  }
  bool unwinding = false;
  bool runs_on = call_failed(caller, call, attempt, began, cause, unwinding);
  if (unwinding) runs_on = fail(caller, cause);
  if (runs_on) make_ready(caller);
}

void Engine::wait_timed_out(std::uint32_t token) {
  leave_queue(token, s_.tokens[token].where);
  s_.tokens[token].place = Place::kRunning;
  if (fail(token, Cause::kTimeout)) make_ready(token);
}

// ---- branches ------------------------------------------------------------------------------

void Engine::step_spawn(std::uint32_t token, const Step& step) {
  const std::uint32_t parent = s_.tokens[token].frame;
  const std::uint32_t child = new_token(s_.tokens[token].request);
  const Cursor at = enter_plan(child, PlanId{step.a}, bits_of(s_.frames[parent], step));
  Frame& frame = s_.frames[at.frame];
  frame.detached = true;
  if (frame.deployment == s_.frames[parent].deployment) frame.task = s_.frames[parent].task;
  if (listener_ != nullptr) tell_call(child, PlanId{step.a}, parent, false);
  ++s_.tokens[token].pc;
  make_ready(child);
}

void Engine::step_fork(std::uint32_t token, const Step& step) {
  const Fork& fork = net_.forks[step.a];
  const std::uint32_t parent = s_.tokens[token].frame;
  const std::uint32_t join = s_.joins.allocate();
  s_.joins[join].token = token;
  s_.joins[join].left = static_cast<std::uint32_t>(fork.branches.size());
  s_.joins[join].need = fork.need;
  s_.tokens[token].place = Place::kJoin;
  s_.tokens[token].where = join;
  const std::uint64_t base = bits_of(s_.frames[parent], step);
  for (std::size_t i = 0; i < fork.branches.size(); ++i) {
    const std::uint32_t child = new_token(s_.tokens[token].request);
    const Cursor at = enter_plan(child, fork.branches[i], mix(base, i));
    Frame& frame = s_.frames[at.frame];
    frame.join = join;
    if (frame.deployment == s_.frames[parent].deployment) frame.task = s_.frames[parent].task;
    if (listener_ != nullptr) tell_call(child, fork.branches[i], parent, true);
    make_ready(child);
  }
}

/// A branch that makes the whole hopeless makes it fail, with its own cause.
void Engine::branch_ended(std::uint32_t join, bool good, Cause cause) {
  JoinState& state = s_.joins[join];
  if (state.cache != kNone) return fetch_ended(join, good, cause);
  --state.left;
  if (good && state.need > 0) --state.need;
  const std::uint32_t token = state.token;
  const bool enough = state.need == 0;
  const bool hopeless = state.need > state.left;
  if (token != kNone && (enough || hopeless)) {
    state.token = kNone;
    s_.tokens[token].place = Place::kRunning;
    bool runs_on = true;
    if (enough) {
      ++s_.tokens[token].pc;
    } else {
      runs_on = fail(token, cause);
    }
    if (runs_on) make_ready(token);
  }
  if (s_.joins[join].left == 0) s_.joins.release(join);
}

bool Engine::step_reply(std::uint32_t token) {
  const std::uint32_t frame = s_.tokens[token].frame;
  ++s_.tokens[token].pc;
  Frame& row = s_.frames[frame];
  if (row.detached) return true;
  if (row.parent == kNone) {
    if (row.join != kNone) return true;  // a branch has nobody else to answer
    row.detached = true;
    if (listener_ != nullptr) listener_->answered(now(), frame, Cause::kNoCause);
    answer(s_.tokens[token].request, true, Cause::kNoCause);
    return true;
  }
  const std::uint32_t call = row.call;
  row.timer = kNone;
  const std::uint16_t attempt = row.attempt;
  const std::uint32_t began = row.join;
  const std::uint32_t caller = split(frame);
  if (listener_ != nullptr) listener_->answered(now(), frame, Cause::kNoCause);
  s_.tokens[caller].pc = net_.steps[call].c;
  if ((net_.steps[call].flags & kAccounted) != 0) {
    call_succeeded(caller, net_.steps[call], attempt, began);
  }
  make_ready(caller);
  return true;
}

}  // namespace lifeboat::sim
