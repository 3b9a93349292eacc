#include "models/services/elasticache/contents.hpp"

#include <cmath>

#include "models/replication/opening.hpp"

namespace lifeboat::models::elasticache {

void ContentsController::wake_with(ContentsState& state, sim::Control& control) const {
  constexpr auto kAsked = static_cast<std::int64_t>(Progress::kAsked);
  constexpr auto kRunning = static_cast<std::int64_t>(Progress::kRunning);
  if (control.value(policy_.flush) == kAsked) {
    lose_share(policy_.caches, 1, control);
    control.set(policy_.flush, static_cast<std::int64_t>(Progress::kDone));
    control.log_event("cache", policy_.subject, policy_.region, policy_.subject + " is flushed");
  }
  const std::int64_t failover = control.value(policy_.failover);
  if (failover == kRunning && state.failover != kRunning && policy_.lost > 0) {
    lose_share(policy_.caches, policy_.lost, control);
    control.log_event("cache", policy_.subject, policy_.region,
                      "what a shard of " + policy_.subject + " held is lost: it has no replica");
  }
  state.failover = failover;
}

void lose_share(const std::vector<sim::CacheId>& caches, double share, sim::Control& control) {
  for (const sim::CacheId cache : caches) {
    const double entries = control.cache(cache).entries;
    control.flush_cache(cache);
    const auto kept = static_cast<std::uint32_t>(std::llround(entries * (1 - share)));
    if (kept > 0) control.warm_cache(cache, kept);
  }
}

}  // namespace lifeboat::models::elasticache
