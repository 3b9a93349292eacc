// The set of random delays: the tokens that wait in one. Ties go by the tokens' numbers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/engine/timer_tree.hpp"
#include "sim/hot.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

class DelaySet {
 public:
  struct Delay {
    std::int64_t time = 0;
    std::uint32_t token = 0;
  };
  /// The one that ends first. Not between take() and settle().
  [[nodiscard]] Delay root() {
    const Tournament::Entry first = tree_.root();
    return {first.time, first.rank};
  }
  /// Token of the delay that is likely to end after that; any number if there is none.
  [[nodiscard]] std::uint32_t likely_next() const { return tree_.likely_next(); }

  /// Tells the leaf, which is the delay's until it ends or is cleared.
  LIFEBOAT_HOT std::uint32_t set(std::uint32_t token, Instant end) {
    const std::uint32_t leaf = tree_.new_leaf();
    tree_.allow(token);
    tree_.put(leaf, {end.nanoseconds(), token});
    return leaf;
  }
  void clear(std::uint32_t leaf) { tree_.give_back(leaf); }

  /// Takes the delay that ends first, and has that leaf. settle() follows when all that its end
  /// sets is set.
  void take(std::uint32_t leaf) { tree_.take(leaf); }
  void settle() { tree_.settle(); }

  [[nodiscard]] std::size_t bytes() const { return tree_.bytes(); }

 private:
  TimerTree tree_;
};

}  // namespace lifeboat::sim
