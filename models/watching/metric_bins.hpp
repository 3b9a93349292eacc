// Metrics as CloudWatch shows them: means over bins, published late.
//
// A metric is averaged over bins of one period. The bins' phase is drawn per trial, so that nothing
// sits on a minute by accident. A bin's datapoint becomes visible some time after the bin closes;
// a bin without data (no task reports, the region's monitoring is down) leaves a gap.
//
// Publication delay. Target tracking on 60 s metrics was measured to trigger 363 s after a step in
// load, on 20 s metrics 86 s (AWS benchmark, June 2026). Three bins, half a bin of phase and half
// an evaluation interval leave about 140 s and 20 s for publishing and aggregating. Reported are 30
// to 120 s and 2 to 15 s: those do not add up to the benchmark, so what is taken is fitted to it;
// the spread is a guess, +-30 s and +-10 s.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

/// The publication delay of a metric of this period, unless a file says another.
[[nodiscard]] sim::Law publication_delay(sim::Duration period);
/// Its source, as a guess with its range.
inline constexpr std::string_view kPublicationSource =
    "guess, fitted: 110 to 170 s of 60 s metrics and 10 to 30 s of shorter ones give the measured "
    "363 s and 86 s to a scale-out (AWS benchmark, June 2026); 30 to 120 s and 2 to 15 s are "
    "reported";

/// How often alarms on a metric of this period are evaluated: every minute, or every 10 s for
/// periods under a minute (AWS documentation, CloudWatch alarms, as of 2026-11).
[[nodiscard]] sim::Duration evaluation_interval(sim::Duration period);

/// One closed bin.
struct Datapoint {
  sim::Instant visible_at;
  double value = 0;
  double capacity = 0;   ///< mean capacity (tasks, units) that reported
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
  /// The latest visible one of the last `within` that is no gap.
  [[nodiscard]] std::optional<Datapoint> latest_present(sim::Instant now,
                                                        std::uint32_t within) const;

 private:
  std::array<Datapoint, kKept> points_{};
  std::uint32_t closed_ = 0;
};

}  // namespace lifeboat::models
