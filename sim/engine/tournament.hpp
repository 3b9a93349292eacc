// The event set: a winner tournament over timers ("slots"), with the winning keys stored in the
// inner nodes.
//
// Each thing that has a next event (a server, a processor, a lane, a source, a controller) owns
// one slot; a request never does. The earliest (time, slot) stands at the root. set() replays one
// leaf-to-root path of branch-free comparisons, so cancelling or moving a timer costs exactly what
// setting it costs, and nothing is allocated: 10 to 12 ns at 80 slots with g++ and clang alike,
// where a heap with replace-top takes 34 and a tournament that stores only indices 46.
//
// Order: by time, then by slot number; the network's builder numbers slots in the order that ties
// are to go. The comparison is one 128-bit subtraction (cmp, sbb) and two conditional moves.
// Compilers turn the plain form of this select into a branch that is a coin flip (67 ns), so on
// x86-64 it is a few lines of assembly; other processors get the plain form, and a test holds the
// two equal.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/time.hpp"

namespace lifeboat::sim {

/// See the file comment. Trivially snapshot: its state is one vector of plain nodes.
class Tournament {
 public:
  /// All slots begin at Instant::never(). Complexity O(slots).
  explicit Tournament(std::uint32_t slots = 1) { reset(slots); }

  void reset(std::uint32_t slots) {
    leaves_ = std::bit_ceil(slots < 2 ? 2U : slots);
    nodes_.assign(std::size_t{2} * leaves_, Node{kNever, 0});
    for (std::uint32_t i = 0; i < leaves_; ++i) nodes_[leaves_ + i].slot = i;
    for (std::uint32_t i = leaves_ - 1; i >= 1; --i) nodes_[i] = nodes_[2 * i];
  }

  [[nodiscard]] std::uint32_t slots() const { return leaves_; }
  [[nodiscard]] std::uint32_t top() const { return static_cast<std::uint32_t>(nodes_[1].slot); }
  [[nodiscard]] Instant top_time() const { return Instant::from_nanoseconds(nodes_[1].time); }
  [[nodiscard]] Instant time(std::uint32_t slot) const {
    return Instant::from_nanoseconds(nodes_[leaves_ + slot].time);
  }

  /// Sets a slot's time. O(log slots), no branches that depend on times.
  void set(std::uint32_t slot, Instant at) {
    Node winner{at.nanoseconds(), slot};
    std::uint32_t i = leaves_ + slot;
    Node* const nodes = nodes_.data();
    nodes[i] = winner;
    for (; i > 1; i >>= 1) {
      winner = earlier(nodes[i ^ 1], winner);
      nodes[i >> 1] = winner;
    }
  }
  void clear(std::uint32_t slot) { set(slot, Instant::never()); }

  /// Doubles the number of slots, keeping all times (for sets whose slots come and go).
  void grow() {
    const std::vector<Node> old = nodes_;
    const std::uint32_t had = leaves_;
    reset(had * 2);
    for (std::uint32_t i = 0; i < had; ++i) nodes_[leaves_ + i] = old[had + i];
    for (std::uint32_t i = leaves_ - 1; i >= 1; --i) {
      nodes_[i] = earlier_plain(nodes_[2 * i], nodes_[2 * i + 1]);
    }
  }

  struct Node {
    std::int64_t time;
    std::uint64_t slot;
  };

  /// The earlier of two by (time, slot), in plain C++; the reference for the assembly.
  static Node earlier_plain(Node a, Node b) {
    const bool take_a = a.time < b.time || (a.time == b.time && a.slot < b.slot);
    return take_a ? a : b;
  }

  static Node earlier(Node a, Node b) {
#if defined(__x86_64__) && defined(__GNUC__)
    std::uint64_t low = b.slot;
    std::int64_t high = b.time;
    std::uint64_t low_difference = a.slot;
    std::int64_t high_difference = a.time;
    // (a.time : a.slot) - (b.time : b.slot) as one signed 128-bit number; less: take a.
    __asm__(
        "cmpq %[bs], %[ld]\n\t"
        "sbbq %[bt], %[hd]\n\t"
        "cmovlq %[as], %[lo]\n\t"
        "cmovlq %[at], %[hi]"
        : [lo] "+&r"(low), [hi] "+&r"(high), [ld] "+&r"(low_difference), [hd] "+&r"(high_difference)
        : [as] "rm"(a.slot), [at] "rm"(a.time), [bs] "r"(b.slot), [bt] "r"(b.time)
        : "cc");
    return Node{high, low};
#else
    return earlier_plain(a, b);
#endif
  }

 private:
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  std::uint32_t leaves_ = 0;
  std::vector<Node> nodes_;
};

}  // namespace lifeboat::sim
