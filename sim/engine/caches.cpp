// Caches over key spaces: exact least-recently-used order where something may be evicted.
#include <algorithm>

#include "sim/engine/hot_path.hpp"
#include "sim/random/math.hpp"

namespace lifeboat::sim {
namespace {

constexpr std::uint64_t kThere = hash_name("there");

}  // namespace

void Engine::start_caches() {
  std::size_t words = 0;
  std::size_t fills = 0;
  std::size_t links = 0;
  for (const Cache& cache : net_.caches) {
    CacheState state;
    state.key_space = cache.keys.index();
    state.keys = net_.key_spaces[state.key_space].count;
    state.capacity = cache.capacity;
    state.ttl = cache.ttl.count();
    if (cache.capacity < state.keys) {
      state.kind = CacheState::Kind::kEvicting;
      state.first_link = links;
      links += state.keys;
    } else if (!cache.ttl.is_infinite()) {
      state.kind = CacheState::Kind::kDying;
    }
    if (state.kind == CacheState::Kind::kRoomy) {
      state.first = words;
      words += (state.keys + 63) / 64;
    } else {
      state.first = fills;
      fills += state.keys;
    }
    s_.caches.push_back(state);
  }
  s_.cache_bits.assign(words, 0);
  s_.cache_fills.assign(fills, kAbsent);
  s_.cache_links.assign(links, {});
  for (std::uint32_t i = 0; i < net_.caches.size(); ++i) {
    const Cache& cache = net_.caches[i];
    if (cache.starts_empty) continue;
    // The most popular keys, the least popular of them oldest. Entries that live less long than
    // the warm-up are left to it.
    if (cache.ttl < recorder_.options().warmup) continue;
    cache_warm(i, cache.capacity);
    if (!cache.ttl.is_infinite()) age_entries(i);
  }
}

/// Entries of a warmed cache that die after their time to live T: one is there with probability
/// l T / (1 + l T) for l look-ups a second of its key (a cycle is T and the wait for the next
/// look-up), and then its age is uniform in [0, T].
void Engine::age_entries(std::uint32_t cache) {
  const Cache& row = net_.caches[cache];
  const KeySpace& keys = net_.key_spaces[row.keys.index()];
  const double life = row.ttl.to_seconds();
  const double exponent = keys.per_client ? 0 : keys.zipf;
  double weights = 0;
  for (std::uint32_t k = 0; k < keys.count; ++k) weights += math::pow(k + 1.0, -exponent);
  const std::uint64_t luck = mix(trial_key_, hash_name(row.name));
  const CacheState& state = s_.caches[cache];
  for (std::uint32_t key = 0; key < state.keys; ++key) {
    std::int64_t& filled = s_.cache_fills[state.first + key];
    if (filled == kAbsent) continue;
    filled = s_.now - static_cast<std::int64_t>(unit(mix(luck, key)) * life * 1e9);
    const double expected =
        row.lookups_per_second * math::pow(key + 1.0, -exponent) / weights * life;
    if (row.lookups_per_second > 0 &&
        !happens(mix(mix(luck, key), kThere), expected / (1 + expected))) {
      cache_drop(cache, key);
    }
  }
}

bool Engine::cache_has(const CacheState& state, std::uint32_t key) const {
  if (state.kind == CacheState::Kind::kRoomy) {
    return ((s_.cache_bits[state.first + key / 64] >> (key % 64)) & 1U) != 0;
  }
  return s_.cache_fills[state.first + key] != kAbsent;
}

/// Takes the key out of the order of use.
void Engine::cache_unlink(CacheState& state, std::uint32_t key) {
  CacheLink* const links = &s_.cache_links[state.first_link];
  const CacheLink link = links[key];
  (link.newer == kNone ? state.newest : links[link.newer].older) = link.older;
  (link.older == kNone ? state.oldest : links[link.older].newer) = link.newer;
}

/// Makes the key the one used last.
void Engine::cache_link(CacheState& state, std::uint32_t key) {
  CacheLink* const links = &s_.cache_links[state.first_link];
  links[key] = {kNone, state.newest};
  (state.newest == kNone ? state.oldest : links[state.newest].newer) = key;
  state.newest = key;
}

bool Engine::cache_lookup(std::uint32_t cache, std::uint32_t key) {
  CacheState& state = s_.caches[cache];
  bool hit = cache_has(state, key);
  if (hit && state.kind != CacheState::Kind::kRoomy) {
    // A hit does not lengthen an entry's life.
    if (s_.now - s_.cache_fills[state.first + key] > state.ttl) {
      cache_drop(cache, key);
      hit = false;
    } else if (state.kind == CacheState::Kind::kEvicting && state.newest != key) {
      cache_unlink(state, key);
      cache_link(state, key);
    }
  }
  ++(hit ? state.hits : state.misses);
  return hit;
}

/// Forgets a key that is there.
void Engine::cache_drop(std::uint32_t cache, std::uint32_t key) {
  CacheState& state = s_.caches[cache];
  if (state.kind == CacheState::Kind::kRoomy) {
    s_.cache_bits[state.first + key / 64] &= ~(std::uint64_t{1} << (key % 64));
  } else {
    s_.cache_fills[state.first + key] = kAbsent;
    if (state.kind == CacheState::Kind::kEvicting) cache_unlink(state, key);
  }
  --state.entries;
}

void Engine::cache_insert(std::uint32_t cache, std::uint32_t key) {
  CacheState& state = s_.caches[cache];
  if (state.capacity == 0) return;
  if (cache_has(state, key)) cache_drop(cache, key);
  ++state.entries;
  if (state.kind == CacheState::Kind::kRoomy) {
    s_.cache_bits[state.first + key / 64] |= std::uint64_t{1} << (key % 64);
    return;
  }
  s_.cache_fills[state.first + key] = s_.now;
  if (state.kind != CacheState::Kind::kEvicting) return;
  if (state.entries > state.capacity) cache_drop(cache, state.oldest);
  cache_link(state, key);
}

void Engine::cache_flush(std::uint32_t cache) {
  const CacheState& state = s_.caches[cache];
  for (std::uint32_t key = 0; key < state.keys && state.entries > 0; ++key) {
    if (cache_has(state, key)) cache_drop(cache, key);
  }
}

/// Puts the most popular absent keys in, up to `keys` of them; a key's number is its popularity
/// rank, so keys of one client each come in the order of the clients.
void Engine::cache_warm(std::uint32_t cache, std::uint32_t keys) {
  const CacheState& state = s_.caches[cache];
  const std::uint32_t room = std::min(state.capacity, state.keys);
  std::vector<std::uint32_t> wanted;
  for (std::uint32_t key = 0; key < state.keys && wanted.size() < keys; ++key) {
    if (state.entries + wanted.size() >= room) break;
    if (!cache_has(state, key)) wanted.push_back(key);
  }
  for (std::size_t i = wanted.size(); i-- > 0;) cache_insert(cache, wanted[i]);
}

}  // namespace lifeboat::sim
