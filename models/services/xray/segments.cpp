#include "models/services/xray/segments.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/random/luck.hpp"

namespace lifeboat::models::xray {

namespace {

using sim::Cause;
using sim::Instant;

constexpr std::uint64_t kTraceWord = 0x7ace;
constexpr std::int64_t kSecond = 1'000'000'000;

std::string_view flags_of(Cause cause) {
  switch (cause) {
    case Cause::kNoCause:
      return "";
    case Cause::kThrottled:
      return R"(,"error":true,"throttle":true)";
    case Cause::kBlocked:
    case Cause::kAbandoned:
      return R"(,"error":true)";
    case Cause::kTimeout:
    case Cause::kRejected:
    case Cause::kReset:
    case Cause::kNoCapacity:
    case Cause::kStaleRegion:
    case Cause::kDependency:
    case Cause::kBreakerOpen:
      return R"(,"fault":true)";
  }
  return "";
}

/// The members of "annotations". Names are the files': none needs an escape.
class Annotations {
 public:
  void add(std::string_view key, std::string_view value) {
    if (!value.empty()) add_json(key, fmt::format("\"{}\"", value));
  }
  void add_json(std::string_view key, std::string_view value) {
    text_ += fmt::format("{}\"{}\":{}", text_.empty() ? "" : ",", key, value);
  }
  void add(Cause cause) {
    if (cause != Cause::kNoCause) add("cause", sim::name_of(cause));
  }
  [[nodiscard]] std::string text() const {
    return text_.empty() ? "" : fmt::format(",\"annotations\":{{{}}}", text_);
  }

 private:
  std::string text_;
};

}  // namespace

/// Writes one trace.
class Segments::Writer {
 public:
  Writer(const Segments& whole, const Trace& trace)
      : network_(whole.network_), names_(whole.names_), trace_(trace), below_(trace.spans.size()) {
    for (std::uint32_t i = 0; i < trace_.spans.size(); ++i) {
      const std::uint32_t parent = trace_.spans[i].parent;
      (parent == sim::kNone ? roots_ : below_[parent]).push_back(i);
    }
  }

  std::string lines() {
    Annotations annotations;
    annotations.add("journey", network_.journeys[trace_.journey.index()].name);
    annotations.add(trace_.cause);
    std::string text =
        fmt::format(R"({{"trace_id":"{}","id":"{}","name":"{}",{}{}{}{}}})", trace_id(), id(0),
                    network_.journeys[trace_.journey.index()].name,
                    times(trace_.began, trace_.ended), flags_of(trace_.cause), annotations.text(),
                    subsegments(roots_)) +
        "\n";
    for (std::uint32_t i = 0; i < trace_.spans.size(); ++i) {
      if (is_segment(i)) text += segment(i);
    }
    return text;
  }

 private:
  [[nodiscard]] std::uint32_t deployment_of(std::uint32_t span) const {
    const sim::DeploymentId id = network_.plan_deployment[trace_.spans[span].plan.index()];
    return id.valid() ? id.index() : sim::kNone;
  }
  [[nodiscard]] bool same_service(std::uint32_t a, std::uint32_t b) const {
    if (a == sim::kNone || b == sim::kNone) return a == b;
    const sim::Deployment& x = network_.deployments[a];
    const sim::Deployment& y = network_.deployments[b];
    return x.service_index == y.service_index && x.region == y.region;
  }
  /// The deployment in whose segment the span's calls are; kNone: the customer's.
  [[nodiscard]] std::uint32_t home_of(std::uint32_t span) const {
    while (span != sim::kNone && deployment_of(span) == sim::kNone)
      span = trace_.spans[span].parent;
    return span == sim::kNone ? sim::kNone : deployment_of(span);
  }
  /// Whether it has a document of its own: another service's work, or nobody waits for it.
  [[nodiscard]] bool is_segment(std::uint32_t span) const {
    const std::uint32_t here = deployment_of(span);
    if (here == sim::kNone) return false;
    return !trace_.spans[span].awaited || !same_service(here, home_of(trace_.spans[span].parent));
  }

  [[nodiscard]] std::string trace_id() const {
    const std::int64_t second = names_.epoch_s + trace_.began.nanoseconds() / kSecond;
    return fmt::format("1-{:08x}-{:016x}{:08x}", static_cast<std::uint32_t>(second),
                       sim::mix(trace_.number, kTraceWord),
                       static_cast<std::uint32_t>(sim::mix(kTraceWord, trace_.number)));
  }
  /// 0: the request; then a subsegment and a segment of each span.
  [[nodiscard]] std::string id(std::uint64_t place) const {
    return fmt::format("{:016x}", sim::mix(sim::mix(trace_.number, kTraceWord), place + 1));
  }
  [[nodiscard]] std::string call_id(std::uint32_t span) const { return id(2 * span + 1); }
  [[nodiscard]] std::string work_id(std::uint32_t span) const { return id(2 * span + 2); }

  [[nodiscard]] std::string time(Instant at) const {
    return fmt::format("{}.{:09}", names_.epoch_s + at.nanoseconds() / kSecond,
                       at.nanoseconds() % kSecond);
  }
  [[nodiscard]] std::string times(Instant from, Instant to) const {
    if (to.is_never()) return fmt::format(R"("start_time":{},"in_progress":true)", time(from));
    return fmt::format(R"("start_time":{},"end_time":{})", time(from), time(to));
  }

  /// "find" of the plan "web.find" of the service `web`; a plan that is no operation: as it is.
  [[nodiscard]] std::string_view operation_of(std::uint32_t span) const {
    const std::string_view plan = network_.plan_names[trace_.spans[span].plan.index()];
    const std::uint32_t here = deployment_of(span);
    if (here == sim::kNone) return plan;
    const std::string_view service = network_.deployments[here].service;
    const bool own = plan.starts_with(service) && plan.substr(service.size()).starts_with('.');
    return own ? plan.substr(service.size() + 1) : plan;
  }

  void place(std::uint32_t span, Annotations& annotations) const {
    const Span& row = trace_.spans[span];
    const sim::RegionId region = network_.deployments[deployment_of(span)].region;
    annotations.add("operation", operation_of(span));
    if (region.valid()) annotations.add("region", network_.regions[region.index()]);
    if (row.task == sim::kNone) return;
    if (region.valid() && region.index() < names_.zones.size() &&
        row.zone < names_.zones[region.index()].size()) {
      annotations.add("zone", names_.zones[region.index()][row.zone]);
    }
    const sim::TaskGroup& group = network_.groups[network_.task_group[row.task]];
    annotations.add_json("task", std::to_string(row.task - group.first_task + 1));
  }

  std::string segment(std::uint32_t span) {
    const Span& row = trace_.spans[span];
    const sim::Deployment& here = network_.deployments[deployment_of(span)];
    Annotations annotations;
    place(span, annotations);
    annotations.add(row.end);
    return fmt::format(R"({{"trace_id":"{}","id":"{}","parent_id":"{}","name":"{}",{}{}{}{}}})",
                       trace_id(), work_id(span), call_id(span), here.service,
                       times(row.began, row.ended), flags_of(row.end), annotations.text(),
                       subsegments(below_[span])) +
           "\n";
  }

  std::string subsegment(std::uint32_t span) {
    const Span& row = trace_.spans[span];
    Annotations annotations;
    std::string_view name = network_.plan_names[row.plan.index()];
    std::string_view remote;
    if (is_segment(span)) {
      const sim::Deployment& callee = network_.deployments[deployment_of(span)];
      name = callee.service;
      remote = R"(,"namespace":"remote")";
      annotations.add("operation", operation_of(span));
      if (callee.region.valid()) annotations.add("region", network_.regions[callee.region.index()]);
    }
    if (!row.awaited) annotations.add_json("awaited", "false");
    const Cause seen = row.awaited ? row.seen() : Cause::kNoCause;
    annotations.add(seen);
    return fmt::format(R"({{"id":"{}","name":"{}"{},{}{}{}{}}})", call_id(span), name, remote,
                       times(row.began, row.awaited ? row.seen_at() : row.began), flags_of(seen),
                       annotations.text(), is_segment(span) ? "" : subsegments(below_[span]));
  }

  /// ,"subsegments":[...]; empty where there is none.
  std::string subsegments(const std::vector<std::uint32_t>& spans) {
    std::string text;
    for (const std::uint32_t span : spans) {
      text += fmt::format("{}{}", text.empty() ? "" : ",", subsegment(span));
    }
    return text.empty() ? "" : fmt::format(",\"subsegments\":[{}]", text);
  }

  const sim::Network& network_;
  const SegmentNames& names_;
  const Trace& trace_;
  std::vector<std::uint32_t> roots_;
  std::vector<std::vector<std::uint32_t>> below_;  // by span: those that it calls
};

Segments::Segments(const sim::Network& network, SegmentNames names)
    : network_(network), names_(std::move(names)) {}

std::string Segments::lines(const Trace& trace) const { return Writer(*this, trace).lines(); }

}  // namespace lifeboat::models::xray
