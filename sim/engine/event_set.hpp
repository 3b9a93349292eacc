// The event set: the timers of all that has a next event.
//
// A network has a slot for each thing that may ever have a next event, most of which have none at
// a given instant: the task places of services that could scale out, say. So a slot has a leaf only
// while it is set; ties go by the slots' numbers.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/timer_tree.hpp"
#include "sim/hot.hpp"
#include "sim/network/ids.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

class EventSet {
 public:
  /// All slots begin at Instant::never().
  void reset(std::uint32_t slots) {
    rows_.assign(slots, Row{});
    tree_.reset(slots);
  }

  /// The earliest by (time, slot), its rank being the slot. Not between take() and settle().
  [[nodiscard]] Tournament::Entry root() { return tree_.root(); }
  [[nodiscard]] Instant time(std::uint32_t slot) const {
    const std::uint32_t leaf = rows_[slot].leaf;
    return leaf == kNone ? Instant::never() : Instant::from_nanoseconds(tree_.time(leaf));
  }

  /// `detail` is what take() will tell.
  LIFEBOAT_HOT void set(std::uint32_t slot, Instant at, std::uint32_t detail = kNone) {
    if (at.is_never()) [[unlikely]]
      return clear(slot);
    Row& row = rows_[slot];
    if (row.leaf == kNone) row.leaf = tree_.new_leaf();
    row.detail = detail;
    tree_.put(row.leaf, {at.nanoseconds(), slot});
  }
  void clear(std::uint32_t slot) {
    Row& row = rows_[slot];
    if (row.leaf == kNone) return;
    tree_.give_back(row.leaf);
    row.leaf = kNone;
  }

  /// Takes the earliest slot's event: from now on the slot is not set. Tells its detail. settle()
  /// follows when all that the event sets is set.
  std::uint32_t take(std::uint32_t slot) {
    Row& row = rows_[slot];
    tree_.take(row.leaf);
    row.leaf = kNone;
    return row.detail;
  }
  void settle() { tree_.settle(); }

 private:
  struct Row {
    std::uint32_t leaf = kNone;
    std::uint32_t detail = kNone;
  };

  TimerTree tree_;
  std::vector<Row> rows_;  ///< by slot
};

}  // namespace lifeboat::sim
