// Target tracking as Application Auto Scaling does it.
//
// Two alarms a policy, evaluated every minute on published datapoints (models/watching): high, 3 of
// 3 bins above the target T, and low, 15 minutes of bins below 0.9 T. A high alarm asks for
//
//     N' = ceil(n m / T)
//
// tasks, m being the latest datapoint and n the tasks that reported it (so capacity that was added
// but does not yet report is counted and not added twice; within the scale-out cooldown only a
// larger target passes, which the comparison with the desired count ensures). Several policies:
// the largest target wins; scale-in happens only if the low alarms of all agree, to the largest of
// their targets, and not within the scale-in cooldown of the last scale-in. Both are clamped to the
// minimum and maximum capacity. A gap in the data is no evidence: no scaling either way. An alarm
// that stays acts again every minute.
//
// Everything rests while the region's monitoring or control plane is down. Which datapoint enters
// N', the exact low threshold, and a damping of scale-in beyond this are unpublished: taken are the
// latest bin, 0.9 T, and none, so scale-in may be faster here than AWS's by some minutes.
//
// Sources: AWS documentation, Application Auto Scaling target tracking, and CloudWatch alarms, as
// of 2026-11; the alarms' datapoints: github.com/aws/containers-roadmap issue 1208.
#pragma once

#include <array>
#include <string>

#include "models/scaling/scaling.hpp"
#include "models/watching/metric_bins.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models {

/// What a scaler of one service watches and sets.
struct ScalingTarget {
  std::string service;
  std::string region;
  sim::TaskGroupId group;
  double processors_per_task = 1;
  sim::RegisterId desired;
  sim::RegisterId min_capacity;
  sim::RegisterId max_capacity;
  sim::RegisterId utilization;  ///< set to the latest CPU datapoint, in thousandths
  sim::RegisterId region_up;
  sim::RegisterId control_plane;
};

struct TrackerState {
  struct Policy {
    MetricBins bins;
    sim::Instant bin_end;
    sim::Instant evaluate_at;
    sim::Instant acts_again_at;
    std::uint64_t number = 0;  ///< of the bin
    sim::GroupView at_bin_start;
  };
  std::array<Policy, kMostPolicies> policies{};
  sim::Instant last_scale_in;
  bool has_scaled_in = false;
  bool told_at_limit = false;
};

class TargetTracking final : public sim::ControllerOf<TrackerState> {
 public:
  TargetTracking(ScalingTarget target, ScalingSpec spec);
  [[nodiscard]] std::string name() const override;

 private:
  void start_with(TrackerState& state, sim::Control& control) const override;
  void wake_with(TrackerState& state, sim::Control& control) const override;

  void close_bin(TrackerState& state, std::size_t policy, sim::Control& control) const;
  void evaluate(TrackerState& state, std::size_t policy, sim::Control& control) const;
  bool scale_out(TrackerState& state, sim::Control& control) const;
  void scale_in(TrackerState& state, sim::Control& control) const;
  [[nodiscard]] double wanted(const Datapoint& point, const ScalingPolicy& policy) const;
  [[nodiscard]] bool resting(sim::Control& control) const;
  void change(sim::Control& control, std::int64_t to, const std::string& why) const;

  ScalingTarget target_;
  ScalingSpec spec_;
};

}  // namespace lifeboat::models
