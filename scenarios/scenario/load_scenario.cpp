// Loading: one merged document, read strictly; names resolved; everything checked before a run.
#include <algorithm>
#include <set>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "models/platform/load_table.hpp"
#include "models/services/fault_points.hpp"
#include "scenarios/faults/fault_plan.hpp"
#include "scenarios/scenario/merge.hpp"
#include "scenarios/scenario/scenario.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using sim::Duration;
using sim::Instant;

constexpr std::size_t kMostObjectives = 1000;
const io::Range<Duration> kTimes{.min = Duration{}, .max = Duration::days(3660)};

std::vector<io::Value> as_list(const std::optional<io::Value>& value) {
  if (!value) return {};
  if (!value->is_array()) return {*value};
  const auto elements = value->elements();
  return {elements.begin(), elements.end()};
}

/// The keys of a scenario as written; everything else is derived from them.
struct Written {
  std::string name;
  std::string title;
  std::optional<io::DateTime> start;
  std::optional<io::TimeZone> zone;
  Duration warmup;
  Duration duration;
  bool ends_when_recovered = false;
  std::optional<Scenario::Run> run;
  io::Place run_place;
  std::optional<io::Value> platform;
  std::optional<io::Value> traffic;
  std::optional<io::Value> faults;
  std::optional<io::Value> runbooks;
  std::optional<io::Value> recovery;
  struct Phase {
    std::string name;
    std::vector<LocatedClock> ends;
    io::Place place;
  };
  std::vector<Phase> phases;
  std::vector<Located<Objective>> objectives;
};

void read_phases(io::ObjectReader& r, Written& w) {
  r.object({"phases", "named stretches of time: {\"sale\": [\"20:00\", \"22:00\"]}"},
           [&](std::string_view name, const io::Value& value) {
             Written::Phase phase{std::string(name), {}, value.place()};
             for (const auto& end : value.elements()) {
               if (phase.ends.size() > 2) break;
               if (const auto at = io::read_clock(end, r.problems())) {
                 phase.ends.push_back({*at, end.place()});
               }
             }
             if (value.size() != 2 && !r.describing()) {
               r.problems().error(value.place(), value.shown() + " is no stretch of time",
                                  "from when to when: [\"20:00\", \"22:00\"]");
             } else {
               w.phases.push_back(std::move(phase));
             }
           });
}

void read_objectives(io::ObjectReader& r, Written& w) {
  r.array(
      {"objectives", "what is promised, one line each: \"rto < 4h in 95% of trials\""},
      [&](std::size_t, const io::Value& value) {
        if (w.objectives.size() >= kMostObjectives) return;
        const auto text = io::read_string(value, r.problems());
        if (!text) return;
        const auto objective = parse_objective(*text);
        if (objective) {
          w.objectives.push_back({objective.value(), value.place()});
        } else {
          r.problems().error(value.place(), objective.complaint());
        }
      },
      io::ValueType::kText);
}

Written read_written(const io::Value& root, io::Problems& problems) {
  constexpr io::Choice<bool> kEnds[] = {
      {"recovered", true, "once recovery, its hold and every runbook are over"}};
  constexpr io::Choice<Scenario::Run> kRuns[] = {
      {"terminating", Scenario::Run::kTerminating, "intervals over trials only"},
      {"steady", Scenario::Run::kSteady, "constant traffic: batches of one run may serve"},
  };
  constexpr io::Choice<bool> kInitial[] = {
      {"steady", true, "as a long time at the first rate leaves it"}};
  Written w;
  io::ObjectReader r(root, problems);
  r.format("scenario", 1);
  w.name = r.maybe_name({"name", "what reports call it", "", "the file's name"}).value_or("");
  w.title = r.optional_string({"title", "a sentence for people"}, "");
  w.platform = r.raw({"platform", "a platform, or a list: a platform and its overlays"},
                     io::ValueType::kPart);
  w.start = r.maybe_date_time(
      {"start", "date and clock at time 0", "", "the traffic's, or Monday 2026-01-05T00:00"});
  w.zone = r.maybe_time_zone({"timeZone", "zone of the clock", "", "the traffic's, or UTC"});
  w.warmup =
      r.optional_duration({"warmup", "time before time 0, not measured"}, Duration{}, kTimes);
  w.duration = r.required_duration({"duration", "measured time, the warm-up apart"},
                                   {.min = Duration::seconds(1), .max = kTimes.max});
  w.ends_when_recovered =
      r.maybe_enum({"endsWhen", "ends early", "", "at the end of the duration"}, kEnds)
          .value_or(false);
  w.run = r.maybe_enum(
      {"run", "how intervals are made", "", "steady where traffic is constant and nothing fails"},
      kRuns);
  w.run_place = r.place_of("run");
  r.optional_enum({"initial", "the state at the start of the warm-up"}, true, kInitial);
  w.traffic = r.raw({"traffic", "traffic, inline or a path"}, io::ValueType::kPart, true);
  w.faults = r.raw({"faults", "faults, inline, a path or a list"}, io::ValueType::kPart);
  w.runbooks = r.raw({"runbooks", "runbooks, inline, a path or a list"}, io::ValueType::kPart);
  read_phases(r, w);
  w.recovery = r.raw({"recovery", "when a platform counts as recovered"}, io::ValueType::kObject);
  read_objectives(r, w);
  return w;
}

PlatformNames names_of(const models::Platform& platform) {
  PlatformNames names;
  names.regions = platform.region_names();
  for (const auto& region : platform.regions) names.zones.push_back(region.zones);
  for (const auto& service : platform.services) {
    PlatformNames::Service row;
    row.name = service.name;
    if (service.kind != nullptr) row.kind = std::string(service.kind->name());
    for (const auto& deployment : service.deployments) {
      if (!deployment.site.region.empty()) row.regions.push_back(deployment.site.region);
      row.parts[deployment.site.region] = models::fault_parts(row.kind, deployment);
      row.words[deployment.site.region] = models::fault_words(row.kind, deployment);
    }
    const bool with_roles = std::any_of(
        service.deployments.begin(), service.deployments.end(),
        [](const auto& deployment) { return deployment.description.find("role") != nullptr; });
    if (service.kind != nullptr &&
        (service.kind->is_store() || (with_roles && service.kind->is_store_with_roles()))) {
      names.stores.push_back(row.name);
    }
    names.services.push_back(std::move(row));
  }
  for (const auto& check : platform.health_checks) {
    names.health_checks.push_back(check.name);
    if (check.is_switch()) names.switches.push_back(check.name);
    if (!check.service.empty()) names.watched_by[check.name] = {check.service, check.region};
  }
  bool any_critical = false;
  for (const auto& journey : platform.journeys) {
    names.journeys.push_back(journey.name);
    any_critical = any_critical || (journey.critical && journey.entry);
  }
  for (const auto& journey : platform.journeys) {
    if (journey.entry && (journey.critical || !any_critical)) {
      names.critical_journeys.push_back(journey.name);
    }
  }
  for (const auto& data : platform.data) names.classes.push_back(data.name);
  return names;
}

TrafficTargets targets_of(const models::Platform& platform) {
  TrafficTargets targets;
  for (const auto& journey : platform.journeys) {
    targets.journeys.push_back(journey.name);
    targets.followed.push_back(!journey.entry);
  }
  for (const auto& visit : platform.visits) {
    TrafficTargets::Visit row{visit.name, std::vector<double>(targets.journeys.size(), 0)};
    const auto expected = models::journeys_of_visit(visit);
    for (std::size_t i = 0; i < targets.journeys.size(); ++i) {
      const auto found = expected.find(targets.journeys[i]);
      if (found != expected.end()) row.journeys[i] = found->second;
    }
    targets.visits.push_back(std::move(row));
  }
  return targets;
}

/// A network of names alone, for checks of faults before anything is compiled.
sim::Network outline_of(const PlatformNames& names) {
  sim::Network network;
  network.regions = names.regions;
  for (const auto& service : names.services) {
    for (const auto& [region, parts] : service.parts) {
      sim::Deployment row;
      row.service = service.name;
      const auto known = std::find(names.regions.begin(), names.regions.end(), region);
      if (known != names.regions.end()) {
        row.region = sim::RegionId(static_cast<std::uint32_t>(known - names.regions.begin()));
      }
      network.deployments.push_back(row);
      for (const auto& part : parts) {
        row.part = part;
        network.deployments.push_back(row);
      }
    }
  }
  return network;
}

class Loader {
 public:
  Loader(io::Document document, io::Problems& problems)
      : document_(std::move(document)), problems_(problems) {}

  std::optional<Scenario> load() {
    const Written written = read_written(document_.root(), problems_);
    take(written);
    read_parts(written);
    if (!scenario_.platform) return std::nullopt;
    set_clock(written);
    set_follow();
    check_parts(written);
    if (problems_.has_errors()) return std::nullopt;
    choose_run(written);
    auto resolved = detail::resolve_files(document_.root(), problems_);
    scenario_.document = std::move(resolved.document);
    scenario_.data_files = std::move(resolved.files);
    if (problems_.has_errors()) return std::nullopt;
    return std::move(scenario_);
  }

 private:
  void take(const Written& w) {
    scenario_.name = w.name;
    if (scenario_.name.empty() && document_.source()) {
      scenario_.name = std::filesystem::path(document_.source()->name).stem().string();
    }
    scenario_.title = w.title;
    scenario_.warmup = w.warmup;
    scenario_.duration = w.duration;
    scenario_.ends_when_recovered = w.ends_when_recovered;
  }

  void read_parts(const Written& w) {
    if (!w.platform) {
      const auto& root = document_.root();
      if (root.is_object() && !problems_.has_errors()) {
        problems_.error(root.place(), "no platform", "\"platform\": a path");
      }
    } else {
      auto loaded =
          models::load_platform(io::Document(*w.platform, document_.source()), {}, {}, problems_);
      scenario_.platform = std::make_shared<const models::Platform>(std::move(loaded.platform));
      scenario_.names = names_of(*scenario_.platform);
      scenario_.targets = targets_of(*scenario_.platform);
    }
    if (w.traffic) scenario_.traffic = read_traffic(*w.traffic, true, problems_);
    std::vector<Faults> faults;
    for (const auto& part : as_list(w.faults)) {
      faults.push_back(read_faults(part, true, problems_));
    }
    scenario_.faults = join_faults(std::move(faults), problems_);
    for (const auto& part : as_list(w.runbooks)) {
      scenario_.runbooks.push_back(read_runbook(part, true, problems_));
      auto& steps = scenario_.names.runbook_steps[scenario_.runbooks.back().name];
      for (const auto& step : scenario_.runbooks.back().steps) steps.push_back(step.name);
    }
  }

  void set_clock(const Written& w) {
    const Traffic& traffic = scenario_.traffic;
    if (w.start && traffic.start) {
      problems_.warning(traffic.start_place, "the scenario's own start wins over this one");
    }
    if (w.zone && traffic.zone && w.zone->name() != traffic.zone->name()) {
      problems_.warning(traffic.zone_place, "the scenario's own time zone wins over this one");
    }
    scenario_.clock_given = true;
    if (w.start) {
      scenario_.calendar = calendar_of(*w.start, w.zone ? w.zone : traffic.zone);
    } else if (const auto own = own_clock(traffic, w.zone)) {
      scenario_.calendar = *own;
    } else {
      scenario_.clock_given = false;
      const auto zone = w.zone ? w.zone : traffic.zone;
      if (zone) scenario_.calendar = io::Calendar(io::CivilTime{2026, 1, 5}, *zone);
    }
  }

  /// Requests are followed for the longest time that any may take to be good or given up.
  void set_follow() {
    scenario_.follow = Duration::minutes(1);
    const auto longer = [&](Duration time) {
      if (!time.is_infinite()) scenario_.follow = std::max(scenario_.follow, time);
    };
    for (const auto& journey : scenario_.platform->journeys) longer(journey.good_within);
    if (scenario_.platform->clients) longer(scenario_.platform->clients->patience);
  }

  void check_parts(const Written& w) {
    scenario_.recovery = read_recovery(w.recovery, scenario_.names, problems_);
    std::set<std::string> runbooks;
    for (const auto& runbook : scenario_.runbooks) {
      check_runbook(runbook, scenario_.names, problems_);
      if (!runbooks.insert(runbook.name).second) {
        problems_.error(runbook.place, "a second runbook " + io::quote(runbook.name),
                        "another name");
      }
    }
    if (!problems_.has_errors()) {
      const auto outline = outline_of(scenario_.names);
      static_cast<void>(
          plan_faults(scenario_.faults, scenario_.calendar, scenario_.names, outline, problems_));
    }
    scenario_.plan = plan_traffic(scenario_.traffic, scenario_.calendar, scenario_.horizon(),
                                  scenario_.targets, problems_);
    scenario_.loads = expected_load(scenario_.plan, scenario_.horizon(), scenario_.targets);
    set_phases(w);
    check_objectives(w);
  }

  void set_phases(const Written& w) {
    for (const auto& phase : w.phases) {
      if (phase.ends.size() != 2) continue;
      std::vector<Instant> at;
      for (const auto& end : phase.ends) {
        const auto instant = scenario_.calendar.resolve(end.value);
        if (instant) {
          at.push_back(instant.value());
        } else {
          problems_.error(end.place, instant.complaint());
        }
      }
      if (at.size() != 2) continue;
      if (at[1] <= at[0]) {
        problems_.error(phase.place,
                        "the phase " + io::quote(phase.name) + " ends before it begins",
                        "its end after its beginning (\"day 2 ...\" for the next day)");
      }
      const auto& built_in = built_in_phases();
      if (std::find(built_in.begin(), built_in.end(), phase.name) != built_in.end()) {
        problems_.error(phase.place, io::quote(phase.name) + " is a phase of every scenario",
                        "another name");
      }
      scenario_.phases.push_back({phase.name, at[0], at[1]});
    }
    for (const auto& event : scenario_.plan.events) {
      const bool named = std::any_of(scenario_.phases.begin(), scenario_.phases.end(),
                                     [&](const Window& row) { return row.name == event.name; });
      if (!named) scenario_.phases.push_back(event);
    }
  }

  void check_objectives(const Written& w) {
    const auto names = objective_names(scenario_.names, scenario_.phases);
    for (const auto& [objective, place] : w.objectives) {
      for (const auto& complaint : check_names(objective, names)) {
        problems_.error(place, complaint);
      }
      if (objective.per_year) check_rates(objective, place);
      scenario_.objectives.push_back(objective);
    }
  }

  void check_rates(const Objective& objective, const io::Place& place) {
    for (const auto& action : scenario_.faults.actions) {
      if (action.per_second) continue;
      problems_.error(place,
                      io::quote(objective.text) + " needs to know how often " +
                          io::quote(action.name) + " happens",
                      "a \"rate\" of the action, such as \"1 / 30y\"");
    }
  }

  void choose_run(const Written& w) {
    const bool constant = !scenario_.plan.varies && scenario_.faults.actions.empty();
    scenario_.run = w.run.value_or(constant ? Scenario::Run::kSteady : Scenario::Run::kTerminating);
    if (scenario_.run == Scenario::Run::kSteady && !constant) {
      problems_.error(w.run_place,
                      scenario_.plan.varies ? "traffic that varies has no steady state"
                                            : "a run with faults has no steady state",
                      "\"terminating\"");
    }
  }

  io::Document document_;
  io::Problems& problems_;
  Scenario scenario_;
};

}  // namespace

std::optional<Scenario> load_scenario(const io::Document& document, const ScenarioChanges& changes,
                                      io::Problems& problems) {
  auto scenario = Loader(detail::merge_scenario(document, changes, problems), problems).load();
  if (scenario && changes.strategy) scenario->strategy = changes.strategy->name;
  return scenario;
}

std::optional<Scenario> load_scenario(const std::filesystem::path& file,
                                      const ScenarioChanges& changes, io::Problems& problems) {
  const auto document = io::Document::parse_file(file, problems);
  if (!document) return std::nullopt;
  return load_scenario(*document, changes, problems);
}

std::optional<std::filesystem::path> find_scenario(std::string_view name,
                                                   const std::optional<io::DataRoot>& root) {
  const std::filesystem::path path{std::string(name)};
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) return path;
  if (!root) return std::nullopt;
  return root->file("scenarios/library", name, ".json");
}

ObjectiveNames objective_names(const PlatformNames& names, const std::vector<Window>& phases) {
  ObjectiveNames result;
  result.journeys = names.journeys;
  result.services = names.service_names();
  result.regions = names.regions;
  result.stores = names.stores;
  result.classes = names.classes;
  for (const auto& phase : phases) result.phases.push_back(phase.name);
  return result;
}

io::Schema scenario_schema() {
  return io::describe([](const io::Value& value, io::Problems& problems) {
    static_cast<void>(read_written(value, problems));
  });
}
io::Schema traffic_schema() {
  return io::describe([](const io::Value& value, io::Problems& problems) {
    static_cast<void>(read_traffic(value, false, problems));
  });
}
io::Schema faults_schema() {
  return io::describe([](const io::Value& value, io::Problems& problems) {
    static_cast<void>(read_faults(value, false, problems));
  });
}
io::Schema runbook_schema() {
  return io::describe([](const io::Value& value, io::Problems& problems) {
    static_cast<void>(read_runbook(value, false, problems));
  });
}

}  // namespace lifeboat::scenarios
