#include "models/platform/load_table.hpp"

#include <algorithm>

namespace lifeboat::models {
namespace {

using Rates = std::map<std::string, double, std::less<>>;

std::vector<double> by_index(const CompiledPlatform& platform, const Rates& rates,
                             std::size_t journeys) {
  std::vector<double> result(journeys, 0);
  for (const auto& [name, rate] : rates) {
    const auto journey = platform.journeys.find(name);
    if (journey != platform.journeys.end()) result[journey->second.index()] = rate;
  }
  return result;
}

RegisterValues registers_of(const CompiledPlatform& platform, const sim::Network& network,
                            const LoadPlace& place) {
  RegisterValues values;
  if (place.region.empty()) return values;
  const CompiledRegion* region = platform.find_region(place.region);
  if (region == nullptr) return values;
  for (const sim::Resolver& resolver : network.resolvers) {
    if (resolver.answer.valid()) values[resolver.answer.index()] = region->id.index();
  }
  for (const auto& [store, writer] : platform.writers) {
    if (writer.valid()) values[writer.index()] = region->id.index();
  }
  return values;
}

/// Tasks that the deployment may run, by the registers that scaling keeps and by what is asked.
double most_tasks(const sim::Network& network, const DeploymentSite& site, const LoadPlace& place) {
  const std::string name = site.service + "@" + site.region;
  const sim::RegisterId most = network.find_register(name + "/max-capacity");
  const auto asked = place.asked.find(name);
  return std::max(most.valid() ? static_cast<double>(network.registers[most.index()].initial) : 0,
                  asked != place.asked.end() ? asked->second : 0);
}

double capacity_of(const sim::Network& network, const CompiledDeployment& deployment,
                   const sim::Station& station, const LoadPlace& place, LoadRow& row) {
  const bool shared = station.kind == sim::StationKind::kShared;
  const double one =
      shared ? station.capacity_milli / 1000.0 : static_cast<double>(station.servers);
  row.unit = shared ? "vCPU" : station.kind == sim::StationKind::kHold ? "places" : "servers";
  const Handles& handles = deployment.handles();
  if (!handles.tasks) return one;
  if (handles.desired) {
    row.tasks_now = static_cast<double>(network.registers[handles.desired->index()].initial);
  }
  row.tasks_most = std::max(row.tasks_now, most_tasks(network, deployment.site, place));
  return one * row.tasks_most;
}

}  // namespace

std::vector<LoadRow> load_table(const CompiledPlatform& platform, const sim::Network& network,
                                const Rates& journey_rates, const LoadPlace& place,
                                bool with_visits) {
  const RegisterValues registers = registers_of(platform, network, place);
  const std::vector<double> rates = by_index(platform, journey_rates, network.journeys.size());
  const NetworkLoad load = network_load(network, rates, registers);
  std::vector<NetworkLoad> alone;
  for (std::size_t j = 0; with_visits && j < rates.size(); ++j) {
    std::vector<double> one(rates.size(), 0);
    one[j] = 1;
    alone.push_back(network_load(network, one, registers));
  }
  std::vector<LoadRow> rows;
  const auto add = [&](const CompiledDeployment& deployment, const std::string& name,
                       sim::StationId station) {
    LoadRow row;
    row.service = deployment.site.service;
    row.region = deployment.site.region;
    row.station = name;
    row.arrivals = load.station_arrivals[station.index()];
    if (!(row.arrivals > 0)) return;
    row.offered = load.station_work[station.index()];
    row.demand_s = row.offered / row.arrivals;
    row.capacity = capacity_of(network, deployment, network.stations[station.index()], place, row);
    if (row.capacity > 0) row.utilization = row.offered / row.capacity;
    for (const NetworkLoad& one : alone) {
      row.visits.push_back(one.station_arrivals[station.index()]);
    }
    rows.push_back(std::move(row));
  };
  for (const CompiledDeployment& deployment : platform.deployments) {
    const Handles& handles = deployment.handles();
    if (handles.headline) add(deployment, "", *handles.headline);
    for (const auto& [name, station] : handles.stations) add(deployment, name, station);
  }
  return rows;
}

std::vector<double> plan_rates(const CompiledPlatform& platform, const sim::Network& network,
                               const Rates& journey_rates) {
  const std::vector<double> rates = by_index(platform, journey_rates, network.journeys.size());
  std::vector<LoadPlace> places(1);
  for (const CompiledRegion& region : platform.regions) places.push_back({region.name, {}});
  std::vector<double> sum(network.plan_entry.size(), 0);
  for (const LoadPlace& place : places) {
    const NetworkLoad load = network_load(network, rates, registers_of(platform, network, place));
    for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += load.plan_rate[p];
  }
  return sum;
}

// The number n_j of visits to journey j solves n = start + P^T n; every cycle loses somebody, so
// the iteration ends.
Rates journeys_of_visit(const VisitSpec& visit) {
  Rates now;
  Rates total;
  now[visit.start] = 1;
  for (int turn = 0; turn < 10'000 && !now.empty(); ++turn) {
    Rates next;
    for (const auto& [journey, share] : now) {
      total[journey] += share;
      const auto choices = visit.next.find(journey);
      if (choices == visit.next.end()) continue;
      for (const VisitSpec::Next& choice : choices->second) {
        if (share * choice.probability > 1e-12) next[choice.to] += share * choice.probability;
      }
    }
    now = std::move(next);
  }
  return total;
}

}  // namespace lifeboat::models
