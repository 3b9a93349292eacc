#include "models/services/ecs_fargate/dimension.hpp"

namespace lifeboat::models::ecs {
namespace {

constexpr io::Choice<ScalingMetric> kMetrics[] = {
    {"ECSServiceAverageCPUUtilization", ScalingMetric::kCpuUtilization,
     "processors used over processors reserved"},
    {"ALBRequestCountPerTarget", ScalingMetric::kRequestsPerTarget, "requests a target"}};

ScalingMetric read_metric(io::ObjectReader& r) {
  return r.required_enum({"predefinedMetricType", "what is measured"}, kMetrics);
}

}  // namespace

const ScalableDimension kTasks = {.unit = "tasks",
                                  .most = 5000,
                                  .read_metric = read_metric,
                                  .cooldown = sim::Duration::seconds(300),
                                  .datapoints_to_scale_out = 3,
                                  .high_resolution = true,
                                  .no_step = {},
                                  .no_predictive = {}};

ScaledMetric cpu_utilization(sim::TaskGroupId group, double processors_per_task,
                             sim::RegisterId published) {
  ScaledMetric metric;
  metric.metric = ScalingMetric::kCpuUtilization;
  metric.read = [group, processors_per_task](sim::Control& control) {
    const sim::GroupView view = control.group(group);
    return MetricSample{view.cpu_used_seconds, view.cpu_reserved_seconds,
                        view.cpu_reserved_seconds / processors_per_task};
  };
  metric.published = published;
  return metric;
}

ScaledMetric requests_per_target(sim::TaskGroupId group, double processors_per_task) {
  ScaledMetric metric;
  metric.metric = ScalingMetric::kRequestsPerTarget;
  metric.read = [group, processors_per_task](sim::Control& control) {
    const sim::GroupView view = control.group(group);
    const double task_seconds = view.cpu_reserved_seconds / processors_per_task;
    return MetricSample{static_cast<double>(view.requests), task_seconds, task_seconds};
  };
  metric.needs_traffic = true;
  return metric;
}

}  // namespace lifeboat::models::ecs
