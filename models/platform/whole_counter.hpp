// A register that counts whole things of which parts come at a time.
#pragma once

#include <cmath>
#include <cstdint>

#include "sim/control/control.hpp"

namespace lifeboat::models {

/// Plain data, for a controller's state.
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
