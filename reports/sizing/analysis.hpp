// What theory says of a design before anything is simulated.
//
// Where the platform is a network of M/M/c stations (kind `queue`, first come first served,
// exponential demands, calls one after the other) and every objective has a closed form there, the
// cheapest servers are exact (sim/analytic/staffing.hpp): Jackson's theorem for means of journeys,
// Erlang C for quantiles of a journey that visits one station once.
//
// Anywhere else theory gives a place to begin: each station's offered load from the traffic
// equations (models/platform/load_table.hpp), and the least servers at which Erlang C's chance to
// wait is at most a given one. Small chances give generous designs, chances near 1 scant ones; the
// square-root rule says that all of these lie within a few times sqrt(load) of the load.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/sizing/design_space.hpp"

namespace lifeboat::reports {

/// The exact levels, where there are closed forms for all that is asked.
[[nodiscard]] std::optional<Levels> exact_levels(const DesignSpace& space);

/// Levels with a chance to wait of at most `waiting` at every station that a knob changes; what no
/// knob of its deployment changes stays.
[[nodiscard]] Levels staffed_levels(const DesignSpace& space, double factor, double waiting);

/// The station that is the first to run full as the traffic grows, and the factor at which it does.
struct Bottleneck {
  std::string station;  ///< "web@sg", "orders-db@sg (io)"
  double factor = 0;
};
[[nodiscard]] std::optional<Bottleneck> bottleneck_of(const DesignSpace& space,
                                                      const Levels& levels);

/// By knob: how many times its station's offered load the levels carry; nothing where no station
/// of its deployment is loaded.
[[nodiscard]] std::vector<std::optional<double>> headroom_by_knob(const DesignSpace& space,
                                                                  const Levels& levels);

}  // namespace lifeboat::reports
