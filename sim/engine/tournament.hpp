// A winner tournament over timers, with the winning keys stored in the inner nodes.
//
// Each thing that has a next event (a server, a processor, a lane, a source, a controller, a random
// delay) stands on a leaf; a request never does. The earliest stands at the root. put() replays one
// leaf-to-root path of branch-free comparisons, so cancelling or moving a timer costs exactly what
// setting it costs, and nothing is allocated.
//
// Order: by time, then by rank. Both stand in one word, the time as nanoseconds after a base, so a
// comparison is one of two words, which compilers make a conditional move (sim/README.md has what
// that brought). What a word has no bits for (weeks ahead where there are thousands of ranks, an
// hour where there are a million) stands behind all else with its time beside it, and the base
// moves when it comes to be the first.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "sim/hot.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

/// See the file comment. Trivially snapshot: its state is plain vectors.
class Tournament {
 public:
  /// Leaves, at least so many, for ranks below `ranks` (and below the number of leaves). All begin
  /// at Instant::never(). Complexity O(leaves).
  explicit Tournament(std::uint32_t leaves = 1, std::uint32_t ranks = 1) { reset(leaves, ranks); }
  void reset(std::uint32_t leaves, std::uint32_t ranks) {
    leaves_ = std::bit_ceil(std::max(leaves, 2U));
    ranks_ = ranks;
    base_ = 0;
    lay_out();
  }

  [[nodiscard]] std::uint32_t leaves() const { return leaves_; }
  [[nodiscard]] std::size_t bytes() const {
    return nodes_.capacity() * sizeof(Key) + late_.capacity() * sizeof(std::int64_t);
  }

  struct Entry {
    std::int64_t time = kNeverTime;
    std::uint32_t rank = 0;
  };
  /// The earliest by (time, rank); of a tournament without any, one at Instant::never().
  [[nodiscard]] Entry root() {
    const Key key = nodes_[1];
    if (key >= first_late_) {
      if (key == kNever) return {};
      return late_root();
    }
    return entry_of(key);
  }
  /// What stands on a leaf. Of one at Instant::never() the rank is not said.
  [[nodiscard]] Entry at(std::uint32_t leaf) const {
    const Key key = nodes_[leaves_ + leaf];
    if (key == kNever) return {};
    Entry entry = entry_of(key);
    if (key >= first_late_) entry.time = late_[leaf];
    return entry;
  }
  /// Rank of the best of the half that the earliest is not in, often the next; any if there is
  /// none.
  [[nodiscard]] std::uint32_t likely_next() const {
    return entry_of(std::max(nodes_[2], nodes_[3])).rank;
  }

  /// Puts a time on a leaf. No two entries that are to come have the same rank. O(log leaves), no
  /// branches that depend on times.
  LIFEBOAT_HOT void put(std::uint32_t leaf, Entry entry) {
    const std::uint64_t stamp = stamp_of(entry.time);
    if (stamp >= stamps_) [[unlikely]]
      return put_outside(leaf, entry);
    replay(leaf, stamp << bits_ | entry.rank);
  }
  LIFEBOAT_HOT void clear(std::uint32_t leaf) { replay(leaf, kNever); }

  /// Fetches what put() of that leaf will read, where the tree is larger than nearer caches.
  void prefetch(std::uint32_t leaf) const {
    constexpr std::uint32_t kNearLeaves = 4096;
    if (leaves_ <= kNearLeaves) return;
    const Key* const nodes = nodes_.data();
    for (std::uint32_t i = leaves_ + leaf; i >= kNearLeaves; i >>= 1) {
      __builtin_prefetch(&nodes[i ^ 1], 1);
    }
  }

  /// Doubles the number of leaves, keeping what stands on them.
  void grow() { rebuild(2 * leaves_, base_); }
  [[nodiscard]] std::uint32_t ranks() const { return ranks_; }
  /// For ranks below that from now on, keeping what stands on the leaves.
  void widen(std::uint32_t ranks) {
    ranks_ = ranks;
    rebuild(leaves_, base_);
  }

 private:
  using Key = std::uint64_t;
  static constexpr std::int64_t kNeverTime = std::numeric_limits<std::int64_t>::max();
  static constexpr Key kNever = ~Key{0};

  [[nodiscard]] std::uint64_t stamp_of(std::int64_t time) const {
    return static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(base_);
  }
  [[nodiscard]] Entry entry_of(Key key) const {
    return {base_ + static_cast<std::int64_t>(key >> bits_),
            static_cast<std::uint32_t>(key & ((Key{1} << bits_) - 1))};
  }

  LIFEBOAT_HOT void replay(std::uint32_t leaf, Key winner) {
    Key* const nodes = nodes_.data();
    std::size_t i = std::size_t{leaves_} + leaf;
    nodes[i] = winner;
    while (i > 1) {
      winner = std::min<Key>(winner, nodes[i ^ 1]);
      i >>= 1;
      nodes[i] = winner;
    }
  }

  /// A time that has no stamp: never, before the base, or too late.
  [[gnu::noinline]] void put_outside(std::uint32_t leaf, Entry entry) {
    if (entry.time == kNeverTime) return clear(leaf);
    if (entry.time < base_) {
      move_base(entry.time);
      return put(leaf, entry);
    }
    replay(leaf, late_key(leaf, entry));
  }
  Key late_key(std::uint32_t leaf, Entry entry) {
    if (late_.empty()) late_.resize(leaves_);
    late_[leaf] = entry.time;
    return first_late_ | entry.rank;
  }
  /// All that is to come is late.
  [[gnu::noinline]] Entry late_root() {
    Entry first;
    for (std::uint32_t leaf = 0; leaf < leaves_; ++leaf) {
      const Entry entry = at(leaf);
      if (entry.time < first.time || (entry.time == first.time && entry.rank < first.rank)) {
        first = entry;
      }
    }
    move_base(first.time);
    return first;
  }

  /// To where that time, which is earlier than all others, is in the middle of what has a stamp.
  void move_base(std::int64_t time) {
    rebuild(leaves_, time - static_cast<std::int64_t>(stamps_ / 2));
  }
  /// With what stands on the leaves, none of it before the base.
  void rebuild(std::uint32_t leaves, std::int64_t base) {
    const Tournament old = std::move(*this);
    leaves_ = leaves;
    base_ = base;
    ranks_ = old.ranks_;
    lay_out();
    for (std::uint32_t leaf = 0; leaf < old.leaves_; ++leaf) {
      const Entry entry = old.at(leaf);
      if (entry.time == kNeverTime) continue;
      const std::uint64_t stamp = stamp_of(entry.time);
      nodes_[leaves_ + leaf] =
          stamp < stamps_ ? stamp << bits_ | entry.rank : late_key(leaf, entry);
    }
    for (std::uint32_t i = leaves_ - 1; i >= 1; --i) {
      nodes_[i] = std::min(nodes_[2 * i], nodes_[2 * i + 1]);
    }
  }
  /// Without any times, for so many leaves and ranks.
  void lay_out() {
    // One more rank than there are: the key of never is no other's.
    bits_ = static_cast<std::uint32_t>(std::bit_width(std::max(ranks_, leaves_)));
    stamps_ = kNever >> bits_;
    first_late_ = stamps_ << bits_;
    late_.clear();
    nodes_.assign(std::size_t{2} * leaves_, kNever);
  }

  std::uint32_t leaves_ = 0;
  std::uint32_t ranks_ = 0;
  std::uint32_t bits_ = 0;    ///< of a key that are the rank
  std::int64_t base_ = 0;     ///< time of stamp 0
  std::uint64_t stamps_ = 0;  ///< how many there are
  Key first_late_ = 0;        ///< keys from here on are of times that have none
  std::vector<Key> nodes_;
  std::vector<std::int64_t> late_;  ///< by leaf: time of a late one; empty while there is none
};

}  // namespace lifeboat::sim
