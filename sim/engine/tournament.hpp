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
  struct Node {
    std::int64_t time;
    std::uint64_t slot;
  };

  /// The earliest.
  [[nodiscard]] Node root() const { return nodes_[1]; }
  [[nodiscard]] std::uint32_t top() const { return static_cast<std::uint32_t>(nodes_[1].slot); }
  [[nodiscard]] Instant top_time() const { return Instant::from_nanoseconds(nodes_[1].time); }
  [[nodiscard]] Instant time(std::uint32_t slot) const {
    return Instant::from_nanoseconds(nodes_[leaves_ + slot].time);
  }

  /// Sets a slot's time. O(log slots), no branches that depend on times.
  void set(std::uint32_t slot, Instant at) { replay(slot, {at.nanoseconds(), slot}); }

  /// Puts a node on a leaf: its slot need not be the leaf's number, but no two that are to come
  /// have the same.
  void replay(std::uint32_t leaf, Node winner) {
    // Byte offsets: those of a pair differ in one bit, and half of one is its parent's.
    char* const nodes = reinterpret_cast<char*>(nodes_.data());
    std::size_t offset = (std::size_t{leaves_} + leaf) * sizeof(Node);
    node_at(nodes, offset) = winner;
    while (offset >= 2 * sizeof(Node)) {
      winner = earlier(winner, node_at(nodes, offset ^ sizeof(Node)));
      offset = (offset >> 1) & ~(sizeof(Node) - 1);
      node_at(nodes, offset) = winner;
    }
  }
  /// Fetches what replay() of that leaf will read, where the tree is larger than nearer caches.
  void prefetch(std::uint32_t leaf) const {
    constexpr std::uint32_t kNearLeaves = 4096;
    if (leaves_ <= kNearLeaves) return;
    const Node* const nodes = nodes_.data();
    for (std::uint32_t i = leaves_ + leaf; i >= kNearLeaves; i >>= 1) {
      __builtin_prefetch(&nodes[i ^ 1], 1);
    }
  }
  /// The best of the half that the earliest is not in: often the next.
  [[nodiscard]] Node runner_up() const {
    return nodes_[2].slot == nodes_[1].slot ? nodes_[3] : nodes_[2];
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

  /// The earlier of two by (time, slot), in plain C++; the reference for the assembly.
  static Node earlier_plain(Node a, Node b) {
    const bool take_a = a.time < b.time || (a.time == b.time && a.slot < b.slot);
    return take_a ? a : b;
  }

  /// The same for different slots.
  static Node earlier(Node a, const Node& b) {
#if defined(__x86_64__) && defined(__GNUC__)
    std::int64_t high_difference = a.time;
    // (a.time : a.slot) - (b.time : b.slot) as one signed 128-bit number; not less: take b.
    __asm__(
        "cmpq %[bs], %[as]\n\t"
        "sbbq %[bt], %[hd]\n\t"
        "cmovgeq %[bs], %[as]\n\t"
        "cmovgeq %[bt], %[at]"
        : [as] "+&r"(a.slot), [at] "+&r"(a.time), [hd] "+&r"(high_difference)
        : [bs] "m"(b.slot), [bt] "m"(b.time)
        : "cc");
    return a;
#else
    return earlier_plain(a, b);
#endif
  }

 private:
  static Node& node_at(char* nodes, std::size_t offset) {
    return *reinterpret_cast<Node*>(nodes + offset);
  }

  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  std::uint32_t leaves_ = 0;
  std::vector<Node> nodes_;
};

}  // namespace lifeboat::sim
