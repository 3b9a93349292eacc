#include "tools/lifeboat/network_text.hpp"

#include <vector>

#include <fmt/format.h>

#include "models/platform/compile.hpp"
#include "models/platform/load.hpp"
#include "models/platform/platform.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/library.hpp"
#include "tools/lifeboat/problem_text.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {
namespace {

std::string_view word_for(sim::StationKind kind) {
  switch (kind) {
    case sim::StationKind::kServers:
      return "servers";
    case sim::StationKind::kHold:
      return "places";
    case sim::StationKind::kShared:
      return "shared";
  }
  return "";
}

double capacity_of(const sim::Station& station) {
  return station.kind == sim::StationKind::kShared ? station.capacity_milli * 1e-3
                                                   : static_cast<double>(station.servers);
}

}  // namespace

int explain_network(const std::string& platform) {
  models::io::Problems problems;
  const auto loaded = models::load_platform({find_platform(platform)}, {}, problems);
  if (!loaded || problems.has_errors()) {
    print_error(problem_text(problems));
    return kInvalidInput;
  }
  models::CompiledPlatform compiled = models::compile_platform(loaded->platform);
  const auto network = compiled.network().build();
  // One attempt a second at each journey that customers begin: the figures are visit ratios.
  std::vector<double> rates;
  for (const sim::Journey& journey : network->journeys) {
    rates.push_back(journey.plan.valid() ? 1.0 : 0.0);
  }
  const models::NetworkLoad load = models::network_load(*network, rates);
  std::string text = fmt::format(
      "{}: {} stations, {} plans, {} steps. Figures are for one attempt a second at each\n"
      "of {} journeys: visits a second, mean busy servers (offered load), and what one\n"
      "task or station has. A task group's stations stand once, with all its work.\n\n"
      "{:<44}{:<9}{:>9}{:>9}{:>9}\n",
      loaded->platform.name, network->stations.size(), network->plan_names.size(),
      network->steps.size(), network->journeys.size(), "station", "kind", "capacity", "visits/s",
      "offered");
  for (std::uint32_t i = 0; i < network->stations.size(); ++i) {
    const std::uint32_t g = network->group_of_station(i);
    if (g != sim::kNone &&
        i >= network->groups[g].first_station + network->groups[g].stations_per_task) {
      continue;
    }
    const sim::Station& station = network->stations[i];
    if (load.station_arrivals[i] <= 0) continue;
    text +=
        fmt::format("{:<44}{:<9}{:>9.6g}{:>9.4g}{:>9.4g}\n", station.name, word_for(station.kind),
                    capacity_of(station), load.station_arrivals[i], load.station_work[i]);
  }
  print(text);
  return kMet;
}

}  // namespace lifeboat::tools
