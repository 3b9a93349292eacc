// One step's labour, attempts and end.
#include <algorithm>
#include <cmath>

#include "scenarios/runbooks/execution.hpp"

namespace lifeboat::scenarios::detail {

namespace {

using models::VerbArguments;
using models::VerbStatus;
using sim::Duration;

}  // namespace

/// The step begins: `cause` is what it waited for since it was ready; empty if nothing.
void Execution::begin_labour(std::uint32_t step, const std::string& cause) {
  StepState& state = steps_[step];
  const PlannedStep& planned = plan_.steps[step];
  state.phase = Phase::kLabour;
  if (planned.timeout) state.deadline = control_.now() + *planned.timeout;
  if (planned.tells.valid()) control_.set(planned.tells, 1);
  log("step-begin", planned.name,
      planned.people ? "by " + plan_.people[*planned.people].name : "automatic", cause,
      planned.region);
  const Duration labour =
      planned.takes.valid() ? control_.draw(planned.takes, planned.name + "/takes", 0) : Duration{};
  state.next = control_.now() + labour;
}

void Execution::labour_done(std::uint32_t step) {
  free_person(step);
  if (!plan_.steps[step].timeout) steps_[step].deadline = control_.now() + kStandardTimeout;
  try_to_act(step);
}

/// The first attempt or the next one, once the control plane takes calls. False: still waiting.
bool Execution::try_to_act(std::uint32_t step) {
  StepState& state = steps_[step];
  const PlannedStep& planned = plan_.steps[step];
  if (planned.needs.valid() && control_.value(planned.needs) == 0) {
    const bool waited = state.phase == Phase::kNeeds;
    state.phase = Phase::kNeeds;
    if (!waited) {
      const std::string& of = planned.needs_of.empty() ? planned.region : planned.needs_of;
      log("step-waits", planned.name, "the control plane of " + of + " is down",
          "control-plane:" + of, planned.region);
    }
    return !waited;
  }
  attempt(step);
  return true;
}

void Execution::attempt(std::uint32_t step) {
  StepState& state = steps_[step];
  const PlannedStep& planned = plan_.steps[step];
  const std::uint32_t number = state.attempts++;
  if (control_.uniform(planned.name + "/success", number) >= planned.success) {
    attempt_failed(step, "the attempt failed");
    return;
  }
  for (const auto& action : planned.actions) {
    if (action.own_control_plane.valid() && control_.value(action.own_control_plane) == 0) {
      attempt_failed(step, "the control plane of " + action.region + " does not answer");
      return;
    }
  }
  state.phase = Phase::kActing;
  state.acting_since = control_.now();
  state.next = control_.now() + kPollEvery;
  if (planned.actions.empty() && planned.sets.empty()) return;
  log("step-acts", planned.name, planned.block, {}, planned.region);
  const std::uint32_t first = first_action(step);
  for (std::uint32_t i = 0; i < planned.actions.size(); ++i) {
    const PlannedAction& action = planned.actions[i];
    ActionState& own = actions_[first + i];
    own.amount = amount_of(action, own);
    if (action.begin && !action.begin(control_, {own.amount, state.acting_since, action.zone})) {
      attempt_failed(step, action.deployment + " refused");
      return;
    }
  }
  for (const auto& set : planned.sets) control_.set(set.reg, set.value);
}

double Execution::amount_of(const PlannedAction& action, const ActionState& state) {
  if (!action.reference) return action.number;
  const double running = action.before_fault
                             ? state.before_fault
                             : static_cast<double>(control_.group(*action.reference).running);
  // Whole tasks, upwards; 1e-6 so that 4 tasks do not become 5 by rounding.
  return std::ceil(action.share * running - 1e-6);
}

void Execution::attempt_failed(std::uint32_t step, const std::string& why) {
  StepState& state = steps_[step];
  const PlannedStep& planned = plan_.steps[step];
  if (state.attempts >= planned.max_attempts) {
    failed(step, why);
    return;
  }
  state.phase = Phase::kRetry;
  state.next = control_.now() + planned.retry_wait;
  log("step-retry", planned.name, why, {}, planned.region);
}

/// Whether the effect has come to something: done, or failed.
bool Execution::check_effect(std::uint32_t step) {
  StepState& state = steps_[step];
  const PlannedStep& planned = plan_.steps[step];
  const std::uint32_t first = first_action(step);
  bool all = true;
  bool polled = false;
  for (std::uint32_t i = 0; i < planned.actions.size(); ++i) {
    const PlannedAction& action = planned.actions[i];
    const double amount = actions_[first + i].amount;
    const VerbStatus status =
        action.status ? action.status(control_, {amount, state.acting_since, action.zone})
                      : VerbStatus::kDone;
    if (status == VerbStatus::kFailed) {
      attempt_failed(step, action.deployment + " failed");
      return true;
    }
    const bool shown =
        status == VerbStatus::kDone && (!action.until || action.until(control_, amount));
    all = all && shown;
    polled = polled || (!shown && !action.changes.valid());
  }
  if (all) {
    done(step);
    return true;
  }
  if (!polled) {
    state.next = sim::Instant::never();
  } else if (control_.now() >= state.next) {
    state.next = control_.now() + kPollEvery;
  }
  return false;
}

void Execution::done(std::uint32_t step) {
  const PlannedStep& planned = plan_.steps[step];
  steps_[step].phase = Phase::kDone;
  if (planned.tells.valid()) control_.set(planned.tells, 2);
  log("step-end", planned.name, "done", {}, planned.region);
  release_after("step:" + planned.name);
}

void Execution::failed(std::uint32_t step, const std::string& why) {
  StepState& state = steps_[step];
  const PlannedStep& planned = plan_.steps[step];
  free_person(step);
  if (planned.tells.valid()) control_.set(planned.tells, 2);
  log("step-failed", planned.name, why, {}, planned.region);
  switch (planned.on_failure) {
    case RunbookStep::OnFailure::kStop:
      state.phase = Phase::kFailed;
      header_.phase = ExecutionHeader::Phase::kStopped;
      break;
    case RunbookStep::OnFailure::kContinue:
      state.phase = Phase::kPassed;
      release_after("step:" + planned.name);
      break;
    case RunbookStep::OnFailure::kStep:
      state.phase = Phase::kReplaced;
      // Several steps may share a fallback: the first that fails releases it, for when the steps
      // that it comes after itself are done.
      steps_[planned.fallback].released = 1;
      release_after("step:" + planned.name);
      break;
  }
}

void Execution::free_person(std::uint32_t step) {
  StepState& state = steps_[step];
  if (state.person == sim::kNone) return;
  PersonState& person = persons_[state.person];
  person.phase = PersonState::Phase::kFree;
  person.last_step = step;
  state.person = sim::kNone;
}

}  // namespace lifeboat::scenarios::detail
