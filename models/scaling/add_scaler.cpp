#include "models/scaling/add_scaler.hpp"

#include <memory>

namespace lifeboat::models {
namespace {

/// Target tracking keeps an alarm above its target, and one below it if it scales in.
std::uint32_t alarms_of(const MetricPolicy& policy) {
  const auto* tracking = std::get_if<TargetTracking>(&policy.rule);
  return tracking != nullptr && !tracking->disable_scale_in ? 2 : 1;
}

}  // namespace

void add_scaler_to(Compiler& compiler, ScalingTarget target, ScalingSpec spec) {
  target.region_up = compiler.region_up(target.region);
  target.control_plane = compiler.control_plane(target.region);
  const Monitoring monitoring = compiler.monitoring(target.region);
  target.feed = monitoring.feed;
  target.calendar = compiler.calendar();
  for (const MetricPolicy& policy : spec.policies) {
    target.publication.push_back(compiler.network().add_law(
        policy.publication_delay ? *policy.publication_delay
                                 : monitoring.publication_delay(policy.period)));
    monitoring.alarms->add(policy.period, alarms_of(policy));
  }
  compiler.network().add_controller(std::make_shared<Scaler>(std::move(target), std::move(spec)));
}

}  // namespace lifeboat::models
