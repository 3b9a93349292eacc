// The line of a buffer, and message groups: who may be received next.
//
// Without groups the line is the visible messages, first in, first out, and those that come back
// stand last. With groups one message stands in line for its whole group: the first of those that
// are not done. Behind it the others wait in the order of their puts; while a consumer has one,
// none of the group is in line. What a consumer takes of a group is taken in order, as many as its
// batch holds, and what comes back goes before those that were put later.
#include "sim/engine/hot_path.hpp"

namespace lifeboat::sim {

namespace {

/// Whether a put came after another one; numbers are modulo 2^32.
bool later(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) > 0; }

}  // namespace

void Engine::start_message_groups() {
  for (std::size_t b = 0; b < net_.buffers.size(); ++b) {
    const KeySpaceId groups = net_.buffers[b].groups;
    if (!groups.valid()) continue;
    s_.buffers[b].first_group = static_cast<std::uint32_t>(s_.message_groups.size());
    s_.message_groups.resize(s_.message_groups.size() + net_.key_spaces[groups.index()].count);
  }
}

void Engine::append_to_line(std::uint32_t buffer, std::uint32_t index) {
  BufferState& state = s_.buffers[buffer];
  Message& message = s_.messages[index];
  message.next = kNone;
  message.prev = state.tail;
  (state.tail == kNone ? state.head : s_.messages[state.tail].next) = index;
  state.tail = index;
}

/// A visible message takes its place: in the line, or within its group.
void Engine::line_up(std::uint32_t buffer, std::uint32_t index) {
  Message& message = s_.messages[index];
  if (message.group == kNone) return append_to_line(buffer, index);
  MessageGroup& group = s_.message_groups[message.group];
  if (group.hidden == 0 && !group.in_line && group.head == kNone) {
    group.in_line = true;
    return append_to_line(buffer, index);
  }
  // What comes back is older than what waits, so its place is near the front; a put goes last.
  std::uint32_t before = group.tail;
  if (before != kNone && later(s_.messages[before].order, message.order)) {
    before = kNone;
    for (std::uint32_t at = group.head; at != kNone && later(message.order, s_.messages[at].order);
         at = s_.messages[at].next) {
      before = at;
    }
  }
  const std::uint32_t after = before == kNone ? group.head : s_.messages[before].next;
  message.prev = before;
  message.next = after;
  (before == kNone ? group.head : s_.messages[before].next) = index;
  (after == kNone ? group.tail : s_.messages[after].prev) = index;
}

/// Takes the message that is received after `last` (kNone: the first of a batch) out of the line:
/// another one of its group if one waits, else whoever stands in front. kNone: nobody.
std::uint32_t Engine::next_in_line(std::uint32_t buffer, std::uint32_t last) {
  if (last != kNone && s_.messages[last].group != kNone) {
    MessageGroup& group = s_.message_groups[s_.messages[last].group];
    if (group.head != kNone && !group.in_line) {
      const std::uint32_t index = group.head;
      group.head = s_.messages[index].next;
      (group.head == kNone ? group.tail : s_.messages[group.head].prev) = kNone;
      return index;
    }
  }
  BufferState& state = s_.buffers[buffer];
  const std::uint32_t index = state.head;
  if (index == kNone) return kNone;
  state.head = s_.messages[index].next;
  (state.head == kNone ? state.tail : s_.messages[state.head].prev) = kNone;
  const std::uint32_t group = s_.messages[index].group;
  if (group != kNone) s_.message_groups[group].in_line = false;
  return index;
}

/// A message of the group is no longer with a consumer, or has gone from the line for good: if none
/// of the group is out, the first that waits stands in line for the group.
void Engine::left_consumer(std::uint32_t buffer, std::uint32_t row) {
  MessageGroup& group = s_.message_groups[row];
  if (group.hidden > 0 || group.in_line || group.head == kNone) return;
  const std::uint32_t index = group.head;
  group.head = s_.messages[index].next;
  (group.head == kNone ? group.tail : s_.messages[group.head].prev) = kNone;
  group.in_line = true;
  append_to_line(buffer, index);
}

}  // namespace lifeboat::sim
