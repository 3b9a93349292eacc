// Caches over key spaces: exact least-recently-used order where something may be evicted.
//
// A follower holds what its source does, as late as the log that feeds it: what has been shipped to
// it by now is put there before anybody looks, so that shipping costs no events. Where memory is
// short the source alone decides what goes.
#include <algorithm>
#include <vector>

#include "sim/engine/hot_path.hpp"

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
    cache_fill(i);
    if (!cache.ttl.is_infinite()) age_entries(i);
  }
  for (std::uint32_t i = 0; i < net_.caches.size(); ++i) {
    const Cache& cache = net_.caches[i];
    if (cache.follows.valid()) copy_cache(cache.follows.index(), i);
    s_.caches[i].has_followers = !cache.followers.empty();
    for (const Cache::Follower& follower : cache.followers) {
      s_.logs[follower.log.index()].feeds_caches = true;
      CacheState* to = follower.to.valid() ? &s_.caches[follower.to.index()] : nullptr;
      if (to != nullptr && to->fed_by == kNone) to->fed_by = follower.log.index();
    }
  }
}

/// Makes a follower, which has the same keys, room and life of entries, hold what its source does.
void Engine::copy_cache(std::uint32_t from, std::uint32_t to) {
  const CacheState& source = s_.caches[from];
  CacheState& copy = s_.caches[to];
  const auto rows = [](auto& all, std::size_t source_at, std::size_t copy_at, std::size_t count) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(source_at);
    std::copy(begin, begin + static_cast<std::ptrdiff_t>(count),
              all.begin() + static_cast<std::ptrdiff_t>(copy_at));
  };
  if (source.kind == CacheState::Kind::kRoomy) {
    rows(s_.cache_bits, source.first, copy.first, (source.keys + 63) / 64);
  } else {
    rows(s_.cache_fills, source.first, copy.first, source.keys);
  }
  if (source.kind == CacheState::Kind::kEvicting) {
    rows(s_.cache_links, source.first_link, copy.first_link, source.keys);
  }
  copy.entries = source.entries;
  copy.newest = source.newest;
  copy.oldest = source.oldest;
}

/// What a log has brought by now, into the caches at its end.
void Engine::apply_changes(std::uint32_t log) {
  const std::vector<CacheChange>& changes = s_.cache_changes[log];
  std::uint32_t& done = s_.cache_changes_done[log];
  for (; done < changes.size(); ++done) {
    const Shipment& item = s_.shipments[log][done];
    if (item.received > s_.now) return;
    const CacheChange& change = changes[done];
    if (change.cache == kNone) continue;
    if (change.dropped == kAllKeys) {
      cache_empty(change.cache);
    } else if (change.dropped != kNone && cache_has(s_.caches[change.cache], change.dropped)) {
      cache_drop(change.cache, change.dropped);
    }
    if (change.put == kNone) continue;
    (void)cache_insert(change.cache, change.put);
    const CacheState& state = s_.caches[change.cache];
    // It dies when the source's entry does.
    if (state.kind != CacheState::Kind::kRoomy) {
      s_.cache_fills[state.first + change.put] = item.committed;
    }
  }
}

/// Of the shipment that stands last in the log; no cache: a write that changes none.
void Engine::note_change(std::uint32_t cache, std::uint32_t log, const CacheChange& change) {
  if (!s_.logs[log].feeds_caches) return;
  s_.cache_changes[log].back() = change;
  if (cache == kNone) return;
  for (const Cache::Follower& follower : net_.caches[cache].followers) {
    if (follower.log.index() != log) continue;
    s_.cache_changes[log].back().cache = follower.to.valid() ? follower.to.index() : kNone;
    if (!follower.to.valid() || s_.caches[follower.to.index()].fed_by == log) continue;
    bring_up_to_date(follower.to.index());  // another stream feeds it from here on
    s_.caches[follower.to.index()].fed_by = log;
  }
}

/// The log has dropped its first shipments, which have arrived.
void Engine::forget_changes(std::uint32_t log, std::uint32_t count) {
  std::vector<CacheChange>& changes = s_.cache_changes[log];
  changes.erase(changes.begin(), changes.begin() + count);
  s_.cache_changes_done[log] -= count;
}

/// An operator's change of a cache, to its followers.
void Engine::ship_change(std::uint32_t cache, std::uint32_t put, std::uint32_t dropped) {
  if (!s_.caches[cache].has_followers) return;
  for (const Cache::Follower& follower : net_.caches[cache].followers) {
    const std::uint32_t log = follower.log.index();
    if (!ships(log)) continue;
    (void)ship(log, mix(log_luck_[log], s_.logs[log].committed), 0, s_.now);
    CacheChange change;
    change.put = put;
    change.dropped = dropped;
    note_change(cache, log, change);
  }
}

/// Entries of a warmed cache that die after their time to live: some have (sim/network/
/// warm_shares.hpp), the others' age is uniform in it.
void Engine::age_entries(std::uint32_t cache) {
  const Cache& row = net_.caches[cache];
  const std::vector<double>& shares = net_.warm_shares->of(net_, cache);
  const double life = row.ttl.to_seconds();
  const std::uint64_t luck = mix(trial_key_, hash_name(row.name));
  CacheState& state = s_.caches[cache];
  const auto fill = [&](std::uint64_t bits) {
    return s_.now - static_cast<std::int64_t>(unit(bits) * life * 1e9);
  };
  const auto is_there = [&](std::uint64_t bits, std::uint32_t key) {
    return shares.empty() || happens(mix(bits, kThere), shares[key]);
  };
  if (state.kind == CacheState::Kind::kDying) {  // all are there, and who goes is luck: no branch
    std::uint32_t first_gone = state.keys;
    for (std::uint32_t key = 0; key < state.keys; ++key) {
      const std::uint64_t bits = mix(luck, key);
      const bool there = is_there(bits, key);
      s_.cache_fills[state.first + key] = there ? fill(bits) : kAbsent;
      state.entries -= there ? 0 : 1;
      first_gone = std::min(first_gone, there ? state.keys : key);
    }
    state.all_there_below = std::min(state.all_there_below, first_gone);
    return;
  }
  for (std::uint32_t key = 0; key < state.keys; ++key) {
    std::int64_t& filled = s_.cache_fills[state.first + key];
    if (filled == kAbsent) continue;
    const std::uint64_t bits = mix(luck, key);
    filled = fill(bits);
    if (!is_there(bits, key)) cache_drop(cache, key);
  }
}

bool Engine::cache_has(const CacheState& state, std::uint32_t key) const {
  if (state.kind == CacheState::Kind::kRoomy) {
    return ((s_.cache_bits[state.first + key / 64] >> (key % 64)) & 1U) != 0;
  }
  return s_.cache_fills[state.first + key] != kAbsent;
}

/// Asks the memory for what a look-up of the token's request will read, some events ahead: caches
/// are large, and any of their keys may be next.
void Engine::fetch_entry(std::uint32_t token, std::uint32_t cache) const {
  const CacheState& state = s_.caches[cache];
  const std::uint32_t key =
      key_of(s_.requests[s_.tokens[token].request], net_.key_spaces[state.key_space]);
  if (state.kind == CacheState::Kind::kRoomy) {
    __builtin_prefetch(&s_.cache_bits[state.first + key / 64], 1);
  } else {
    __builtin_prefetch(&s_.cache_fills[state.first + key], 1);
    if (state.kind == CacheState::Kind::kEvicting) {
      __builtin_prefetch(&s_.cache_links[state.first_link + key], 1);
    }
  }
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
  bring_up_to_date(cache);
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
  if (key < state.all_there_below) state.all_there_below = key;
  if (state.kind == CacheState::Kind::kRoomy) {
    s_.cache_bits[state.first + key / 64] &= ~(std::uint64_t{1} << (key % 64));
  } else {
    s_.cache_fills[state.first + key] = kAbsent;
    if (state.kind == CacheState::Kind::kEvicting) cache_unlink(state, key);
  }
  --state.entries;
}

std::uint32_t Engine::cache_insert(std::uint32_t cache, std::uint32_t key) {
  CacheState& state = s_.caches[cache];
  if (state.capacity == 0) return kNone;
  if (cache_has(state, key)) cache_drop(cache, key);
  ++state.entries;
  if (state.kind == CacheState::Kind::kRoomy) {
    s_.cache_bits[state.first + key / 64] |= std::uint64_t{1} << (key % 64);
    return kNone;
  }
  s_.cache_fills[state.first + key] = s_.now;
  if (state.kind != CacheState::Kind::kEvicting) return kNone;
  std::uint32_t dropped = kNone;
  if (state.entries > state.capacity) {
    dropped = state.oldest;
    cache_drop(cache, dropped);
  }
  cache_link(state, key);
  return dropped;
}

/// Puts as many keys as there is room for into an empty cache: the most popular, those last.
void Engine::cache_fill(std::uint32_t cache) {
  CacheState& state = s_.caches[cache];
  const std::uint32_t room = std::min(state.capacity, state.keys);
  state.all_there_below = room;
  state.entries = room;
  if (state.kind == CacheState::Kind::kRoomy) {
    const auto words = s_.cache_bits.begin() + static_cast<std::ptrdiff_t>(state.first);
    std::fill_n(words, room / 64, ~std::uint64_t{0});
    if (room % 64 != 0) words[room / 64] = (std::uint64_t{1} << (room % 64)) - 1;
    return;
  }
  std::fill_n(s_.cache_fills.begin() + static_cast<std::ptrdiff_t>(state.first), room, s_.now);
  if (state.kind != CacheState::Kind::kEvicting) return;
  for (std::uint32_t key = room; key-- > 0;) cache_link(state, key);
}

void Engine::cache_flush(std::uint32_t cache) {
  bring_up_to_date(cache);
  cache_empty(cache);
  ship_change(cache, kNone, kAllKeys);
}

void Engine::cache_empty(std::uint32_t cache) {
  const CacheState& state = s_.caches[cache];
  for (std::uint32_t key = 0; key < state.keys && state.entries > 0; ++key) {
    if (cache_has(state, key)) cache_drop(cache, key);
  }
}

/// Puts the most popular absent keys in, up to `keys` of them; a key's number is its popularity
/// rank, so keys of one client each come in the order of the clients.
void Engine::cache_warm(std::uint32_t cache, std::uint32_t keys) {
  bring_up_to_date(cache);
  CacheState& state = s_.caches[cache];
  const std::uint32_t room = std::min(state.capacity, state.keys);
  std::vector<std::uint32_t> wanted;
  std::uint32_t& key = state.all_there_below;  // key by key it need not be looked through again
  for (; key < state.keys && wanted.size() < keys; ++key) {
    if (state.entries + wanted.size() >= room) break;
    if (!cache_has(state, key)) wanted.push_back(key);
  }
  for (std::size_t i = wanted.size(); i-- > 0;) {
    ship_change(cache, wanted[i], cache_insert(cache, wanted[i]));
  }
}

}  // namespace lifeboat::sim
