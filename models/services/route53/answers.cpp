#include "models/services/route53/answers.hpp"

#include <algorithm>

#include "models/replication/opening.hpp"

namespace lifeboat::models::route53 {

using sim::Control;
using sim::Duration;
using sim::Instant;

namespace {
// From a changed status to the name servers at the edge: a guess from incident reports.
constexpr double kPushLow = 1;
constexpr double kPushHigh = 10;
// From an edit to all name servers at the edge, in seconds; the least is a guess, 1 to 20.
constexpr double kEditLow = 5;
constexpr double kEditHigh = 60;
}  // namespace

bool Answers::passes(std::size_t record, const Control& control) const {
  const sim::RegisterId check = records_[record].check;
  return !check.valid() || control.value(check) != 0;
}

void Answers::start_with(AnswerState& state, Control& control) const {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    state.edges[i].healthy = passes(i, control);
    state.edges[i].sent = state.edges[i].healthy;
  }
  const auto healthy = [&](std::size_t record) { return state.edges[record].healthy; };
  for (std::size_t i = 0; i < classes_.size(); ++i) {
    state.answers[i] = static_cast<std::uint8_t>(answer_of(classes_[i].order, healthy));
  }
}

void Answers::wake_with(AnswerState& state, Control& control) const {
  edit(state, control);
  Instant next = state.edit_arrives;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    AnswerState::Edge& edge = state.edges[i];
    if (edge.arrives_at <= control.now()) {
      edge.healthy = edge.sent;
      edge.arrives_at = Instant::never();
    }
    if (passes(i, control) != edge.sent) {
      edge.sent = !edge.sent;
      const double share = control.uniform("push", state.pushes++);
      edge.arrives_at =
          control.now() + Duration::from_seconds(kPushLow + share * (kPushHigh - kPushLow));
    }
    next = std::min(next, edge.arrives_at);
  }
  for (std::size_t i = 0; i < classes_.size(); ++i) answer(state, control, i);
  if (!next.is_never()) control.wake_at(next);
}

void Answers::edit(AnswerState& state, Control& control) const {
  if (!edit_.progress.valid()) return;
  if (state.edit_arrives <= control.now()) {
    state.edited = state.sent_edit;
    state.edit_arrives = Instant::never();
    control.set(edit_.progress, static_cast<std::int64_t>(Progress::kDone));
  }
  const bool asked = control.value(edit_.progress) == static_cast<std::int64_t>(Progress::kAsked);
  if (!asked || control.value(edit_.control_plane) == 0) return;
  const auto region = static_cast<std::uint32_t>(control.value(edit_.region));
  const auto found =
      std::find_if(records_.begin(), records_.end(),
                   [region](const AnswerRecord& record) { return record.region == region; });
  if (found == records_.end()) {
    control.set(edit_.progress, static_cast<std::int64_t>(Progress::kFailed));
    return;
  }
  state.sent_edit = static_cast<std::uint32_t>(found - records_.begin());
  const double share = control.uniform("edit", state.edits++);
  state.edit_arrives =
      control.now() + Duration::from_seconds(kEditLow + share * (kEditHigh - kEditLow));
  control.set(edit_.progress, static_cast<std::int64_t>(Progress::kRunning));
  control.log_event("dns", service_, found->region_name,
                    "the records are edited to point at " + found->region_name, "edit");
}

void Answers::answer(AnswerState& state, Control& control, std::size_t which) const {
  const AnswerClass& asked = classes_[which];
  const bool edited = state.edited < records_.size();
  const std::size_t record =
      edited ? state.edited
             : answer_of(asked.order, [&](std::size_t i) { return state.edges[i].healthy; });
  if (record == state.answers[which]) return;
  state.answers[which] = static_cast<std::uint8_t>(record);
  const AnswerRecord& given = records_[record];
  for (const sim::RegisterId reg : asked.answers) control.set(reg, given.region);
  for (const sim::ResolverId resolver : asked.resolvers) {
    control.set_answer_changed(resolver, given.region);
  }
  control.log_event("dns", service_, given.region_name,
                    "answers " + (asked.who.empty() ? "" : asked.who + " ") + "with " +
                        given.region_name + given.note,
                    edited ? "edit" : "health check");
}

}  // namespace lifeboat::models::route53
