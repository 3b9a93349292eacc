// Private to this folder: the time series of the trial shown, in the shape that files and the page
// use: a value (or null, as NaN) an interval.
#pragma once

#include <string>
#include <vector>

#include "reports/document/report.hpp"
#include "reports/studies/run_input.hpp"

namespace lifeboat::reports {

struct ShownSeries {
  std::string subject;
  std::string region;
  std::string measure;
  std::string unit;
  double dt_s = 10;
  std::vector<double> values;  ///< NaN: none
};

/// Journeys by bin (offered, good, failed.CAUSE a second; p50 and p99 by the coarser bins of
/// latencies), task groups by the minute, and whatever the engine sampled.
[[nodiscard]] std::vector<ShownSeries> shown_series(const ShownTrial& shown, const RunInput& input);

}  // namespace lifeboat::reports
