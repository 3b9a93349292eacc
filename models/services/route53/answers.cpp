#include "models/services/route53/answers.hpp"

#include <algorithm>

namespace lifeboat::models {

using sim::Control;
using sim::Duration;
using sim::Instant;

namespace {
// From a changed status to the name servers at the edge: a guess from incident reports.
constexpr double kPushLow = 1;
constexpr double kPushHigh = 10;
}  // namespace

std::size_t failover_answer(bool primary_healthy, bool secondary_healthy) {
  return !primary_healthy && secondary_healthy ? 1 : 0;
}

bool FailoverAnswers::passes(std::size_t record, const Control& control) const {
  const sim::RegisterId check = records_[record].check;
  return !check.valid() || control.value(check) != 0;
}

void FailoverAnswers::start_with(AnswerState& state, Control& control) const {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    state.edges[i].healthy = passes(i, control);
    state.edges[i].sent = state.edges[i].healthy;
  }
  state.answer = failover_answer(state.edges[0].healthy, state.edges[1].healthy);
}

void FailoverAnswers::wake_with(AnswerState& state, Control& control) const {
  Instant next = Instant::never();
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
  answer(state, control);
  if (!next.is_never()) control.wake_at(next);
}

void FailoverAnswers::answer(AnswerState& state, Control& control) const {
  const std::size_t record = failover_answer(state.edges[0].healthy, state.edges[1].healthy);
  if (record == state.answer) return;
  state.answer = record;
  for (const sim::RegisterId reg : answers_) control.set(reg, records_[record].region);
  for (const sim::ResolverId resolver : resolvers_) {
    control.set_answer_changed(resolver, records_[record].region);
  }
  control.log_event("dns", service_, records_[record].region_name,
                    "answers with " + records_[record].region_name +
                        (record == 0 ? " (primary)" : " (secondary)"),
                    "health check");
}

}  // namespace lifeboat::models
