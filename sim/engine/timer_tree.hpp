// A tournament whose leaves come and go with what is under way, so that it is as deep as that asks
// for.
//
// The leaf of the event that is taken serves what is set next, most often the same thing or the one
// that the event sets off: then the two cost one path of the tree.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/tournament.hpp"
#include "sim/hot.hpp"
#include "sim/network/ids.hpp"

namespace lifeboat::sim {

class TimerTree {
 public:
  TimerTree() { reset(1); }
  /// Without any times, for ranks below that and below the number of leaves.
  void reset(std::uint32_t ranks) {
    tree_.reset(kFirstLeaves, ranks);
    free_.clear();
    add_free(0);
    in_hand_ = kNone;
  }

  [[nodiscard]] std::size_t bytes() const {
    return tree_.bytes() + free_.capacity() * sizeof(std::uint32_t);
  }

  /// The earliest by (time, rank). Not between take() and settle().
  [[nodiscard]] Tournament::Entry root() { return tree_.root(); }
  [[nodiscard]] std::int64_t time(std::uint32_t leaf) const { return tree_.at(leaf).time; }
  /// Rank of what is likely to be the next after the earliest; any if there is none.
  [[nodiscard]] std::uint32_t likely_next() const { return tree_.likely_next(); }

  /// A leaf for something to set: that of the event taken last, or a free one.
  LIFEBOAT_HOT std::uint32_t new_leaf() {
    const std::uint32_t leaf = in_hand_;
    in_hand_ = kNone;
    return leaf != kNone ? leaf : free_leaf();
  }
  LIFEBOAT_HOT void put(std::uint32_t leaf, Tournament::Entry entry) { tree_.put(leaf, entry); }
  /// Puts it on a new leaf, which it tells; the rank may be beyond those that reset() was told.
  LIFEBOAT_HOT std::uint32_t add(Tournament::Entry entry) {
    if (entry.rank >= tree_.ranks()) [[unlikely]]
      tree_.widen(std::bit_ceil(entry.rank + 1));
    const std::uint32_t leaf = new_leaf();
    tree_.put(leaf, entry);
    return leaf;
  }
  /// The leaf has nothing any more, and is free.
  void give_back(std::uint32_t leaf) {
    tree_.clear(leaf);
    free_.push_back(leaf);
  }

  /// Takes the earliest event, which stands on that leaf. settle() follows when all that it sets is
  /// set.
  void take(std::uint32_t leaf) {
    tree_.prefetch(leaf);
    in_hand_ = leaf;
  }
  void settle() {
    if (in_hand_ == kNone) return;
    give_back(in_hand_);
    in_hand_ = kNone;
  }

 private:
  static constexpr std::uint32_t kFirstLeaves = 8;

  std::uint32_t free_leaf() {
    if (free_.empty()) [[unlikely]]
      grow();
    const std::uint32_t leaf = free_.back();
    free_.pop_back();
    return leaf;
  }
  [[gnu::noinline]] void grow() {
    const std::uint32_t had = tree_.leaves();
    tree_.grow();
    add_free(had);
  }
  void add_free(std::uint32_t from) {
    free_.reserve(tree_.leaves());
    for (std::uint32_t i = tree_.leaves(); i-- > from;) free_.push_back(i);
  }

  Tournament tree_;
  std::vector<std::uint32_t> free_;
  std::uint32_t in_hand_ = kNone;
};

}  // namespace lifeboat::sim
