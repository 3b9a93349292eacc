// A fitted model as a file of traffic that scenarios name, scaled, shifted and with sales added.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/io/clock.hpp"
#include "scenarios/traffic/fit.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

/// An event to add: the rate grows to `factor` of itself, holds, and falls back.
struct AddedSale {
  std::string at;  ///< as a traffic file has it: "20:00", "day 2 20:00", "+6h"
  double factor = 3;
  sim::Duration ramp;
  sim::Duration hold;
  std::optional<sim::Duration> half_life;  ///< absent: it ends at once
};

struct TwinChanges {
  double scale = 1;
  sim::Duration shift;  ///< later in the day; days keep their weight
  std::vector<AddedSale> sales;
};

struct TwinNames {
  std::string stream = "visit";
  /// As JSON: {"product": 0.7, ...}; empty: the journey or visit of the stream's name.
  std::string mix;
  std::string about;  ///< a comment line: where it comes from
  std::optional<std::string> time_zone;
};

/// The traffic format, from `start_ns` on the trace's clock on if given (dated traces).
[[nodiscard]] std::string traffic_text(const TrafficFit& fit, const TwinChanges& changes,
                                       const TwinNames& names,
                                       std::optional<std::int64_t> start_ns);

}  // namespace lifeboat::scenarios
