// A timeout lane: the deadlines of all waits of one length, in the order in which they were armed,
// which is the order in which they end.
//
// Nearly every deadline is cancelled, soon and in no order. So arming appends, and cancelling is no
// business of the lane: who waits keeps the number of its deadline, and a deadline whose number
// nobody keeps any more was cancelled. Nobody looks until the lane is out of room or its first
// deadline is due. When there is no room left, what was cancelled is dropped, and the lane is
// enlarged if more than a quarter of it stays; so a lane holds at most four times the deadlines
// that were ever armed at once (or the room it began with), and arming costs a look at one or two.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/hot.hpp"
#include "sim/network/ids.hpp"

namespace lifeboat::sim {

/// In a cache line of its own: each call with a timeout reads and writes it.
///
/// `number_of` gives a deadline's target's own note of its number, a std::uint32_t&, which is
/// another number (or kNone) if the deadline was cancelled.
class alignas(64) TimeoutLane {
 public:
  struct Deadline {
    std::int64_t at = 0;
    std::uint32_t target = kNone;  ///< a frame, or a token that waits
    bool on_token = false;
  };

  /// Nanoseconds from arming to the deadline; 0: a spare lane that nobody uses yet.
  std::int64_t length = 0;
  /// Whether the lane's event slot is set. It may be for a deadline that was cancelled since.
  bool slot_is_set = false;

  /// Appends; tells the deadline's number. Others may be numbered anew.
  template <class NumberOf>
  LIFEBOAT_HOT std::uint32_t arm(const Deadline& deadline, NumberOf number_of) {
    if (end_ == deadlines_.size()) [[unlikely]]
      make_room(number_of);
    deadlines_[end_] = deadline;
    return end_++;
  }
  /// The earliest deadline that was not cancelled, or null. Until the next arm().
  template <class NumberOf>
  [[nodiscard]] const Deadline* first(NumberOf number_of) {
    while (first_ != end_ && number_of(deadlines_[first_]) != first_) ++first_;
    return first_ == end_ ? nullptr : &deadlines_[first_];
  }
  [[nodiscard]] std::size_t bytes() const { return deadlines_.capacity() * sizeof(Deadline); }

 private:
  static constexpr std::size_t kFirstRoom = 8;

  template <class NumberOf>
  [[gnu::noinline]] void make_room(NumberOf number_of) {
    std::uint32_t stay = 0;
    for (std::uint32_t i = first_; i != end_; ++i) {
      const Deadline deadline = deadlines_[i];
      std::uint32_t& number = number_of(deadline);
      if (number != i) continue;
      number = stay;
      deadlines_[stay++] = deadline;
    }
    first_ = 0;
    end_ = stay;
    const std::size_t room = deadlines_.size();
    if (4 * std::size_t{stay} >= room) deadlines_.resize(room == 0 ? kFirstRoom : 2 * room);
  }

  std::uint32_t first_ = 0;
  std::uint32_t end_ = 0;
  std::vector<Deadline> deadlines_;  ///< of which [first_, end_) are in use
};

}  // namespace lifeboat::sim
