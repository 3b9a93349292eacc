// Target tracking as Application Auto Scaling does it.
//
// Two alarms a policy: high, 3 of 3 datapoints above the target T (2 of 2 for a table), and low, 15
// minutes of datapoints below 0.9 T. An alarm asks for
//
//     N' = ceil(n m / T)
//
// m being the latest datapoint and n the capacity that reported it, so that capacity which was
// added but does not yet report is counted and not added twice (that is what the scale-out cooldown
// is for: in it only a larger target passes). Which datapoint enters N', the exact low threshold,
// and a damping of scale-in beyond 15 minutes and the cooldown are unpublished: taken are the
// latest datapoint, 0.9 T, and none, so scale-in may be faster here than AWS's by some minutes;
// `scaleInAtMost` caps it.
//
// Sources: AWS documentation, Application Auto Scaling target tracking, as of 2026-11; the alarms'
// datapoints: github.com/aws/containers-roadmap issue 1208.
#pragma once

#include <cstdint>
#include <optional>

#include "models/watching/alarm.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

struct TargetTracking {
  double target = 1;
  sim::Duration scale_out_cooldown;
  sim::Duration scale_in_cooldown;
  bool disable_scale_in = false;
  std::uint32_t high_datapoints = 3;
  double low_share = 0.9;                  ///< of the target: the low alarm's threshold
  std::optional<double> scale_in_at_most;  ///< share of the capacity

  [[nodiscard]] AlarmSpec high_alarm(sim::Duration period) const;
  [[nodiscard]] AlarmSpec low_alarm(sim::Duration period) const;
  /// N' for a datapoint; may be beyond every limit.
  [[nodiscard]] double wanted(const Datapoint& point) const;
  /// N' when scaling in from `capacity`: not below what `scale_in_at_most` leaves.
  [[nodiscard]] double wanted_in(const Datapoint& point, std::int64_t capacity) const;
};

}  // namespace lifeboat::models
