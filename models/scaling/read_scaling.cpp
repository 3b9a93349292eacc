#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/io/suggest.hpp"
#include "models/scaling/read_policies.hpp"
#include "models/scaling/scaling.hpp"

namespace lifeboat::models {
namespace {

using detail::kTrackingSource;
using io::ObjectReader;
using sim::Duration;

enum class PolicyType : std::uint8_t { kTargetTracking, kStep, kScheduled, kPredictive };
constexpr io::Choice<PolicyType> kTypes[] = {
    {"target-tracking", PolicyType::kTargetTracking, "hold a metric at a target"},
    {"step", PolicyType::kStep, "change the capacity by how far an alarm's threshold is passed"},
    {"scheduled", PolicyType::kScheduled, "set the capacity limits at given times"},
    {"predictive", PolicyType::kPredictive, "have the capacity that a forecast needs"}};

Duration read_period(ObjectReader& r, const ScalableDimension& dimension, ScalingMetric metric) {
  const Duration period = r.optional_duration(
      {"period", "of the metric: 60s, or 20s where high-resolution metrics are switched on",
       "AWS documentation, ECS service auto scaling, as of 2026-11"},
      Duration::seconds(60));
  if (period == Duration::seconds(60)) return period;
  if (period != Duration::seconds(20) || !dimension.high_resolution) {
    r.error("period",
            dimension.high_resolution ? "this metric is published every 60 s or every 20 s"
                                      : "this metric is published every 60 s",
            dimension.high_resolution ? "\"60s\" or \"20s\"" : "\"60s\"");
    return Duration::seconds(60);
  }
  if (metric == ScalingMetric::kRequestsPerTarget) {
    r.error("period", "a load balancer publishes every 60 s", "\"60s\"");
  }
  return period;
}

MetricPolicy read_tracking(ObjectReader& r, const ScalableDimension& dimension,
                           ScalingMetric metric, double target) {
  MetricPolicy policy;
  policy.metric = metric;
  policy.period = read_period(r, dimension, metric);
  policy.publication_delay = detail::read_publication_delay(r, policy.period);
  TargetTracking rule;
  rule.target = target;
  rule.high_datapoints = dimension.datapoints_to_scale_out;
  rule.scale_out_cooldown = r.optional_duration(
      {"scaleOutCooldown", "in it only a larger target scales out", kTrackingSource},
      dimension.cooldown);
  rule.scale_in_cooldown = r.optional_duration(
      {"scaleInCooldown", "from one scale-in to the next", kTrackingSource}, dimension.cooldown);
  rule.disable_scale_in =
      r.optional_boolean({"disableScaleIn", "the policy only scales out", kTrackingSource}, false);
  rule.low_share = r.optional_ratio({"scaleInThreshold",
                                     "share of the target below which 15 minutes of datapoints "
                                     "scale in",
                                     "guess: AWS says usually more than 10 % below; 80 % to 90 %"},
                                    io::Ratio{0.9}, {.min = io::Ratio{0.1}, .max = io::Ratio{1}})
                       .value;
  if (const auto most =
          r.maybe_ratio({"scaleInAtMost", "share of the capacity that one scale-in takes at most",
                         "", "no cap: AWS's own damping is unpublished"},
                        {.min = io::Ratio{0.01}, .max = io::Ratio{1}})) {
    rule.scale_in_at_most = most->value;
  }
  policy.rule = rule;
  return policy;
}

/// Reports a type of policy that AWS does not have here; whether it has.
bool is_offered(ObjectReader& r, PolicyType type, const ScalableDimension& dimension) {
  std::string_view why_not;
  if (type == PolicyType::kStep) why_not = dimension.no_step;
  if (type == PolicyType::kPredictive) why_not = dimension.no_predictive;
  if (why_not.empty() || r.describing()) return true;
  const bool both = !dimension.no_step.empty() && !dimension.no_predictive.empty();
  r.error("type", std::string(why_not),
          both ? "\"target-tracking\" or \"scheduled\""
               : "\"target-tracking\", \"step\" or \"scheduled\"");
  r.leave_open();
  return false;
}

/// AWS takes one target tracking policy a metric.
void check_distinct(ObjectReader& r, const ScalingSpec& spec, const MetricPolicy& policy) {
  for (const MetricPolicy& other : spec.policies) {
    if (other.metric == policy.metric && std::holds_alternative<TargetTracking>(other.rule)) {
      r.error("predefinedMetricType", "another policy tracks this metric already",
              "one target tracking policy a metric");
      return;
    }
  }
}

void read_policy(ObjectReader& r, const ScalableDimension& dimension, ScalingSpec& spec) {
  const bool all = r.describing();
  const PolicyType type = r.required_enum({"type", "what kind of policy"}, kTypes);
  if (!is_offered(r, type, dimension)) return;
  const bool tracks = all || type == PolicyType::kTargetTracking;
  const bool forecasts =
      type == PolicyType::kPredictive || (all && dimension.no_predictive.empty());
  ScalingMetric metric = ScalingMetric::kCpuUtilization;
  PredictiveScaling predictive;
  if (tracks) metric = dimension.read_metric(r);
  if (forecasts) {
    predictive = detail::read_predictive(r);
    if (!all) {
      metric = predictive.load == PredictiveScaling::Load::kRequests
                   ? ScalingMetric::kRequestsPerTarget
                   : ScalingMetric::kCpuUtilization;
    }
  }
  double target = 1;
  if (tracks || forecasts) {
    target =
        detail::read_level(r, {"targetValue", "what the metric is held at: \"60%\", \"1000/min\""},
                           metric, true, false)
            .value_or(1);
  }
  if (tracks) {
    const MetricPolicy policy = read_tracking(r, dimension, metric, target);
    if (!all) check_distinct(r, spec, policy);
    if (type == PolicyType::kTargetTracking) spec.policies.push_back(policy);
  }
  if (type == PolicyType::kStep || (all && dimension.no_step.empty())) {
    MetricPolicy policy = detail::read_step(r, dimension);
    if (type == PolicyType::kStep) spec.policies.push_back(std::move(policy));
  }
  if (all || type == PolicyType::kScheduled) {
    ScheduledAction action = detail::read_scheduled(r, dimension);
    if (type == PolicyType::kScheduled) spec.scheduled.push_back(std::move(action));
  }
  if (forecasts && !all) {
    if (spec.predictive) r.error("type", "a second predictive policy", "one");
    predictive.target = target;
    spec.predictive = predictive;
  }
}

}  // namespace

std::uint32_t ScalingSpec::most() const {
  std::int64_t most = max_capacity;
  for (const ScheduledAction& action : scheduled) {
    most = std::max({most, action.min_capacity.value_or(0), action.max_capacity.value_or(0)});
  }
  return static_cast<std::uint32_t>(most);
}

std::optional<double> detail::read_level(ObjectReader& r, const io::Parameter& key,
                                         ScalingMetric metric, bool required,
                                         bool may_be_negative) {
  const auto value = r.raw(key, io::ValueType::kText, required);
  if (!value || value->describer()) return std::nullopt;
  if (is_share(metric)) {
    const io::Range<io::Ratio> range = {
        .min = io::Ratio{may_be_negative ? -1.0 : 0.01}, .max = io::Ratio{1}, .above_min = false};
    const auto ratio = io::read_ratio(*value, r.problems(), range);
    return ratio ? std::optional(ratio->value) : std::nullopt;
  }
  io::Range<io::Rate> range = io::positive<io::Rate>();
  if (may_be_negative) range = {.min = std::nullopt, .max = std::nullopt, .above_min = false};
  const auto rate = io::read_rate(*value, r.problems(), range);
  return rate ? std::optional(rate->per_second) : std::nullopt;
}

std::optional<sim::Law> detail::read_publication_delay(ObjectReader& r, Duration period) {
  sim::Law delay = r.optional_law(
      {"publicationDelay",
       "from the end of a metric's bin until alarms see its datapoint; where it is not said, what "
       "the region's cloudwatch service says goes before the default",
       kPublicationSource},
      publication_delay(period));
  return r.has("publicationDelay") ? std::optional(std::move(delay)) : std::nullopt;
}

ScalingSpec read_scaling(ObjectReader& reader, const ScalableDimension& dimension) {
  ScalingSpec spec;
  const io::Range<std::int64_t> range{.min = 0, .max = dimension.most};
  const std::string least = fmt::format("fewest {} that scaling leaves", dimension.unit);
  const std::string most = fmt::format("most {} that scaling asks for", dimension.unit);
  spec.min_capacity =
      static_cast<std::uint32_t>(reader.required_count({"minCapacity", least}, range));
  spec.max_capacity =
      static_cast<std::uint32_t>(reader.required_count({"maxCapacity", most}, range));
  if (!reader.describing() && spec.max_capacity < spec.min_capacity) {
    reader.error("maxCapacity", "less than minCapacity");
    spec.max_capacity = spec.min_capacity;
  }
  reader.objects(
      {"policies", "any may scale out, the largest wins; all that track must agree to scale in"},
      [&](std::size_t, ObjectReader& policy) {
        const bool full =
            spec.policies.size() == kMostPolicies || spec.scheduled.size() == kMostScheduledActions;
        if (full) {
          policy.error("type", "more than 50 policies or 200 scheduled actions");
          policy.leave_open();
        } else {
          read_policy(policy, dimension, spec);
        }
      });
  return spec;
}

bool is_share(ScalingMetric metric) { return metric != ScalingMetric::kRequestsPerTarget; }

std::string shown_threshold(ScalingMetric metric, double value) {
  if (!is_share(metric)) return fmt::format("{:.1f}/s", value);
  return fmt::format("{:g} %", std::round(1e4 * value) / 100);
}

std::string shown(ScalingMetric metric, double value) {
  switch (metric) {
    case ScalingMetric::kCpuUtilization:
      return fmt::format("CPU {:.1f} %", 100 * value);
    case ScalingMetric::kRequestsPerTarget:
      return fmt::format("{:.1f} requests/s a target", value);
    case ScalingMetric::kConsumedReads:
      return fmt::format("read units {:.1f} % used", 100 * value);
    case ScalingMetric::kConsumedWrites:
      return fmt::format("write units {:.1f} % used", 100 * value);
    case ScalingMetric::kConcurrency:
      return fmt::format("provisioned concurrency {:.1f} % used", 100 * value);
    case ScalingMetric::kPrimaryEngineCpu:
      return fmt::format("engine CPU of primaries {:.1f} %", 100 * value);
    case ScalingMetric::kReplicaEngineCpu:
      return fmt::format("engine CPU of replicas {:.1f} %", 100 * value);
  }
  return {};
}

}  // namespace lifeboat::models
