#include "sim/engine/tournament.hpp"

#include <algorithm>
#include <vector>

#include "sim/random/luck.hpp"
#include "tests/catch.hpp"

namespace lifeboat::sim {
namespace {

Instant at(std::int64_t n) { return Instant::from_nanoseconds(n); }

TEST_CASE("the tournament shows the earliest slot, and the lower one of equals", "[unit]") {
  Tournament events{5};
  CHECK(events.top_time().is_never());
  events.set(3, at(20));
  events.set(4, at(10));
  CHECK(events.top() == 4);
  events.set(1, at(10));
  CHECK(events.top() == 1);
  events.clear(1);
  CHECK(events.top() == 4);
  events.set(4, at(30));  // moved later
  CHECK(events.top() == 3);
  events.set(0, at(-5));  // the warm-up runs in negative time
  CHECK(events.top() == 0);
}

TEST_CASE("growing keeps every time", "[unit]") {
  Tournament events{4};
  events.set(2, at(7));
  events.set(3, at(5));
  events.grow();
  CHECK(events.slots() == 8);
  CHECK(events.top() == 3);
  CHECK(events.time(2) == at(7));
  events.set(7, at(1));
  CHECK(events.top() == 7);
}

TEST_CASE("the fast comparison equals the plain one", "[property]") {
  const std::vector<std::int64_t> times{
      -5, -1, 0, 1, 2, 1'000'000'007, Instant::never().nanoseconds()};
  for (const std::int64_t ta : times) {
    for (const std::int64_t tb : times) {
      for (const std::uint64_t sa : {0ULL, 1ULL, 4'000'000'000ULL}) {
        for (const std::uint64_t sb : {0ULL, 1ULL, 2ULL, 4'000'000'000ULL}) {
          const auto fast = Tournament::earlier({ta, sa}, {tb, sb});
          const auto plain = Tournament::earlier_plain({ta, sa}, {tb, sb});
          CHECK(fast.time == plain.time);
          CHECK(fast.slot == plain.slot);
        }
      }
    }
  }
}

TEST_CASE("a random history of sets agrees with a sorted list", "[property]") {
  constexpr std::uint32_t kSlots = 77;
  Tournament events{kSlots};
  std::vector<std::int64_t> times(kSlots, Instant::never().nanoseconds());
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const auto slot = static_cast<std::uint32_t>(uniform_index(mix(1, i), kSlots));
    const auto time = static_cast<std::int64_t>(uniform_index(mix(2, i), 50));
    times[slot] = time;
    events.set(slot, at(time));
    const auto first = std::min_element(times.begin(), times.end());  // the first of equals
    REQUIRE(events.top() == static_cast<std::uint32_t>(first - times.begin()));
    REQUIRE(events.top_time() == at(*first));
  }
}

}  // namespace
}  // namespace lifeboat::sim
