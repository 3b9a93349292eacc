#include "models/watching/metric_bins.hpp"

#include <algorithm>

namespace lifeboat::models {

using sim::Duration;
using sim::Instant;

sim::Law publication_delay(Duration period) {
  if (period >= Duration::seconds(60)) {
    return sim::Law::uniform(Duration::seconds(110), Duration::seconds(170));
  }
  return sim::Law::uniform(Duration::seconds(10), Duration::seconds(30));
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

std::optional<Datapoint> MetricBins::latest_present(Instant now, std::uint32_t within) const {
  for (std::uint32_t n = 0; n < within; ++n) {
    const auto point = visible(now, n);
    if (!point) return std::nullopt;
    if (point->present) return point;
  }
  return std::nullopt;
}

}  // namespace lifeboat::models
