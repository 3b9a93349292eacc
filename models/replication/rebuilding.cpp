#include "models/replication/rebuilding.hpp"

#include <fmt/format.h>

namespace lifeboat::models {
namespace {

Progress now_at(const sim::Control& control, sim::RegisterId reg) {
  return static_cast<Progress>(control.value(reg));
}

void put(sim::Control& control, sim::RegisterId reg, Progress progress) {
  control.set(reg, static_cast<std::int64_t>(progress));
}

}  // namespace

std::uint64_t left_behind(const sim::Control& control, sim::LogId log) {
  if (!log.valid()) return 0;
  const sim::LogView view = control.log(log);
  return view.committed - view.received;
}

Verb opening_verb(std::string block, std::string what, sim::RegisterId opening,
                  sim::RegisterId rebuilt) {
  Verb verb = progress_verb(std::move(block), std::move(what), opening);
  verb.begin = [begin = verb.begin, opening, rebuilt](sim::Control& control,
                                                      const VerbArguments& arguments) {
    if (now_at(control, rebuilt) == Progress::kDone) {
      // A refusal is no end: it may be asked for again.
      if (now_at(control, opening) == Progress::kFailed) put(control, opening, Progress::kIdle);
      begin(control, arguments);
    } else if (now_at(control, opening) != Progress::kDone) {
      put(control, opening, Progress::kFailed);
    }
  };
  return verb;
}

void RebuildController::wake_with(RebuildState& state, sim::Control& control) const {
  if (!policy_.takes.valid()) {
    follow(control);
    return;
  }
  const Progress progress = now_at(control, policy_.progress);
  const bool both_up =
      control.value(policy_.region_up) != 0 && control.value(policy_.source_up) != 0;
  if (progress == Progress::kAsked) {
    if (both_up && control.value(policy_.control_plane) != 0) begin(state, control);
  } else if (progress == Progress::kRunning && !both_up) {
    control.set(policy_.stream, 0);
    put(control, policy_.progress, Progress::kFailed);
    control.log_event("rebuild", policy_.subject, policy_.region,
                      "the copy to " + policy_.subject + " broke off");
  } else if (progress == Progress::kRunning && control.now() >= state.ready) {
    if (policy_.fenced.valid()) control.set(policy_.fenced, 0);
    put(control, policy_.progress, Progress::kDone);
    control.log_event("rebuild", policy_.subject, policy_.region,
                      policy_.subject + " is a copy of the writer");
  }
}

/// The writer has changed: to its source after it wrote itself, or not.
void RebuildController::follow(sim::Control& control) const {
  if (control.value(policy_.writer) != policy_.source_index) return;
  if (now_at(control, policy_.opened) != Progress::kDone) return;
  if (now_at(control, policy_.progress) != Progress::kIdle) return;
  const bool both_up =
      control.value(policy_.region_up) != 0 && control.value(policy_.source_up) != 0;
  if (both_up) control.set(policy_.stream, 1);
  put(control, policy_.progress, both_up ? Progress::kDone : Progress::kFailed);
  control.log_event(
      "rebuild", policy_.subject, policy_.region,
      policy_.subject + (both_up ? " follows " : " does not follow ") + policy_.source);
}

void RebuildController::begin(RebuildState& state, sim::Control& control) const {
  if (control.value(policy_.writer) != policy_.source_index) {
    put(control, policy_.progress, Progress::kFailed);
    control.log_event(
        "rebuild", policy_.subject, policy_.region,
        "no copy to " + policy_.subject + ": " + policy_.source + " does not take the writes");
    return;
  }
  const bool reconciled =
      policy_.reconciled.valid() && now_at(control, policy_.reconciled) == Progress::kDone;
  const std::uint64_t over = reconciled ? 0 : left_behind(control, policy_.left_behind);
  control.set(policy_.stream, 1);
  state.ready = control.now() + control.draw(policy_.takes, "rebuild", state.number++);
  control.wake_at(state.ready);
  put(control, policy_.progress, Progress::kRunning);
  control.log_event(
      "rebuild", policy_.subject, policy_.region,
      "a full copy to " + policy_.subject + " begins" +
          (over > 0 ? fmt::format(": {} writes that only it had are overwritten", over) : ""));
}

void ReconcileController::wake_with(ReconcileState& state, sim::Control& control) const {
  const Progress progress = now_at(control, policy_.progress);
  if (control.value(policy_.region_up) == 0) return;  // goes on when the region is back
  if (progress == Progress::kAsked) {
    state.writes = left_behind(control, policy_.left_behind);
    state.ready = control.now() + sim::Duration::from_seconds(policy_.each.to_seconds() *
                                                              static_cast<double>(state.writes));
    control.wake_at(state.ready);
    put(control, policy_.progress, Progress::kRunning);
  } else if (progress == Progress::kRunning && control.now() >= state.ready) {
    put(control, policy_.progress, Progress::kDone);
    control.log_event("reconcile", policy_.subject, policy_.region,
                      fmt::format("{} writes that only {} had are with the writer", state.writes,
                                  policy_.subject));
  }
}

}  // namespace lifeboat::models
