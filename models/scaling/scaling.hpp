// Application Auto Scaling of an ECS service: what people write.
//
//     "scaling": { "minCapacity": 3, "maxCapacity": 20, "policies": [
//         { "type": "target-tracking", "predefinedMetricType": "ECSServiceAverageCPUUtilization",
//           "targetValue": "60%", "scaleOutCooldown": "300s" } ] }
#pragma once

#include <cstdint>
#include <vector>

#include "models/io/reader.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

struct ScalingPolicy {
  enum class Metric : std::uint8_t {
    kCpuUtilization,
    kRequestsPerTarget
  } metric = Metric::kCpuUtilization;
  double target = 0;  ///< a share of the reserved processors, or requests a second and task
  sim::Duration period = sim::Duration::seconds(60);
  sim::Duration scale_out_cooldown = sim::Duration::seconds(300);
  sim::Duration scale_in_cooldown = sim::Duration::seconds(300);
  bool disable_scale_in = false;
};

struct ScalingSpec {
  std::uint32_t min_capacity = 1;
  std::uint32_t max_capacity = 1;
  std::vector<ScalingPolicy> policies;
};

inline constexpr std::size_t kMostPolicies = 4;

/// Reads the object at "scaling".
[[nodiscard]] ScalingSpec read_scaling(io::ObjectReader& reader);

}  // namespace lifeboat::models
