#include "sim/engine/tournament.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "sim/random/luck.hpp"
#include "tests/catch.hpp"

namespace lifeboat::sim {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kYear = std::int64_t{365} * 86'400 * kSecond;
/// So many ranks leave room for 4.29 s after the base.
constexpr std::uint32_t kManyRanks = std::uint32_t{1} << 31;

TEST_CASE("the tournament shows the earliest, and the lower rank of equals", "[unit]") {
  Tournament events{5, 10};
  CHECK(events.root().time == kNever);
  events.put(0, {20, 3});
  events.put(1, {10, 9});
  CHECK(events.root().rank == 9);
  events.put(4, {10, 1});
  CHECK(events.root().rank == 1);
  events.clear(4);
  CHECK(events.root().rank == 9);
  CHECK(events.at(4).time == kNever);
  events.put(1, {30, 9});  // moved later
  CHECK(events.root().rank == 3);
  events.put(2, {-5, 0});  // the warm-up runs in negative time
  CHECK(events.root().rank == 0);
  CHECK(events.root().time == -5);
  events.put(2, {kNever, 0});
  CHECK(events.root().rank == 3);
}

TEST_CASE("growing keeps every time", "[unit]") {
  Tournament events{4, kManyRanks};
  events.put(2, {kYear, 17});
  events.put(3, {5, 4});
  events.grow();
  CHECK(events.leaves() == 8);
  CHECK(events.root().rank == 4);
  CHECK(events.at(2).time == kYear);
  events.put(7, {1, 2});
  CHECK(events.root().rank == 2);
  events.clear(7);
  events.clear(3);
  CHECK(events.root().time == kYear);
  CHECK(events.root().rank == 17);
}

TEST_CASE("what lies beyond the room of a word is told apart by time and rank", "[unit]") {
  Tournament events{4, kManyRanks};
  events.put(0, {kYear, kManyRanks - 1});
  events.put(1, {kYear, 9});
  events.put(2, {2 * kYear, 1});
  CHECK(events.root().rank == 9);
  events.clear(1);
  CHECK(events.root().rank == kManyRanks - 1);
  Tournament one{2, kManyRanks};
  one.put(1, {kYear, kManyRanks - 1});  // all bits set but for the time beside it
  CHECK(one.root().time == kYear);
}

TEST_CASE("ranks are told apart however many leaves a tournament grows to", "[unit]") {
  Tournament events{2, 2};
  std::uint32_t filled = 0;
  for (int doubling = 0; doubling < 8; ++doubling) {
    for (; filled < events.leaves(); ++filled) events.put(filled, {7, filled});
    events.grow();
  }
  for (std::uint32_t i = 0; i < filled; ++i) {
    REQUIRE(events.root().rank == i);
    REQUIRE(events.root().time == 7);
    events.clear(i);
  }
  CHECK(events.root().time == kNever);
}

TEST_CASE("a tournament made wider keeps every time", "[unit]") {
  Tournament events{4, 2};
  events.put(1, {5, 3});
  events.put(2, {kYear, 1});
  events.widen(kManyRanks);
  events.put(0, {7, kManyRanks - 1});
  CHECK(events.root().rank == 3);
  events.clear(1);
  CHECK(events.root().rank == kManyRanks - 1);
  CHECK(events.root().time == 7);
  events.clear(0);
  CHECK(events.root().time == kYear);
}

TEST_CASE("the likely next is the second of two, wherever they stand", "[unit]") {
  Tournament events{8, 8};
  events.put(0, {1, 0});
  events.put(7, {2, 7});
  CHECK(events.likely_next() == 7);
  events.put(0, {3, 0});
  CHECK(events.likely_next() == 0);
}

/// The earliest of a plain list, in which a leaf's rank is its number from the other end.
struct Plain {
  std::vector<std::int64_t> times;
  [[nodiscard]] std::uint32_t rank(std::uint32_t leaf) const {
    return static_cast<std::uint32_t>(times.size()) - 1 - leaf;
  }
  [[nodiscard]] std::uint32_t first() const {
    std::uint32_t best = 0;
    for (std::uint32_t leaf = 0; leaf < times.size(); ++leaf) {
      if (times[leaf] <= times[best]) best = leaf;  // the last leaf has the lowest rank
    }
    return best;
  }
};

TEST_CASE("a random history agrees with a plain list", "[property]") {
  // Of near times, many equal; of times that no word has room for; and of ever later ones among
  // which some are earlier than all before, so that the base moves both ways.
  const auto history = GENERATE(0, 1, 2);
  CAPTURE(history);
  constexpr std::uint32_t kLeaves = 77;
  Tournament events{kLeaves, history == 0 ? kLeaves : kManyRanks};
  Plain plain{std::vector<std::int64_t>(kLeaves, kNever)};
  const std::array<std::int64_t, 4> spans{10, kSecond, 60 * kSecond, 3 * kYear};
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const auto leaf = static_cast<std::uint32_t>(uniform_index(mix(1, i), kLeaves));
    const std::int64_t span = history == 0 ? 50 : spans[uniform_index(mix(2, i), spans.size())];
    auto time =
        static_cast<std::int64_t>(uniform_index(mix(3, i), static_cast<std::uint64_t>(span)));
    if (history == 2) time += static_cast<std::int64_t>(i) * kSecond - 5'000 * kSecond;
    const bool cleared = uniform_index(mix(4, i), 3) == 0;
    plain.times[leaf] = cleared ? kNever : time;
    if (cleared) {
      events.clear(leaf);
    } else {
      events.put(leaf, {time, plain.rank(leaf)});
    }
    const std::uint32_t first = plain.first();
    const Tournament::Entry root = events.root();
    REQUIRE(root.time == plain.times[first]);
    if (root.time != kNever) REQUIRE(root.rank == plain.rank(first));
    const auto other = static_cast<std::uint32_t>(uniform_index(mix(5, i), kLeaves));
    REQUIRE(events.at(other).time == plain.times[other]);
  }
}

}  // namespace
}  // namespace lifeboat::sim
