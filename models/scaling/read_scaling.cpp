#include "models/io/suggest.hpp"
#include "models/scaling/scaling.hpp"

namespace lifeboat::models {
namespace {

using io::ObjectReader;
using sim::Duration;

enum class PolicyType : std::uint8_t { kTargetTracking, kStep, kScheduled, kPredictive };
constexpr io::Choice<PolicyType> kTypes[] = {
    {"target-tracking", PolicyType::kTargetTracking, "hold a metric at a target"},
    {"step", PolicyType::kStep, "not yet"},
    {"scheduled", PolicyType::kScheduled, "not yet"},
    {"predictive", PolicyType::kPredictive, "not yet"}};

using Metric = ScalingPolicy::Metric;
constexpr io::Choice<Metric> kMetrics[] = {
    {"ECSServiceAverageCPUUtilization", Metric::kCpuUtilization,
     "processors used over processors reserved"},
    {"ALBRequestCountPerTarget", Metric::kRequestsPerTarget, "requests a target"}};

constexpr std::string_view kSource =
    "AWS API reference, TargetTrackingScalingPolicyConfiguration, as of 2026-11";

double read_target(ObjectReader& r, Metric metric) {
  const auto value = r.raw({"targetValue", "what the metric is held at: \"60%\", \"1000/min\""},
                           io::ValueType::kAny, true);
  if (!value || value->describer()) return 1;
  if (metric == Metric::kCpuUtilization) {
    const auto ratio = io::read_ratio(
        *value, r.problems(), {.min = io::Ratio{0.01}, .max = io::Ratio{1}, .above_min = false});
    return ratio ? ratio->value : 1;
  }
  const auto rate = io::read_rate(*value, r.problems(), io::positive<io::Rate>());
  return rate ? rate->per_second : 1;
}

void read_policy(ObjectReader& r, ScalingSpec& spec) {
  ScalingPolicy policy;
  const PolicyType type = r.required_enum({"type", "what kind of policy"}, kTypes);
  if (type != PolicyType::kTargetTracking && !r.describing()) {
    r.error("type", "this type of policy is not yet modelled", "\"target-tracking\"");
    r.leave_open();
    return;
  }
  policy.metric = r.required_enum({"predefinedMetricType", "what is measured"}, kMetrics);
  policy.target = read_target(r, policy.metric);
  policy.period = r.optional_duration(
      {"period", "of the metric: 60s, or 20s where high-resolution metrics are switched on",
       "AWS documentation, ECS service auto scaling, as of 2026-11"},
      Duration::seconds(60));
  const bool fast = policy.period == Duration::seconds(20);
  if (policy.period != Duration::seconds(60) && !fast) {
    r.error("period", "ECS publishes every 60 s or every 20 s", "\"60s\" or \"20s\"");
  }
  if (fast && policy.metric == Metric::kRequestsPerTarget) {
    r.error("period", "a load balancer publishes every 60 s", "\"60s\"");
  }
  policy.scale_out_cooldown =
      r.optional_duration({"scaleOutCooldown", "in it only a larger target scales out", kSource},
                          Duration::seconds(300));
  policy.scale_in_cooldown = r.optional_duration(
      {"scaleInCooldown", "from one scale-in to the next", kSource}, Duration::seconds(300));
  policy.disable_scale_in =
      r.optional_boolean({"disableScaleIn", "the policy only scales out", kSource}, false);
  spec.policies.push_back(policy);
}

}  // namespace

ScalingSpec read_scaling(ObjectReader& reader) {
  ScalingSpec spec;
  const io::Range<std::int64_t> tasks{.min = 0, .max = 5000};
  spec.min_capacity = static_cast<std::uint32_t>(
      reader.required_count({"minCapacity", "fewest tasks that scaling leaves"}, tasks));
  spec.max_capacity = static_cast<std::uint32_t>(
      reader.required_count({"maxCapacity", "most tasks that scaling starts"}, tasks));
  if (!reader.describing() && spec.max_capacity < spec.min_capacity) {
    reader.error("maxCapacity", "less than minCapacity");
    spec.max_capacity = spec.min_capacity;
  }
  reader.objects({"policies", "at most 4; any may scale out, all must agree to scale in"},
                 [&](std::size_t index, ObjectReader& policy) {
                   if (index == kMostPolicies) policy.error("type", "more than 4 policies");
                   if (index >= kMostPolicies) policy.leave_open();
                   if (index < kMostPolicies) read_policy(policy, spec);
                 });
  return spec;
}

}  // namespace lifeboat::models
