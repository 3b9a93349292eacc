#include "models/watching/metric_bins.hpp"

#include <algorithm>

namespace lifeboat::models {

using sim::Duration;
using sim::Instant;

Duration publication_delay(Duration period, double uniform) {
  if (period >= Duration::seconds(60)) return Duration::from_seconds(110 + 60 * uniform);
  return Duration::from_seconds(10 + 20 * uniform);
}

Duration evaluation_interval(Duration period) {
  return period >= Duration::seconds(60) ? Duration::seconds(60) : Duration::seconds(10);
}

void MetricBins::close(const Datapoint& point) {
  points_[closed_ % kKept] = point;
  ++closed_;
}

std::optional<Datapoint> MetricBins::visible(Instant now, std::uint32_t n) const {
  const std::uint32_t kept = std::min(closed_, kKept);
  for (std::uint32_t back = 0; back < kept; ++back) {
    const Datapoint& point = points_[(closed_ - 1 - back) % kKept];
    if (point.visible_at > now) continue;
    // Everything before a visible bin counts, visible or not: an alarm waits for no straggler.
    if (back + n >= kept) return std::nullopt;
    return points_[(closed_ - 1 - back - n) % kKept];
  }
  return std::nullopt;
}

bool MetricBins::all_above(Instant now, std::uint32_t count, double threshold) const {
  for (std::uint32_t n = 0; n < count; ++n) {
    const auto point = visible(now, n);
    if (!point || !point->present || !(point->value > threshold)) return false;
  }
  return true;
}

bool MetricBins::all_below(Instant now, std::uint32_t count, double threshold) const {
  for (std::uint32_t n = 0; n < count; ++n) {
    const auto point = visible(now, n);
    if (!point || !point->present || !(point->value < threshold)) return false;
  }
  return true;
}

}  // namespace lifeboat::models
