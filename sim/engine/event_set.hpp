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
    rows_.assign(slots, Row{});
    tree_.reset(kFirstLeaves, slots);
    free_.clear();
    for (std::uint32_t i = tree_.leaves(); i-- > 0;) free_.push_back(i);
    in_hand_ = kNone;
  }

  struct Event {
    std::int64_t time = 0;
    std::uint32_t slot = 0;
  };
  /// The earliest by (time, slot). Not between take() and settle().
  [[nodiscard]] Event root() {
    const Tournament::Entry first = tree_.root();
    return {first.time, first.rank};
  }
  [[nodiscard]] Instant time(std::uint32_t slot) const {
    const std::uint32_t leaf = rows_[slot].leaf;
    return leaf == kNone ? Instant::never() : Instant::from_nanoseconds(tree_.at(leaf).time);
  }

  LIFEBOAT_HOT void set(std::uint32_t slot, Instant at, std::uint32_t detail = kNone) {
    if (at.is_never()) [[unlikely]]
      return clear(slot);
    Row& row = rows_[slot];
    if (row.leaf == kNone) {
      row.leaf = in_hand_;
      in_hand_ = kNone;
      if (row.leaf == kNone) row.leaf = free_leaf();
    }
    row.detail = detail;
    tree_.put(row.leaf, {at.nanoseconds(), slot});
  }
  void clear(std::uint32_t slot) {
    Row& row = rows_[slot];
    if (row.leaf == kNone) return;
    give_back(row.leaf);
    row.leaf = kNone;
  }

  /// Takes the earliest slot's event: from now on the slot is not set. Tells the detail that set()
  /// was told. settle() follows when all that the event sets is set.
  std::uint32_t take(std::uint32_t slot) {
    Row& row = rows_[slot];
    in_hand_ = row.leaf;
    row.leaf = kNone;
    return row.detail;
  }
  void settle() {
    if (in_hand_ == kNone) return;
    give_back(in_hand_);
    in_hand_ = kNone;
  }

 private:
  static constexpr std::uint32_t kFirstLeaves = 8;

  struct Row {
    std::uint32_t leaf = kNone;
    std::uint32_t detail = kNone;
  };

  std::uint32_t free_leaf() {
    if (free_.empty()) [[unlikely]]
      grow();
    const std::uint32_t leaf = free_.back();
    free_.pop_back();
    return leaf;
  }
  void give_back(std::uint32_t leaf) {
    tree_.clear(leaf);
    free_.push_back(leaf);
  }
  void grow() {
    const std::uint32_t had = tree_.leaves();
    tree_.grow();
    free_.reserve(tree_.leaves());
    for (std::uint32_t i = tree_.leaves(); i-- > had;) free_.push_back(i);
  }

  Tournament tree_{kFirstLeaves};
  std::vector<Row> rows_;  ///< by slot
  std::vector<std::uint32_t> free_;
  std::uint32_t in_hand_ = kNone;
};

}  // namespace lifeboat::sim
