// Adds a scaler to the network that is being compiled.
#pragma once

#include "models/platform/compiler.hpp"
#include "models/scaling/scaler.hpp"

namespace lifeboat::models {

/// Fills in what every scaler takes from its region and the clock (region_up, control_plane,
/// feed, calendar, publication) and adds it.
void add_scaler_to(Compiler& compiler, ScalingTarget target, ScalingSpec spec);

}  // namespace lifeboat::models
