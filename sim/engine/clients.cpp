// What callers do about their calls beyond making them: circuit breakers that let none through,
// rate limiters that make them wait, accounts of how they ended; and the service that refuses.
//
// Only calls that a file asks this of come here: by a step of their own, or by a flag of the call
// that its end looks at.
#include <algorithm>

#include "sim/engine/hot_path.hpp"

namespace lifeboat::sim {
namespace {

/// Half of what a frame keeps of an attempt: its number, and what it cost the retry budget.
constexpr std::uint16_t kNumber = 0xff;
constexpr int kCostShift = 8;
constexpr std::int64_t kMicrosecond = 1000;
/// By how much of their wait those who wait for a limiter's token differ.
constexpr double kSpread = 0.1;

std::uint32_t microseconds(std::int64_t now) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(now / kMicrosecond));
}

}  // namespace

void Engine::start_clients() {
  const ClientTotals& totals = net_.client_totals;
  for (const RetryBudget& budget : net_.budgets) {
    s_.budgets.insert(s_.budgets.end(), budget.copies.count, budget.tokens);
  }
  s_.breakers.resize(totals.breakers);
  s_.breaker_cells.resize(totals.breaker_cells);
  s_.breakers_tripped.resize(net_.breakers.size());
  s_.limiters.resize(totals.limiters);
  for (LimiterState& limiter : s_.limiters) limiter.begin(s_.now);
  s_.shedders.resize(totals.shedders);
}

std::uint32_t Engine::copy_of(const ClientCopies& copies, std::uint32_t task) {
  if (copies.count == 1) return copies.first;
  const std::uint32_t place = task == kNone ? copies.count - 1 : task - copies.first_task;
  return copies.first + std::min(place, copies.count - 1);
}

BreakerCopy Engine::breaker_of(std::uint32_t breaker, std::uint32_t task) {
  const Breaker& rule = net_.breakers[breaker];
  const std::uint32_t copy = copy_of(rule.copies, task);
  const std::uint32_t cells = rule.first_cell + (copy - rule.copies.first) * rule.window;
  return {rule, s_.breakers[copy], s_.breaker_cells.data() + cells};
}

/// A task's memory is new: so is what it knew of others.
void Engine::forget_clients(std::uint32_t task) {
  const std::uint32_t group = net_.task_group[task];
  const auto each = [&](const auto& rows, const auto& act) {
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      const ClientCopies& copies = rows[i].copies;
      if (copies.tasks == TaskGroupId{group}) act(i, copy_of(copies, task));
    }
  };
  each(net_.budgets,
       [&](std::uint32_t row, std::uint32_t copy) { s_.budgets[copy] = net_.budgets[row].tokens; });
  each(net_.breakers, [&](std::uint32_t row, std::uint32_t copy) {
    const bool tripped = s_.breakers[copy].mode != BreakerState::Mode::kClosed;
    breaker_of(row, task).reset();
    note_breaker(row, tripped, false);
  });
  each(net_.limiters, [&](std::uint32_t, std::uint32_t copy) { s_.limiters[copy].begin(s_.now); });
  each(net_.shedders, [&](std::uint32_t, std::uint32_t copy) { s_.shedders[copy] = {}; });
}

/// Counts the copies of a breaker that are not closed, and tells of the first and the last.
void Engine::note_breaker(std::uint32_t breaker, bool was_tripped, bool is_tripped) {
  if (was_tripped == is_tripped) return;
  std::uint32_t& tripped = s_.breakers_tripped[breaker];
  tripped += is_tripped ? 1U : ~std::uint32_t{0};
  const bool first = is_tripped && tripped == 1;
  if (!first && tripped != 0) return;
  const Breaker& rule = net_.breakers[breaker];
  std::string region;
  if (rule.deployment.valid()) {
    const RegionId at = net_.deployments[rule.deployment.index()].region;
    if (at.valid()) region = net_.regions[at.index()];
  }
  recorder_.event({now(),
                   "breaker",
                   rule.name,
                   region,
                   first ? "opens: too many calls fail or are slow" : "is closed again",
                   {}});
}

bool Engine::step_guarded_call(std::uint32_t token, const Step& step) {
  const CallPolicy& policy = net_.policies[step.b];
  Frame& caller = s_.frames[s_.tokens[token].frame];
  if (!breaker_of(policy.breaker, caller.task).permits(s_.now)) {
    caller.next_attempt = 0;
    if (policy.handler == kNone) return fail(token, Cause::kBreakerOpen);
    s_.tokens[token].pc = policy.handler;
    return true;
  }
  const Token& t = s_.tokens[token];
  const Cursor inside = push_call(token, step, cursor_at(t.pc, t.frame));
  s_.frames[inside.frame].join = microseconds(s_.now);
  return true;
}

bool Engine::step_limit(std::uint32_t token, const Step& step) {
  const Frame& frame = s_.frames[s_.tokens[token].frame];
  LimiterState& state = s_.limiters[copy_of(net_.limiters[step.a].copies, frame.task)];
  const std::int64_t wait = state.take(s_.now);
  if (wait <= 0) {
    ++s_.tokens[token].pc;
    return true;
  }
  // All who wait are due at once, so each comes a little later by luck: none is always last.
  const std::uint64_t bits = mix(frame.key, step.key + static_cast<std::uint64_t>(s_.now));
  const auto later = static_cast<std::int64_t>(unit(bits) * kSpread * static_cast<double>(wait));
  spent_in(frame, s_.tokens[token], wait + later, 0);
  --s_.tokens[token].pc;  // a delay that ends moves on by one step: here again
  set_delay(token, wait + later);
  return false;
}

/// Tells the caller's breaker and limiter how a call ended that began at `began` (microseconds).
void Engine::hear(const CallPolicy& policy, std::uint32_t task, std::uint32_t began, Cause cause) {
  if (policy.breaker != kNone) {
    const std::uint32_t copy = copy_of(net_.breakers[policy.breaker].copies, task);
    const BreakerState& state = s_.breakers[copy];
    const bool tripped = state.mode != BreakerState::Mode::kClosed;
    const std::int64_t took = std::int64_t{microseconds(s_.now) - began} * kMicrosecond;
    breaker_of(policy.breaker, task).heard(s_.now, cause != Cause::kNoCause, took);
    note_breaker(policy.breaker, tripped, state.mode != BreakerState::Mode::kClosed);
  }
  if (policy.limiter != kNone) {
    const RateLimiter& rule = net_.limiters[policy.limiter];
    s_.limiters[copy_of(rule.copies, task)].heard(rule, s_.now, cause == Cause::kThrottled);
  }
}

void Engine::call_succeeded(std::uint32_t token, const Step& step, std::uint16_t attempt,
                            std::uint32_t began) {
  const CallPolicy& policy = net_.policies[step.b];
  const std::uint32_t task = s_.frames[s_.tokens[token].frame].task;
  if (policy.budget != kNone) {
    const RetryBudget& budget = net_.budgets[policy.budget];
    std::uint32_t& tokens = s_.budgets[copy_of(budget.copies, task)];
    const std::uint32_t cost = static_cast<std::uint32_t>(attempt) >> kCostShift;
    const std::uint32_t gain = budget.refunds && cost > 0 ? cost : budget.success_gain;
    tokens = std::min(budget.tokens, tokens + gain);
  }
  hear(policy, task, began, Cause::kNoCause);
}

/// What the next attempt would be, with what it has cost: none if the policy or the budget ends
/// here.
std::optional<std::uint16_t> Engine::next_attempt(const CallPolicy& policy, std::uint32_t task,
                                                  std::uint16_t attempt, Cause cause) {
  const std::uint32_t next = (attempt & kNumber) + 1U;
  const bool retryable = ((policy.retry_on >> static_cast<unsigned>(cause)) & 1U) != 0;
  if (!retryable || next >= policy.max_attempts) return std::nullopt;
  std::uint32_t cost = 0;
  if (policy.budget != kNone) {
    const RetryBudget& budget = net_.budgets[policy.budget];
    cost = cause == Cause::kTimeout     ? budget.timeout_cost
           : cause == Cause::kThrottled ? budget.throttled_cost
                                        : budget.retry_cost;
    std::uint32_t& tokens = s_.budgets[copy_of(budget.copies, task)];
    if (tokens < cost) return std::nullopt;
    tokens -= cost;
  }
  return static_cast<std::uint16_t>(cost << kCostShift | next);
}

/// Pops a frame whose call will never be heard of.
void Engine::discard_frame(std::uint32_t token) {
  const Frame& frame = s_.frames[s_.tokens[token].frame];
  if (frame.parent != kNone && net_.steps[frame.call].code == StepCode::kGuardedCall) {
    const CallPolicy& policy = net_.policies[net_.steps[frame.call].b];
    breaker_of(policy.breaker, s_.frames[frame.parent].task).give_back();
  }
  pop_frame(token, s_.tokens[token].frame, Cause::kReset);
}

bool Engine::step_shed(std::uint32_t token, const Step& step) {
  const Frame& frame = s_.frames[s_.tokens[token].frame];
  const std::uint32_t station = station_of(step, frame);
  if (station == kNone) return fail(token, Cause::kNoCapacity);
  const Shedder& rule = net_.shedders[step.b];
  const StationState& state = s_.stations[station];
  const std::uint32_t journey = s_.requests[s_.tokens[token].request].journey;
  const bool critical = journey != kNone && net_.journeys[journey].critical;
  const std::uint32_t inside = state.in_service + state.queued;
  bool refused = inside >= (critical ? rule.limit : rule.ordinary_limit);
  if (!rule.queue_age.is_infinite()) {
    ShedState& shed = s_.shedders[copy_of(rule.copies, frame.task)];
    const std::int64_t age = state.queued > 0 ? s_.now - s_.tokens[state.head].since : 0;
    if (age <= rule.queue_age.count()) {
      shed.above_since = ShedState::kNever;
    } else {
      shed.above_since = std::min(shed.above_since, s_.now);
      refused = refused || (!critical && s_.now - shed.above_since >= rule.interval.count());
    }
  }
  if (!refused) {
    ++s_.tokens[token].pc;
    return true;
  }
  StationCount& count = s_.counts[station];
  ++count.arrivals;
  ++count.rejected;
  tell(station, Listener::Stay::kArrived, token);
  tell(station, Listener::Stay::kRejected, token);
  return fail(token, Cause::kRejected);
}

}  // namespace lifeboat::sim
