#include "reports/sizing/design_space.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "models/io/member_at.hpp"
#include "models/prices/billing.hpp"
#include "reports/studies/load_rows.hpp"
#include "reports/studies/prepare.hpp"
#include "scenarios/scenario/compile.hpp"
#include "scenarios/traffic/scale.hpp"

namespace lifeboat::reports {

namespace {

namespace io = models::io;

constexpr std::string_view kPeak = "peak";
constexpr double kSettleSeconds = 300;  // a database's failover takes two minutes at most

io::Value document_of(const scenarios::Scenario& scenario) {
  io::Problems ignored;
  const auto document = io::Document::parse_text(scenario.document, "scenario.json", ignored);
  return document ? document->root() : io::Value{};
}

std::map<std::string, double, std::less<>> peak_rates(const scenarios::Scenario& scenario) {
  std::map<std::string, double, std::less<>> rates;
  for (std::size_t j = 0; j < scenario.loads.size(); ++j) {
    rates[scenario.targets.journeys[j]] = scenario.loads[j].peak;
  }
  return rates;
}

/// "peak", or the like where the scenario has such a phase of its own.
std::string free_phase(const scenarios::Scenario& scenario) {
  std::string name{kPeak};
  while (std::any_of(scenario.phases.begin(), scenario.phases.end(),
                     [&](const auto& phase) { return phase.name == name; })) {
    name += "-sized";
  }
  return name;
}

/// Whether an objective counts requests, and so may be asked of a window.
bool is_of_requests(const scenarios::Objective& objective) {
  using Subject = scenarios::Objective::Subject;
  using Measure = scenarios::Objective::Measure;
  if (objective.subject == Subject::kAvailability || objective.subject == Subject::kErrors) {
    return true;
  }
  return objective.subject == Subject::kJourney && objective.measure != Measure::kMax;
}

/// Dollars of one unit of a meter, by the bill's line that has it.
std::optional<double> price_of_meter(const models::prices::Billing& billing, const SpaceKnob& knob,
                                     const std::string& meter) {
  for (const models::prices::Usage& usage : billing.usages) {
    if (!usage.apart.empty()) continue;
    for (const auto& category : usage.categories) {
      for (const auto& service : category.services) {
        for (const models::prices::UsageLine& line : service.lines) {
          const bool has = std::any_of(line.meters.begin(), line.meters.end(), [&](const auto& m) {
            return m.covers(knob.service, knob.region, meter);
          });
          if (!has) continue;
          const models::prices::PriceBook* book = billing.book_of(line.region);
          const auto* item = book != nullptr ? book->find(line.price) : nullptr;
          if (item == nullptr || item->bands.empty()) continue;
          const double each = line.each ? models::prices::to_double(line.each->quantity) : 1;
          return static_cast<double>(item->bands.front().price.price.femto) * 1e-15 * each;
        }
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<DesignSpace> DesignSpace::open(const SizingRequest& request, io::Problems& problems) {
  DesignSpace space;
  space.request_ = request;
  auto plain = scenarios::load_scenario(request.scenario, request.prepare, problems);
  if (!plain || problems.has_errors()) return std::nullopt;
  space.scenario_ = std::make_shared<const scenarios::Scenario>(std::move(*plain));
  space.base_options_ = request.prepare.set;
  const io::Value root = document_of(*space.scenario_);
  const io::Value* traffic = io::member_at(root, "traffic");
  const auto scaled = scenarios::scaling_options(traffic != nullptr ? *traffic : io::Value{},
                                                 request.load, problems);
  space.base_options_.insert(space.base_options_.end(), scaled.begin(), scaled.end());
  if (!request.zone_down.empty()) {
    if (space.scenario_->plan.varies || !space.scenario_->faults.actions.empty()) {
      space.findings_.push_back(
          {"warning", "zone-window",
           "The zone is lost five minutes before what is judged begins, so that this begins and "
           "ends "
           "five minutes later than the scenario says: its traffic and faults keep their times."});
    }
    for (const std::string& option : space.zone_options()) space.base_options_.push_back(option);
  }
  auto loaded =
      scenarios::load_scenario(request.scenario, space.with_options(space.base_options_), problems);
  if (!loaded || problems.has_errors()) return std::nullopt;
  space.scenario_ = std::make_shared<const scenarios::Scenario>(std::move(*loaded));
  space.find_knobs();
  return space;
}

PrepareOptions DesignSpace::with_options(std::vector<std::string> options) const {
  PrepareOptions prepare = request_.prepare;
  prepare.set = std::move(options);
  return prepare;
}

std::vector<std::string> DesignSpace::zone_options() const {
  const io::Value root = document_of(*scenario_);
  std::string faults = fmt::format(
      R"({{"targets":{{"sized-zone":{{"region":"{0}","zone":"{1}"}},"sized-region":{{"region":"{0}"}}}},)"
      R"("actions":{{"zone-down":{{"actionId":"zone-outage","targets":["sized-zone"],"at":"+0s","jitter":"0s"}},)"
      R"("no-replacement":{{"actionId":"capacity-unavailable","targets":["sized-region"],"at":"+0s",)"
      R"("jitter":"0s","parameters":{{"grant":"0%"}}}}}}}})",
      request_.zone_region, request_.zone_down);
  if (const io::Value* old = io::member_at(root, "faults")) {
    std::string all;
    const std::vector<io::Value> parts =
        old->is_array() ? std::vector<io::Value>(old->elements().begin(), old->elements().end())
                        : std::vector<io::Value>{*old};
    for (const io::Value& part : parts) all += part.to_json_text() + ",";
    faults = "[" + all + faults + "]";
  } else {
    faults = "[" + faults + "]";
  }
  const double duration = scenario_->duration.to_seconds();
  const std::string window =
      fmt::format(R"(["+{:g}s","+{:g}s"])", kSettleSeconds, kSettleSeconds + duration);
  const bool phases = io::member_at(root, "phases") != nullptr;
  const std::string peak = free_phase(*scenario_);
  std::string objectives;
  for (const scenarios::Objective& objective : scenario_->objectives) {
    const bool whole = objective.phase.empty() && is_of_requests(objective);
    objectives +=
        (objectives.empty() ? "" : ",") +
        fmt::format("\"{}{}\"", objective.text, whole ? " during " + peak : std::string{});
  }
  return {"faults=" + faults,
          phases ? fmt::format("phases.{}={}", peak, window)
                 : fmt::format(R"(phases={{"{}":{}}})", peak, window),
          "objectives=[" + objectives + "]",
          fmt::format("duration={:g}s", kSettleSeconds + duration), "run=terminating"};
}

void DesignSpace::find_knobs() {
  io::Problems problems;
  const auto compiled = scenarios::compile_scenario(*scenario_, problems);
  billed_ = scenario_->platform->billing != nullptr;
  if (!compiled.network) return;
  // Where everybody goes at the start; and everywhere, where a failover may send them elsewhere.
  std::vector<double> by_journey(compiled.network->journeys.size(), 0);
  for (const auto& [name, rate] : peak_rates(*scenario_)) {
    const auto journey = compiled.platform->journeys.find(name);
    if (journey != compiled.platform->journeys.end()) by_journey[journey->second.index()] = rate;
  }
  const bool stays = region_after_failover(*scenario_, compiled.faults).empty();
  const std::vector<double> rates =
      stays ? models::network_load(*compiled.network, by_journey).plan_rate
            : models::plan_rates(*compiled.platform, *compiled.network, peak_rates(*scenario_));
  std::vector<bool> reached(compiled.network->deployments.size(), false);
  for (std::size_t plan = 0; plan < rates.size(); ++plan) {
    const sim::DeploymentId of = compiled.network->plan_deployment[plan];
    if (rates[plan] > 0 && of.valid()) reached[of.index()] = true;
  }
  const io::Value root = document_of(*scenario_);
  for (const models::Knob& found : models::knobs_of(*scenario_->platform)) {
    const auto* deployment = compiled.platform->find(found.service, found.region);
    if (deployment == nullptr || !reached[deployment->id.index()]) continue;
    const auto& only = request_.only;
    if (!only.empty() && std::find(only.begin(), only.end(), found.service) == only.end()) continue;
    SpaceKnob knob;
    static_cast<models::Knob&>(knob) = found;
    knob.at = "platform.services." + found.service;
    if (io::member_at(root, knob.at + ".regions") != nullptr) {
      knob.at += ".regions." + found.region;
    }
    price(knob);
    knobs_.push_back(std::move(knob));
  }
}

void DesignSpace::price(SpaceKnob& knob) const {
  if (!billed_) {
    knob.each_cost = knob.weight;
    return;
  }
  for (const models::KnobUse& use : knob.each) {
    const auto price = price_of_meter(*scenario_->platform->billing, knob, use.meter);
    if (price) knob.each_cost += *price * use.monthly;
  }
  knob.is_limit = !(knob.each_cost > 0);
  if (knob.is_limit) knob.least = knob.now;
}

Levels DesignSpace::now() const {
  Levels levels;
  for (const SpaceKnob& knob : knobs_) levels.push_back(knob.now);
  return levels;
}

double DesignSpace::cost(const Levels& levels) const {
  double sum = 0;
  for (std::size_t k = 0; k < levels.size(); ++k) sum += knobs_[k].cost(levels[k]);
  return sum;
}

std::vector<std::string> DesignSpace::options(const Levels& levels, double factor) const {
  std::vector<std::string> options = base_options_;
  if (factor != 1) {
    io::Problems ignored;
    const io::Value root = document_of(*scenario_);
    const io::Value* traffic = io::member_at(root, "traffic");
    if (traffic != nullptr) {
      for (const auto& option : scenarios::scaling_options(*traffic, factor, ignored)) {
        options.push_back(option);
      }
    }
  }
  for (std::size_t k = 0; k < levels.size(); ++k) {
    for (const auto& [parameter, value] : knobs_[k].settings(levels[k])) {
      options.push_back(fmt::format("{}.{}={}", knobs_[k].at, parameter, value));
    }
  }
  return options;
}

std::optional<RunInput> DesignSpace::input(const Levels& levels, double factor,
                                           io::Problems& problems) const {
  PrepareOptions prepare = with_options(options(levels, factor));
  prepare.whole_duration = true;
  auto input = prepare_run(request_.scenario, prepare, problems);
  if (!input || problems.has_errors()) return std::nullopt;
  input->options.interrupted = request_.interrupted;
  return input;
}

double DesignSpace::share_left(const SpaceKnob& knob, std::int64_t level) const {
  if (!knob.spread) return 1;
  const models::RegionSpec* region = scenario_->platform->find_region(knob.region);
  if (region == nullptr || region->zones.size() < 2 || level < 1) return 1;
  const auto zones = static_cast<std::int64_t>(region->zones.size());
  const std::int64_t lost = (level + zones - 1) / zones;  // of the fullest
  return static_cast<double>(level - lost) / static_cast<double>(level);
}

std::vector<StationLoad> DesignSpace::loads(const Levels& levels, double factor,
                                            bool with_visits) const {
  std::vector<StationLoad> loads;
  io::Problems problems;
  const auto scenario =
      scenarios::load_scenario(request_.scenario, with_options(options(levels, factor)), problems);
  if (!scenario || problems.has_errors()) return loads;
  const auto compiled = scenarios::compile_scenario(*scenario, problems);
  if (!compiled.network) return loads;
  std::vector<models::LoadPlace> places(1);
  const std::string other = region_after_failover(*scenario, compiled.faults);
  if (!other.empty()) places.push_back({other, {}});
  for (const models::LoadPlace& place : places) {
    for (const models::LoadRow& row : models::load_table(
             *compiled.platform, *compiled.network, peak_rates(*scenario), place, with_visits)) {
      const StationLoad load = load_of(row, levels);
      // Instances that are all lost with their zone are asked for nothing.
      if (load.capacity > 0 || !(row.capacity > 0) || row.tasks_most > 0) loads.push_back(load);
    }
  }
  return loads;
}

StationLoad DesignSpace::load_of(const models::LoadRow& row, const Levels& levels) const {
  StationLoad load{row.service, row.region,   row.station,  row.offered,          row.capacity,
                   1,           row.demand_s, row.arrivals, row.unit == "places", row.visits};
  if (row.tasks_most > 0) load.unit = row.capacity / row.tasks_most;
  const bool loses = !request_.zone_down.empty() && row.region == request_.zone_region;
  // Nothing is launched where a zone is lost.
  if (loses && row.tasks_most > 0) load.capacity = load.unit * row.tasks_now;
  for (std::size_t k = 0; k < knobs_.size() && loses; ++k) {
    const SpaceKnob& knob = knobs_[k];
    if (knob.service != row.service || knob.region != row.region) continue;
    if (!knob.stations.empty() && !row.station.starts_with(knob.stations)) continue;
    const std::int64_t now = row.tasks_most > 0 ? std::llround(row.tasks_now) : knob.now;
    load.capacity *= share_left(knob, levels.empty() ? now : levels[k]);
  }
  return load;
}

std::string DesignSpace::overlay(const Levels& levels) const {
  // Objects by service and region, in the order of the knobs.
  std::string services;
  for (std::size_t k = 0; k < knobs_.size(); ++k) {
    const bool first = k == 0 || knobs_[k - 1].service != knobs_[k].service;
    if (!first) continue;
    io::Value patch = io::Value::object({});
    io::Problems problems;
    for (std::size_t i = k; i < knobs_.size() && knobs_[i].service == knobs_[k].service; ++i) {
      const bool by_region = knobs_[i].at.find(".regions.") != std::string::npos;
      for (const auto& [parameter, text] : knobs_[i].settings(levels[i])) {
        std::string json = text;
        std::string path = (by_region ? "regions." + knobs_[i].region + "." : "") + parameter;
        while (!path.empty()) {
          const std::size_t dot = path.rfind('.');
          const std::string name = dot == std::string::npos ? path : path.substr(dot + 1);
          json = fmt::format("{{\"{}\": {}}}", name, json);
          path = dot == std::string::npos ? "" : path.substr(0, dot);
        }
        const auto one = io::Document::parse_text(json, "plan", problems);
        if (one) patch = io::merge_patch(patch, one->root());
      }
    }
    services +=
        (services.empty() ? "" : ",") + ("\"" + knobs_[k].service + "\":") + patch.to_json_text();
  }
  io::Problems problems;
  const auto document = io::Document::parse_text(
      R"({"format":"lifeboat/overlay/1","name":"plan","patch":{"services":{)" + services + "}}}",
      "plan", problems);
  return document ? document->to_json_text() + "\n" : std::string{};
}

}  // namespace lifeboat::reports
