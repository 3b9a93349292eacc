// Short durations, as the tests of laws write them.
#pragma once

#include "sim/time.hpp"

namespace lifeboat::sim::test {

inline Duration ms(double x) { return Duration::from_seconds(x * 1e-3); }

}  // namespace lifeboat::sim::test
