#include "models/replication/opening.hpp"

#include <algorithm>
#include <utility>

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
  control.detach_log(policy_.log);
  const sim::Instant replayed = std::max(control.now(), control.log(policy_.log).applies_all_at);
  state.ready = replayed + control.draw(policy_.takes, policy_.word, state.number++);
  control.wake_at(state.ready);
  set_progress(control, policy_.progress, Progress::kRunning);
  control.log_event(policy_.word, policy_.subject, policy_.region,
                    policy_.word + " of " + policy_.subject + " begins");
}

void OpeningController::finish(sim::Control& control) const {
  control.open_copy(policy_.log, std::min(control.now(), control.log(policy_.log).source_lost_at));
  if (policy_.writer.valid()) control.set(policy_.writer, policy_.region_index);
  set_progress(control, policy_.progress, Progress::kDone);
  control.log_event(policy_.word, policy_.subject, policy_.region,
                    policy_.subject + " takes writes");
}

}  // namespace lifeboat::models
