#include "tools/lifeboat/network_text.hpp"

#include <vector>

#include <fmt/format.h>

#include "models/platform/compile.hpp"
#include "models/platform/load.hpp"
#include "models/platform/platform.hpp"
#include "reports/text/words.hpp"
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

/// Two to four significant digits, in at most nine columns.
std::string figure(double value) {
  return value != 0 && value < 0.001 ? fmt::format("{:.2g}", value) : fmt::format("{:.4g}", value);
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
      "{}: {} stations, {} plans, {} steps.\n\n"
      "Figures are for one attempt a second at each journey that customers begin:\n"
      "visits a second, mean busy servers (offered load), and the capacity of one task\n"
      "or station. A task's stations stand once, with the work of all tasks.\n\n"
      "{:<44} {:<8} {:>8} {:>8} {:>8}\n",
      loaded->platform.name, network->stations.size(), network->plan_names.size(),
      network->steps.size(), "station", "kind", "capacity", "visits/s", "offered");
  for (std::uint32_t i = 0; i < network->stations.size(); ++i) {
    const std::uint32_t g = network->group_of_station(i);
    if (g != sim::kNone &&
        i >= network->groups[g].first_station + network->groups[g].stations_per_task) {
      continue;
    }
    const sim::Station& station = network->stations[i];
    if (load.station_arrivals[i] <= 0) continue;
    text += fmt::format("{} {:<8} {:>8} {:>8} {:>8}\n", reports::pad(station.name, 44),
                        word_for(station.kind), figure(capacity_of(station)),
                        figure(load.station_arrivals[i]), figure(load.station_work[i]));
  }
  print(text);
  return kMet;
}

}  // namespace lifeboat::tools
