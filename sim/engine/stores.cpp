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
  message.prev = state.tail;
  (state.tail == kNone ? state.head : s_.messages[state.tail].next) = index;
  state.tail = index;
  ++state.visible;
  ++state.put;
  const std::uint32_t journey = net_.buffers[buffer].follows;
  if (journey != kNone) {
    recorder_.began_following(journey, s_.now);
    ++s_.open_requests;
    if (recorder_.measured(s_.now)) ++s_.open_measured;
  }
  start_consumers(buffer);
  return true;
}

void Engine::start_consumers(std::uint32_t buffer) {
  const Buffer& row = net_.buffers[buffer];
  if (!row.consumer.valid() || s_.gates[row.deployment.index()].down) return;
  while (s_.buffers[buffer].visible > 0 && s_.buffers[buffer].consumers < consumer_limit(buffer)) {
    const std::uint32_t request = s_.requests.allocate();
    s_.requests[request].key = mix(mix(trial_key_, hash_name(row.name)), ++s_.spontaneous);
    const std::uint32_t token = new_token(request);
    const std::uint32_t batch = s_.batches.allocate();
    s_.batches[batch].buffer = buffer;
    s_.batches[batch].own_request = request;
    s_.tokens[token].batch = batch;
    ++s_.buffers[buffer].consumers;
    enter_plan(token, row.consumer, s_.requests[request].key, kNone);
    take_messages(token, buffer);
    make_ready(token);
  }
}

void Engine::take_messages(std::uint32_t token, std::uint32_t buffer) {
  const std::uint32_t batch = s_.tokens[token].batch;
  if (batch == kNone || s_.batches[batch].first != kNone) return;
  BufferState& state = s_.buffers[buffer];
  std::uint32_t last = kNone;
  const Duration visibility = net_.buffers[buffer].visibility;
  const std::int64_t visible_at =
      visibility.is_infinite() ? Instant::never().nanoseconds() : s_.now + visibility.count();
  for (std::uint32_t n = 0; n < net_.buffers[buffer].batch && state.head != kNone; ++n) {
    const std::uint32_t index = state.head;
    Message& message = s_.messages[index];
    state.head = message.next;
    (state.head == kNone ? state.tail : s_.messages[state.head].prev) = kNone;
    --state.visible;
    ++state.hidden;
    ++message.receives;
    message.visible_at = visible_at;
    message.batch = batch;
    message.batch_next = kNone;
    message.next = kNone;
    message.prev = state.hidden_tail;
    if (state.hidden_tail == kNone) {
      state.hidden_head = index;
      schedule(net_.visibility_slot + buffer, visible_at);
    } else {
      s_.messages[state.hidden_tail].next = index;
    }
    state.hidden_tail = index;
    (last == kNone ? s_.batches[batch].first : s_.messages[last].batch_next) = index;
    last = index;
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
  // Each receipt has luck of its own, as each attempt of a call has.
  s_.frames[t.frame].key =
      mix(s_.requests[t.request].key, net_.steps[t.pc].key + message.receives - 1);
  return true;
}

/// Of the message that the token stands in for; 0 where there is none.
std::int64_t Engine::message_age(std::uint32_t token) const {
  const std::uint32_t batch = s_.tokens[token].batch;
  if (batch == kNone || s_.batches[batch].current == kNone) return 0;
  return s_.now - s_.messages[s_.batches[batch].current].put;
}

/// Takes a hidden message out of the buffer for good.
void Engine::forget_message(std::uint32_t buffer, std::uint32_t message) {
  BufferState& state = s_.buffers[buffer];
  const Message& row = s_.messages[message];
  (row.prev == kNone ? state.hidden_head : s_.messages[row.prev].next) = row.next;
  (row.next == kNone ? state.hidden_tail : s_.messages[row.next].prev) = row.prev;
  --state.hidden;
  const std::uint32_t request = row.request;
  s_.messages.release(message);
  release_request(request);
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

/// A hidden message is visible again, last in line, or after its last receipt a dead letter.
void Engine::show_again(std::uint32_t buffer, std::uint32_t index) {
  BufferState& state = s_.buffers[buffer];
  const Buffer& row = net_.buffers[buffer];
  Message& message = s_.messages[index];
  if (message.receives >= row.max_receives) {
    ++state.dead_lettered;
    if (row.follows != kNone) {
      --s_.open_requests;
      if (recorder_.measured(message.put)) --s_.open_measured;
      recorder_.failed(row.follows, message.put, s_.now, Cause::kDependency);
    }
    forget_message(buffer, index);
    return;
  }
  (message.prev == kNone ? state.hidden_head : s_.messages[message.prev].next) = message.next;
  (message.next == kNone ? state.hidden_tail : s_.messages[message.next].prev) = message.prev;
  --state.hidden;
  ++state.visible;
  ++state.redelivered;
  message.next = kNone;
  message.prev = state.tail;
  (state.tail == kNone ? state.head : s_.messages[state.tail].next) = index;
  state.tail = index;
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
    if (lost) --message.receives;
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
