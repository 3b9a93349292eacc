#include "reports/sizing/analysis.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/analytic/erlang.hpp"
#include "sim/analytic/staffing.hpp"

namespace lifeboat::reports {

namespace {

namespace io = models::io;
namespace analytic = sim::analytic;
using scenarios::Objective;

constexpr int kMostTurns = 10;

std::string station_name(const StationLoad& load) {
  std::string name = load.region.empty() ? load.service : load.service + "@" + load.region;
  return load.station.empty() ? name : name + " (" + load.station + ")";
}

/// Units that the station needs; infinite where it has none to grow by.
double needed(const StationLoad& load, double waiting) {
  const double erlangs = load.offered / load.unit;
  return static_cast<double>(analytic::servers_for_waiting(erlangs, waiting)) * load.unit;
}

/// The knob of each deployment that theory turns: the first that is paid for, else the first.
std::map<std::string, std::size_t> turned_knobs(const DesignSpace& space) {
  std::map<std::string, std::size_t> turned;
  for (const bool limits : {false, true}) {
    for (std::size_t k = 0; k < space.knobs().size(); ++k) {
      const SpaceKnob& knob = space.knobs()[k];
      if (knob.is_limit == limits) turned.emplace(knob.service + "@" + knob.region, k);
    }
  }
  return turned;
}

std::int64_t level_of_size(const SpaceKnob& knob, double size) {
  std::int64_t level = knob.least;
  while (level < knob.most && knob.size(level) < size * (1 - 1e-12)) level += knob.step;
  return std::min(level, knob.most);
}

/// By deployment: how much more its tightest station needs, of what it has.
std::map<std::string, double> needs_of(const std::vector<StationLoad>& loads, double waiting) {
  std::map<std::string, double> needs;
  for (const StationLoad& load : loads) {
    if (!(load.capacity > 0)) continue;
    double& most = needs[load.service + "@" + load.region];
    most = std::max(most, needed(load, waiting) / load.capacity);
  }
  return needs;
}

/// Closed forms of a scenario whose stations are all M/M/c.
class ExactStaffing {
 public:
  explicit ExactStaffing(const DesignSpace& space)
      : space_(space), scenario_(space.scenario()), loads_(space.loads(space.now(), 1, true)) {}

  std::optional<Levels> solve() {
    if (!is_plain() || !find_stations()) return std::nullopt;
    for (const Objective& objective : scenario_.objectives) {
      if (!take(objective)) return std::nullopt;
    }
    std::vector<analytic::StaffedStation> stations;
    for (std::size_t s = 0; s < loads_.size(); ++s) {
      const auto least = analytic::least_servers(loads_[s].arrivals, loads_[s].demand_s, goals_[s]);
      const SpaceKnob& knob = space_.knobs()[knobs_[s]];
      if (!least) return std::nullopt;
      stations.push_back(
          {loads_[s].arrivals, loads_[s].demand_s, knob.each_cost, std::max(*least, knob.least)});
    }
    const auto servers = analytic::cheapest_servers(stations, means_);
    if (!servers) return std::nullopt;
    Levels levels;
    for (const SpaceKnob& knob : space_.knobs()) levels.push_back(knob.least);  // nothing loads it
    for (std::size_t s = 0; s < loads_.size(); ++s) levels[knobs_[s]] = (*servers)[s];
    return levels;
  }

 private:
  [[nodiscard]] bool is_plain() const {
    if (scenario_.objectives.empty() || scenario_.plan.varies || scenario_.platform->clients ||
        !scenario_.faults.actions.empty() || !scenario_.runbooks.empty() || loads_.empty()) {
      return false;
    }
    const auto& streams = scenario_.plan.streams;
    const auto& journeys = scenario_.platform->journeys;
    return std::all_of(streams.begin(), streams.end(), is_poisson) &&
           std::all_of(journeys.begin(), journeys.end(),
                       [](const models::JourneySpec& one) { return one.entry.has_value(); });
  }

  static bool is_poisson(const scenarios::PlannedStream& stream) {
    const bool steady =
        stream.kind == sim::Source::Kind::kRate && !stream.factor && stream.burst_cv == 0;
    return steady && std::none_of(stream.mix.begin(), stream.mix.end(),
                                  [](const auto& choice) { return choice.is_visit; });
  }

  /// Whether every deployment, also one that has no station of its own, does nothing but what
  /// Jackson's theorem knows: all of one region, queues that serve or that call queues.
  bool is_network() {
    std::string_view region;
    for (const models::ServiceSpec& service : scenario_.platform->services) {
      if (service.kind == nullptr || service.kind->name() != "queue") return false;
      for (const models::DeploymentSpec& deployment : service.deployments) {
        if (!region.empty() && deployment.site.region != region) return false;
        region = deployment.site.region;
        if (!is_mmc(deployment.description) && !only_calls(deployment.description)) return false;
      }
    }
    return true;
  }

  /// Operations of calls that are made one after the other, and waited for without end.
  bool only_calls(const io::Value& description) {
    const io::Member* operations = description.find("operations");
    if (operations == nullptr) return false;
    for (const io::Member& operation : operations->value.members()) {
      const io::Member* steps = operation.value.find("steps");
      if (steps == nullptr || operation.value.size() != 1 || !steps->value.is_array()) return false;
      for (const io::Value& step : steps->value.elements()) {
        if (step.find("call") == nullptr) return false;
        for (const io::Member& member : step.members()) {
          if (member.name == "probability") {
            calls_vary_ = true;
          } else if (member.name != "call" && member.name != "times") {
            return false;
          }
        }
      }
    }
    return true;
  }

  /// Every loaded station has a knob with a price.
  bool find_stations() {
    if (!is_network()) return false;
    for (const StationLoad& load : loads_) {
      const auto& knobs = space_.knobs();
      const auto knob = std::find_if(knobs.begin(), knobs.end(), [&](const SpaceKnob& one) {
        return one.service == load.service && one.region == load.region;
      });
      if (knob == knobs.end() || !(knob->each_cost > 0)) return false;
      knobs_.push_back(static_cast<std::size_t>(knob - knobs.begin()));
    }
    goals_.resize(loads_.size());
    return true;
  }

  static bool is_mmc(const io::Value& description) {
    const io::Member* discipline = description.find("discipline");
    if (discipline != nullptr && discipline->value.as_string() != "fifo") return false;
    if (description.find("queueLimit") != nullptr) return false;
    std::string mean;
    const io::Member* operations = description.find("operations");
    if (operations == nullptr) return false;
    for (const io::Member& operation : operations->value.members()) {
      const io::Member* demand = operation.value.find("demand");
      if (demand == nullptr || operation.value.size() != 1) return false;
      const io::Member* law = demand->value.find("exponential");
      if (law == nullptr || demand->value.size() != 1) return false;
      const io::Member* text = law->value.find("mean");
      if (text == nullptr || law->value.size() != 1) return false;
      if (!mean.empty() && mean != text->value.as_string()) return false;
      mean = text->value.as_string();
    }
    return !mean.empty();
  }

  /// As a goal of theory, whether "<" or "<=": they differ by nothing but for a utilization.
  bool take(const Objective& objective) {
    const bool below = objective.compare == Objective::Compare::kLess ||
                       objective.compare == Objective::Compare::kLessOrEqual;
    if (!below || !objective.phase.empty() || objective.share_of_trials || objective.window ||
        objective.per_year || objective.name == "*") {
      return false;
    }
    const double most = objective.compare == Objective::Compare::kLess
                            ? std::nextafter(objective.threshold, 0)
                            : objective.threshold;
    if (objective.subject == Objective::Subject::kService) return take_service(objective, most);
    if (objective.subject == Objective::Subject::kJourney) return take_journey(objective, most);
    return false;
  }

  bool take_service(const Objective& objective, double most) {
    for (std::size_t s = 0; s < loads_.size(); ++s) {
      if (loads_[s].service != objective.name) continue;  // of the one region that there is
      if (objective.measure == Objective::Measure::kUtilization) {
        goals_[s].utilization = std::min(goals_[s].utilization.value_or(1), most);
        return true;
      }
      if (objective.measure == Objective::Measure::kQueue) {
        goals_[s].mean_waiting = std::min(goals_[s].mean_waiting.value_or(INFINITY), most);
        return true;
      }
    }
    return false;
  }

  bool take_journey(const Objective& objective, double most) {
    const auto& names = scenario_.targets.journeys;
    const auto at = std::find(names.begin(), names.end(), objective.name);
    if (at == names.end()) return false;
    const auto journey = static_cast<std::size_t>(at - names.begin());
    analytic::MeanGoal mean{{}, most};
    std::vector<std::size_t> visited;
    for (std::size_t s = 0; s < loads_.size(); ++s) {
      mean.visits.push_back(loads_[s].visits.at(journey));
      if (mean.visits.back() > 0) visited.push_back(s);
    }
    if (objective.measure == Objective::Measure::kMean) {
      means_.push_back(std::move(mean));
      return true;
    }
    if (objective.measure != Objective::Measure::kQuantile || visited.size() != 1) return false;
    // Once in any case, rather than on average.
    if (calls_vary_ || std::abs(mean.visits[visited[0]] - 1) > 1e-9) return false;
    goals_[visited[0]].sojourn.push_back({objective.quantile, most});
    return true;
  }

  const DesignSpace& space_;
  const scenarios::Scenario& scenario_;
  std::vector<StationLoad> loads_;
  std::vector<std::size_t> knobs_;  // by station
  std::vector<analytic::StaffingGoal> goals_;
  std::vector<analytic::MeanGoal> means_;
  bool calls_vary_ = false;  // some are made with a probability
};

}  // namespace

std::optional<Levels> exact_levels(const DesignSpace& space) {
  return ExactStaffing(space).solve();
}

Levels staffed_levels(const DesignSpace& space, double factor, double waiting) {
  Levels levels = space.now();
  const std::map<std::string, std::size_t> turned = turned_knobs(space);
  std::map<std::string, double> before;
  Levels last_levels = levels;
  for (int turn = 0; turn < kMostTurns; ++turn) {
    const std::map<std::string, double> needs = needs_of(space.loads(levels, factor), waiting);
    Levels next = levels;
    for (const auto& [deployment, k] : turned) {
      const auto need = needs.find(deployment);
      const SpaceKnob& knob = space.knobs()[k];
      if (need == needs.end()) continue;
      const auto last = before.find(deployment);
      if (levels[k] != last_levels[k] && last != before.end() && last->second == need->second) {
        next[k] = knob.now;  // the level changes nothing that the station has
        continue;
      }
      const double size = std::max(knob.size(levels[k]), knob.size(knob.least) > 0 ? 0.0 : 1.0);
      const std::int64_t wanted = level_of_size(knob, size * need->second);
      // Down at first, then up alone: what a lost zone takes goes in whole tasks.
      next[k] = turn < 3 ? wanted : std::max(wanted, levels[k]);
    }
    before = needs;
    if (next == levels) break;
    last_levels = std::move(levels);
    levels = std::move(next);
  }
  return levels;
}

std::optional<Bottleneck> bottleneck_of(const DesignSpace& space, const Levels& levels) {
  std::optional<Bottleneck> tightest;
  for (const StationLoad& load : space.loads(levels, 1)) {
    if (!(load.capacity > 0) || !(load.offered > 0)) continue;
    const double factor = load.capacity / load.offered;
    if (!tightest || factor < tightest->factor) tightest = Bottleneck{station_name(load), factor};
  }
  return tightest;
}

std::vector<std::optional<double>> headroom_by_knob(const DesignSpace& space,
                                                    const Levels& levels) {
  const std::vector<StationLoad> loads = space.loads(levels, 1);
  std::vector<std::optional<double>> headroom;
  for (const SpaceKnob& knob : space.knobs()) {
    std::optional<double> least;
    for (const StationLoad& load : loads) {
      if (load.service != knob.service || load.region != knob.region || !(load.offered > 0) ||
          !load.station.starts_with(knob.stations)) {
        continue;
      }
      least = std::min(least.value_or(INFINITY), load.capacity / load.offered);
    }
    headroom.push_back(least);
  }
  return headroom;
}

}  // namespace lifeboat::reports
