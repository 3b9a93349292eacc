#include "reports/studies/prepare.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "models/platform/load_table.hpp"
#include "reports/studies/consistency.hpp"
#include "reports/studies/load_rows.hpp"
#include "scenarios/scenario/compile.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::reports {
namespace {

using scenarios::CompiledScenario;
using scenarios::Scenario;

RecoveryRule rule_of(const scenarios::RecoverySettings& settings) {
  RecoveryRule rule;
  rule.good = settings.good;
  rule.bin = settings.bin;
  rule.min_requests = settings.min_requests;
  rule.slack = settings.slack;
  rule.hold = settings.hold;
  rule.attribution = settings.attribution;
  return rule;
}

std::vector<DeploymentView> deployments_of(const models::CompiledPlatform& platform) {
  std::vector<DeploymentView> views;
  for (const models::CompiledDeployment& deployment : platform.deployments) {
    const models::Handles& handles = deployment.handles();
    DeploymentView view;
    view.service = deployment.site.service;
    view.region = deployment.site.region;
    view.kind = deployment.kind;
    view.headline = handles.headline;
    view.stations = handles.stations;
    view.tasks = handles.tasks;
    view.caches = handles.caches;
    view.buffers = handles.buffers;
    views.push_back(std::move(view));
  }
  return views;
}

/// The faults that the scenario injects, in words: "Singapore is lost at 20:20".
std::string given_of(const Scenario& scenario, const scenarios::FaultPlan& plan) {
  std::string given;
  for (const scenarios::PlannedFault& fault : plan.faults) {
    if (!given.empty()) given += "; ";
    given += fault.begin_text.empty() ? fault.name : fault.begin_text;
    if (!fault.at) continue;
    if (scenario.clock_given) {
      const models::io::CivilTime at = scenario.calendar.local(*fault.at);
      given += fmt::format(" at {:02}:{:02}", at.hour, at.minute);
    } else {
      given += fmt::format(" at {:.0f} s", fault.at->to_seconds());
    }
  }
  return given;
}

/// Width of the intervals whose latencies are kept: a minute, and where no objective asks for a
/// quantile during a phase, not more than 500 of them: a week would hold half a gigabyte.
sim::Duration quantile_bin(const Scenario& scenario) {
  constexpr std::int64_t kMostBins = 500;
  const std::int64_t minute = sim::Duration::minutes(1).count();
  for (const scenarios::Objective& objective : scenario.objectives) {
    const bool is_quantile = objective.measure == scenarios::Objective::Measure::kQuantile;
    if (is_quantile && !objective.phase.empty()) return sim::Duration::nanoseconds(minute);
  }
  const std::int64_t minutes = scenario.duration.count() / minute;
  return sim::Duration::nanoseconds(minute * std::max<std::int64_t>(1, minutes / kMostBins));
}

/// The defaults taken whose source says that they are guesses, each once.
std::vector<UnsourcedValue> guesses_among(const std::vector<models::io::DefaultUsed>& defaults) {
  constexpr std::string_view kGuess = "guess";
  std::vector<UnsourcedValue> guesses;
  std::set<std::string> seen;
  for (const models::io::DefaultUsed& taken : defaults) {
    if (!taken.source.starts_with(kGuess) || !seen.insert(taken.pointer).second) continue;
    std::string_view range = std::string_view{taken.source}.substr(kGuess.size());
    range.remove_prefix(std::min(range.find_first_not_of(":, "), range.size()));
    guesses.push_back({taken.pointer, taken.value, std::string{range}, {}});
  }
  return guesses;
}

std::optional<CostInput> cost_of(const Scenario& scenario, const CompiledScenario& compiled) {
  if (!scenario.platform->billing) return std::nullopt;
  CostInput cost;
  cost.billing = scenario.platform->billing;
  std::map<std::string, double, std::less<>> rates;
  for (std::size_t j = 0; j < scenario.loads.size(); ++j) {
    rates[scenario.targets.journeys[j]] = scenario.loads[j].mean;
  }
  cost.plan_rates = models::plan_rates(*compiled.platform, *compiled.network, rates);
  for (const models::CompiledDeployment& deployment : compiled.platform->deployments) {
    const models::ServiceKind* kind = models::find_service_kind(deployment.kind);
    if (kind == nullptr) continue;
    const std::vector<models::MeterSpec> specs = kind->meters();
    for (const models::Meter& meter : deployment.handles().meters) {
      const auto spec = std::find_if(specs.begin(), specs.end(),
                                     [&](const auto& one) { return one.name == meter.name; });
      const std::string unit = spec == specs.end() ? std::string{} : std::string{spec->unit};
      cost.meters.push_back({deployment.site.service, deployment.site.region, unit, meter});
    }
  }
  return cost;
}

/// The prices without a published source on which lines of the bill rest.
void add_guessed_prices(const models::prices::Billing& billing,
                        std::vector<UnsourcedValue>& values) {
  std::set<std::string> seen;
  const models::prices::Bill bill = models::prices::make_bill(billing);
  for (const models::prices::BillPart& part : bill.parts) {
    for (const models::prices::BillCategory& category : part.categories) {
      for (const models::prices::BillService& service : category.services) {
        for (const models::prices::BillLine& line : service.lines) {
          const std::string path = "price " + line.price + " in " + line.region;
          if (line.guess.empty() || !seen.insert(path).second) continue;
          values.push_back({path, line.price_text, line.guess, {}});
        }
      }
    }
  }
}

std::optional<WallClock> clock_of(const Scenario& scenario) {
  if (!scenario.clock_given) return std::nullopt;
  const models::io::TimeZone& zone = scenario.calendar.zone();
  WallClock clock;
  clock.start = models::io::to_text(scenario.calendar.local(sim::Instant::origin()));
  clock.time_zone = zone.name();
  clock.utc_offset_s = zone.offset_at(scenario.calendar.start_utc());
  clock.unix_s = scenario.calendar.start_utc();
  return clock;
}

}  // namespace

std::optional<RunInput> prepare_run(const std::filesystem::path& file,
                                    const PrepareOptions& options, models::io::Problems& problems) {
  std::vector<models::io::DefaultUsed> defaults;
  problems.note_defaults_in(&defaults);
  std::optional<Scenario> scenario = scenarios::load_scenario(file, options, problems);
  problems.note_defaults_in(nullptr);
  if (!scenario || problems.has_errors()) return std::nullopt;
  if (options.whole_duration) scenario->ends_when_recovered = false;
  const auto compiled =
      std::make_shared<CompiledScenario>(scenarios::compile_scenario(*scenario, problems));
  if (!compiled->network || problems.has_errors()) return std::nullopt;

  RunInput input;
  input.scenario = scenario->name;
  input.title = scenario->title;
  input.platform = scenario->platform->name;
  input.strategy = scenario->strategy;
  input.ends_when_recovered = scenario->ends_when_recovered;
  input.given = given_of(*scenario, compiled->faults);
  // The network's controllers call what the platform owns: they live and die together.
  input.network = std::shared_ptr<const sim::Network>(compiled, compiled->network.get());
  input.options = compiled->options;
  input.options.seed = options.seed;
  input.options.quantile_bin = quantile_bin(*scenario);
  input.clock = clock_of(*scenario);
  input.steady = scenario->run == Scenario::Run::kSteady;
  input.recovery = rule_of(scenario->recovery);
  input.objectives = scenario->objectives;
  for (const scenarios::Window& window : scenario->phases) {
    input.windows.push_back({window.name, window.from, window.to});
  }
  input.deployments = deployments_of(*compiled->platform);
  for (const models::RegionSpec& region : scenario->platform->regions) {
    input.regions.emplace_back(region.name, region.code);
    input.zones.push_back(region.zones);
  }
  input.inputs.emplace_back("scenario.json", scenario->document);
  for (const Scenario::DataFile& data : scenario->data_files) {
    input.inputs.emplace_back(data.name, data.text);
  }
  for (const models::io::Problem& problem : problems.all()) {
    input.findings.push_back({"warning", "input", problem.to_line()});
  }
  input.load = load_rows(*scenario, *compiled);
  for (Finding& finding : overload_findings(input.load)) {
    input.findings.push_back(std::move(finding));
  }
  for (Finding& finding : consistency_findings(*scenario, *compiled)) {
    input.findings.push_back(std::move(finding));
  }
  input.unsourced = guesses_among(defaults);
  input.cost = cost_of(*scenario, *compiled);
  if (input.cost) add_guessed_prices(*input.cost->billing, input.unsourced);
  return input;
}

}  // namespace lifeboat::reports
