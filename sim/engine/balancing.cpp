// Balancers: which task of a group gets a request.
#include <algorithm>
#include <bit>

#include "sim/engine/hot_path.hpp"

namespace lifeboat::sim {
namespace {

// A look at each is quickest up to so many tasks in service; above, a tree knows the least.
constexpr std::uint32_t kMostToLookAt = 8;
constexpr std::uint64_t kBadVersion = 0xbad7e4;  // luck of a task that fails requests

}  // namespace

/// Balancers of many targets get a tree, those of several zones a cursor in each.
void Engine::plant_trees() {
  for (std::uint32_t g = 0; g < s_.groups.size(); ++g) {
    const TaskGroup& row = net_.groups[g];
    GroupState& state = s_.groups[g];
    state.zone_cursors = static_cast<std::uint32_t>(s_.zone_cursors.size());
    s_.zone_cursors.resize(s_.zone_cursors.size() + row.zones, 0);
    if (row.choice != TaskGroup::Choice::kLeastOutstanding || row.limit <= kMostToLookAt) continue;
    state.tree = static_cast<std::uint32_t>(s_.least.size());
    s_.least.resize(s_.least.size() + std::size_t{2} * std::bit_ceil(row.limit), kNone);
  }
}

/// After a change of who is in service: the tree is as deep as they ask for.
void Engine::replant(std::uint32_t group) {
  GroupState& state = s_.groups[group];
  if (state.tree == kNone) return;
  state.tree_size = state.in_service > kMostToLookAt ? std::bit_ceil(state.in_service) : 0;
  if (state.tree_size == 0) {
    for (std::uint32_t i = 0; i < state.in_service; ++i) {
      s_.tasks[s_.in_service[net_.groups[group].first_task + i]].leaf = 0;
    }
    return;
  }
  std::uint32_t* const tree = &s_.least[state.tree];
  std::fill_n(tree, std::size_t{2} * state.tree_size, kNone);
  for (std::uint32_t i = 0; i < state.in_service; ++i) {
    TaskState& task = s_.tasks[s_.in_service[net_.groups[group].first_task + i]];
    task.leaf = state.tree_size + i;
    tree[task.leaf] = task.outstanding;
  }
  for (std::uint32_t i = state.tree_size - 1; i >= 1; --i) {
    tree[i] = std::min(tree[2 * i], tree[2 * i + 1]);
  }
}

/// Position of the next task where all that are in service take part alike; there is one.
std::uint32_t Engine::choose_of_all(std::uint32_t group, std::uint64_t bits) {
  GroupState& state = s_.groups[group];
  const std::uint32_t* const tasks = &s_.in_service[net_.groups[group].first_task];
  std::uint32_t pick = state.cursor % state.in_service;
  switch (net_.groups[group].choice) {
    case TaskGroup::Choice::kRandom:
      return static_cast<std::uint32_t>(uniform_index(bits, state.in_service));
    case TaskGroup::Choice::kRoundRobin:
      break;
    case TaskGroup::Choice::kLeastOutstanding: {
      // Ties go round, so that idle tasks share the work.
      const std::uint32_t start = pick;
      if (state.tree_size > 0) {
        pick = least_tree::first_from(&s_.least[state.tree], state.tree_size, start);
        break;
      }
      // The least of (count, steps from the start): who has the least is luck, and no branch.
      std::uint64_t least = ~std::uint64_t{0};
      for (std::uint32_t i = 0, at = start; i < state.in_service; ++i) {
        const std::uint64_t count = s_.tasks[tasks[at]].outstanding;
        least = std::min(least, count << 32 | i);
        at = at + 1 < state.in_service ? at + 1 : 0;
      }
      pick = start + static_cast<std::uint32_t>(least);
      if (pick >= state.in_service) pick -= state.in_service;
      break;
    }
  }
  state.cursor = pick + 1;
  return pick;
}

/// The same by a look at each: of the tasks in `zone` (kNone: in all), those whose share grows
/// letting some of their turns pass. kNone: nobody stands there.
std::uint32_t Engine::choose_by_look(std::uint32_t group, std::uint32_t zone, std::uint64_t bits) {
  GroupState& state = s_.groups[group];
  const TaskGroup::Choice choice = net_.groups[group].choice;
  const std::uint32_t* const tasks = &s_.in_service[net_.groups[group].first_task];
  const auto takes_part = [&](std::uint32_t at) {
    return zone == kNone || s_.tasks[tasks[at]].zone == zone;
  };
  std::uint32_t& cursor = zone == kNone ? state.cursor : s_.zone_cursors[state.zone_cursors + zone];
  const std::uint32_t start = cursor % state.in_service;
  if (choice == TaskGroup::Choice::kRandom) {
    std::uint32_t count = 0;
    for (std::uint32_t at = 0; at < state.in_service; ++at) count += takes_part(at) ? 1U : 0U;
    if (count == 0) return kNone;
    auto ahead = static_cast<std::uint32_t>(uniform_index(bits, count));
    for (std::uint32_t at = 0;; ++at) {
      if (takes_part(at) && ahead-- == 0) return at;
    }
  }
  std::uint32_t pick = kNone;
  for (std::uint32_t i = 0; i < state.in_service; ++i) {
    const std::uint32_t at =
        start + i < state.in_service ? start + i : start + i - state.in_service;
    if (!takes_part(at)) continue;
    if (choice == TaskGroup::Choice::kRoundRobin) {
      if (takes_turn(group, tasks[at])) {
        pick = at;
        break;
      }
      if (pick == kNone) pick = at;  // if all let it pass
    } else if (pick == kNone ||
               s_.tasks[tasks[at]].outstanding < s_.tasks[tasks[pick]].outstanding) {
      pick = at;
    }
  }
  if (pick != kNone) cursor = pick + 1;
  return pick;
}

/// Whether a task takes its turn: of those that come while its share is s, one in 1 / s.
bool Engine::takes_turn(std::uint32_t group, std::uint32_t task) {
  const std::uint32_t row = s_.tasks[task].ramp;
  if (row == kNone) return true;
  Ramp& ramp = s_.ramps[row];
  const std::int64_t since = s_.now - ramp.from;
  if (since >= ramp.over) {
    end_ramp(group, task);
    return true;
  }
  ramp.credit += static_cast<double>(since) / static_cast<double>(ramp.over);
  if (ramp.credit < 1) return false;
  ramp.credit -= 1;
  return true;
}

/// Of a task in service: its share of its turns grows from none to all.
void Engine::ramp_task(std::uint32_t task, Duration over) {
  TaskState& row = s_.tasks[task];
  const std::uint32_t group = net_.task_group[task];
  if (!row.in_service || over <= Duration{}) return;
  if (net_.groups[group].choice != TaskGroup::Choice::kRoundRobin) return;
  if (row.ramp == kNone) {
    row.ramp = s_.ramps.allocate();
    ++s_.groups[group].ramping;
  }
  Ramp& ramp = s_.ramps[row.ramp];
  ramp.from = s_.now;
  ramp.over = over.count();
  ramp.credit = 0;
}

void Engine::end_ramp(std::uint32_t group, std::uint32_t task) {
  TaskState& row = s_.tasks[task];
  if (row.ramp == kNone) return;
  s_.ramps.release(row.ramp);
  row.ramp = kNone;
  --s_.groups[group].ramping;
}

/// Chooses the task that serves the frame; or tells why none does.
Cause Engine::choose(Frame& frame, const Step& step, std::uint64_t bits) {
  const TaskGroup& group = net_.groups[step.a];
  GroupState& state = s_.groups[step.a];
  if (state.in_service == 0) return Cause::kNoCapacity;
  std::uint32_t pick = kNone;
  if (step.b != kNone || state.ramping > 0) [[unlikely]] {
    pick = choose_by_look(step.a, step.b, bits);
    if (pick == kNone) return Cause::kNoCapacity;
  } else {
    pick = choose_of_all(step.a, bits);
  }
  if (frame.owns_task) leave_task(frame.task);
  frame.task = s_.in_service[group.first_task + pick];
  frame.owns_task = true;
  count_on_task(frame.task, 1);
  ++state.requests;
  if (s_.tasks[frame.task].error_share > 0 &&
      happens(mix(bits, kBadVersion), s_.tasks[frame.task].error_share)) [[unlikely]] {
    const bool dependency = net_.deployments[group.deployment.index()].dependency;
    return dependency ? Cause::kDependency : Cause::kReset;
  }
  return Cause::kNoCause;
}

}  // namespace lifeboat::sim
