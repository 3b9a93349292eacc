// Health checks that send no requests: calculated ones, and those on a metric's alarm.
//
// A calculated check is healthy while at least `healthThreshold` of its children are; it changes
// with them. A check on a metric follows the metric's data and not the alarm's own state: each time
// a datapoint is published it judges the latest N by the alarm's rule, and with too few of them
// (the region's CloudWatch is lost) it is what `insufficientDataHealthStatus` says. The metric is
// what the deployment publishes (`lifeboat explain KIND`), read every tenth of a period and
// averaged.
//
// Sources: Route 53 Developer Guide, how Route 53 determines the status of health checks that
// monitor other health checks, or CloudWatch alarms, as of 2023.
#pragma once

#include "models/platform/compiler.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models {

namespace io {
class Problems;
}
class CompiledPlatform;

/// Adds the controller of a calculated check; it keeps the register of the check.
void add_calculated_check(Compiler& compiler, const HealthCheckSpec& spec);

/// The same for a check on a metric; nothing where the deployment publishes no such metric.
void add_metric_check(Compiler& compiler, const HealthCheckSpec& spec);

/// Reports checks on metrics that nobody publishes, and thresholds in another unit: metrics are
/// known once the platform is compiled.
void check_metric_checks(const Platform& platform, const CompiledPlatform& compiled,
                         io::Problems& problems);

}  // namespace lifeboat::models
