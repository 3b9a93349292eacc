#include "sim/engine/timeout_lane.hpp"

#include <deque>
#include <map>

#include "sim/random/luck.hpp"
#include "tests/catch.hpp"

namespace lifeboat::sim {
namespace {

const auto kUnnumbered = [](const TimeoutLane::Deadline&, std::uint32_t) {};

TEST_CASE("a lane shows the earliest deadline that was not cancelled", "[unit]") {
  TimeoutLane lane;
  CHECK(lane.first() == kNone);
  const std::uint32_t a = lane.arm({10, 1, false}, kUnnumbered);
  const std::uint32_t b = lane.arm({10, 2, true}, kUnnumbered);
  const std::uint32_t c = lane.arm({30, 3, false}, kUnnumbered);
  lane.cancel(b);
  REQUIRE(lane.first() == a);
  lane.cancel(a);
  REQUIRE(lane.first() == c);
  CHECK(lane[c].at == 30);
  CHECK(lane[c].target == 3);
  lane.cancel(c);
  CHECK(lane.first() == kNone);
}

TEST_CASE("a lane keeps its deadlines in order through a random history, in little room",
          "[property]") {
  // Up to 200 armed at once, each cancelled at random or when it is the first and due.
  TimeoutLane lane;
  std::map<std::uint32_t, std::uint32_t> numbers;  // by target
  std::deque<std::uint32_t> order;                 // targets as they were armed
  const auto renumber = [&](const TimeoutLane::Deadline& deadline, std::uint32_t number) {
    numbers.at(deadline.target) = number;
  };
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    if (numbers.size() < 200 && uniform_index(mix(1, i), 2) == 0) {
      const std::int64_t at = i;
      numbers[i] = lane.arm({at, i, false}, renumber);
      order.push_back(i);
    } else if (!order.empty()) {
      const auto which =
          uniform_index(mix(2, i), 4) == 0 ? 0 : uniform_index(mix(3, i), order.size());
      const std::uint32_t target = order[which];
      REQUIRE(lane[numbers.at(target)].target == target);
      lane.cancel(numbers.at(target));
      numbers.erase(target);
      order.erase(order.begin() + static_cast<std::ptrdiff_t>(which));
    }
    const std::uint32_t first = lane.first();
    REQUIRE((first == kNone) == order.empty());
    if (first != kNone) REQUIRE(lane[first].target == order.front());
  }
  CHECK(lane.bytes() <= 512 * sizeof(TimeoutLane::Deadline));
}

}  // namespace
}  // namespace lifeboat::sim
