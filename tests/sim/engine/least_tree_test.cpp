#include "sim/engine/least_tree.hpp"

#include <vector>

#include "sim/network/ids.hpp"
#include "sim/random/luck.hpp"
#include "tests/catch.hpp"

namespace lifeboat::sim {
namespace {

/// The same by looking at each.
std::uint32_t by_scan(const std::vector<std::uint32_t>& counts, std::uint32_t start) {
  std::uint32_t pick = start;
  for (std::uint32_t i = 1; i < counts.size(); ++i) {
    const auto at = static_cast<std::uint32_t>((start + i) % counts.size());
    if (counts[at] < counts[pick]) pick = at;
  }
  return pick;
}

TEST_CASE("the tree of least counts picks what a look at each would", "[property]") {
  for (const std::uint32_t positions : {1U, 2U, 17U, 32U, 33U, 100U}) {
    std::uint32_t size = 1;
    while (size < positions) size *= 2;
    std::vector<std::uint32_t> tree(std::size_t{2} * size, kNone);
    std::vector<std::uint32_t> counts(positions, 0);
    for (std::uint32_t p = 0; p < positions; ++p) least_tree::set(tree.data(), size + p, 0);
    for (std::uint64_t i = 0; i < 5'000; ++i) {
      const auto p = static_cast<std::uint32_t>(uniform_index(mix(1, i), positions));
      counts[p] = static_cast<std::uint32_t>(uniform_index(mix(2, i), 4));
      least_tree::set(tree.data(), size + p, counts[p]);
      const auto start = static_cast<std::uint32_t>(uniform_index(mix(3, i), positions));
      REQUIRE(least_tree::first_from(tree.data(), size, start) == by_scan(counts, start));
    }
  }
}

}  // namespace
}  // namespace lifeboat::sim
