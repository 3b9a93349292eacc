// The set of random delays: the tokens that wait in one, in a tournament of their own.
//
// The leaf of the delay that ends serves the one that follows, most often of the same token: then
// the two cost one path of the tree. Ties go by the leaves' numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/engine/tournament.hpp"
#include "sim/hot.hpp"
#include "sim/network/ids.hpp"
#include "sim/time.hpp"

namespace lifeboat::sim {

class DelaySet {
 public:
  DelaySet() {
    for (std::uint32_t i = kFirstLeaves; i-- > 0;) free_.push_back(i);
  }

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
    std::uint32_t leaf = in_hand_;
    if (leaf != kNone) {
      in_hand_ = kNone;
    } else {
      leaf = free_leaf();
    }
    tokens_[leaf] = token;
    tree_.put(leaf, {end.nanoseconds(), leaf});
    return leaf;
  }
  void clear(std::uint32_t leaf) {
    tree_.clear(leaf);
    free_.push_back(leaf);
  }

  /// Takes the delay that ends first; tells its token. settle() follows when all that its end sets
  /// is set.
  std::uint32_t take(std::uint32_t leaf) {
    tree_.prefetch(leaf);
    in_hand_ = leaf;
    return tokens_[leaf];
  }
  void settle() {
    if (in_hand_ == kNone) return;
    clear(in_hand_);
    in_hand_ = kNone;
  }

  [[nodiscard]] std::size_t bytes() const {
    return tree_.bytes() + (tokens_.capacity() + free_.capacity()) * sizeof(std::uint32_t);
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
    tokens_.resize(tree_.leaves());
    free_.reserve(tree_.leaves());
    for (std::uint32_t i = tree_.leaves(); i-- > had;) free_.push_back(i);
  }

  Tournament tree_{kFirstLeaves};
  std::vector<std::uint32_t> tokens_ = std::vector<std::uint32_t>(kFirstLeaves);  ///< by leaf
  std::vector<std::uint32_t> free_;
  std::uint32_t in_hand_ = kNone;
};

}  // namespace lifeboat::sim
