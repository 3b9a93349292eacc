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

#include "sim/engine/hot_path.hpp"

namespace lifeboat::sim {
namespace {}  // namespace

// ---- queues --------------------------------------------------------------------------------

void refuse_place(std::uint32_t station) {
  throw std::logic_error("a call holds more than two places at once, the last at station " +
                         std::to_string(station));
}

/// The token gives up waiting.
void Engine::leave_queue(std::uint32_t token, std::uint32_t station) {
  tell(station, Listener::Stay::kAbandoned, token);
  touch(s_.stations[station]);
  unlink(token, station);
  ++s_.counts[station].abandoned;
}

// ---- servers that take a drawn time --------------------------------------------------------

/// How long a demand takes at that speed.
std::int64_t Engine::slowed(std::int64_t demand, float speed) {
  return speed > 0 ? static_cast<std::int64_t>(static_cast<double>(demand) / speed)
                   : Duration::infinite().count();
}

void Engine::complete_service(std::uint32_t slot, std::uint32_t station) {
  const std::uint32_t token = s_.occupant[slot];
  StationState& state = s_.stations[station];
  touch(state);
  ++s_.counts[station].completions;
  tell(station, Listener::Stay::kCompleted, token);
  ++s_.hops;
  --state.in_service;
  const std::uint32_t server = slot - s_.counts[station].first_slot;
  if (state.queued > 0 && state.in_service < state.servers) {
    serve_next(station, server);
  } else {
    state.free_servers |= std::uint64_t{1} << server;
    s_.occupant[slot] = kNone;
    s_.events.clear(slot);
  }
  run_token(token, s_.tokens[token].pc + 1);
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

/// Gives free places to those who wait.
void Engine::hand_over(std::uint32_t station) {
  StationState& state = s_.stations[station];
  while (state.queued > 0 && state.in_service < state.servers && state.speed > 0) {
    const std::uint32_t token = dequeue(station);
    tell(station, Listener::Stay::kStarted, token);
    Token& t = s_.tokens[token];
    t.timer = kNone;
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

void Engine::shared_complete(std::uint32_t station) {
  shared_advance(station);
  StationState& state = s_.stations[station];
  StationCount& count = s_.counts[station];
  const std::uint32_t token = state.head;
  Token& t = s_.tokens[token];
  if (state.virtual_time < t.finish) state.virtual_time = t.finish;
  state.head = t.child == kNone ? kNone : heap_pop(token);
  --state.in_service;
  ++count.completions;
  tell(station, Listener::Stay::kCompleted, token);
  ++s_.hops;
  count.wait_sum += static_cast<std::uint64_t>(s_.now - t.since);
  count.since_sum -= static_cast<std::uint64_t>(t.since);
  const std::int64_t stayed = s_.now - t.since;
  recorder_.spent(s_.requests[t.request], count.service, stayed > t.demand ? stayed - t.demand : 0,
                  t.demand);
  shared_schedule(station);
  run_token(token, t.pc + 1);
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
    set_station(slot, station, false, now() + length);
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
