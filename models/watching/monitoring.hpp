// A region's CloudWatch, as what rests on its metrics sees it.
//
// Each region has one, whether the platform names it or not (models/services/cloudwatch): what the
// platform says of it replaces the defaults, and faults of that service are faults of the metrics.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "models/watching/metric_bins.hpp"
#include "sim/control/control.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

/// What controllers ask of it at run time.
struct MetricsFeed {
  sim::RegisterId works;  ///< "region/sg/cloudwatch": 0 in a metric blackout; invalid: no region
  sim::RegisterId region_up;  ///< valid where `service` is
  sim::DeploymentId service;  ///< its `cloudwatch` service; invalid: the platform names none

  /// Whether nothing is published and no alarm is evaluated, but for the loss of its whole region.
  [[nodiscard]] bool lost(const sim::Control& control) const;
  /// By how much datapoints that are published now are late, beyond what their law says.
  [[nodiscard]] sim::Duration late(const sim::Control& control) const;
};

/// How late datapoints are published, by the period of their metric.
struct PublicationDelays {
  std::optional<sim::Law> standard;  ///< of 60 s and more; where not said, publication_delay()
  std::optional<sim::Law> fast;      ///< of less
};

/// Alarms of a region: CloudWatch bills those on metrics of less than a minute at another price.
struct AlarmCounts {
  std::uint32_t standard = 0;
  std::uint32_t fast = 0;

  void add(sim::Duration period, std::uint32_t alarms);
};

struct Monitoring {
  MetricsFeed feed;
  PublicationDelays delays;
  /// Whoever makes alarms counts them here; complete once the platform is compiled.
  std::shared_ptr<AlarmCounts> alarms = std::make_shared<AlarmCounts>();

  /// Of a metric of this period, unless its own rule says another.
  [[nodiscard]] sim::Law publication_delay(sim::Duration period) const;
};

}  // namespace lifeboat::models
