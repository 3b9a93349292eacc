// The figures that models are checked by.
#pragma once

#include <string>

#include "tools/bench/model.hpp"

namespace lifeboat::bench {

/// Mean time from arrival to answer of the requests that were answered well, all journeys together.
[[nodiscard]] Check mean_sojourn(double analytic_s);

/// Total CPU work: processors that the task groups used, against what the load table offers them.
[[nodiscard]] Check cpu_work(double slack);

}  // namespace lifeboat::bench
