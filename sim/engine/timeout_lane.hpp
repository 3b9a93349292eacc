// A timeout lane: the deadlines of all waits of one length, in the order in which they were armed,
// which is the order in which they end.
//
// Nearly every deadline is cancelled, soon and in no order. So arming appends, cancelling marks,
// and nobody looks at what was cancelled until the lane is out of room or its first deadline is
// due: neither reads another deadline than its own. When there is no room left, what was cancelled
// is dropped, and the lane is enlarged if more than half of it stays; so a lane holds at most twice
// the deadlines that were ever armed at once (or the room it began with), and arming costs a look
// at two on average.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/hot.hpp"
#include "sim/network/ids.hpp"

namespace lifeboat::sim {

/// In a cache line of its own: each call with a timeout reads and writes it twice.
class alignas(64) TimeoutLane {
 public:
  struct Deadline {
    std::int64_t at = 0;
    std::uint32_t target = kNone;  ///< a frame, or a token that waits; kNone: cancelled
    bool on_token = false;
  };

  /// Nanoseconds from arming to the deadline; 0: a spare lane that nobody uses yet.
  std::int64_t length = 0;
  /// Whether the lane's event slot is set. It may be for a deadline that was cancelled since.
  bool slot_is_set = false;

  /// Appends; tells the deadline's number. Where others are numbered anew, `renumber` is told each
  /// of them with its new number.
  template <class Renumber>
  LIFEBOAT_HOT std::uint32_t arm(const Deadline& deadline, Renumber renumber) {
    if (end_ == deadlines_.size()) [[unlikely]]
      make_room(renumber);
    deadlines_[end_] = deadline;
    return end_++;
  }
  void cancel(std::uint32_t number) { deadlines_[number].target = kNone; }
  /// Number of the earliest deadline that was not cancelled, or kNone.
  [[nodiscard]] std::uint32_t first() {
    while (first_ != end_ && deadlines_[first_].target == kNone) ++first_;
    return first_ == end_ ? kNone : first_;
  }
  [[nodiscard]] const Deadline& operator[](std::uint32_t number) const {
    return deadlines_[number];
  }
  [[nodiscard]] std::size_t bytes() const { return deadlines_.capacity() * sizeof(Deadline); }

 private:
  static constexpr std::size_t kFirstRoom = 32;

  template <class Renumber>
  [[gnu::noinline]] void make_room(Renumber renumber) {
    std::uint32_t stay = 0;
    for (std::uint32_t i = first_; i != end_; ++i) {
      if (deadlines_[i].target == kNone) continue;
      deadlines_[stay] = deadlines_[i];
      renumber(deadlines_[stay], stay);
      ++stay;
    }
    first_ = 0;
    end_ = stay;
    const std::size_t room = deadlines_.size();
    if (2 * std::size_t{stay} >= room) deadlines_.resize(room == 0 ? kFirstRoom : 2 * room);
  }

  std::uint32_t first_ = 0;
  std::uint32_t end_ = 0;
  std::vector<Deadline> deadlines_;  ///< of which [first_, end_) are in use
};

}  // namespace lifeboat::sim
