#include "models/watching/read_alarm.hpp"

namespace lifeboat::models {
namespace {

constexpr io::Choice<Comparison> kComparisons[] = {
    {"GreaterThanOrEqualToThreshold", Comparison::kGreaterOrEqual, "breaches at the threshold too"},
    {"GreaterThanThreshold", Comparison::kGreater, "breaches above the threshold"},
    {"LessThanOrEqualToThreshold", Comparison::kLessOrEqual, "breaches at the threshold too"},
    {"LessThanThreshold", Comparison::kLess, "breaches below the threshold"}};
constexpr io::Choice<MissingData> kMissing[] = {
    {"missing", MissingData::kMissing, "without data the alarm knows nothing"},
    {"ignore", MissingData::kIgnore, "without data the state stays"},
    {"breaching", MissingData::kBreaching, "a gap breaches"},
    {"notBreaching", MissingData::kNotBreaching, "a gap does not breach"}};

}  // namespace

Comparison read_comparison(io::ObjectReader& r, std::string_view source) {
  return r.optional_enum({"comparisonOperator", "which side of the threshold breaches", source},
                         Comparison::kGreaterOrEqual, kComparisons);
}

void read_datapoints(io::ObjectReader& r, AlarmSpec& alarm, std::uint32_t periods,
                     std::string_view source) {
  const io::Range<std::int64_t> range{.min = 1, .max = kMostEvaluationPeriods};
  alarm.evaluation_periods = static_cast<std::uint32_t>(r.optional_count(
      {"evaluationPeriods", "datapoints that are looked at", source}, periods, range));
  const auto needed = r.maybe_count({"datapointsToAlarm", "how many of them must breach",
                                     "AWS API reference, CloudWatch PutMetricAlarm", "all of them"},
                                    range);
  alarm.datapoints_to_alarm = static_cast<std::uint32_t>(needed.value_or(alarm.evaluation_periods));
  if (alarm.datapoints_to_alarm > alarm.evaluation_periods) {
    r.error("datapointsToAlarm", "more than evaluationPeriods");
    alarm.datapoints_to_alarm = alarm.evaluation_periods;
  }
  alarm.missing = r.optional_enum({"treatMissingData", "what a gap in the data means",
                                   "AWS documentation, CloudWatch alarms, as of 2026-11"},
                                  MissingData::kMissing, kMissing);
}

}  // namespace lifeboat::models
