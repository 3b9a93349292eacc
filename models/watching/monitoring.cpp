#include "models/watching/monitoring.hpp"

namespace lifeboat::models {
namespace {

constexpr sim::Duration kStandardPeriod = sim::Duration::seconds(60);

}  // namespace

bool MetricsFeed::lost(const sim::Control& control) const {
  if (works.valid() && control.value(works) == 0) return true;
  return service.valid() && !control.gate_open(service) && control.value(region_up) != 0;
}

sim::Duration MetricsFeed::late(const sim::Control& control) const {
  return service.valid() ? control.gate_delay(service) : sim::Duration{};
}

void AlarmCounts::add(sim::Duration period, std::uint32_t alarms) {
  (period < kStandardPeriod ? fast : standard) += alarms;
}

sim::Law Monitoring::publication_delay(sim::Duration period) const {
  const std::optional<sim::Law>& own = period < kStandardPeriod ? delays.fast : delays.standard;
  return own ? *own : models::publication_delay(period);
}

}  // namespace lifeboat::models
