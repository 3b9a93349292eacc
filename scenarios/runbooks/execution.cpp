#include "scenarios/runbooks/execution.hpp"

#include <algorithm>
#include <new>

#include "scenarios/faults/fault_plan.hpp"

namespace lifeboat::scenarios::detail {

namespace {

using sim::Duration;
using sim::Instant;

std::size_t count_people(const RunbookPlan& plan) {
  std::size_t count = 0;
  for (const auto& people : plan.people) count += people.count;
  return count;
}

std::size_t count_actions(const RunbookPlan& plan) {
  std::size_t count = 0;
  for (const auto& step : plan.steps) count += step.actions.size();
  return count;
}

template <class T>
T* part(void* state, std::size_t offset) {
  return reinterpret_cast<T*>(static_cast<std::byte*>(state) + offset);
}

}  // namespace

static_assert(alignof(ExecutionHeader) <= 8 && alignof(StepState) <= 8 &&
              alignof(PersonState) <= 8 && alignof(ActionState) <= 8);
static_assert(sizeof(ExecutionHeader) % 8 == 0 && sizeof(StepState) % 8 == 0 &&
              sizeof(PersonState) % 8 == 0 && sizeof(ActionState) % 8 == 0);

ExecutionLayout::ExecutionLayout(const RunbookPlan& plan)
    : steps(plan.steps.size()), persons(count_people(plan)), actions(count_actions(plan)) {}

std::size_t ExecutionLayout::size() const {
  return sizeof(ExecutionHeader) + steps * sizeof(StepState) + persons * sizeof(PersonState) +
         actions * sizeof(ActionState);
}

void ExecutionLayout::construct(void* state) const {
  new (state) ExecutionHeader;
  std::size_t at = sizeof(ExecutionHeader);
  for (std::size_t i = 0; i < steps; ++i, at += sizeof(StepState)) {
    new (part<std::byte>(state, at)) StepState;
  }
  for (std::size_t i = 0; i < persons; ++i, at += sizeof(PersonState)) {
    new (part<std::byte>(state, at)) PersonState;
  }
  for (std::size_t i = 0; i < actions; ++i, at += sizeof(ActionState)) {
    new (part<std::byte>(state, at)) ActionState;
  }
}

Execution::Execution(const RunbookPlan& plan, const ExecutionLayout& layout, void* state,
                     sim::Control& control)
    : plan_(plan), control_(control), header_(*static_cast<ExecutionHeader*>(state)) {
  std::size_t at = sizeof(ExecutionHeader);
  steps_ = {part<StepState>(state, at), layout.steps};
  at += layout.steps * sizeof(StepState);
  persons_ = {part<PersonState>(state, at), layout.persons};
  at += layout.persons * sizeof(PersonState);
  actions_ = {part<ActionState>(state, at), layout.actions};
}

void Execution::begin() {
  const bool samples =
      std::any_of(plan_.steps.begin(), plan_.steps.end(), [](const PlannedStep& step) {
        return std::any_of(step.actions.begin(), step.actions.end(),
                           [](const PlannedAction& action) { return action.before_fault; });
      });
  if (samples) header_.next_sample = control_.now();
  advance();
}

void Execution::advance() {
  sample();
  bool more = true;
  while (more) {
    more = look_at_trigger();
    more = answer_pages() || more;
    more = give_turns() || more;
    for (std::uint32_t i = 0; i < steps_.size(); ++i) more = work(i) || more;
  }
  end_if_over();
  sleep();
}

/// Where a fault has begun that is now the one to blame, what ran before it is taken: of a second
/// one that only makes it worse it is not.
void Execution::look_at_faults() {
  if (!plan_.faults_begun.valid()) return;
  const std::int64_t begun = control_.value(plan_.faults_begun);
  const std::int64_t blamed = plan_.blamed.valid() ? control_.value(plan_.blamed) : begun;
  if (begun != header_.begun && blamed != header_.blamed) take_before_fault();
  header_.begun = begun;
  header_.blamed = blamed;
}

/// Keeps the task-seconds of the last five minutes until the trigger fires.
void Execution::sample() {
  if (header_.frozen != 0 || header_.next_sample.is_never()) return;
  look_at_faults();
  if (control_.now() < header_.next_sample) return;
  const std::size_t slot = header_.samples++ % kSamples;
  header_.sampled_at[slot] = control_.now();
  header_.next_sample = control_.now() + kSampleEvery;
  std::size_t index = 0;
  for (const auto& step : plan_.steps) {
    for (const auto& action : step.actions) {
      ActionState& state = actions_[index++];
      if (!action.reference) continue;
      state.task_seconds[slot] = control_.group(*action.reference).running_task_seconds;
    }
  }
}

/// Takes the mean numbers of running tasks from the oldest sample to now.
void Execution::take_before_fault() {
  header_.taken = 1;
  const std::size_t kept = std::min<std::size_t>(header_.samples, kSamples);
  const std::size_t oldest = header_.samples > kSamples ? header_.samples % kSamples : 0;
  const double span = kept == 0 ? 0 : (control_.now() - header_.sampled_at[oldest]).to_seconds();
  std::size_t index = 0;
  for (const auto& step : plan_.steps) {
    for (const auto& action : step.actions) {
      ActionState& state = actions_[index++];
      if (!action.reference) continue;
      const auto view = control_.group(*action.reference);
      state.before_fault = span > 0
                               ? (view.running_task_seconds - state.task_seconds[oldest]) / span
                               : static_cast<double>(view.running);
    }
  }
}

bool Execution::look_at_trigger() {
  if (header_.phase != ExecutionHeader::Phase::kIdle) return false;
  if (plan_.at) {
    if (control_.now() < *plan_.at) return false;
    detect();
    return true;
  }
  if (!plan_.watched.valid() || control_.value(plan_.watched) != plan_.fires_at_value) {
    header_.since = Instant::never();
    header_.armed = 1;
    return false;
  }
  // What is healthy from the start has not become so.
  if (header_.armed == 0 && plan_.fires_at_value != 0) return false;
  if (header_.since.is_never()) header_.since = control_.now();
  if (control_.now() < header_.since + plan_.lasting) return false;
  detect();
  return true;
}

void Execution::detect() {
  header_.phase = ExecutionHeader::Phase::kDetected;
  if (!header_.next_sample.is_never() && header_.taken == 0) take_before_fault();
  header_.frozen = 1;
  if (plan_.progress.valid()) control_.set(plan_.progress, 1);
  std::string cause;
  if (plan_.blamed.valid()) {
    const auto blamed = control_.value(plan_.blamed);
    const auto row = blamed % kOccurrences;
    if (row > 0 && static_cast<std::size_t>(row) <= plan_.faults.size()) {
      cause = "fault:" + occurrence_name(plan_.faults[static_cast<std::size_t>(row) - 1],
                                         blamed / kOccurrences);
    }
  }
  const std::string subject = plan_.at ? plan_.name : plan_.check;
  log("detected", subject, "runbook " + plan_.name + " is triggered", cause);
  const std::string detected = "detected:" + subject;
  if (plan_.pages) {
    page(*plan_.pages, sim::kNone, detected);
  } else {
    start();
  }
}

/// Releases the steps that come after nothing.
void Execution::start() {
  header_.phase = ExecutionHeader::Phase::kRunning;
  const std::string cause = plan_.pages ? "person:" + plan_.people[*plan_.pages].name
                                        : "detected:" + (plan_.at ? plan_.name : plan_.check);
  for (std::uint32_t i = 0; i < steps_.size(); ++i) {
    if (plan_.steps[i].after.empty() && !plan_.steps[i].only_as_fallback) ready(i, cause);
  }
}

void Execution::ready(std::uint32_t step, const std::string& cause) {
  StepState& state = steps_[step];
  const PlannedStep& planned = plan_.steps[step];
  state.ready = control_.now();
  log("step-ready", planned.name, planned.block, cause, planned.region);
  if (!planned.people) {
    begin_labour(step, {});
    return;
  }
  state.phase = Phase::kPerson;
  state.turn = ++header_.turns;
}

/// Whether `step` is done for one that comes after it. Its fallback does not wait for itself.
bool Execution::satisfied(std::uint32_t step, std::uint32_t next) const {
  switch (steps_[step].phase) {
    case Phase::kDone:
    case Phase::kPassed:
      return true;
    case Phase::kReplaced:
      return plan_.steps[step].fallback == next || satisfied(plan_.steps[step].fallback, next);
    case Phase::kBlocked:
    case Phase::kPerson:
    case Phase::kLabour:
    case Phase::kNeeds:
    case Phase::kActing:
    case Phase::kRetry:
    case Phase::kFailed:
      return false;
  }
  return false;
}

/// Readies every step whose predecessors are all done now.
void Execution::release_after(const std::string& cause) {
  if (header_.phase != ExecutionHeader::Phase::kRunning) return;
  for (std::uint32_t i = 0; i < steps_.size(); ++i) {
    const PlannedStep& planned = plan_.steps[i];
    if (steps_[i].phase != Phase::kBlocked) continue;
    const bool wanted = planned.only_as_fallback ? steps_[i].released != 0 : !planned.after.empty();
    if (wanted && is_unblocked(i)) ready(i, cause);
  }
}

bool Execution::is_unblocked(std::uint32_t step) const {
  const auto& after = plan_.steps[step].after;
  return std::all_of(after.begin(), after.end(),
                     [&](std::uint32_t before) { return satisfied(before, step); });
}

bool Execution::work(std::uint32_t step) {
  StepState& state = steps_[step];
  const bool under_way = state.phase == Phase::kLabour || state.phase == Phase::kNeeds ||
                         state.phase == Phase::kActing || state.phase == Phase::kRetry;
  if (!under_way) return false;
  if (state.phase == Phase::kActing && check_effect(step)) return true;
  if (control_.now() >= state.deadline) {
    failed(step, "timeout");
    return true;
  }
  if (state.phase == Phase::kLabour && control_.now() >= state.next) {
    labour_done(step);
    return true;
  }
  if (state.phase == Phase::kNeeds) return try_to_act(step);
  if (state.phase == Phase::kRetry && control_.now() >= state.next) return try_to_act(step);
  return false;
}

void Execution::end_if_over() {
  if (header_.phase != ExecutionHeader::Phase::kRunning &&
      header_.phase != ExecutionHeader::Phase::kStopped) {
    return;
  }
  const bool stopped = header_.phase == ExecutionHeader::Phase::kStopped;
  for (std::uint32_t i = 0; i < steps_.size(); ++i) {
    const Phase phase = steps_[i].phase;
    const bool unneeded = plan_.steps[i].only_as_fallback && steps_[i].released == 0;
    const bool never = unneeded || stopped;
    if (phase == Phase::kBlocked && !never) return;
    if (phase == Phase::kPerson && !stopped) return;
    if (phase == Phase::kLabour || phase == Phase::kNeeds || phase == Phase::kActing ||
        phase == Phase::kRetry) {
      return;
    }
  }
  header_.phase = ExecutionHeader::Phase::kEnded;
  if (plan_.progress.valid()) control_.set(plan_.progress, 2);
  const bool all_done = std::none_of(steps_.begin(), steps_.end(), [](const StepState& state) {
    return state.phase == Phase::kPassed || state.phase == Phase::kReplaced;
  });
  log("runbook-end", plan_.name,
      stopped    ? "stopped by a step that failed"
      : all_done ? "all steps are done"
                 : "its steps have ended, not all of them well",
      {});
}

void Execution::sleep() {
  Instant next = header_.frozen != 0 ? Instant::never() : header_.next_sample;
  if (header_.phase == ExecutionHeader::Phase::kIdle) {
    if (plan_.at) next = std::min(next, *plan_.at);
    if (!header_.since.is_never()) next = std::min(next, header_.since + plan_.lasting);
  }
  for (const auto& person : persons_) {
    if (person.phase == PersonState::Phase::kPaged) next = std::min(next, person.answers);
  }
  for (const StepState& state : steps_) {
    switch (state.phase) {
      case Phase::kLabour:
      case Phase::kActing:
      case Phase::kRetry:
        next = std::min(next, std::min(state.next, state.deadline));
        break;
      case Phase::kNeeds:
        next = std::min(next, state.deadline);
        break;
      case Phase::kBlocked:
      case Phase::kPerson:
      case Phase::kDone:
      case Phase::kFailed:
      case Phase::kPassed:
      case Phase::kReplaced:
        break;
    }
  }
  if (!next.is_never()) control_.wake_at(next);
}

std::uint32_t Execution::first_person(std::uint32_t group) const {
  std::uint32_t first = 0;
  for (std::uint32_t i = 0; i < group; ++i) first += plan_.people[i].count;
  return first;
}

std::uint32_t Execution::first_action(std::uint32_t step) const {
  std::size_t first = 0;
  for (std::uint32_t i = 0; i < step; ++i) first += plan_.steps[i].actions.size();
  return static_cast<std::uint32_t>(first);
}

void Execution::log(std::string_view kind, std::string_view subject, std::string_view text,
                    std::string_view cause, std::string_view region) {
  control_.log_event(kind, subject, region, text, cause);
}

}  // namespace lifeboat::scenarios::detail
