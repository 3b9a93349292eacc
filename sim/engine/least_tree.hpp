// Which of many counts is least: a tree of minima over positions, for balancers of many targets.
//
// Looking through all targets for each request is quickest up to some 16 of them; above, a change
// of one count and a question cost O(log positions) here. Plain arrays, so that they lie in a
// trial's state: `tree` has 2 x size nodes, size a power of two, the leaf of position p at size + p
// and the root at 1. A position that does not take part has the count kNone.
#pragma once

#include <algorithm>
#include <cstdint>

namespace lifeboat::sim::least_tree {

inline void set(std::uint32_t* tree, std::uint32_t leaf, std::uint32_t count) {
  tree[leaf] = count;
  for (std::uint32_t i = leaf; i > 1; i >>= 1) {
    const std::uint32_t least = std::min(tree[i], tree[i ^ 1]);
    if (tree[i >> 1] == least) return;
    tree[i >> 1] = least;
  }
}

/// The first position from `start` on, round the end, whose count is the least of all.
[[nodiscard]] inline std::uint32_t first_from(const std::uint32_t* tree, std::uint32_t size,
                                              std::uint32_t start) {
  const std::uint32_t least = tree[1];
  std::uint32_t node = size + start;
  if (tree[node] == least) return start;
  // Up to where the right neighbour has one; from the root, to the first of all.
  for (; node > 1; node >>= 1) {
    if ((node & 1) == 0 && tree[node + 1] == least) {
      ++node;
      break;
    }
  }
  while (node < size) {
    node *= 2;
    if (tree[node] != least) ++node;
  }
  return node - size;
}

}  // namespace lifeboat::sim::least_tree
