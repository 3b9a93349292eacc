// CloudWatch alarms: M out of N datapoints against a threshold, and what a gap in the data means.
//
// An alarm looks at the datapoints of an evaluation range that is longer than its N evaluation
// periods, so that it rides out single gaps. With at least N real datapoints in the range the
// latest N decide, and how missing data is treated does not matter. With fewer, all of them count
// and the rest of N is filled as the treatment says:
//
//     breaching       as if the threshold was passed
//     notBreaching    as if it was not
//     missing         not at all: where nothing but breaching datapoints are left, fewer than M,
//                     the alarm goes off if the oldest is at least M periods old, else it does not
//                     know (INSUFFICIENT_DATA); so also without any datapoint
//     ignore          not at all: where only that is left, the state stays as it is
//
// So many breaching datapoints as M, or more, are ALARM, fewer are OK. The length of the range is
// not published beyond an example, 5 for N = 3: taken is N + 2.
//
// Source: Amazon CloudWatch User Guide, configuring how alarms treat missing data (its tables are
// the tests), as of 2023-06 and 2019-04 (before examples of the last rule were dropped).
#pragma once

#include <cstdint>

#include "models/watching/metric_bins.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

enum class AlarmState : std::uint8_t { kInsufficientData, kOk, kAlarm };

enum class Comparison : std::uint8_t { kGreater, kGreaterOrEqual, kLess, kLessOrEqual };

enum class MissingData : std::uint8_t { kMissing, kIgnore, kBreaching, kNotBreaching };

struct AlarmSpec {
  double threshold = 0;
  Comparison comparison = Comparison::kGreater;
  sim::Duration period = sim::Duration::seconds(60);
  std::uint32_t evaluation_periods = 1;   ///< N
  std::uint32_t datapoints_to_alarm = 1;  ///< M, at most N
  MissingData missing = MissingData::kMissing;

  /// Datapoints that one evaluation looks at.
  [[nodiscard]] std::uint32_t range() const { return evaluation_periods + 2; }
  [[nodiscard]] bool breaches(double value) const;
};

/// The longest N, so that the range is kept.
inline constexpr std::uint32_t kMostEvaluationPeriods = MetricBins::kKept - 2;

/// The state at `now`, `current` being that of the evaluation before.
[[nodiscard]] AlarmState evaluate(const AlarmSpec& alarm, const MetricBins& bins, sim::Instant now,
                                  AlarmState current);

}  // namespace lifeboat::models
