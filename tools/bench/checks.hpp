// The figures that models are checked by.
#pragma once

#include <string>

#include "tools/bench/model.hpp"

namespace lifeboat::bench {

/// Mean time from arrival to answer of the requests that were answered well, all journeys together.
[[nodiscard]] Check mean_sojourn(double analytic_s);

/// Questions a second and user, of one closed population.
[[nodiscard]] Check questions_per_user(double analytic_per_s);

/// Share of requests that failed, of those that were answered or given up.
[[nodiscard]] Check share_failed(double analytic);

/// Completed stays a second at a service's headline station.
[[nodiscard]] Check station_throughput(const std::string& service, double analytic_per_s);

/// Processors in use over processors that running tasks have, over all task groups.
[[nodiscard]] Check task_utilization(double analytic);

/// Share of look-ups that hit in the only cache, against Che's approximation, which is given half a
/// per cent.
[[nodiscard]] Check hit_ratio();

/// Total CPU work: processors that the task groups used, against what the load table offers them.
[[nodiscard]] Check cpu_work(double slack);

}  // namespace lifeboat::bench
