// Stations: queues with timed servers, places to hold, and shared processors.
//
// Areas (number in service and number waiting, times nanoseconds) are brought up to date at each
// change; the waits that tokens saw are summed apart from them, which is what the audit compares.
#include <algorithm>
#include <bit>
#include <cmath>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

#include "sim/engine/engine.hpp"

namespace lifeboat::sim {
namespace {

/// Thousandths of processors that n requests use of a capacity.
std::uint32_t in_use(std::uint32_t n, std::uint32_t capacity_milli) {
  const std::uint64_t wanted = std::uint64_t{n} * 1000;
  return wanted < capacity_milli ? static_cast<std::uint32_t>(wanted) : capacity_milli;
}

/// Notes in the frame that it holds a place there.
void keep_place(Frame& frame, std::uint32_t station) {
  std::uint32_t* const room = std::find(std::begin(frame.held), std::end(frame.held), kNone);
  if (room == std::end(frame.held)) {
    throw std::logic_error("a call holds more than two places at once, the last at station " +
                           std::to_string(station));
  }
  *room = station;
}

}  // namespace

// ---- queues --------------------------------------------------------------------------------

void Engine::enqueue(std::uint32_t token, std::uint32_t station, std::uint16_t priority) {
  StationState& state = s_.stations[station];
  Token& t = s_.tokens[token];
  t.place = Place::kQueue;
  t.where = station;
  t.since = s_.now;
  t.priority = priority;
  std::uint32_t after = state.tail;
  if (net_.station_rows[station].discipline == Discipline::kPriority) {
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
void Engine::unlink(std::uint32_t token, std::uint32_t station) {
  StationState& state = s_.stations[station];
  StationCount& count = s_.counts[station];
  const Token& t = s_.tokens[token];
  (t.prev == kNone ? state.head : s_.tokens[t.prev].next) = t.next;
  (t.next == kNone ? state.tail : s_.tokens[t.next].prev) = t.prev;
  --state.queued;
  count.wait_sum += static_cast<std::uint64_t>(s_.now - t.since);
  count.since_sum -= static_cast<std::uint64_t>(t.since);
}

/// The token gives up waiting.
void Engine::leave_queue(std::uint32_t token, std::uint32_t station) {
  touch(s_.stations[station]);
  unlink(token, station);
  ++s_.counts[station].abandoned;
}

std::uint32_t Engine::dequeue(std::uint32_t station) {
  const StationState& state = s_.stations[station];
  const std::uint32_t token =
      net_.station_rows[station].discipline == Discipline::kLifo ? state.tail : state.head;
  unlink(token, station);
  ++s_.counts[station].started;
  return token;
}

// ---- servers that take a drawn time --------------------------------------------------------

bool Engine::enter_station(std::uint32_t token, std::uint32_t station, const Step& step) {
  StationState& state = s_.stations[station];
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

/// Begins the visit of the token's step at that server (kNone: at a station without slots).
void Engine::start_service(std::uint32_t token, std::uint32_t station, std::uint32_t server,
                           std::int64_t waited) {
  StationState& state = s_.stations[station];
  const StationRow& row = net_.station_rows[station];
  Token& t = s_.tokens[token];
  const Step& step = net_.steps[t.pc];
  const std::int64_t demand = sample(step.b, bits_of(s_.frames[t.frame], step));
  tell(station, Listener::Stay::kStarted, token);
  recorder_.spent(s_.requests[t.request], row.service, waited, demand);
  t.demand = demand;
  t.finish = static_cast<double>(demand);
  t.since = s_.now;
  ++state.in_service;
  const std::int64_t length =
      state.speed == 1.0F ? demand
      : state.speed > 0   ? static_cast<std::int64_t>(static_cast<double>(demand) / state.speed)
                          : Duration::infinite().count();
  if (server == kNone) [[unlikely]] {
    set_delay(token, length);
    t.place = Place::kMany;
    return;
  }
  state.free_servers &= ~(std::uint64_t{1} << server);
  const std::uint32_t slot = row.first_slot + server;
  t.place = Place::kServer;
  t.where = slot;
  s_.occupant[slot] = token;
  s_.events.set(slot, now() + Duration::nanoseconds(length));
}

/// Takes the next in line at that server.
void Engine::serve_next(std::uint32_t station, std::uint32_t server) {
  const std::uint32_t token = dequeue(station);
  start_service(token, station, server, s_.now - s_.tokens[token].since);
}

void Engine::complete_service(std::uint32_t slot, std::uint32_t station) {
  const std::uint32_t token = s_.occupant[slot];
  StationState& state = s_.stations[station];
  touch(state);
  ++s_.counts[station].completions;
  tell(station, Listener::Stay::kCompleted, token);
  ++s_.hops;
  --state.in_service;
  const std::uint32_t server = slot - net_.station_rows[station].first_slot;
  if (state.queued > 0 && state.in_service < state.servers) {
    serve_next(station, server);
  } else {
    state.free_servers |= std::uint64_t{1} << server;
    s_.occupant[slot] = kNone;
    s_.events.clear(slot);
  }
  ++s_.tokens[token].pc;
  run_token(token);
}

/// The end of a service at a station of so many servers that the random-delay set times them.
void Engine::complete_many(std::uint32_t token, bool well) {
  const std::uint32_t station = net_.steps[s_.tokens[token].pc].a;
  StationState& state = s_.stations[station];
  touch(state);
  StationCount& count = s_.counts[station];
  ++(well ? count.completions : count.abandoned);
  if (!well) --count.started;
  tell(station, well ? Listener::Stay::kCompleted : Listener::Stay::kAbandoned, token);
  --state.in_service;
  if (state.queued > 0 && state.in_service < state.servers) serve_next(station, kNone);
}

// ---- places that a token takes and gives back ----------------------------------------------

bool Engine::acquire(std::uint32_t token, std::uint32_t station, const Step& step) {
  StationState& state = s_.stations[station];
  touch(state);
  StationCount& count = s_.counts[station];
  ++count.arrivals;
  tell(station, Listener::Stay::kArrived, token);
  if (state.in_service < state.servers && state.queued == 0) {
    ++count.started;
    tell(station, Listener::Stay::kStarted, token);
    ++state.in_service;
    Frame& frame = s_.frames[s_.tokens[token].frame];
    keep_place(frame, station);
    ++s_.tokens[token].pc;
    return true;
  }
  if (state.queued >= net_.station_rows[station].queue_limit) {
    ++count.rejected;
    tell(station, Listener::Stay::kRejected, token);
    return fail(token, Cause::kRejected);
  }
  enqueue(token, station, step.small);
  if (step.c != kNone) arm(step.c, token, true);
  return false;
}

void Engine::release(std::uint32_t station) {
  StationState& state = s_.stations[station];
  touch(state);
  --state.in_service;
  ++s_.counts[station].completions;
  tell(station, Listener::Stay::kCompleted, kNone);
  if (state.queued > 0) hand_over(station);
}

/// Gives free places to those who wait.
void Engine::hand_over(std::uint32_t station) {
  StationState& state = s_.stations[station];
  while (state.queued > 0 && state.in_service < state.servers && state.speed > 0) {
    const std::uint32_t token = dequeue(station);
    tell(station, Listener::Stay::kStarted, token);
    Token& t = s_.tokens[token];
    if (t.timer != kNone) {
      disarm(t.timer);
      t.timer = kNone;
    }
    ++state.in_service;
    Frame& frame = s_.frames[t.frame];
    keep_place(frame, station);
    recorder_.spent(s_.requests[t.request], net_.station_rows[station].service, s_.now - t.since,
                    0);
    ++t.pc;
    make_ready(token);
  }
}

void Engine::set_servers(std::uint32_t station, std::uint32_t servers) {
  close_station(station);
  StationState& state = s_.stations[station];
  if (net_.station_rows[station].kind == StationKind::kServers) {
    // Timed servers have their event slots for good: never more than at the start.
    servers = std::min(servers, net_.stations[station].servers);
    state.servers = servers;
    while (state.queued > 0 && state.in_service < state.servers &&
           net_.station_rows[station].has_slots) {
      serve_next(station, static_cast<std::uint32_t>(std::countr_zero(state.free_servers)));
    }
    return;
  }
  state.servers = servers;
  hand_over(station);
}

// ---- shared processors ---------------------------------------------------------------------
//
// n requests on a capacity of c processors each progress at min(1, c / n). A virtual clock runs
// at that rate; a request that comes at virtual time v with demand d ends at v + d. The requests
// stand in a pairing heap by virtual end (links in the tokens), and the station's slot shows when
// the first will end, rounded up to a nanosecond.

namespace {

double rate_of(const StationState& state, std::uint32_t capacity_milli) {
  if (state.in_service == 0) return 0;
  const double share = static_cast<double>(capacity_milli) / (1000.0 * state.in_service);
  return (share < 1 ? share : 1.0) * static_cast<double>(state.speed);
}

}  // namespace

void Engine::shared_advance(std::uint32_t station) {
  StationState& state = s_.stations[station];
  const std::int64_t elapsed = s_.now - state.last;
  const std::uint32_t capacity = net_.station_rows[station].capacity_milli;
  state.virtual_time += static_cast<double>(elapsed) * rate_of(state, capacity);
  state.busy_area += static_cast<std::uint64_t>(elapsed) * in_use(state.in_service, capacity);
  state.queue_area += static_cast<std::uint64_t>(elapsed) * state.in_service;
  state.last = s_.now;
}

void Engine::shared_schedule(std::uint32_t station) {
  const StationState& state = s_.stations[station];
  const std::uint32_t slot = net_.station_rows[station].first_slot;
  const double rate = rate_of(state, net_.station_rows[station].capacity_milli);
  if (state.head == kNone || rate <= 0) {
    s_.events.clear(slot);
    return;
  }
  const double left = (s_.tokens[state.head].finish - state.virtual_time) / rate;
  const double whole = left > 0 ? std::ceil(left) : 0;
  const std::int64_t length =
      whole < 9e18 ? static_cast<std::int64_t>(whole) : Duration::infinite().count();
  s_.events.set(slot, now() + Duration::nanoseconds(length));
}

std::uint32_t Engine::heap_meld(std::uint32_t a, std::uint32_t b) {
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

/// Removes the root; returns the new one. Two passes: pairs from the left, then from the right.
std::uint32_t Engine::heap_pop(std::uint32_t root) {
  std::uint32_t rest = s_.tokens[root].child;
  s_.tokens[root].child = kNone;
  std::uint32_t pairs = kNone;
  while (rest != kNone) {
    const std::uint32_t a = rest;
    const std::uint32_t b = s_.tokens[a].next;
    rest = b == kNone ? kNone : s_.tokens[b].next;
    s_.tokens[a].next = s_.tokens[a].prev = kNone;
    if (b != kNone) s_.tokens[b].next = s_.tokens[b].prev = kNone;
    const std::uint32_t pair = heap_meld(a, b);
    s_.tokens[pair].next = pairs;
    pairs = pair;
  }
  std::uint32_t result = kNone;
  while (pairs != kNone) {
    const std::uint32_t following = s_.tokens[pairs].next;
    s_.tokens[pairs].next = s_.tokens[pairs].prev = kNone;
    result = heap_meld(result, pairs);
    pairs = following;
  }
  return result;
}

void Engine::compute(std::uint32_t token, std::uint32_t station, const Step& step) {
  shared_advance(station);
  StationState& state = s_.stations[station];
  StationCount& count = s_.counts[station];
  ++count.arrivals;
  ++count.started;
  tell(station, Listener::Stay::kArrived, token);
  tell(station, Listener::Stay::kStarted, token);
  Token& t = s_.tokens[token];
  const Frame& frame = s_.frames[t.frame];
  t.demand = sample(step.b, bits_of(frame, step));
  t.place = Place::kShared;
  t.where = station;
  t.since = s_.now;
  t.next = t.prev = t.child = kNone;
  if (state.head == kNone) state.virtual_time = 0;  // a fresh busy period keeps numbers small
  t.finish = state.virtual_time + static_cast<double>(t.demand);
  ++state.in_service;
  count.since_sum += static_cast<std::uint64_t>(s_.now);
  state.head = heap_meld(state.head, token);
  shared_schedule(station);
}

void Engine::shared_complete(std::uint32_t station) {
  shared_advance(station);
  StationState& state = s_.stations[station];
  StationCount& count = s_.counts[station];
  const std::uint32_t token = state.head;
  Token& t = s_.tokens[token];
  if (state.virtual_time < t.finish) state.virtual_time = t.finish;
  state.head = heap_pop(token);
  --state.in_service;
  ++count.completions;
  tell(station, Listener::Stay::kCompleted, token);
  ++s_.hops;
  count.wait_sum += static_cast<std::uint64_t>(s_.now - t.since);
  count.since_sum -= static_cast<std::uint64_t>(t.since);
  const std::int64_t stayed = s_.now - t.since;
  recorder_.spent(s_.requests[t.request], net_.station_rows[station].service,
                  stayed > t.demand ? stayed - t.demand : 0, t.demand);
  shared_schedule(station);
  ++t.pc;
  run_token(token);
}

void Engine::shared_remove(std::uint32_t token, std::uint32_t station) {
  shared_advance(station);
  StationState& state = s_.stations[station];
  StationCount& count = s_.counts[station];
  Token& t = s_.tokens[token];
  if (state.head == token) {
    state.head = heap_pop(token);
  } else {
    // Cut the subtree out of its list of siblings, then meld its children back.
    Token& left = s_.tokens[t.prev];
    (left.child == token ? left.child : left.next) = t.next;
    if (t.next != kNone) s_.tokens[t.next].prev = t.prev;
    t.next = t.prev = kNone;
    const std::uint32_t orphans = heap_pop(token);
    state.head = heap_meld(state.head, orphans);
  }
  --state.in_service;
  ++count.abandoned;
  tell(station, Listener::Stay::kAbandoned, token);
  count.wait_sum += static_cast<std::uint64_t>(s_.now - t.since);
  count.since_sum -= static_cast<std::uint64_t>(t.since);
  shared_schedule(station);
}

void Engine::set_speed(std::uint32_t station, float speed) {
  StationState& state = s_.stations[station];
  const float before = state.speed;
  if (before == speed) return;
  if (net_.station_rows[station].kind == StationKind::kShared) {
    shared_advance(station);
    state.speed = speed;
    shared_schedule(station);
    return;
  }
  touch(state);
  state.speed = speed;
  if (!net_.station_rows[station].has_slots) {
    if (speed > 0) hand_over(station);
    return;
  }
  for (std::uint32_t i = 0; i < net_.stations[station].servers; ++i) {
    const std::uint32_t slot = net_.station_rows[station].first_slot + i;
    const std::uint32_t token = s_.occupant[slot];
    if (token == kNone) continue;
    Token& t = s_.tokens[token];
    // `finish` keeps the work left, at full speed, while the server stands still.
    const double left = before > 0 ? static_cast<double>((s_.events.time(slot) - now()).count()) *
                                         static_cast<double>(before)
                                   : t.finish;
    t.finish = left;
    const Duration length =
        speed > 0
            ? Duration::nanoseconds(static_cast<std::int64_t>(left / static_cast<double>(speed)))
            : Duration::infinite();
    s_.events.set(slot, now() + length);
  }
}

/// Moves the areas so far into the wide sums.
void Engine::close_station(std::uint32_t station) {
  if (net_.station_rows[station].kind == StationKind::kShared) {
    shared_advance(station);
  } else {
    touch(s_.stations[station]);
  }
  StationState& state = s_.stations[station];
  StationTotal& total = s_.totals[station];
  total.busy += state.busy_area;
  total.queue += state.queue_area;
  const std::uint64_t capacity = net_.station_rows[station].kind == StationKind::kShared
                                     ? net_.station_rows[station].capacity_milli
                                     : state.servers;
  total.capacity +=
      static_cast<AreaSum>(static_cast<std::uint64_t>(s_.now - total.closed)) * capacity;
  total.closed = s_.now;
  state.busy_area = 0;
  state.queue_area = 0;
}

}  // namespace lifeboat::sim
