#include "models/replication/opening.hpp"

#include <algorithm>
#include <utility>

#include "sim/control/losses.hpp"

namespace lifeboat::models {

namespace {

Progress progress_of(const sim::Control& control, sim::RegisterId reg) {
  return static_cast<Progress>(control.value(reg));
}

void set_progress(sim::Control& control, sim::RegisterId reg, Progress progress) {
  control.set(reg, static_cast<std::int64_t>(progress));
}

}  // namespace

Verb progress_verb(std::string block, std::string what, sim::RegisterId progress, bool repeatable) {
  Verb verb;
  verb.block = std::move(block);
  verb.what = std::move(what);
  verb.changes = progress;
  verb.begin = [progress, repeatable](sim::Control& control, const VerbArguments&) {
    const Progress now = progress_of(control, progress);
    if (now == Progress::kAsked || now == Progress::kRunning) return;
    if (now == Progress::kDone && !repeatable) return;
    set_progress(control, progress, Progress::kAsked);
  };
  verb.status = [progress](sim::Control& control, const VerbArguments&) {
    const Progress now = progress_of(control, progress);
    if (now == Progress::kDone) return VerbStatus::kDone;
    return now == Progress::kFailed ? VerbStatus::kFailed : VerbStatus::kRunning;
  };
  return verb;
}

void OpeningController::wake_with(OpeningState& state, sim::Control& control) const {
  if (control.value(policy_.region_up) == 0) return;  // goes on when the region is back
  const Progress progress = progress_of(control, policy_.progress);
  if (progress == Progress::kAsked) {
    const bool reachable =
        !policy_.control_plane.valid() || control.value(policy_.control_plane) != 0;
    if (reachable) begin(state, control);
  } else if (progress == Progress::kRunning && control.now() >= state.ready) {
    finish(control);
  }
}

void OpeningController::begin(OpeningState& state, sim::Control& control) const {
  sim::Instant replayed = control.now();
  for (const sim::LogId log : policy_.logs) {
    control.detach_log(log);
    replayed = std::max(replayed, control.log(log).applies_all_at);
  }
  state.ready = replayed + control.draw(policy_.takes, policy_.word, state.number++);
  control.wake_at(state.ready);
  set_progress(control, policy_.progress, Progress::kRunning);
  control.log_event(policy_.word, policy_.subject, policy_.region,
                    policy_.word + " of " + policy_.subject + " begins");
}

void OpeningController::finish(sim::Control& control) const {
  sim::Instant failed_at = control.now();
  for (const sim::LogId log : policy_.logs) {
    failed_at = std::min(failed_at, sim::losses_of(control).source_lost_at(log));
  }
  for (const sim::LogId log : policy_.logs) control.open_copy(log, failed_at);
  if (policy_.writer.valid()) control.set(policy_.writer, policy_.region_index);
  set_progress(control, policy_.progress, Progress::kDone);
  control.log_event(policy_.word, policy_.subject, policy_.region,
                    policy_.subject + " takes writes");
}

}  // namespace lifeboat::models
