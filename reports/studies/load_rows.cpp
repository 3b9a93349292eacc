#include "reports/studies/load_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "models/platform/load_table.hpp"
#include "reports/text/words.hpp"

namespace lifeboat::reports {
namespace {

using JourneyRates = std::map<std::string, double, std::less<>>;
using Load = std::optional<double> LoadRow::*;

struct Column {
  Load load;
  JourneyRates rates;
  models::LoadPlace place;
};

JourneyRates rates_of(const scenarios::Scenario& scenario, double scenarios::JourneyLoad::*which) {
  JourneyRates rates;
  for (std::size_t i = 0; i < scenario.loads.size(); ++i) {
    rates[scenario.targets.journeys[i]] = scenario.loads[i].*which;
  }
  return rates;
}

std::string capacity_words(const models::LoadRow& row) {
  const std::string one_station = row.station.empty() ? "" : row.station + ": ";
  if (row.tasks_most > 0) {
    return fmt::format("{}{:g} tasks x {:g} {}", one_station, row.tasks_most,
                       row.capacity / row.tasks_most, row.unit);
  }
  return fmt::format("{}{:g} {}", one_station, row.capacity, row.unit);
}

double most_loaded(const LoadRow& row) {
  return std::max({row.mean.value_or(0), row.peak.value_or(0), row.failover.value_or(0)});
}

/// Infinite where nothing stands that could carry it.
double load_of(const models::LoadRow& row) {
  return row.capacity > 0 ? row.utilization : std::numeric_limits<double>::infinity();
}

std::string overload_words(const LoadRow& row, double load, const char* when) {
  const std::string name = row.region.empty() ? row.service : row.service + "@" + row.region;
  if (std::isinf(load)) return fmt::format("{} is asked for {}, and has no capacity.", name, when);
  return fmt::format("{} is offered {} of what it can carry ({}) {}.", name, share_words(load),
                     row.capacity, when);
}

/// Tasks that the runbook of a failover asks for, by deployment: a number, or a share of what runs
/// elsewhere at the start.
std::map<std::string, double, std::less<>> asked_tasks(
    const scenarios::Runbook& runbook, const scenarios::CompiledScenario& compiled) {
  std::map<std::string, double, std::less<>> asked;
  for (const scenarios::RunbookStep& step : runbook.steps) {
    if (!step.to) continue;
    const scenarios::Amount& amount = step.to->value;
    for (const scenarios::LocatedName& of : step.services) {
      double tasks = amount.number.value_or(0);
      const auto* there =
          compiled.platform->find(of.value.substr(0, of.value.find('@')), amount.region);
      if (!amount.number && there != nullptr && there->handles().desired) {
        const sim::RegisterId desired = *there->handles().desired;
        tasks = amount.share *
                static_cast<double>(compiled.network->registers[desired.index()].initial);
      }
      double& most = asked[of.value];
      most = std::max(most, std::ceil(tasks - 1e-9));
    }
  }
  return asked;
}

std::vector<Column> columns_of(const scenarios::Scenario& scenario,
                               const scenarios::CompiledScenario& compiled) {
  std::vector<Column> columns = {
      {&LoadRow::mean, rates_of(scenario, &scenarios::JourneyLoad::mean), {}},
      {&LoadRow::peak, rates_of(scenario, &scenarios::JourneyLoad::peak), {}}};
  const std::string other = region_after_failover(scenario, compiled.faults);
  if (other.empty()) return columns;
  models::LoadPlace place{other, {}};
  for (const scenarios::Runbook& runbook : scenario.runbooks) {
    if (runbook.activate == other) place.asked.merge(asked_tasks(runbook, compiled));
  }
  columns.push_back({&LoadRow::failover, columns[1].rates, std::move(place)});
  return columns;
}

}  // namespace

std::string region_after_failover(const scenarios::Scenario& scenario,
                                  const scenarios::FaultPlan& faults) {
  for (const scenarios::Runbook& runbook : scenario.runbooks) {
    if (!runbook.activate.empty()) return runbook.activate;
  }
  std::vector<std::string> lost;
  for (const scenarios::PlannedFault& fault : faults.faults) {
    if (fault.effects.region_down) lost.push_back(fault.region);
  }
  if (lost.empty()) return {};
  for (const std::string& region : scenario.names.regions) {
    if (std::find(lost.begin(), lost.end(), region) == lost.end()) return region;
  }
  return {};
}

std::vector<LoadRow> load_rows(const scenarios::Scenario& scenario,
                               const scenarios::CompiledScenario& compiled) {
  using Key = std::pair<std::string, std::string>;  // service, region
  std::map<Key, std::map<std::string, LoadRow>> stations;
  for (const Column& column : columns_of(scenario, compiled)) {
    const auto table =
        models::load_table(*compiled.platform, *compiled.network, column.rates, column.place);
    for (const models::LoadRow& row : table) {
      LoadRow& made = stations[{row.service, row.region}][row.station];
      made.service = row.service;
      made.region = row.region;
      made.capacity = capacity_words(row);
      made.*column.load = load_of(row);
    }
  }
  std::vector<LoadRow> rows;
  for (const models::CompiledDeployment& deployment : compiled.platform->deployments) {
    const auto found = stations.find({deployment.site.service, deployment.site.region});
    if (found == stations.end()) continue;
    rows.push_back(std::max_element(found->second.begin(), found->second.end(),
                                    [](const auto& a, const auto& b) {
                                      return most_loaded(a.second) < most_loaded(b.second);
                                    })
                       ->second);
  }
  return rows;
}

std::vector<Finding> overload_findings(const std::vector<LoadRow>& rows) {
  const std::pair<Load, const char*> columns[] = {{&LoadRow::mean, "on average"},
                                                  {&LoadRow::peak, "at the peak of its traffic"},
                                                  {&LoadRow::failover, "after a failover"}};
  std::vector<Finding> findings;
  for (const LoadRow& row : rows) {
    for (const auto& [load, when] : columns) {
      if ((row.*load).value_or(0) < 1) continue;
      findings.push_back({"warning", "overload", overload_words(row, *(row.*load), when)});
      break;  // the first says it
    }
  }
  return findings;
}

}  // namespace lifeboat::reports
