#include "models/services/dynamodb/taken_units.hpp"

#include "models/replication/store.hpp"

namespace lifeboat::models::dynamodb {
namespace {

/// Calls enter and leave at once: no limit, but a number that a station may have.
constexpr std::uint32_t kNoLimit = 1'000'000;

}  // namespace

sim::StationId TakenUnits::station(Compiler& compiler, const DeploymentSite& site,
                                   std::uint32_t tokens) {
  auto& meter = stations_[tokens];
  if (!meter.valid()) {
    sim::Station station;
    station.name =
        name_of(site) + what_ + (write_ ? "/writes-of-" : "/reads-of-") + std::to_string(tokens);
    station.kind = sim::StationKind::kHold;
    station.deployment = compiler.deployment(site);
    station.servers = kNoLimit;
    meter = compiler.network().add_station(station);
  }
  return meter;
}

void TakenUnits::count(Compiler& compiler, const DeploymentSite& site, sim::PlanBuilder& plan,
                       std::uint32_t tokens) {
  const sim::StationId meter = station(compiler, site, tokens);
  plan.acquire(meter);
  plan.release(meter);
}

TakenUnits::Meters TakenUnits::meters() const {
  Meters meters;
  for (const auto& [each, station] : stations_)
    meters.emplace_back(each / tokens_per_unit(), station);
  return meters;
}

double taken(const TakenUnits::Meters& meters, sim::Control& control) {
  double units = 0;
  for (const auto& [each, station] : meters) {
    units += each * static_cast<double>(control.station(station).arrivals);
  }
  return units;
}

}  // namespace lifeboat::models::dynamodb
