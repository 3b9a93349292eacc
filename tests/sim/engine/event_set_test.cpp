#include "sim/engine/event_set.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "sim/random/luck.hpp"
#include "tests/catch.hpp"

namespace lifeboat::sim {
namespace {

constexpr std::int64_t kUnset = std::numeric_limits<std::int64_t>::max();

Instant instant(std::int64_t n) { return Instant::from_nanoseconds(n); }

TEST_CASE("an event set shows the earliest slot while events set and clear others", "[property]") {
  constexpr std::uint32_t kSlots = 1000;
  EventSet events;
  events.reset(kSlots);
  std::vector<std::int64_t> times(kSlots, kUnset);
  std::vector<std::uint32_t> details(kSlots, 0);
  const auto set = [&](std::uint64_t luck, std::int64_t now) {
    // Half of the slots are of the few that are busy.
    const auto slot =
        static_cast<std::uint32_t>(uniform_index(mix(luck, 1), luck % 2 == 0 ? 20 : kSlots));
    if (uniform_index(mix(luck, 2), 4) == 0) {
      events.clear(slot);
      times[slot] = kUnset;
      return;
    }
    times[slot] = now + static_cast<std::int64_t>(uniform_index(mix(luck, 3), 40));
    details[slot] = static_cast<std::uint32_t>(luck);
    events.set(slot, instant(times[slot]), details[slot]);
  };
  std::int64_t now = -1000;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const auto first = std::min_element(times.begin(), times.end());  // the first of equals
    const Tournament::Entry root = events.root();
    REQUIRE(root.time == *first);
    if (root.time != kUnset) {
      REQUIRE(root.rank == static_cast<std::uint32_t>(first - times.begin()));
      now = root.time;
      REQUIRE(events.take(root.rank) == details[root.rank]);
      times[root.rank] = kUnset;
    }
    for (std::uint64_t k = uniform_index(mix(4, i), 4); k-- > 0;) set(mix(i, k), now);
    if (i % 7 == 0) events.set(root.rank, Instant::never());
    if (i % 7 == 0) times[root.rank] = kUnset;
    events.settle();
    const auto other = static_cast<std::uint32_t>(uniform_index(mix(5, i), kSlots));
    REQUIRE(events.time(other) == instant(times[other]));
  }
}

TEST_CASE(
    "a set of delays ends them in order, equals by their tokens, in as much room as they need",
    "[property]") {
  constexpr std::uint32_t kTokens = 3000;  // of which 60 wait at once
  TimerTree delays;
  std::set<std::pair<std::int64_t, std::uint32_t>> waiting;  // ends, tokens
  std::vector<std::uint32_t> leaves(kTokens, kNone);         // by token; kNone: does not wait
  std::int64_t now = 0;
  std::uint64_t drawn = 0;
  const auto set = [&] {
    const auto token = static_cast<std::uint32_t>(uniform_index(mix(6, ++drawn), kTokens));
    if (leaves[token] != kNone) return;
    const std::int64_t end = now + static_cast<std::int64_t>(uniform_index(mix(7, drawn), 90));
    leaves[token] = delays.add({end, token});
    waiting.emplace(end, token);
  };
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    for (std::uint64_t k = uniform_index(mix(8, i), 3); k-- > 0 && waiting.size() < 60;) set();
    if (waiting.empty()) continue;
    if (uniform_index(mix(9, i), 5) == 0) {  // one of them is cut off
      const auto cut = std::next(waiting.begin(), static_cast<std::ptrdiff_t>(waiting.size() / 2));
      delays.give_back(leaves[cut->second]);
      leaves[cut->second] = kNone;
      waiting.erase(cut);
      continue;
    }
    const auto [time, token] = *waiting.begin();
    const Tournament::Entry root = delays.root();
    REQUIRE(root.time == time);
    REQUIRE(root.rank == token);
    now = time;
    delays.take(leaves[token]);
    leaves[token] = kNone;
    waiting.erase(waiting.begin());
    if (i % 2 == 0) set();  // on the leaf of the one that ended
    delays.settle();
  }
  // Not more than twice the leaves for 60 delays at once.
  CHECK(delays.bytes() <= 128 * (2 * sizeof(std::uint64_t) + sizeof(std::uint32_t)));
}

}  // namespace
}  // namespace lifeboat::sim
