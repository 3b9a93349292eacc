#include <algorithm>
#include <cmath>

#include "models/scaling/read_policies.hpp"
#include "models/watching/read_alarm.hpp"

namespace lifeboat::models::detail {
namespace {

using io::ObjectReader;
using sim::Duration;

constexpr std::string_view kStepSource =
    "AWS API reference, StepScalingPolicyConfiguration, as of 2026-11";
constexpr std::string_view kAlarmSource =
    "ours: as target tracking's high alarm; AWS API reference, CloudWatch PutMetricAlarm, has none";

constexpr io::Choice<ScalingMetric> kMetrics[] = {
    {"CPUUtilization", ScalingMetric::kCpuUtilization, "processors used over processors reserved"},
    {"RequestCountPerTarget", ScalingMetric::kRequestsPerTarget, "requests a second and target"}};
constexpr io::Choice<AdjustmentType> kAdjustments[] = {
    {"ChangeInCapacity", AdjustmentType::kChangeInCapacity, "so many more or fewer"},
    {"PercentChangeInCapacity", AdjustmentType::kPercentChangeInCapacity,
     "so many per cent more or fewer"},
    {"ExactCapacity", AdjustmentType::kExactCapacity, "so many"}};
enum class Aggregation : std::uint8_t { kAverage };
constexpr io::Choice<Aggregation> kAggregations[] = {
    {"Average", Aggregation::kAverage, "the mean of the alarm's period"}};

bool is_alarm_period(Duration period) {
  const Duration minute = Duration::seconds(60);
  return period == Duration::seconds(20) ||
         (period >= minute && period.count() % minute.count() == 0);
}

void read_alarm(ObjectReader& r, const ScalableDimension& dimension, MetricPolicy& policy,
                StepScaling& rule) {
  policy.metric = r.required_enum({"metricName", "what is measured"}, kMetrics);
  AlarmSpec& alarm = rule.alarm;
  alarm.threshold = read_level(r, {"threshold", "\"70%\" of CPU, \"50/s\" of requests"},
                               policy.metric, true, false)
                        .value_or(1);
  alarm.comparison = read_comparison(r, kAlarmSource);
  alarm.period = r.optional_duration({"period",
                                      "of the datapoints: 60s or a multiple, or 20s where "
                                      "high-resolution metrics are switched on",
                                      kAlarmSource},
                                     Duration::seconds(60),
                                     {.min = Duration::seconds(1), .max = Duration::hours(1)});
  const bool fast = alarm.period < Duration::seconds(60);
  if (!is_alarm_period(alarm.period) || (fast && !dimension.high_resolution)) {
    r.error("period", "no such period", "\"60s\", a multiple of it, or \"20s\"");
    alarm.period = Duration::seconds(60);
  } else if (fast && policy.metric == ScalingMetric::kRequestsPerTarget) {
    r.error("period", "a load balancer publishes every 60 s", "\"60s\" or a multiple of it");
  }
  read_datapoints(r, alarm, 3, kAlarmSource);
  policy.period = alarm.period;
  policy.publication_delay = read_publication_delay(r, alarm.period);
}

StepAdjustment read_adjustment(ObjectReader& r, ScalingMetric metric, const StepScaling& rule) {
  StepAdjustment step;
  step.lower = read_level(r,
                          {"metricIntervalLowerBound",
                           "from this distance to the threshold on: \"0%\", \"15%\"", "", "open"},
                          metric, false, true);
  step.upper = read_level(
      r, {"metricIntervalUpperBound", "up to this distance to the threshold", "", "open"}, metric,
      false, true);
  step.adjustment =
      r.required_number({"scalingAdjustment", "by how much, as adjustmentType says: 2, -10"},
                        {.min = std::nullopt, .max = std::nullopt, .above_min = false});
  if (r.describing()) return step;
  if (step.lower && step.upper && !(*step.lower < *step.upper)) {
    r.error("metricIntervalUpperBound", "not above the lower bound");
  }
  if (rule.type != AdjustmentType::kPercentChangeInCapacity &&
      step.adjustment != std::floor(step.adjustment)) {
    r.error("scalingAdjustment", "a capacity is whole", "a whole number");
  }
  if (rule.type == AdjustmentType::kExactCapacity && step.adjustment < 0) {
    r.error("scalingAdjustment", "a capacity is not negative", "0 or more");
  }
  return step;
}

/// AWS refuses steps that overlap, leave gaps or are open twice on one side.
void check_steps(ObjectReader& r, const std::vector<StepAdjustment>& steps) {
  if (steps.empty()) {
    r.error("stepAdjustments", "no step", "at least one");
    return;
  }
  std::vector<StepAdjustment> sorted = steps;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    if (a.lower.has_value() != b.lower.has_value()) return !a.lower.has_value();
    return a.lower.value_or(0) < b.lower.value_or(0);
  });
  for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
    const auto& end = sorted[i].upper;
    const auto& begin = sorted[i + 1].lower;
    if (end && begin && std::abs(*end - *begin) < 1e-9) continue;
    r.error("stepAdjustments", "steps overlap or leave a gap",
            "each step's lower bound the upper bound of the one before");
    return;
  }
}

}  // namespace

MetricPolicy read_step(ObjectReader& r, const ScalableDimension& dimension) {
  MetricPolicy policy;
  StepScaling rule;
  section_of_type(r,
                  {"alarm", "the CloudWatch alarm that sets it off", "", "a step policy needs it"},
                  [&](ObjectReader& alarm) { read_alarm(alarm, dimension, policy, rule); });
  rule.type = enum_of_type(
      r, {"adjustmentType", "what scalingAdjustment means", "", "a step policy needs it"},
      kAdjustments);
  r.optional_enum({"metricAggregationType", "of the metric over the alarm's period", kStepSource},
                  Aggregation::kAverage, kAggregations);
  r.objects({"stepAdjustments", "what to do, by distance from the alarm's threshold"},
            [&](std::size_t index, ObjectReader& step) {
              if (index == kMostSteps) step.error("scalingAdjustment", "more than 20 steps");
              rule.steps.push_back(read_adjustment(step, policy.metric, rule));
            });
  if (!r.describing()) check_steps(r, rule.steps);
  rule.cooldown = r.optional_duration(
      {"cooldown", "in it only a larger scale-out passes, and no further scale-in", kStepSource},
      Duration::seconds(300));
  rule.min_adjustment =
      r.maybe_count({"minAdjustmentMagnitude", "least change of PercentChangeInCapacity",
                     kStepSource, "1, by rounding"})
          .value_or(0);
  if (!r.describing() && rule.min_adjustment > 0 &&
      rule.type != AdjustmentType::kPercentChangeInCapacity) {
    r.error("minAdjustmentMagnitude", "belongs to \"PercentChangeInCapacity\" alone");
  }
  policy.rule = std::move(rule);
  return policy;
}

}  // namespace lifeboat::models::detail
