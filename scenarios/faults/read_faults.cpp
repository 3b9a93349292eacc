// Reading the fault format. Names of regions and services are resolved in fault_plan.cpp.
#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "models/io/reader.hpp"
#include "models/io/suggest.hpp"
#include "scenarios/faults/fault_kinds.hpp"
#include "scenarios/faults/faults.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using sim::Duration;

constexpr std::size_t kMostActions = 1000;
const io::Range<Duration> kTimes{.min = Duration{}, .max = Duration::days(3660)};

constexpr io::Choice<std::string_view> kParts[] = {
    {"waf", "waf", "its firewall: requests then fail open or closed, as \"failOpen\" says"},
    {"certificate", "certificate", "its certificate: connections are refused"},
    {"certificate-renewal", "certificate-renewal", "the renewal of its certificate"},
    {"writer", "writer", "of a database with read replicas: the server that takes writes"},
    {"replica-1", "replica-1", "its first read replica alone"},
    {"replica-2", "replica-2", "its second"},
    {"replica-3", "replica-3", "its third"},
    {"replica-4", "replica-4", "its fourth"},
    {"replica-5", "replica-5", "its fifth"},
};

std::optional<LocatedName> maybe_located(io::ObjectReader& r, const io::Parameter& key) {
  auto text = r.maybe_string(key);
  if (!text) return std::nullopt;
  return LocatedName{std::move(*text), r.place_of(key.name)};
}

std::vector<LocatedName> names(io::ObjectReader& r, const io::Parameter& key) {
  std::vector<LocatedName> result;
  for (const auto& value : r.one_or_more(key, io::ValueType::kText)) {
    if (auto text = io::read_string(value, r.problems())) {
      result.push_back({std::move(*text), value.place()});
    }
  }
  if (result.empty() && r.has(key.name) && !r.describing() && !r.problems().has_errors()) {
    r.error(key.name, "an empty list says nothing", "at least one name, or no such key");
  }
  return result;
}

/// "ALL", "COUNT(2)", "PERCENT(30)".
FaultSelection read_selection(io::ObjectReader& r) {
  FaultSelection selection;
  selection.text =
      r.optional_string({"selectionMode",
                         "how many of the tasks of the service it names, or of the region's "
                         "services, are hit, drawn in each trial: ALL, COUNT(n) or PERCENT(n), the "
                         "latter rounded down"},
                        "ALL");
  selection.place = r.place_of("selectionMode");
  if (selection.text == "ALL") return selection;
  const auto number_in = [&](std::string_view word) {
    const std::string_view text = selection.text;
    if (!text.starts_with(word) || !text.ends_with(")")) return 0;
    const std::string_view digits = text.substr(word.size(), text.size() - word.size() - 1);
    int number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size() ? number : 0;
  };
  const int count = number_in("COUNT(");
  const int percent = number_in("PERCENT(");
  if (count > 0) {
    selection.mode = FaultSelection::Mode::kCount;
    selection.number = count;
  } else if (percent > 0 && percent <= 100) {
    selection.mode = FaultSelection::Mode::kPercent;
    selection.number = percent;
  } else {
    r.error("selectionMode", io::quote(selection.text) + " selects nothing",
            "\"ALL\", \"COUNT(2)\" or \"PERCENT(30)\"");
  }
  return selection;
}

FaultTarget read_target(std::string_view name, io::ObjectReader& r) {
  FaultTarget target;
  target.name = std::string(name);
  target.place = r.place();
  r.exactly_one_of({"region", "service", "healthCheck"});
  target.region = maybe_located(r, {"region", "everything in this region"});
  target.service =
      maybe_located(r, {"service", "one service, \"web@sg\" or in all regions \"web\""});
  target.health_check = maybe_located(r, {"healthCheck", "one health check"});
  target.kind = maybe_located(r, {"kind", "of the region, only services of this kind"});
  if (!target.region && target.kind && !r.describing()) {
    r.error("kind", "what is named has its kind already", "\"kind\" with \"region\"");
  }
  if (const auto part =
          r.maybe_enum({"part", "of each service only this part of it", "", "all of it"}, kParts)) {
    target.part = LocatedName{std::string(*part), r.place_of("part")};
  }
  target.zones = names(r, {"zone", "a zone, or a list: of each service what stands there"});
  if (target.part && !target.zones.empty() && !r.describing()) {
    r.error("zone", "a part of a service stands in no zone by itself", "\"part\" or \"zone\"");
  }
  target.selection = read_selection(r);
  return target;
}

std::vector<std::string> action_ids() {
  std::vector<std::string> ids;
  for (const auto& kind : fault_kinds()) ids.emplace_back(kind.action_id);
  return ids;
}

void read_effects(io::ObjectReader& r, FaultAction& action) {
  action.action_id = r.required_string({"actionId", "what happens"});
  if (r.describing()) {
    for (const auto& row : detail::fault_kind_rows()) {
      const std::string doc = "of " + std::string(row.kind.action_id);
      r.section({"parameters", doc}, row.read);
    }
    return;
  }
  const auto* row = detail::find_fault_kind(action.action_id);
  if (row == nullptr) {
    if (r.has("actionId")) {
      r.error("actionId", "there is no action " + io::quote(action.action_id),
              io::one_of(action_ids()), io::suggest(action.action_id, action_ids()));
    }
    r.ignore({"parameters"});
    return;
  }
  const bool there = r.section({"parameters", "numbers of the action"},
                               [&](io::ObjectReader& p) { action.effects = row->read(p); });
  if (!there) {
    io::ObjectReader none(io::Value::object({}, r.place()), r.problems());
    action.effects = row->read(none);
  }
}

RunbookMoment read_moment(io::ObjectReader& r) {
  constexpr io::Choice<bool> kMoments[] = {
      {"begins", false, "somebody or a script begins to work on it"},
      {"ends", true, "it is done, or has failed"},
  };
  RunbookMoment moment;
  moment.runbook =
      maybe_located(r, {"runbook", "the runbook", "", "the only one that has a step of this name"});
  moment.step = {r.required_string({"step", "a step of it"}), r.place_of("step")};
  moment.ends = r.optional_enum({"when", "the moment"}, false, kMoments);
  return moment;
}

/// A time that is far from 0, so that a run comes to its end.
sim::Law lasting_law(io::ObjectReader& r, const io::Parameter& key) {
  const sim::Law law = r.required_law(key);
  if (!r.describing() && r.has(key.name) && law.mean() < Duration::seconds(1)) {
    r.error(key.name, "a mean below a second would fill the run with failures",
            "a mean of at least 1s");
  }
  return law;
}

FaultLife read_life(io::ObjectReader& r) {
  FaultLife life;
  life.between = lasting_law(r, {"timeBetweenFailures",
                                 "from a repair to the next failure; an exponential law's mean is "
                                 "the MTBF"});
  life.repair = lasting_law(r, {"repairTime", "how long each failure lasts"});
  return life;
}

void read_duration(io::ObjectReader& r, FaultAction& action) {
  const auto law =
      r.maybe_law({"duration", "how long it lasts, or a law of that", "", "to the end"});
  if (!law) return;
  if (law->is_constant()) {
    action.duration = law->mean();
  } else {
    action.duration_law = law;
  }
  if (law->mean() < Duration::milliseconds(1) || law->mean() > kTimes.max) {
    r.error("duration", "no such length of time", "between 1ms and 10 years");
  }
}

void check_times(io::ObjectReader& r, const FaultAction& action) {
  if (r.describing()) return;
  const auto refuse = [&](std::string_view key, std::string_view with) {
    r.error(key, "\"" + std::string(key) + "\" says nothing beside \"" + std::string(with) + "\"",
            "one of them");
  };
  if (action.life && r.has("duration")) refuse("duration", "life");
  const bool repaired = action.effects.stale && action.effects.stale->repair;
  if (action.life && repaired) refuse("life", "repair");
  if (action.ramp > Duration{} && !action.effects.can_ramp()) {
    r.error("ramp", io::quote(action.action_id) + " has no size that could grow",
            "\"latency\", \"errors\", \"slow\", \"network-latency\", \"replica-lag\", or "
            "\"throttling\" with a share");
  }
}

FaultAction read_action(std::string_view name, io::ObjectReader& r) {
  FaultAction action;
  action.name = std::string(name);
  action.place = r.place();
  read_effects(r, action);
  action.targets = names(r, {"targets", "names of targets"});
  if (!r.describing() && action.targets.empty()) {
    r.error("targets", "nothing to hit", "at least one name of \"targets\"");
  }
  r.exactly_one_of({"at", "startAfter", "startWith", "startAt", "life"});
  if (const auto at = r.maybe_clock({"at", "clock time or offset at which it begins"})) {
    action.at = {*at, r.place_of("at")};
  }
  action.start_after = names(r, {"startAfter", "begins when these have all ended"});
  action.start_with = names(r, {"startWith", "begins when these have all begun"});
  r.section({"startAt", "begins when a step of a runbook begins or ends"},
            [&](io::ObjectReader& moment) { action.start_at = read_moment(moment); });
  r.section({"life", "fails again and again, from the start of the run on"},
            [&](io::ObjectReader& life) { action.life = read_life(life); });
  action.delay =
      r.optional_duration({"delay", "time from there to its beginning"}, Duration{}, kTimes);
  action.jitter = r.optional_duration(
      {"jitter",
       "its instant is random within this time, so that nothing sits on a minute by "
       "accident",
       "the language's rule"},
      action.life ? Duration{} : Duration::seconds(60), kTimes);
  action.ramp = r.optional_duration({"ramp",
                                     "it grows to its whole within this time (latency, errors, "
                                     "slow, throttling, network-latency, replica-lag)"},
                                    Duration{}, kTimes);
  read_duration(r, action);
  check_times(r, action);
  action.probability =
      r.optional_ratio({"probability", "chance that it happens in a trial"}, io::Ratio{1}).value;
  if (const auto rate = r.maybe_rate({"rate", "how often such a thing happens: \"1 / 30y\"", "",
                                      "unknown: no yearly figures"})) {
    action.per_second = rate->per_second;
  }
  return action;
}

/// Says it once, of the first that is too many.
void refuse_too_many(std::size_t count, io::ObjectReader& r) {
  if (count != kMostActions + 1 || r.describing()) return;
  r.problems().error(r.place(), "too many of them", "at most " + std::to_string(kMostActions));
}

/// Reports names in startAfter and startWith that are no action, and cycles with their path.
class Order {
 public:
  Order(const Faults& faults, io::Problems& problems) : problems_(problems) {
    for (const auto& action : faults.actions) {
      by_name_[action.name] = &action;
      names_.push_back(action.name);
    }
  }

  void check() {
    for (const auto& [name, action] : by_name_) {
      for (const auto* list : {&action->start_after, &action->start_with}) {
        for (const auto& other : *list) {
          if (by_name_.count(other.value) == 0) {
            io::unknown_name(problems_, other.place, "action", other.value, names_);
          }
        }
      }
    }
    for (const auto& name : names_) visit(name);
  }

 private:
  void visit(const std::string& name) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end() || done_.count(name) > 0) return;
    const auto open = std::find(path_.begin(), path_.end(), name);
    if (open != path_.end()) {
      std::string text;
      for (auto step = open; step != path_.end(); ++step) text += *step + " -> ";
      problems_.error(found->second->place, "the actions wait for each other: " + text + name,
                      "an order without a cycle");
      done_.insert(name);
      return;
    }
    path_.push_back(name);
    for (const auto* list : {&found->second->start_after, &found->second->start_with}) {
      for (const auto& other : *list) visit(other.value);
    }
    path_.pop_back();
    done_.insert(name);
  }

  io::Problems& problems_;
  std::map<std::string, const FaultAction*> by_name_;
  std::vector<std::string> names_;
  std::vector<std::string> path_;
  std::set<std::string> done_;
};

}  // namespace

Faults read_faults(const io::Value& value, bool inlined, io::Problems& problems) {
  Faults faults;
  io::ObjectReader r(value, problems);
  r.format("faults", 1, !inlined);
  r.map({"targets", "what may be hit"}, [&](std::string_view name, io::ObjectReader& target) {
    faults.targets.push_back(read_target(name, target));
    refuse_too_many(faults.targets.size(), target);
  });
  r.map({"actions", "what happens"}, [&](std::string_view name, io::ObjectReader& action) {
    faults.actions.push_back(read_action(name, action));
    refuse_too_many(faults.actions.size(), action);
  });
  return faults;
}

Faults join_faults(std::vector<Faults> parts, io::Problems& problems) {
  Faults all;
  std::vector<std::string> targets;
  std::set<std::string> used;
  for (auto& part : parts) {
    for (auto& target : part.targets) {
      if (!used.insert("target " + target.name).second) {
        problems.error(target.place, "a second target " + io::quote(target.name), "another name");
      }
      targets.push_back(target.name);
      all.targets.push_back(std::move(target));
    }
    for (auto& action : part.actions) {
      if (!used.insert("action " + action.name).second) {
        problems.error(action.place, "a second action " + io::quote(action.name), "another name");
      }
      all.actions.push_back(std::move(action));
    }
  }
  for (const auto& action : all.actions) {
    for (const auto& target : action.targets) {
      if (std::find(targets.begin(), targets.end(), target.value) == targets.end()) {
        io::unknown_name(problems, target.place, "target", target.value, targets);
      }
    }
  }
  Order(all, problems).check();
  return all;
}

}  // namespace lifeboat::scenarios
