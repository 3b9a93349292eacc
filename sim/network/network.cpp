#include "sim/network/network.hpp"

#include <algorithm>
#include <limits>

namespace lifeboat::sim {

std::string_view name_of(Cause cause) {
  switch (cause) {
    case Cause::kNoCause:
      return "none";
    case Cause::kTimeout:
      return "timeout";
    case Cause::kThrottled:
      return "throttled";
    case Cause::kRejected:
      return "rejected";
    case Cause::kReset:
      return "reset";
    case Cause::kNoCapacity:
      return "no-capacity";
    case Cause::kStaleRegion:
      return "stale-region";
    case Cause::kDependency:
      return "dependency";
    case Cause::kAbandoned:
      return "abandoned";
    case Cause::kBlocked:
      return "blocked";
    case Cause::kBreakerOpen:
      return "breaker-open";
  }
  return "unknown";
}

RegisterId Network::find_register(std::string_view name) const {
  for (std::size_t i = 0; i < registers.size(); ++i) {
    if (registers[i].name == name) return RegisterId{static_cast<std::uint32_t>(i)};
  }
  return {};
}

std::uint32_t Network::group_of_station(std::uint32_t station) const {
  // Groups were added in order, so their first stations ascend.
  const auto after = std::upper_bound(
      groups.begin(), groups.end(), station,
      [](std::uint32_t s, const TaskGroup& group) { return s < group.first_station; });
  if (after == groups.begin()) return kNone;
  const auto group = after - 1;
  const bool inside = station < group->first_station + group->limit * group->stations_per_task;
  return inside ? static_cast<std::uint32_t>(group - groups.begin()) : kNone;
}

Profile::Stretch Profile::stretch(Instant t) const {
  constexpr Instant kBegin = Instant::from_nanoseconds(std::numeric_limits<std::int64_t>::min());
  if (points.empty()) return {kBegin, Instant::never(), 0, 0};
  const auto after = std::upper_bound(points.begin(), points.end(), t,
                                      [](Instant x, const Point& p) { return x < p.at; });
  if (after == points.begin()) return {kBegin, after->at, after->value, 0};
  const Point& left = *(after - 1);
  if (after == points.end()) return {left.at, Instant::never(), left.value, 0};
  return {left.at, after->at, left.value, after->value - left.value};
}

double Profile::integral(Instant from, Instant to) const {
  if (points.empty() || to <= from) return 0;
  double sum = 0;
  Instant t = from;
  auto next = std::upper_bound(points.begin(), points.end(), t,
                               [](Instant x, const Point& p) { return x < p.at; });
  while (t < to) {
    const Instant end = next == points.end() ? to : std::min(to, next->at);
    // Just before a jump the value is the left limit: interpolate from the left point.
    double right = 0;
    if (next == points.end()) {
      right = points.back().value;
    } else if (next == points.begin()) {
      right = points.front().value;
    } else {
      const Point& left = *(next - 1);
      const double share = (end - left.at).to_seconds() / (next->at - left.at).to_seconds();
      right = left.value + share * (next->value - left.value);
    }
    sum += 0.5 * (at(t) + right) * (end - t).to_seconds();
    t = end;
    while (next != points.end() && next->at <= t) ++next;
  }
  return sum;
}

}  // namespace lifeboat::sim
