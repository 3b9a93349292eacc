// Buffers with their consumers, and execution environments.
#include <algorithm>

#include "sim/engine/hot_path.hpp"

namespace lifeboat::sim {
// ---- buffers ---------------------------------------------------------------------------------
//
// A message is visible, or hidden while a consumer works on it (until its visibility ends), or
// gone. Consumers are tokens that exist only while they work.
//
// Where the visibility is infinite nobody else's clock runs: what a consumer has not deleted comes
// back when it ends, and a consumer that a fault has cut off has not received it.
//
// A buffer's one event slot rings when the first hidden message is to be seen again and, where the
// buffer has such limits, when a batch has waited for long enough or a message for too long.

std::uint32_t Engine::consumer_limit(std::uint32_t buffer) const {
  const RegisterId reg = net_.buffers[buffer].consumers;
  if (!reg.valid()) return net_.buffers[buffer].first_consumers;
  const std::int64_t value = s_.registers[reg.index()];
  return value < 0 ? 0 : static_cast<std::uint32_t>(std::min<std::int64_t>(value, kNone - 1));
}

bool Engine::put_message(std::uint32_t token, std::uint32_t buffer) {
  BufferState& state = s_.buffers[buffer];
  if (state.visible + state.hidden >= net_.buffers[buffer].limit) return false;
  const std::uint32_t index = s_.messages.allocate();
  Message& message = s_.messages[index];
  message.put = s_.now;
  message.request = s_.tokens[token].request;
  ++s_.requests[message.request].tokens;
  arrive(buffer, index);
  return true;
}

/// A message that was put, or has come from another buffer as a dead letter, is there.
void Engine::arrive(std::uint32_t buffer, std::uint32_t index) {
  const Buffer& row = net_.buffers[buffer];
  BufferState& state = s_.buffers[buffer];
  Message& message = s_.messages[index];
  message.order = static_cast<std::uint32_t>(state.put);
  message.group = kNone;
  if (row.groups.valid()) [[unlikely]] {
    const KeySpace& keys = net_.key_spaces[row.groups.index()];
    message.group = state.first_group + key_of(s_.requests[message.request], keys);
  }
  line_up(buffer, index);
  ++state.visible;
  ++state.put;
  if (row.follows != kNone) {
    recorder_.began_following(row.follows, message.put);
    ++s_.open_requests;
    if (recorder_.measured(message.put)) ++s_.open_measured;
  }
  start_consumers(buffer);
}

void Engine::start_consumers(std::uint32_t buffer) {
  begin_consumers(buffer);
  const Buffer& row = net_.buffers[buffer];
  if (row.window > Duration{} || !row.retention.is_infinite()) [[unlikely]]
    set_alarm(buffer);
}

/// Until when the first in line waits for others to fill its batch: one that comes back does not.
std::int64_t Engine::window_ends(std::uint32_t buffer) const {
  const Message& first = s_.messages[s_.buffers[buffer].head];
  return first.receives > 0 ? first.put : first.put + net_.buffers[buffer].window.count();
}

/// When the buffer's slot rings next, all its clocks taken together.
void Engine::set_alarm(std::uint32_t buffer) {
  const Buffer& row = net_.buffers[buffer];
  const BufferState& state = s_.buffers[buffer];
  std::int64_t at = state.hidden_head == kNone ? Instant::never().nanoseconds()
                                               : s_.messages[state.hidden_head].visible_at;
  if (state.head != kNone) {
    const std::int64_t put = s_.messages[state.head].put;
    if (!row.retention.is_infinite()) at = std::min(at, put + row.retention.count());
    const std::int64_t ends = window_ends(buffer);
    if (ends > s_.now && state.consumers < consumer_limit(buffer)) at = std::min(at, ends);
  }
  ring_by(buffer, std::max(at, s_.now));
}

/// The buffer's slot rings then at the latest: too early is harmless, and moves no other timer.
void Engine::ring_by(std::uint32_t buffer, std::int64_t at) {
  const std::uint32_t slot = net_.visibility_slot + buffer;
  if (at < s_.events.time(slot).nanoseconds()) schedule(slot, at);
}

void Engine::begin_consumers(std::uint32_t buffer) {
  const Buffer& row = net_.buffers[buffer];
  if (!row.consumer.valid() || s_.gates[row.deployment.index()].down) return;
  for (;;) {
    if (!row.retention.is_infinite()) drop_expired(buffer);
    if (s_.buffers[buffer].head == kNone ||
        s_.buffers[buffer].consumers >= consumer_limit(buffer) ||
        s_.buffers[buffer].hidden >= row.in_flight_limit) {
      return;
    }
    if (s_.buffers[buffer].visible < row.batch && window_ends(buffer) > s_.now) {
      return;  // until its window ends
    }
    const std::uint32_t request = s_.requests.allocate();
    s_.requests[request].key = mix(mix(trial_key_, hash_name(row.name)), ++s_.spontaneous);
    const std::uint32_t token = new_token(request);
    const std::uint32_t batch = s_.batches.allocate();
    s_.batches[batch].buffer = buffer;
    s_.batches[batch].own_request = request;
    s_.tokens[token].batch = batch;
    ++s_.buffers[buffer].consumers;
    enter_plan(token, row.consumer, s_.requests[request].key);
    take_messages(token, buffer);
    make_ready(token);
  }
}

void Engine::take_messages(std::uint32_t token, std::uint32_t buffer) {
  const std::uint32_t batch = s_.tokens[token].batch;
  if (batch == kNone || s_.batches[batch].first != kNone) return;
  BufferState& state = s_.buffers[buffer];
  const Buffer& row = net_.buffers[buffer];
  std::uint32_t last = kNone;
  const std::int64_t visible_at = row.visibility.is_infinite() ? Instant::never().nanoseconds()
                                                               : s_.now + row.visibility.count();
  for (std::uint32_t n = 0; n < row.batch && state.hidden < row.in_flight_limit;) {
    const std::uint32_t index = next_in_line(buffer, last);
    if (index == kNone) return;
    if (expired(buffer, index)) {
      --state.visible;
      ++state.expired;
      miss_message(buffer, index, Cause::kTimeout);
      continue;
    }
    hide_message(buffer, index, visible_at);
    s_.messages[index].batch = batch;
    (last == kNone ? s_.batches[batch].first : s_.messages[last].batch_next) = index;
    last = index;
    ++n;
  }
}

/// A message that is out of the line is with a consumer.
void Engine::hide_message(std::uint32_t buffer, std::uint32_t index, std::int64_t visible_at) {
  BufferState& state = s_.buffers[buffer];
  Message& message = s_.messages[index];
  --state.visible;
  ++state.hidden;
  ++message.receives;
  message.visible_at = visible_at;
  message.batch_next = kNone;
  message.next = kNone;
  message.prev = state.hidden_tail;
  if (state.hidden_tail == kNone) {
    state.hidden_head = index;
    ring_by(buffer, visible_at);
  } else {
    s_.messages[state.hidden_tail].next = index;
  }
  state.hidden_tail = index;
  if (message.group != kNone) ++s_.message_groups[message.group].hidden;
}

/// A message is no longer with its consumer; it is then in no list. Returns its group.
std::uint32_t Engine::unhide_message(std::uint32_t buffer, std::uint32_t index) {
  BufferState& state = s_.buffers[buffer];
  const Message& message = s_.messages[index];
  (message.prev == kNone ? state.hidden_head : s_.messages[message.prev].next) = message.next;
  (message.next == kNone ? state.hidden_tail : s_.messages[message.next].prev) = message.prev;
  --state.hidden;
  if (message.group != kNone) --s_.message_groups[message.group].hidden;
  return message.group;
}

bool Engine::expired(std::uint32_t buffer, std::uint32_t index) const {
  const Duration retention = net_.buffers[buffer].retention;
  return !retention.is_infinite() && s_.messages[index].put + retention.count() <= s_.now;
}

/// A message that is in no list is gone without having been worked off.
void Engine::miss_message(std::uint32_t buffer, std::uint32_t index, Cause cause) {
  const std::uint32_t follows = net_.buffers[buffer].follows;
  const Message& message = s_.messages[index];
  if (follows != kNone) {
    --s_.open_requests;
    if (recorder_.measured(message.put)) --s_.open_measured;
    recorder_.failed(follows, message.put, s_.now, cause);
  }
  const std::uint32_t group = message.group;
  const std::uint32_t request = message.request;
  s_.messages.release(index);
  release_request(request);
  if (group != kNone) left_consumer(buffer, group);
}

/// Drops from the front of the line what has waited for too long.
void Engine::drop_expired(std::uint32_t buffer) {
  BufferState& state = s_.buffers[buffer];
  while (state.head != kNone && expired(buffer, state.head)) {
    const std::uint32_t index = next_in_line(buffer, kNone);
    --state.visible;
    ++state.expired;
    miss_message(buffer, index, Cause::kTimeout);
  }
}

/// The batch lets go of the request of the message that it stood for.
void Engine::drop_held_request(std::uint32_t batch) {
  Batch& row = s_.batches[batch];
  if (row.held_request == kNone) return;
  release_request(row.held_request);
  row.held_request = kNone;
}

/// The token stands in for the next message of its batch; false when there is none.
bool Engine::next_message(std::uint32_t token) {
  Token& t = s_.tokens[token];
  if (t.batch == kNone) return false;
  drop_held_request(t.batch);
  Batch& batch = s_.batches[t.batch];
  batch.current = batch.begun
                      ? (batch.current == kNone ? kNone : s_.messages[batch.current].batch_next)
                      : batch.first;
  batch.begun = true;
  if (batch.current == kNone) {
    t.request = batch.own_request;
    return false;
  }
  const Message& message = s_.messages[batch.current];
  t.request = batch.held_request = message.request;
  ++s_.requests[t.request].tokens;
  // Each receipt has luck of its own, as each attempt of a call has, and each turn of a batch.
  s_.frames[t.frame].key =
      mix(s_.requests[t.request].key,
          net_.steps[t.pc].key + message.receives - 1 + (std::uint64_t{batch.rewound} << 32));
  return true;
}

/// Of the message that the token stands in for, or of the first that it will; 0 where there is
/// none.
std::int64_t Engine::message_age(std::uint32_t token) const {
  const std::uint32_t batch = s_.tokens[token].batch;
  if (batch == kNone) return 0;
  const Batch& row = s_.batches[batch];
  const std::uint32_t message = row.current == kNone ? row.first : row.current;
  return message == kNone ? 0 : s_.now - s_.messages[message].put;
}

/// The token begins its batch anew; where `half`, the batch's second half goes back to the front of
/// the line.
void Engine::rewind_batch(std::uint32_t token, bool half) {
  const std::uint32_t batch = s_.tokens[token].batch;
  if (batch == kNone) return;
  drop_held_request(batch);
  Batch& row = s_.batches[batch];
  s_.tokens[token].request = row.own_request;
  row.current = kNone;
  row.begun = false;
  ++row.rewound;
  if (!half) return;
  std::uint32_t count = 0;
  for (std::uint32_t m = row.first; m != kNone; m = s_.messages[m].batch_next) ++count;
  std::uint32_t last = row.first;
  for (std::uint32_t n = 1; n < (count + 1) / 2; ++n) last = s_.messages[last].batch_next;
  if (count < 2) return;
  const std::uint32_t buffer = row.buffer;
  BufferState& state = s_.buffers[buffer];
  std::uint32_t before = kNone;
  for (std::uint32_t m = s_.messages[last].batch_next; m != kNone;) {
    Message& message = s_.messages[m];
    const std::uint32_t next = message.batch_next;
    unhide_message(buffer, m);
    ++state.visible;
    message.batch = kNone;
    message.batch_next = kNone;
    message.prev = before;
    message.next = before == kNone ? state.head : s_.messages[before].next;
    (message.prev == kNone ? state.head : s_.messages[message.prev].next) = m;
    (message.next == kNone ? state.tail : s_.messages[message.next].prev) = m;
    before = m;
    m = next;
  }
  s_.messages[last].batch_next = kNone;
}

/// Takes a hidden message out of the buffer for good.
void Engine::forget_message(std::uint32_t buffer, std::uint32_t message) {
  const std::uint32_t group = unhide_message(buffer, message);
  const std::uint32_t request = s_.messages[message].request;
  s_.messages.release(message);
  release_request(request);
  if (group != kNone) left_consumer(buffer, group);
}

void Engine::acknowledge(std::uint32_t token, std::uint32_t buffer) {
  Token& t = s_.tokens[token];
  if (t.batch == kNone) return;
  Batch& batch = s_.batches[t.batch];
  const std::uint32_t journey = net_.buffers[buffer].follows;
  drop_held_request(t.batch);
  t.request = batch.own_request;
  std::uint32_t index = batch.first;
  batch.first = batch.current = kNone;
  while (index != kNone) {
    const Message& message = s_.messages[index];
    const std::uint32_t next = message.batch_next;
    const std::int64_t put = message.put;
    const std::uint32_t region =
        net_.deployments[net_.buffers[buffer].deployment.index()].region.index();
    ++s_.buffers[buffer].acknowledged;
    recorder_.acknowledged(buffer, put, s_.now);
    if (journey != kNone) {
      --s_.open_requests;
      if (recorder_.measured(put)) --s_.open_measured;
      recorder_.succeeded(journey, put, s_.now, region);
    }
    forget_message(buffer, index);
    index = next;
  }
}

/// A hidden message is visible again, or after its last receipt a dead letter, or too old to wait.
void Engine::show_again(std::uint32_t buffer, std::uint32_t index) {
  BufferState& state = s_.buffers[buffer];
  const Buffer& row = net_.buffers[buffer];
  Message& message = s_.messages[index];
  const std::uint32_t group = unhide_message(buffer, index);
  if (message.receives >= row.max_receives) {
    ++state.dead_lettered;
    if (!row.dead_letters.valid()) return miss_message(buffer, index, Cause::kDependency);
    if (row.follows != kNone) {
      --s_.open_requests;
      if (recorder_.measured(message.put)) --s_.open_measured;
      recorder_.failed(row.follows, message.put, s_.now, Cause::kDependency);
    }
    if (group != kNone) left_consumer(buffer, group);
    message.receives = 0;
    arrive(row.dead_letters.index(), index);
    return;
  }
  if (expired(buffer, index)) {
    ++state.expired;
    return miss_message(buffer, index, Cause::kTimeout);
  }
  ++state.visible;
  ++state.redelivered;
  line_up(buffer, index);
  if (group != kNone) left_consumer(buffer, group);
}

void Engine::make_visible(std::uint32_t buffer) {
  BufferState& state = s_.buffers[buffer];
  const std::uint32_t slot = net_.visibility_slot + buffer;
  if (s_.gates[net_.buffers[buffer].deployment.index()]
          .down) {  // a dead region's timers stand still
    schedule(slot, Instant::never().nanoseconds());
    return;
  }
  while (state.hidden_head != kNone && s_.messages[state.hidden_head].visible_at <= s_.now) {
    const std::uint32_t index = state.hidden_head;
    Message& message = s_.messages[index];
    if (message.batch != kNone) {  // its consumer loses it
      Batch& batch = s_.batches[message.batch];
      std::uint32_t* link = &batch.first;
      while (*link != index) link = &s_.messages[*link].batch_next;
      *link = message.batch_next;
      if (batch.current == index) batch.current = kNone;
      message.batch = kNone;
    }
    show_again(buffer, index);
  }
  drop_expired(buffer);
  schedule(slot, state.hidden_head == kNone ? Instant::never().nanoseconds()
                                            : s_.messages[state.hidden_head].visible_at);
  start_consumers(buffer);
}

/// The consumer is gone; what it had not deleted comes back when its visibility ends.
void Engine::consumer_ended(std::uint32_t batch) {
  const std::uint32_t buffer = s_.batches[batch].buffer;
  const bool at_once = net_.buffers[buffer].visibility.is_infinite();
  const bool lost = s_.batches[batch].lost;
  for (std::uint32_t m = s_.batches[batch].first; m != kNone;) {
    Message& message = s_.messages[m];
    const std::uint32_t index = m;
    m = message.batch_next;
    message.batch = kNone;
    if (!at_once) continue;
    if (lost) message.receives = 0;
    show_again(buffer, index);
  }
  drop_held_request(batch);
  s_.batches.release(batch);
  --s_.buffers[buffer].consumers;
  start_consumers(buffer);
}

// ---- execution environments ------------------------------------------------------------------

void Engine::expire_idle(std::uint32_t environments) {
  EnvironmentState& state = s_.environments[environments];
  std::vector<std::int64_t>& idle = s_.idle[environments];
  std::uint32_t& head = s_.idle_head[environments];
  const std::int64_t expiry = net_.environments[environments].idle_expiry.count();
  state.busy_area +=
      static_cast<AreaSum>(static_cast<std::uint64_t>(s_.now - state.last)) * state.busy;
  state.last = s_.now;
  while (head < idle.size() && s_.now - idle[head] >= expiry) {
    state.idle_area += static_cast<AreaSum>(static_cast<std::uint64_t>(expiry));
    ++head;
  }
  if (head == idle.size()) {
    idle.clear();
    head = 0;
  } else if (head > 1024 && head > idle.size() / 2) {
    idle.erase(idle.begin(), idle.begin() + head);
    head = 0;
  }
}

bool Engine::take_environment(std::uint32_t token, const Step& step, bool& refused) {
  const Environments& row = net_.environments[step.a];
  expire_idle(step.a);
  EnvironmentState& state = s_.environments[step.a];
  const std::int64_t limit =
      row.limit_register.valid() ? s_.registers[row.limit_register.index()] : row.limit;
  if (state.busy >= limit) {
    refused = true;
    return false;
  }
  std::vector<std::int64_t>& idle = s_.idle[step.a];
  const bool warm = idle.size() > s_.idle_head[step.a];
  if (warm) {
    // The one used last: the oldest are left to expire.
    state.idle_area += static_cast<AreaSum>(static_cast<std::uint64_t>(s_.now - idle.back()));
    idle.pop_back();
  } else {
    const double interval = row.growth_per_second > 0 ? 1e9 / row.growth_per_second : 1e18;
    const std::int64_t base = std::max(state.growth, s_.now);
    const double next = static_cast<double>(base - s_.now) + interval;
    if (next > interval * row.growth_burst + 0.5) {
      refused = true;
      return false;
    }
    state.growth = s_.now + static_cast<std::int64_t>(next + 0.5);
    ++state.starts;
  }
  ++state.busy;
  ++state.served;
  Frame& frame = s_.frames[s_.tokens[token].frame];
  frame.environment = step.a;
  if (!warm && row.cold_start.valid()) {
    const std::int64_t length = sample(row.cold_start.index(), bits_of(frame, step));
    recorder_.spent(s_.requests[s_.tokens[token].request], frame.deployment, length, 0);
    set_delay(token, length > 0 ? length : 1);
    return false;
  }
  ++s_.tokens[token].pc;
  return true;
}

void Engine::vacate(std::uint32_t environments) {
  expire_idle(environments);
  --s_.environments[environments].busy;
  s_.idle[environments].push_back(s_.now);
}

}  // namespace lifeboat::sim
