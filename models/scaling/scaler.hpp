// The scaler of one scalable dimension: runs its policies, several at once, on CloudWatch's clock.
//
// CloudWatch. Each metric policy has bins of its metric, phases drawn per trial, datapoints that
// become visible after the publication delay, and alarms that are evaluated every minute (every
// 10 s for shorter periods). An alarm that goes off acts, and again every minute while it lasts.
// While the region's CloudWatch is lost nothing is published and no alarm is evaluated: all that
// rests on metrics is frozen, and the bins of that time are gaps afterwards. Scheduled actions and
// forecasts go on.
//
// Several policies. Of all that want to scale out the largest capacity wins, whether the others
// agree or not. To scale in all target tracking policies must agree (but for those with
// `disableScaleIn`), to the largest of their targets; a step policy scales in by itself; if both
// want it, again to the largest. Nothing scales in below the forecast of the hour. A scale-out ends
// the cooldown of the scale-in before it. Minimum and maximum bind all of it.
//
// Everything rests while the region or its control plane is down; a scheduled action that falls
// into that time is carried out at its end.
//
// The log says of every decision what was seen, against what, and what bound it.
//
// Sources: AWS documentation, Application Auto Scaling (target tracking, step, scheduled) and
// CloudWatch alarms, as of 2026-11.
#pragma once

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "models/io/clock.hpp"
#include "models/scaling/scaling.hpp"
#include "models/watching/alarm.hpp"
#include "models/watching/metric_bins.hpp"
#include "models/watching/monitoring.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models {

/// Cumulative counters of a metric: a bin's value is the change of `amount` over that of `base`.
struct MetricSample {
  double amount = 0;
  double base = 0;
  double capacity_seconds = 0;  ///< capacity (tasks, units) that reports, over time
};

/// A metric that the scaled resource has.
struct ScaledMetric {
  ScalingMetric metric = ScalingMetric::kCpuUtilization;
  std::function<MetricSample(sim::Control&)> read;
  double most = 1e300;         ///< larger values are shown as this (a share that is capped)
  bool needs_traffic = false;  ///< no datapoint without an amount (load balancers publish none)
  sim::RegisterId published;   ///< optional: set to the latest datapoint, in thousandths
};

/// What a scaler watches and sets.
struct ScalingTarget {
  std::string service;
  std::string region;
  std::string capacity_name;  ///< for the log: "desired count"
  std::string suffix;         ///< of the controller's name, where a service has several
  std::vector<ScaledMetric> metrics;
  sim::RegisterId desired;
  sim::RegisterId min_capacity;
  sim::RegisterId max_capacity;
  sim::RegisterId region_up;
  sim::RegisterId control_plane;
  MetricsFeed feed;
  /// Optional: true while a new version is rolled out or back, when nothing scales in (ECS
  /// Developer Guide, service auto scaling, as of 2023).
  std::function<bool(const sim::Control&)> deploying;
  io::Calendar calendar;
  double processors = 1;                ///< of a task, for predictive scaling
  std::vector<sim::LawId> publication;  ///< by metric policy
};

/// Mutable state; followed in its block by a row for each metric policy and scheduled action.
struct ScalerState {
  sim::Instant last_scale_in;
  bool has_scaled_in = false;
  bool frozen = false;
  // Predictive scaling: hours since 1970, and what the last 24 of them measured.
  std::int64_t next_hour = 0;  ///< the next that is to be prepared
  std::int64_t floor = 0;      ///< what the forecasts of now need
  std::int64_t next_floor = 0;
  double level = 1;
  std::array<double, 24> loads{};
  std::uint32_t measured = 0;
  MetricSample at_hour_start;
  sim::Instant hour_end = sim::Instant::never();
  sim::Instant prepare_at = sim::Instant::never();
};

struct MetricPolicyState {
  MetricBins bins;
  MetricSample at_bin_start;
  sim::Instant bin_end;
  sim::Instant evaluate_at;
  sim::Instant acts_again_at;
  std::uint64_t number = 0;                         ///< of the bin
  AlarmState high = AlarmState::kInsufficientData;  ///< a step policy's own alarm stands here too
  AlarmState low = AlarmState::kInsufficientData;
  bool dark = false;  ///< metrics were lost in the current bin
  bool told_limit = false;
  bool told_cooldown = false;
  // Step scaling: the scale-out whose cooldown runs.
  sim::Instant cooldown_end;
  std::int64_t cooldown_base = 0;  ///< the capacity before it
};

class Scaler final : public sim::Controller {
 public:
  Scaler(ScalingTarget target, ScalingSpec spec);
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::size_t state_size() const override;
  void start(void* state, sim::Control& control) const override;
  void wake(void* state, sim::Control& control) const override;

 private:
  struct View;  // the state's parts
  /// What a policy asks for, and why.
  struct Proposal {
    std::int64_t to = -1;  ///< -1: nothing
    std::string why;
    std::string_view cause;
    std::size_t policy = 0;
    sim::Duration cooldown;
  };
  [[nodiscard]] View view(void* state) const;
  [[nodiscard]] bool resting(sim::Control& control) const;
  [[nodiscard]] bool blind(sim::Control& control) const;
  [[nodiscard]] const ScaledMetric& metric_of(ScalingMetric metric) const;
  /// What predictive scaling forecasts: the amount of a metric over time.
  [[nodiscard]] const ScaledMetric& forecast_metric() const;

  // The clock: bins, alarms.
  void start_policies(View& v, sim::Control& control) const;
  void close_bin(View& v, std::size_t policy, sim::Control& control) const;
  void evaluate_policy(View& v, std::size_t policy, sim::Control& control) const;
  void freeze(View& v, sim::Control& control) const;

  // Decisions on alarms.
  void decide(View& v, sim::Control& control) const;
  [[nodiscard]] Proposal out_of_tracking(const View& v, std::size_t policy,
                                         sim::Control& control) const;
  [[nodiscard]] Proposal by_step(const View& v, std::size_t policy, sim::Control& control) const;
  [[nodiscard]] Proposal in_of_tracking(const View& v, sim::Control& control) const;
  [[nodiscard]] Proposal largest_out(const View& v, sim::Control& control) const;
  [[nodiscard]] Proposal largest_in(const View& v, sim::Control& control) const;
  void scale_out(View& v, Proposal proposal, sim::Control& control) const;
  void scale_in(View& v, Proposal proposal, sim::Control& control) const;
  void change(sim::Control& control, std::int64_t to, const std::string& why,
              std::string_view cause) const;

  // What acts ahead of the load (scaler_ahead.cpp).
  void start_ahead(View& v, sim::Control& control) const;
  void run_scheduled(View& v, sim::Control& control) const;
  void plan_action(View& v, std::size_t action, std::int64_t after_utc,
                   sim::Control& control) const;
  void run_predictive(View& v, sim::Control& control) const;
  void close_hour(View& v, sim::Control& control) const;
  void prepare_hour(View& v, sim::Control& control) const;
  [[nodiscard]] std::int64_t utc_at(sim::Instant at) const;
  [[nodiscard]] std::int64_t floor_now(const View& v) const;

  ScalingTarget target_;
  ScalingSpec spec_;
};

}  // namespace lifeboat::models
