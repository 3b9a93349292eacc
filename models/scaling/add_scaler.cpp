#include "models/scaling/add_scaler.hpp"

#include <memory>

namespace lifeboat::models {

void add_scaler_to(Compiler& compiler, ScalingTarget target, ScalingSpec spec) {
  target.region_up = compiler.region_up(target.region);
  target.control_plane = compiler.control_plane(target.region);
  target.cloudwatch = compiler.cloudwatch(target.region);
  target.calendar = compiler.calendar();
  for (const MetricPolicy& policy : spec.policies) {
    target.publication.push_back(compiler.network().add_law(policy.publication_delay));
  }
  compiler.network().add_controller(std::make_shared<Scaler>(std::move(target), std::move(spec)));
}

}  // namespace lifeboat::models
