// What controllers that stand beside the requests count: visits, and parts that make whole things.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "sim/control/control.hpp"

namespace lifeboat::models {

/// Visits that have passed the gates of all of them.
[[nodiscard]] inline std::uint64_t entered(const sim::Control& control,
                                           const std::vector<sim::DeploymentId>& deployments) {
  std::uint64_t sum = 0;
  for (const sim::DeploymentId id : deployments) sum += control.entered(id);
  return sum;
}

/// A register that counts whole things of which parts come at a time. Plain data, for a
/// controller's state.
struct WholeCounter {
  double left = 0;  ///< below one: carried over

  void add(sim::Control& control, sim::RegisterId counter, double more) {
    left += more;
    const double whole = std::floor(left);
    left -= whole;
    if (whole > 0) control.set(counter, control.value(counter) + static_cast<std::int64_t>(whole));
  }
};

}  // namespace lifeboat::models
