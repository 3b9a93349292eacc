// How the cost of a hop grows with a model: pending events (of even, bursty and heavy-tailed gaps),
// stations, tasks, journeys, streams of traffic and simulated time. All else stays as it is, the
// load of each station included, so that a flat row means that the cost depends on what happens and
// not on how much there is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/bench/measure.hpp"

namespace lifeboat::bench {

struct GrowthPoint {
  std::string what;         ///< "stations"
  std::uint32_t count = 0;  ///< of it
  Measurement measurement;
};

/// What can grow.
[[nodiscard]] std::vector<std::string> growth_names();

/// Measures every point of those (of all, if none is named), each in a process of its own; tiny:
/// the two least of each, with few hops. Models are written into a temporary folder as files and
/// removed with it.
[[nodiscard]] std::vector<GrowthPoint> measure_growth(const std::vector<std::string>& names,
                                                      const MeasureOptions& options);

[[nodiscard]] std::string growth_text(const std::vector<GrowthPoint>& points);
/// Format lifeboat/bench-growth/1.
[[nodiscard]] std::string growth_document(const std::vector<GrowthPoint>& points);

}  // namespace lifeboat::bench
