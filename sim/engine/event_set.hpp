// The event set: the timers of all that has a next event, in a tournament of those that are set.
//
// A network has a slot for each thing that may ever have a next event, most of which have none at
// a given instant: the task places of services that could scale out, say. So a slot has a leaf of
// the tournament only while it is set, and the tree is as deep as what is going on asks for; ties
// still go by the slots' numbers.
//
// The slot whose event is taken gives its leaf to whichever slot is set next, most often itself or
// the one that the released token goes on to: then the two cost one path of the tree.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/tournament.hpp"
#include "sim/hot.hpp"
#include "sim/network/ids.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

class EventSet {
 public:
  /// All slots begin at Instant::never().
  void reset(std::uint32_t slots) {
    leaf_.assign(slots, kNone);
    tree_.reset(kFirstLeaves);
    free_.clear();
    for (std::uint32_t i = tree_.slots(); i-- > 0;) free_.push_back(i);
    in_hand_ = kNone;
  }

  /// What has the earliest event.
  struct Event {
    std::int64_t time = 0;
    std::uint32_t slot = 0;
    std::uint32_t detail = 0;  ///< what set() was told
  };
  /// The earliest by (time, slot). Not between take() and settle().
  [[nodiscard]] Event root() const {
    const Tournament::Node node = tree_.root();
    return {node.time, static_cast<std::uint32_t>(node.slot >> 32),
            static_cast<std::uint32_t>(node.slot)};
  }
  [[nodiscard]] Instant top_time() const { return tree_.top_time(); }
  [[nodiscard]] Instant time(std::uint32_t slot) const {
    return leaf_[slot] == kNone ? Instant::never() : tree_.time(leaf_[slot]);
  }

  LIFEBOAT_HOT void set(std::uint32_t slot, Instant at, std::uint32_t detail = kNone) {
    if (at.is_never()) [[unlikely]]
      return clear(slot);
    std::uint32_t leaf = leaf_[slot];
    if (leaf == kNone) {
      leaf = in_hand_;
      in_hand_ = kNone;
      if (leaf == kNone) leaf = free_leaf();
      leaf_[slot] = leaf;
    }
    // The slot alone decides ties: it has one event.
    tree_.replay(leaf, {at.nanoseconds(), std::uint64_t{slot} << 32 | detail});
  }
  void clear(std::uint32_t slot) {
    if (leaf_[slot] == kNone) return;
    give_back(leaf_[slot]);
    leaf_[slot] = kNone;
  }

  /// Takes the earliest slot's event: from now on the slot is not set. settle() follows when all
  /// that the event sets is set.
  void take(std::uint32_t slot) {
    in_hand_ = leaf_[slot];
    leaf_[slot] = kNone;
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
  void give_back(std::uint32_t leaf) {
    tree_.set(leaf, Instant::never());
    free_.push_back(leaf);
  }
  void grow() {
    const std::uint32_t had = tree_.slots();
    tree_.grow();
    free_.reserve(tree_.slots());
    for (std::uint32_t i = tree_.slots(); i-- > had;) free_.push_back(i);
  }

  Tournament tree_{kFirstLeaves};
  std::vector<std::uint32_t> leaf_;  ///< by slot
  std::vector<std::uint32_t> free_;
  std::uint32_t in_hand_ = kNone;
};

}  // namespace lifeboat::sim
