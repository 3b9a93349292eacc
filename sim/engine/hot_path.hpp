// The engine's hot path, small enough to be part of whoever calls it: tokens and frames that come
// and go, queues, services, timers, answers. A request of the simplest model runs through most of
// these functions once; calls among them would cost as much as what they do.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <utility>

#include "sim/engine/engine.hpp"
#include "sim/hot.hpp"

namespace lifeboat::sim {

// ---- tokens and frames ----------------------------------------------------------------------

LIFEBOAT_HOT std::uint32_t Engine::new_token(std::uint32_t request) {
  const std::uint32_t token = s_.tokens.allocate();
  Token& t = s_.tokens[token];
  t.request = request;
  t.place = Place::kRunning;
  ++s_.requests[request].tokens;
  return token;
}

/// A frame for the plan on top of the token's stack, past the gate that most plans begin with if
/// nothing acts on it.
LIFEBOAT_HOT Engine::Cursor Engine::enter_plan(std::uint32_t token, std::uint32_t head,
                                               std::uint64_t key, std::uint32_t parent) {
  const std::uint32_t index = s_.frames.allocate();
  Frame& frame = s_.frames[index];
  frame.key = key;
  frame.parent = parent;
  frame.token = token;
  const Step& plan = net_.steps[head];
  frame.deployment = plan.b;
  if (parent != kNone && s_.frames[parent].deployment == plan.b) {
    frame.task = s_.frames[parent].task;
  }
  std::uint32_t entry = head + 1;
  if (plan.c != kNone) {
    // By a branch: where the plan goes on may be foreseen, and need not wait for the door.
    Door& door = s_.doors[plan.c];
    if (!door.troubled) [[likely]] {
      ++door.entered;
      ++entry;
    }
  }
  Token& t = s_.tokens[token];
  t.frame = index;
  t.pc = entry;
  return {entry, index, key};
}

/// Gives back what the frame holds.
LIFEBOAT_HOT void Engine::let_go(std::uint32_t frame) {
  Frame& row = s_.frames[frame];
  row.timer = kNone;
  if (row.owns_task) {
    row.owns_task = false;
    leave_task(row.task);
  }
  if ((row.held[0] & row.held[1] & row.environment) != kNone) let_go_of_places(frame);
}

/// Takes the top frame, whose call has ended so, off the token's stack; tells the one below.
LIFEBOAT_HOT std::uint32_t Engine::pop_frame(std::uint32_t token, std::uint32_t frame,
                                             Cause cause) {
  if (listener_ != nullptr) [[unlikely]]
    tell_left(frame, cause);
  const std::uint32_t parent = s_.frames[frame].parent;
  let_go(frame);
  s_.tokens[token].frame = parent;
  s_.frames.release(frame);
  return parent;
}

LIFEBOAT_HOT void Engine::release_request(std::uint32_t request) {
  if (--s_.requests[request].tokens == 0) s_.requests.release(request);
}

LIFEBOAT_HOT void Engine::end_token(std::uint32_t token) {
  Token& t = s_.tokens[token];
  const std::uint32_t batch = t.batch;
  t.timer = kNone;
  t.place = Place::kFree;
  const std::uint32_t request = batch == kNone ? t.request : s_.batches[batch].own_request;
  s_.tokens.release(token);
  if (batch != kNone) [[unlikely]]
    consumer_ended(batch);
  release_request(request);
}

// ---- timers ---------------------------------------------------------------------------------

/// Gives a call's frame, or a token that waits, a timer of that lane.
LIFEBOAT_HOT void Engine::arm(std::uint32_t lane, std::uint32_t target, bool on_token) {
  TimeoutLane& row = s_.timeout_lanes[lane];
  const std::int64_t at = s_.now + row.length;
  const std::uint32_t number = row.arm({at, target, on_token}, number_of(lane));
  if (on_token) {
    s_.tokens[target].timer = number;
    s_.tokens[target].child = lane;
  } else {
    s_.frames[target].timer = number;
    s_.frames[target].lane = static_cast<std::uint16_t>(lane);
  }
  // A slot that stands at the deadline of a timer that was cancelled is early, which is harmless.
  if (!row.slot_is_set) {
    row.slot_is_set = true;
    schedule(net_.timeout_lane_slot + lane, at);
  }
}

// ---- random delays --------------------------------------------------------------------------

LIFEBOAT_HOT void Engine::set_delay(std::uint32_t token, std::int64_t length) {
  ++s_.hops;
  Token& t = s_.tokens[token];
  t.place = Place::kSet;
  t.where = s_.delays.add({(now() + Duration::nanoseconds(length)).nanoseconds(), token});
}

// ---- queues and services --------------------------------------------------------------------

/// Into the line: at its end unless priorities say otherwise.
LIFEBOAT_HOT void Engine::enqueue(std::uint32_t token, std::uint32_t station,
                                  std::uint16_t priority) {
  StationState& state = s_.stations[station];
  Token& t = s_.tokens[token];
  t.place = Place::kQueue;
  t.where = station;
  t.since = s_.now;
  t.priority = priority;
  std::uint32_t after = state.tail;
  if (net_.station_rows[station].discipline == Discipline::kPriority) [[unlikely]] {
    while (after != kNone && s_.tokens[after].priority > priority) after = s_.tokens[after].prev;
  }
  t.prev = after;
  t.next = after == kNone ? state.head : s_.tokens[after].next;
  (t.next == kNone ? state.tail : s_.tokens[t.next].prev) = token;
  (after == kNone ? state.head : s_.tokens[after].next) = token;
  ++state.queued;
  s_.counts[station].since_sum += static_cast<std::uint64_t>(s_.now);
  tell(station, Listener::Stay::kQueued, token);
}

/// Takes the token out of the queue of a station whose areas are up to date, and counts its wait.
LIFEBOAT_HOT void Engine::unlink(std::uint32_t token, std::uint32_t station) {
  StationState& state = s_.stations[station];
  StationCount& count = s_.counts[station];
  const Token& t = s_.tokens[token];
  (t.prev == kNone ? state.head : s_.tokens[t.prev].next) = t.next;
  (t.next == kNone ? state.tail : s_.tokens[t.next].prev) = t.prev;
  --state.queued;
  count.wait_sum += static_cast<std::uint64_t>(s_.now - t.since);
  count.since_sum -= static_cast<std::uint64_t>(t.since);
}

/// The next in line, out of it.
LIFEBOAT_HOT std::uint32_t Engine::dequeue(std::uint32_t station) {
  const StationState& state = s_.stations[station];
  const std::uint32_t token =
      net_.station_rows[station].discipline == Discipline::kLifo ? state.tail : state.head;
  unlink(token, station);
  ++s_.counts[station].started;
  return token;
}

/// Begins the visit of the token's step at that server (kNone: at a station without slots). How
/// long it takes at full speed stands in the token since it came.
LIFEBOAT_HOT void Engine::start_service(std::uint32_t token, std::uint32_t station,
                                        std::uint32_t server, std::int64_t waited) {
  StationState& state = s_.stations[station];
  const StationCount& row = s_.counts[station];
  Token& t = s_.tokens[token];
  const std::int64_t demand = t.demand;
  t.since = s_.now;
  ++state.in_service;
  std::int64_t length = demand;
  if (state.speed != 1.0F) [[unlikely]] {
    t.finish = static_cast<double>(demand);
    length = slowed(demand, state.speed);
  }
  if (server == kNone) [[unlikely]] {
    set_delay(token, length);
    t.place = Place::kMany;
  } else {
    const std::uint32_t slot = row.first_slot + server;
    set_station(slot, station, false, now() + Duration::nanoseconds(length));
    state.free_servers &= ~(std::uint64_t{1} << server);
    t.place = Place::kServer;
    t.where = slot;
    s_.occupant[slot] = token;
  }
  tell(station, Listener::Stay::kStarted, token);
  recorder_.spent(s_.requests[t.request], row.service, waited, demand);
}

/// Takes the next in line at that server.
LIFEBOAT_HOT void Engine::serve_next(std::uint32_t station, std::uint32_t server) {
  const std::uint32_t token = dequeue(station);
  start_service(token, station, server, s_.now - s_.tokens[token].since);
}

LIFEBOAT_HOT bool Engine::enter_station(std::uint32_t token, std::uint32_t station,
                                        const Step& step, std::uint64_t bits) {
  StationState& state = s_.stations[station];
  Token& t = s_.tokens[token];
  // The demand is the token's own: drawn here, where nothing waits for it yet.
  t.demand = sample(step.b, bits);
  touch(state);
  StationCount& count = s_.counts[station];
  ++count.arrivals;
  tell(station, Listener::Stay::kArrived, token);
  if (state.in_service < state.servers) {
    ++count.started;
    const std::uint32_t server =
        net_.station_rows[station].has_slots
            ? static_cast<std::uint32_t>(std::countr_zero(state.free_servers))
            : kNone;
    start_service(token, station, server, 0);
    return false;
  }
  if (state.queued >= net_.station_rows[station].queue_limit) {
    ++count.rejected;
    tell(station, Listener::Stay::kRejected, token);
    return fail(token, Cause::kRejected);
  }
  enqueue(token, station, step.small);
  return false;
}

// ---- places that a token takes and gives back ----------------------------------------------

/// Throws: a frame has room for two places.
[[noreturn]] void refuse_place(std::uint32_t station);

/// Notes in the frame that it holds a place there.
LIFEBOAT_HOT void keep_place(Frame& frame, std::uint32_t station) {
  std::uint32_t* const room = std::find(std::begin(frame.held), std::end(frame.held), kNone);
  if (room == std::end(frame.held)) [[unlikely]]
    refuse_place(station);
  *room = station;
}

LIFEBOAT_HOT Engine::Taken Engine::acquire(std::uint32_t token, Frame& frame, std::uint32_t station,
                                           const Step& step) {
  StationState& state = s_.stations[station];
  touch(state);
  StationCount& count = s_.counts[station];
  ++count.arrivals;
  tell(station, Listener::Stay::kArrived, token);
  if (state.in_service < state.servers && state.queued == 0) {
    ++count.started;
    tell(station, Listener::Stay::kStarted, token);
    ++state.in_service;
    keep_place(frame, station);
    return Taken::kNow;
  }
  if (state.queued >= net_.station_rows[station].queue_limit) {
    ++count.rejected;
    tell(station, Listener::Stay::kRejected, token);
    return Taken::kNever;
  }
  enqueue(token, station, step.small);
  if (step.c != kNone) arm(step.c, token, true);
  return Taken::kLater;
}

LIFEBOAT_HOT void Engine::release(std::uint32_t station) {
  StationState& state = s_.stations[station];
  touch(state);
  --state.in_service;
  ++s_.counts[station].completions;
  tell(station, Listener::Stay::kCompleted, kNone);
  if (state.queued > 0) hand_over(station);
}

// ---- shared processors ----------------------------------------------------------------------
//
// n requests on a capacity of c processors each progress at min(1, c / n). A virtual clock runs
// at that rate; a request that comes at virtual time v with demand d ends at v + d. The requests
// stand in a pairing heap by virtual end (links in the tokens), and the station's slot shows when
// the first will end, rounded up to a nanosecond.

inline constexpr std::uint32_t kWholeProcessor = 1000;  ///< in thousandths

/// Thousandths of processors that n requests use of a capacity.
LIFEBOAT_HOT std::uint32_t in_use(std::uint32_t n, std::uint32_t capacity_milli) {
  const std::uint64_t wanted = std::uint64_t{n} * kWholeProcessor;
  return wanted < capacity_milli ? static_cast<std::uint32_t>(wanted) : capacity_milli;
}

/// Whole nanoseconds in which so much is done at that rate, rounded up.
LIFEBOAT_HOT std::int64_t time_for(double left, double rate) {
  const double exact = rate == 1 ? left : left / rate;
  if (!(exact > 0)) return 0;
  if (exact >= 9e18) return Duration::infinite().count();
  const auto whole = static_cast<std::int64_t>(exact);
  return whole + (static_cast<double>(whole) < exact ? 1 : 0);
}

/// How fast each of those present progresses.
LIFEBOAT_HOT double rate_of(const StationState& state) {
  if (state.in_service == 0) return 0;
  const double wanted = static_cast<double>(kWholeProcessor) * state.in_service;
  const double share = wanted <= state.capacity_milli() ? 1.0 : state.capacity_milli() / wanted;
  return share * static_cast<double>(state.speed);
}

/// Brings the virtual clock and the areas up to now.
LIFEBOAT_HOT void Engine::shared_advance(std::uint32_t station) {
  StationState& state = s_.stations[station];
  const std::int64_t elapsed = s_.now - state.last;
  state.virtual_time += static_cast<double>(elapsed) * state.rate();
  state.busy_area +=
      static_cast<std::uint64_t>(elapsed) * in_use(state.in_service, state.capacity_milli());
  state.queue_area += static_cast<std::uint64_t>(elapsed) * state.in_service;
  state.last = s_.now;
}

/// After a change of who is present, or of the speed.
LIFEBOAT_HOT void Engine::shared_schedule(std::uint32_t station) {
  StationState& state = s_.stations[station];
  const std::uint32_t slot = s_.counts[station].first_slot;
  const double rate = rate_of(state);
  state.set_rate(rate);
  if (state.head == kNone || rate <= 0) {
    s_.events.clear(slot);
    return;
  }
  const double left = s_.tokens[state.head].finish - state.virtual_time;
  set_station(slot, station, true, now() + Duration::nanoseconds(time_for(left, rate)));
}

LIFEBOAT_HOT std::uint32_t Engine::heap_meld(std::uint32_t a, std::uint32_t b) {
  if (a == kNone) return b;
  if (b == kNone) return a;
  const Token& ta = s_.tokens[a];
  const Token& tb = s_.tokens[b];
  if (tb.finish < ta.finish || (tb.finish == ta.finish && b < a)) std::swap(a, b);
  // b becomes a's first child; prev of a first child is its parent.
  Token& parent = s_.tokens[a];
  Token& child = s_.tokens[b];
  child.prev = a;
  child.next = parent.child;
  if (parent.child != kNone) s_.tokens[parent.child].prev = b;
  parent.child = b;
  return a;
}

LIFEBOAT_HOT void Engine::compute(std::uint32_t token, std::uint32_t station, const Step& step,
                                  std::uint64_t bits) {
  shared_advance(station);
  StationState& state = s_.stations[station];
  StationCount& count = s_.counts[station];
  ++count.arrivals;
  ++count.started;
  tell(station, Listener::Stay::kArrived, token);
  tell(station, Listener::Stay::kStarted, token);
  Token& t = s_.tokens[token];
  t.demand = sample(step.b, bits);
  t.place = Place::kShared;
  t.where = station;
  t.since = s_.now;
  t.next = t.prev = t.child = kNone;
  const bool alone = state.head == kNone;
  if (alone) state.virtual_time = 0;  // a fresh busy period keeps numbers small
  t.finish = state.virtual_time + static_cast<double>(t.demand);
  ++state.in_service;
  count.since_sum += static_cast<std::uint64_t>(s_.now);
  if (alone && state.speed == 1.0F && state.capacity_milli() >= kWholeProcessor) {
    // The next event waits for this time, so it takes no detour through the virtual clock.
    state.head = token;
    state.set_rate(1);
    set_station(count.first_slot, station, true, now() + Duration::nanoseconds(t.demand));
    return;
  }
  state.head = heap_meld(state.head, token);
  shared_schedule(station);
}

// ---- calls ----------------------------------------------------------------------------------

inline constexpr std::uint32_t kMostAhead = 0xff;  // what a frame has room for

LIFEBOAT_HOT Engine::Cursor Engine::push_call(std::uint32_t token, const Step& step, Cursor at) {
  Frame& caller = s_.frames[at.frame];
  const std::uint16_t attempt = caller.next_attempt;
  caller.next_attempt = 0;
  const std::uint64_t key = mix(at.key, step.key + (attempt & 0xffU));
  const Cursor inside = enter_plan(token, step.a, key, at.frame);
  Frame& frame = s_.frames[inside.frame];
  frame.call = at.pc;
  frame.attempt = attempt;
  frame.tail = (step.flags & (kTail | kAccounted)) == kTail;
  frame.accounted = (step.flags & kAccounted) != 0;
  const std::uint32_t ahead = step.c - at.pc;
  frame.resume = ahead <= kMostAhead ? static_cast<std::uint8_t>(ahead) : 0;
  if (listener_ != nullptr) [[unlikely]]
    tell_call(token, net_.called_by(step), at.frame, true);
  if ((step.flags & kTimed) != 0) arm(step.small, inside.frame, false);
  if ((step.flags & kThenLookup) != 0) fetch_entry(token, net_.steps[step.c].a);
  return inside;
}

/// Ends the top frame well, and each below it whose plan has nothing left to do.
LIFEBOAT_HOT bool Engine::return_from(std::uint32_t token, Cursor& at) {
  while (s_.frames[at.frame].tail) at.frame = pop_frame(token, at.frame, Cause::kNoCause);
  const std::uint32_t index = at.frame;
  const Frame& frame = s_.frames[index];
  const std::uint32_t call = frame.call;
  const std::uint32_t join = frame.join;
  const std::uint32_t resume = frame.resume;
  const bool detached = frame.detached;
  const bool accounted = frame.accounted;
  at.frame = pop_frame(token, index, Cause::kNoCause);
  if (at.frame != kNone) {
    at = cursor_at(resume != 0 ? call + resume : net_.steps[call].c, at.frame);
    // A freed frame keeps all but its link until it is used again.
    if (accounted) call_succeeded(token, net_.steps[call], s_.frames[index].attempt, join);
    return true;
  }
  if (join != kNone) {
    end_token(token);
    branch_ended(join, true, Cause::kNoCause);
    return false;
  }
  if (!detached) answer(s_.tokens[token].request, true, Cause::kNoCause);
  end_token(token);
  return false;
}

}  // namespace lifeboat::sim
