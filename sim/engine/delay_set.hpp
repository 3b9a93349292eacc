// The set of random delays: the tokens that wait in one. Ties go by the leaves' numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/timer_tree.hpp"
#include "sim/hot.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

class DelaySet {
 public:
  struct Delay {
    std::int64_t time = 0;
    std::uint32_t leaf = 0;
  };
  /// The one that ends first. Not between take() and settle().
  [[nodiscard]] Delay root() {
    const Tournament::Entry first = tree_.root();
    return {first.time, first.rank};
  }
  /// Token of the delay that is likely to end after that.
  [[nodiscard]] std::uint32_t likely_next() const {
    return tokens_[tree_.likely_next() & (tree_.leaves() - 1)];
  }

  /// Tells the leaf, which is the delay's until it ends or is cleared.
  LIFEBOAT_HOT std::uint32_t set(std::uint32_t token, Instant end) {
    const std::uint32_t leaf = tree_.new_leaf();
    if (leaf >= tokens_.size()) [[unlikely]]
      tokens_.resize(tree_.leaves());
    tokens_[leaf] = token;
    tree_.put(leaf, {end.nanoseconds(), leaf});
    return leaf;
  }
  void clear(std::uint32_t leaf) { tree_.give_back(leaf); }

  /// Takes the delay that ends first; tells its token. settle() follows when all that its end sets
  /// is set.
  std::uint32_t take(std::uint32_t leaf) {
    tree_.take(leaf);
    return tokens_[leaf];
  }
  void settle() { tree_.settle(); }

  [[nodiscard]] std::size_t bytes() const {
    return tree_.bytes() + tokens_.capacity() * sizeof(std::uint32_t);
  }

 private:
  TimerTree tree_;
  std::vector<std::uint32_t> tokens_ = std::vector<std::uint32_t>(tree_.leaves());  ///< by leaf
};

}  // namespace lifeboat::sim
