#include "models/watching/alarm.hpp"

namespace lifeboat::models {

bool AlarmSpec::breaches(double value) const {
  switch (comparison) {
    case Comparison::kGreater:
      return value > threshold;
    case Comparison::kGreaterOrEqual:
      return value >= threshold;
    case Comparison::kLess:
      return value < threshold;
    case Comparison::kLessOrEqual:
      return value <= threshold;
  }
  return false;
}

AlarmState evaluate(const AlarmSpec& alarm, const MetricBins& bins, sim::Instant now,
                    AlarmState current) {
  std::uint32_t real = 0;
  std::uint32_t breaching = 0;
  std::uint32_t oldest_breaching = 0;  // its age in periods, the latest datapoint's being 1
  for (std::uint32_t age = 1; age <= alarm.range() && real < alarm.evaluation_periods; ++age) {
    const auto point = bins.visible(now, age - 1);
    if (!point) break;
    if (!point->present) continue;
    ++real;
    if (!alarm.breaches(point->value)) continue;
    ++breaching;
    oldest_breaching = age;
  }
  const std::uint32_t filled = alarm.evaluation_periods - real;
  const auto judged = [&](std::uint32_t count) {
    return count >= alarm.datapoints_to_alarm ? AlarmState::kAlarm : AlarmState::kOk;
  };
  if (filled == 0) return judged(breaching);
  switch (alarm.missing) {
    case MissingData::kBreaching:
      return judged(breaching + filled);
    case MissingData::kNotBreaching:
      return judged(breaching);
    case MissingData::kMissing:
      if (breaching >= alarm.datapoints_to_alarm) return AlarmState::kAlarm;
      if (real > breaching) return AlarmState::kOk;
      return breaching > 0 && oldest_breaching >= alarm.datapoints_to_alarm
                 ? AlarmState::kAlarm
                 : AlarmState::kInsufficientData;
    case MissingData::kIgnore:
      if (breaching >= alarm.datapoints_to_alarm) return AlarmState::kAlarm;
      return real > breaching ? AlarmState::kOk : current;
  }
  return current;
}

}  // namespace lifeboat::models
