#include "models/services/elasticache/zones.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/services/elasticache/contents.hpp"

namespace lifeboat::models::elasticache {

using sim::Control;
using sim::Instant;

std::uint32_t CacheZoneController::shards(const Control& control) const {
  return policy_.scaled_shards.valid()
             ? static_cast<std::uint32_t>(control.value(policy_.scaled_shards))
             : policy_.shards;
}

bool CacheZoneController::lost(const Control& control, std::uint32_t shard,
                               std::uint32_t node) const {
  return policy_.faults.lost(control, static_cast<std::uint32_t>(control.value(zone(shard, node))));
}

std::uint32_t CacheZoneController::heir(const Control& control, std::uint32_t shard) const {
  const auto replicas = policy_.scaled_replicas.valid()
                            ? static_cast<std::uint32_t>(control.value(policy_.scaled_replicas))
                            : policy_.replicas;
  for (std::uint32_t node = 1; node <= replicas; ++node) {
    if (!lost(control, shard, node)) return node;
  }
  return 0;
}

bool CacheZoneController::move(Control& control, std::uint32_t shard) const {
  const sim::RegisterId primary = zone(shard, 0);
  if (const std::uint32_t replica = heir(control, shard); replica != 0) {
    const std::int64_t old = control.value(primary);
    control.set(primary, control.value(zone(shard, replica)));
    control.set(zone(shard, replica), old);
    return true;
  }
  const std::uint32_t zones = policy_.faults.zones();
  for (std::uint32_t i = 1; i < zones; ++i) {
    const auto next = static_cast<std::uint32_t>((control.value(primary) + i) % zones);
    if (policy_.faults.lost(control, next)) continue;
    control.set(primary, next);
    return true;
  }
  return false;
}

sim::Duration CacheZoneController::time_to_serve(CacheZoneState& state, Control& control,
                                                 std::uint32_t shard) const {
  return state.to_replica[shard] ? control.draw(policy_.failover, "failover", state.number++)
                                 : control.draw(policy_.replacement, "replacement", state.number++);
}

void CacheZoneController::wake_with(CacheZoneState& state, Control& control) const {
  const std::uint32_t shards = this->shards(control);
  std::uint32_t begun = 0;
  std::uint32_t emptied = 0;
  std::uint32_t served = 0;
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    if (!lost(control, shard, 0)) {
      state.down[shard] = false;  // its zone came back first
      continue;
    }
    if (!state.down[shard]) {
      state.down[shard] = true;
      ++begun;
      state.to_replica[shard] = heir(control, shard) != 0;
      if (!state.to_replica[shard]) ++emptied;
      state.back[shard] = control.now() + time_to_serve(state, control, shard);
    } else if (state.to_replica[shard] && heir(control, shard) == 0) {
      // The replica that was to take over is lost as well.
      state.to_replica[shard] = false;
      ++emptied;
      state.back[shard] = control.now() + time_to_serve(state, control, shard);
    }
    if (state.back[shard] <= control.now() && move(control, shard)) {
      state.down[shard] = false;
      ++served;
    }
  }
  const auto tell = [&](std::string_view kind, const std::string& text) {
    control.log_event(kind, policy_.subject, policy_.region, text, "zone");
  };
  if (begun > 0) {
    tell("failover", fmt::format("{} of {} shards of {} lose their primary with a zone", begun,
                                 shards, policy_.subject));
  }
  if (emptied > 0) {
    lose_share(policy_.caches, static_cast<double>(emptied) / shards, control);
    tell("cache", fmt::format("what {} shards of {} held is lost: no replica stands elsewhere",
                              emptied, policy_.subject));
  }
  if (served > 0) {
    tell("failover", fmt::format("{} shards of {} serve again", served, policy_.subject));
  }
  Instant next = Instant::never();
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    if (state.down[shard] && state.back[shard] > control.now()) {
      next = std::min(next, state.back[shard]);
    }
  }
  if (!next.is_never()) control.wake_at(next);
}

}  // namespace lifeboat::models::elasticache
