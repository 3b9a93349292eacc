#include "models/services/xray/tracer.hpp"

#include <algorithm>
#include <utility>

namespace lifeboat::models::xray {

using sim::Cause;
using sim::Instant;

Tracer::Tracer(const sim::Network& network, SegmentNames names, std::ostream& out)
    : network_(network),
      segments_(network, std::move(names)),
      out_(out),
      sampler_of_(network.deployments.size(), sim::kNone) {
  for (TraceRule& rule : trace_rules(network)) {
    for (const sim::DeploymentId id : rule.entry) {
      sampler_of_[id.index()] = static_cast<std::uint32_t>(samplers_.size());
    }
    samplers_.emplace_back(std::move(rule));
  }
}

void Tracer::request_began(Instant at, sim::JourneyId journey, std::uint64_t number) {
  if (closed_ || at < Instant{}) return;
  Trace& trace = traces_[number];
  trace.number = number;
  trace.journey = journey;
  trace.began = at;
  for (TraceSampler& sampler : samplers_) {
    if (!sampler.rule().entry.empty()) continue;
    trace.sampled = sampler.take(at, number);
    if (!trace.sampled) forget(number);
    return;
  }
}

void Tracer::called(Instant at, const Call& call) {
  Trace* trace = nullptr;
  Span span;
  if (call.parent == sim::kNone) {
    const auto found = traces_.find(call.number);
    if (found != traces_.end()) trace = &found->second;
  } else {
    const Place caller = place_of(call.parent);
    trace = caller.trace;
    span.parent = caller.span;
  }
  if (trace == nullptr) return;
  span.plan = call.plan;
  span.began = at;
  span.frame = call.frame;
  span.awaited = call.awaited;
  if (call.frame >= live_.size()) live_.resize(std::size_t{2} * call.frame + 64);
  live_[call.frame] = {trace, static_cast<std::uint32_t>(trace->spans.size())};
  trace->spans.push_back(span);
  ++trace->open;
  const sim::DeploymentId here = network_.plan_deployment[call.plan.index()];
  if (!trace->sampled && here.valid()) decide(*trace, at, here);
}

void Tracer::decide(Trace& trace, Instant at, sim::DeploymentId entered) {
  const std::uint32_t sampler = sampler_of_[entered.index()];
  if (sampler == sim::kNone) return;
  if (samplers_[sampler].take(at, trace.number)) {
    trace.sampled = true;
  } else {
    forget(trace.number);
  }
}

void Tracer::forget(std::uint64_t number) {
  const auto found = traces_.find(number);
  for (const Span& span : found->second.spans) {
    if (span.ended.is_never()) live_[span.frame] = {};
  }
  traces_.erase(found);
}

void Tracer::answered(Instant at, std::uint32_t frame, Cause cause) {
  const Place place = place_of(frame);
  if (place.trace == nullptr) return;
  Span& span = place.trace->spans[place.span];
  span.answered = at;
  span.answer = cause;
}

void Tracer::left(Instant at, const Left& call) {
  const Place place = place_of(call.frame);
  if (place.trace == nullptr) return;
  Span& span = place.trace->spans[place.span];
  span.ended = at;
  span.end = call.cause;
  span.task = call.task;
  span.zone = call.zone;
  live_[call.frame] = {};
  --place.trace->open;
  write_if_over(*place.trace);
}

void Tracer::request_ended(Instant at, sim::JourneyId, std::uint64_t number, Instant, bool,
                           Cause cause) {
  const auto found = traces_.find(number);
  if (found == traces_.end()) return;
  found->second.ended = at;
  found->second.cause = cause;
  write_if_over(found->second);
}

void Tracer::write_if_over(Trace& trace) {
  if (trace.open > 0 || trace.ended.is_never()) return;
  if (trace.sampled) {
    out_ << segments_.lines(trace);
    ++written_;
  }
  forget(trace.number);
}

void Tracer::finished(const sim::TrialResult&) {
  std::vector<const Trace*> left;
  for (const auto& [number, trace] : traces_) {
    if (trace.sampled) left.push_back(&trace);
  }
  std::stable_sort(left.begin(), left.end(),
                   [](const Trace* a, const Trace* b) { return a->began < b->began; });
  for (const Trace* trace : left) out_ << segments_.lines(*trace);
  written_ += left.size();
}

}  // namespace lifeboat::models::xray
