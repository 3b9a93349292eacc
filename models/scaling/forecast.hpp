// Predictive scaling: capacity ahead of a load that comes back every week.
//
// AWS forecasts the load of each of the next 48 hours from up to 14 days of history (it needs 24
// hours), anew every 6 hours, by a method that it does not publish. Taken is the plainest that has
// a week in it:
//
//     forecast(hour) = mean of the history at that hour of the week x level
//     level          = load of the last 24 hours over those hours' own means
//
// (where the history has no such hour of the week, the mean at that hour of the day). A history
// that is truly periodic is forecast without error; AWS's own method may do better on trends and
// worse on days that are unlike their week. The level moves with what the run itself measures.
//
// `schedulingBufferTime` before each hour the capacity becomes what the load of that hour needs at
// the target value, if that is more: it never scales in. Until the hour is over, other policies do
// not scale in below it.
//
// Sources: EC2 Auto Scaling User Guide, predictive scaling, 2023; API reference
// (PredictiveScalingPolicyConfiguration), botocore of 2026-08; ECS since 2024-11.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/time.hpp"

namespace lifeboat::models {

/// One hour of history: UTC hours since 1970, and its mean load (processors, or requests a second).
struct HourlyLoad {
  std::int64_t hour = 0;
  double load = 0;
};

class Forecast {
 public:
  Forecast() = default;
  /// From at least 24 hours in ascending order; of more than 14 days the last 14 count.
  explicit Forecast(std::vector<HourlyLoad> history);

  /// Mean load at that hour of the week.
  [[nodiscard]] double seasonal(std::int64_t utc_hour) const;
  /// The highest of the week.
  [[nodiscard]] double highest() const;
  /// The level that the history ends with.
  [[nodiscard]] double level() const { return level_; }
  /// A level from measured hours: their loads over what is seasonal then. Nothing where the
  /// seasonal loads are 0.
  [[nodiscard]] std::optional<double> level_of(const std::vector<HourlyLoad>& measured) const;

 private:
  static constexpr std::size_t kHoursOfWeek = 168;
  std::array<double, kHoursOfWeek> seasonal_{};
  double level_ = 1;
};

inline constexpr std::size_t kLeastHistoryHours = 24;
inline constexpr std::size_t kMostHistoryHours = std::size_t{14} * 24;

struct PredictiveScaling {
  enum class Load : std::uint8_t { kProcessors, kRequests } load = Load::kProcessors;
  double target = 1;   ///< utilization, or requests a second and task
  bool scales = true;  ///< false: the forecast is only logged
  sim::Duration buffer = sim::Duration::seconds(300);
  bool may_exceed_max = false;
  double max_buffer = 0;  ///< share beyond the forecast that it may exceed the maximum by
  Forecast forecast;

  /// Tasks of so many processors that the load needs at the target; not rounded.
  [[nodiscard]] double capacity_for(double forecast_load, double processors) const {
    return forecast_load / (load == Load::kProcessors ? target * processors : target);
  }
};

}  // namespace lifeboat::models
