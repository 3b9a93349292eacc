// Metrics as CloudWatch shows them: means over bins, published late.
//
// A metric is averaged over bins of one period. The bins' phase is drawn per trial, so that nothing
// sits on a minute by accident. A bin's datapoint becomes visible some time after the bin closes;
// a bin without data (no task reports, the region's monitoring is down) leaves a gap, and an alarm
// that needs it knows nothing.
//
// Publication delay. Target tracking on 60 s metrics was measured to trigger 363 s after a step in
// load, on 20 s metrics 86 s (AWS benchmark, June 2026). Three bins, half a bin of phase and half
// an evaluation interval leave about 140 s and 20 s for publishing and aggregating; the spread is
// a guess, +-30 s and +-10 s.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "sim/time.hpp"

namespace lifeboat::models {

/// The publication delay of a bin for one uniform draw in [0, 1).
[[nodiscard]] sim::Duration publication_delay(sim::Duration period, double uniform);

/// How often alarms on a metric of this period are evaluated: every minute, or every 10 s for
/// periods under a minute (AWS documentation, CloudWatch alarms, as of 2026-11).
[[nodiscard]] sim::Duration evaluation_interval(sim::Duration period);

/// One closed bin.
struct Datapoint {
  sim::Instant visible_at;
  double value = 0;
  double tasks = 0;      ///< mean number of tasks that reported
  bool present = false;  ///< false: a gap
};

/// The latest bins of one metric; plain data, for a controller's state.
class MetricBins {
 public:
  static constexpr std::uint32_t kKept = 48;

  void close(const Datapoint& point);
  /// The n-th latest visible datapoint at `now` (0 the latest), gaps included; nothing where there
  /// have been fewer.
  [[nodiscard]] std::optional<Datapoint> visible(sim::Instant now, std::uint32_t n) const;
  /// Whether the latest `count` visible bins are all present and all above (below) the threshold.
  [[nodiscard]] bool all_above(sim::Instant now, std::uint32_t count, double threshold) const;
  [[nodiscard]] bool all_below(sim::Instant now, std::uint32_t count, double threshold) const;

 private:
  std::array<Datapoint, kKept> points_{};
  std::uint32_t closed_ = 0;
};

}  // namespace lifeboat::models
