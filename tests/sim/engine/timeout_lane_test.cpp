#include "sim/engine/timeout_lane.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <vector>

#include "sim/random/luck.hpp"
#include "tests/catch.hpp"

namespace lifeboat::sim {
namespace {

TEST_CASE("a lane shows the earliest deadline that was not cancelled", "[unit]") {
  std::array<std::uint32_t, 4> numbers{};  // by target
  const auto number_of = [&](const TimeoutLane::Deadline& deadline) -> std::uint32_t& {
    return numbers.at(deadline.target);
  };
  TimeoutLane lane;
  CHECK(lane.first(number_of) == nullptr);
  numbers[1] = lane.arm({10, 1, false}, number_of);
  numbers[2] = lane.arm({10, 2, true}, number_of);
  numbers[3] = lane.arm({30, 3, false}, number_of);
  numbers[2] = kNone;
  REQUIRE(lane.first(number_of) != nullptr);
  CHECK(lane.first(number_of)->target == 1);
  numbers[1] = lane.arm({40, 1, false}, number_of);  // cancelled and armed anew
  REQUIRE(lane.first(number_of) != nullptr);
  CHECK(lane.first(number_of)->target == 3);
  CHECK(lane.first(number_of)->at == 30);
  numbers[3] = kNone;
  REQUIRE(lane.first(number_of) != nullptr);
  CHECK(lane.first(number_of)->at == 40);
  numbers[1] = kNone;
  CHECK(lane.first(number_of) == nullptr);
}

TEST_CASE("a lane keeps its deadlines in order through a random history, in little room",
          "[property]") {
  // Up to 200 armed at once, each cancelled at random or when it is the first and due; targets
  // are soon armed again.
  TimeoutLane lane;
  std::vector<std::uint32_t> numbers(200, kNone);  // by target
  std::deque<std::uint32_t> order;                 // targets as they were armed
  std::deque<std::int64_t> deadlines;              // theirs
  const auto number_of = [&](const TimeoutLane::Deadline& deadline) -> std::uint32_t& {
    return numbers.at(deadline.target);
  };
  for (std::uint32_t i = 0; i < 40'000; ++i) {
    const auto target = static_cast<std::uint32_t>(uniform_index(mix(1, i), numbers.size()));
    if (numbers[target] == kNone) {
      const std::int64_t at = i;
      numbers[target] = lane.arm({at, target, false}, number_of);
      order.push_back(target);
      deadlines.push_back(at);
    } else {
      const auto which = uniform_index(mix(2, i), 4) == 0
                             ? std::ptrdiff_t{0}
                             : std::find(order.begin(), order.end(), target) - order.begin();
      numbers[order[static_cast<std::size_t>(which)]] = kNone;
      order.erase(order.begin() + which);
      deadlines.erase(deadlines.begin() + which);
    }
    const TimeoutLane::Deadline* const first = lane.first(number_of);
    REQUIRE((first == nullptr) == order.empty());
    if (first == nullptr) continue;
    REQUIRE(first->target == order.front());
    REQUIRE(first->at == deadlines.front());
  }
  CHECK(lane.bytes() <= 1024 * sizeof(TimeoutLane::Deadline));
}

}  // namespace
}  // namespace lifeboat::sim
