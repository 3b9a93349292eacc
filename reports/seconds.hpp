// Simulated time as the number of seconds that a report prints.
//
// A count of nanoseconds divided by 10^9 is the double nearest to the exact quotient, so whole
// seconds stay whole (a product with 10^-9 makes 1000.0000000000001 of 1,000 s).
#pragma once

#include "sim/time.hpp"

namespace lifeboat::reports {

[[nodiscard]] constexpr double seconds_of(sim::Duration d) {
  return static_cast<double>(d.count()) / 1e9;
}
[[nodiscard]] constexpr double seconds_of(sim::Instant t) {
  return static_cast<double>(t.nanoseconds()) / 1e9;
}

}  // namespace lifeboat::reports
