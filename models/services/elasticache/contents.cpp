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
  if (policy_.rebuilt.valid()) follow_rebuild(state, control);
}

void ContentsController::follow_rebuild(ContentsState& state, sim::Control& control) const {
  constexpr auto kRunning = static_cast<std::int64_t>(Progress::kRunning);
  const std::int64_t rebuilt = control.value(policy_.rebuilt);
  const bool begun = rebuilt == kRunning && state.rebuilt != kRunning;
  const bool there =
      rebuilt == static_cast<std::int64_t>(Progress::kDone) && state.rebuilt == kRunning;
  state.rebuilt = rebuilt;
  if (begun) lose_share(policy_.caches, 1, control);
  if (!there) return;
  for (std::size_t i = 0; i < policy_.sources.size(); ++i) {
    if (!policy_.sources[i].valid()) continue;
    const std::uint32_t wanted = control.cache(policy_.sources[i]).entries;
    const std::uint32_t own = control.cache(policy_.caches[i]).entries;
    if (wanted > own) control.warm_cache(policy_.caches[i], wanted - own);
  }
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
