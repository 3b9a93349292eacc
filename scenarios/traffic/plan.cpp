#include "scenarios/traffic/plan.hpp"

#include <algorithm>
#include <map>

#include "models/io/suggest.hpp"
#include "scenarios/traffic/curve.hpp"
#include "scenarios/traffic/plan_rate.hpp"
#include "sim/network/parts.hpp"
#include "sim/random/luck.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

using sim::Duration;
using sim::Instant;
using sim::Profile;

/// Which journey or visit a name means.
class Names {
 public:
  explicit Names(const TrafficTargets& targets) : targets_(targets) {
    for (std::size_t i = 0; i < targets.journeys.size(); ++i) {
      if (!targets.followed[i]) known_.push_back(targets.journeys[i]);
    }
    for (const auto& visit : targets.visits) known_.push_back(visit.name);
  }

  /// Nothing, and an error, where the name is neither.
  std::optional<PlannedStream::Choice> find(const std::string& name, const io::Place& place,
                                            io::Problems& problems) const {
    for (std::uint32_t i = 0; i < targets_.visits.size(); ++i) {
      if (targets_.visits[i].name == name) return PlannedStream::Choice{true, i, {}};
    }
    for (std::uint32_t i = 0; i < targets_.journeys.size(); ++i) {
      if (targets_.journeys[i] != name) continue;
      if (!targets_.followed[i]) return PlannedStream::Choice{false, i, {}};
      problems.error(place, "the journey " + io::quote(name) + " follows another: nobody starts it",
                     io::one_of(known_));
      return std::nullopt;
    }
    problems.error(place, "there is no journey or visit " + io::quote(name), io::one_of(known_),
                   io::suggest(name, known_));
    return std::nullopt;
  }

  [[nodiscard]] const std::vector<std::string>& known() const { return known_; }

 private:
  const TrafficTargets& targets_;
  std::vector<std::string> known_;
};

/// Shares by target as they are put together; a target that a row leaves out has share 0 there.
class MixCurves {
 public:
  MixCurves(const Names& names, io::Problems& problems) : names_(names), problems_(problems) {}

  void only(const PlannedStream::Choice& choice) { curves_[key(choice)] = constant_curve(1); }

  void add(const Mix& mix, const io::Calendar& calendar) {
    std::map<Key, Profile> curves;
    for (const auto& entry : mix.entries) {
      for (const auto& share : entry.shares) {
        if (const auto choice = names_.find(share.first.value, share.first.place, problems_)) {
          curves[key(*choice)];
        }
      }
    }
    std::optional<Instant> last;
    for (const auto& entry : mix.entries) {
      const auto at = detail::instant_of(entry.at, calendar, problems_);
      if (!at) continue;
      if (last && *at <= *last) {
        problems_.error(entry.at.place, "the times of the table do not ascend",
                        "each row later than the last");
        return;
      }
      last = at;
      const auto shares = by_key(entry.shares);
      for (auto& [target, curve] : curves) {
        const auto found = shares.find(target);
        const double share = found == shares.end() ? 0 : found->second;
        mix.linear ? line_to(curve, *at, share) : step_to(curve, *at, share);
      }
    }
    curves_ = std::move(curves);
  }

  /// What stands becomes (1 - weight) x itself + weight x shares.
  void blend(const Shares& shares, const Profile& weight) {
    for (const auto& share : shares) {
      if (const auto choice = names_.find(share.first.value, share.first.place, problems_)) {
        const auto target = key(*choice);
        if (curves_.find(target) == curves_.end()) curves_[target] = constant_curve(0);
      }
    }
    const auto to = by_key(shares);
    const Profile rest = affine(weight, -1, 1);
    for (auto& [target, curve] : curves_) {
      const auto found = to.find(target);
      curve = product(curve, rest);
      if (found != to.end()) curve = sum(curve, scaled(weight, found->second));
    }
  }

  [[nodiscard]] std::vector<PlannedStream::Choice> choices() && {
    std::vector<PlannedStream::Choice> result;
    for (auto& [target, curve] : curves_) {
      result.push_back({target.first, target.second, std::move(curve)});
    }
    return result;
  }

 private:
  using Key = std::pair<bool, std::uint32_t>;  // visit or journey, index
  static Key key(const PlannedStream::Choice& choice) { return {choice.is_visit, choice.index}; }

  std::map<Key, double> by_key(const Shares& shares) {
    std::map<Key, double> result;
    io::Problems quiet;  // names were reported before
    for (const auto& share : shares) {
      if (const auto choice = names_.find(share.first.value, share.first.place, quiet)) {
        result[key(*choice)] += share.second;
      }
    }
    return result;
  }

  const Names& names_;
  io::Problems& problems_;
  std::map<Key, Profile> curves_;
};

class Planner {
 public:
  Planner(const io::Calendar& calendar, const Horizon& horizon, const TrafficTargets& targets,
          io::Problems& problems)
      : calendar_(calendar), horizon_(horizon), names_(targets), problems_(problems) {}

  TrafficPlan plan(const Traffic& traffic) {
    for (const auto& stream : traffic.streams) {
      add_parts(plan_stream(stream), stream.bursts);
    }
    return std::move(plan_);
  }

 private:
  PlannedStream plan_stream(const Stream& stream) {
    PlannedStream planned;
    planned.name = stream.name;
    planned.clients = stream.clients;
    planned.factor = stream.forecast_error;
    MixCurves mix(names_, problems_);
    if (stream.mix) {
      mix.add(*stream.mix, calendar_);
    } else if (const auto own = own_target(stream)) {
      mix.only(*own);
    }
    if (stream.kind == Stream::Kind::kUsers) {
      planned.kind = sim::Source::Kind::kUsers;
      planned.users = stream.users;
      planned.think = stream.think;
    } else if (stream.kind == Stream::Kind::kReplay &&
               stream.replay.unit == Replay::Unit::kStamps) {
      planned.kind = sim::Source::Kind::kStamps;
      planned.stamps = detail::replayed_stamps(stream, calendar_, horizon_, problems_);
      plan_.varies = true;
    } else {
      planned.rate = detail::base_rate(stream, calendar_, horizon_, problems_);
      for (const auto& event : stream.events) add_event(event, planned, mix);
      note_variation(planned.rate);
    }
    planned.mix = std::move(mix).choices();
    return planned;
  }

  /// One source for each time scale of the variation; see plan.hpp.
  void add_parts(PlannedStream planned, const std::vector<Burst>& bursts) {
    double total = 0;
    for (const Burst& burst : bursts) total += burst.cv;
    const auto parts = static_cast<std::uint32_t>(bursts.size());
    for (std::uint32_t k = 0; k < parts; ++k) {
      PlannedStream part = planned;
      if (k > 0) part.name += sim::kPartOfSource + std::to_string(k + 1);
      if (parts > 1) part.rate = scaled(std::move(part.rate), bursts[k].cv / total);
      part.burst_cv = total;
      part.burst_correlation = bursts[k].correlation;
      plan_.streams.push_back(std::move(part));
    }
    if (parts == 0) plan_.streams.push_back(std::move(planned));
  }

  std::optional<PlannedStream::Choice> own_target(const Stream& stream) {
    io::Problems quiet;
    if (const auto own = names_.find(stream.name, stream.place, quiet)) return own;
    problems_.error(stream.place,
                    "the stream " + io::quote(stream.name) +
                        " has no mix, and no journey or visit has its name",
                    "a \"mix\", or one of " + io::one_of(names_.known()),
                    io::suggest(stream.name, names_.known()));
    return std::nullopt;
  }

  void add_event(const TrafficEvent& event, PlannedStream& planned, MixCurves& mix) {
    const auto at = detail::instant_of(event.at, calendar_, problems_);
    if (!at) return;
    const auto curves = detail::event_curves(event, *at);
    planned.rate = product(planned.rate, curves.factor);
    if (event.mix) mix.blend(*event.mix, curves.weight);
    plan_.events.push_back({event.name, *at, *at + event.ramp + event.hold});
    if (*at > Instant::origin() + horizon_.duration) {
      problems_.warning(event.place,
                        "the event " + io::quote(event.name) + " begins after the end of the run");
    }
  }

  void note_variation(const Profile& rate) {
    const Instant end = Instant::origin() + horizon_.duration;
    if (rate.points.empty() || end <= Instant::origin()) return;
    const double first = value_at(rate, Instant::origin());
    for (const auto& point : rate.points) {
      if (point.at > Instant::origin() && point.at < end && point.value != first) {
        plan_.varies = true;
      }
    }
    if (value_at(rate, end) != first) plan_.varies = true;
  }

  const io::Calendar& calendar_;
  const Horizon& horizon_;
  Names names_;
  io::Problems& problems_;
  TrafficPlan plan_;
};

/// Requests a second of a stream, whatever its kind.
Profile rate_of(const PlannedStream& stream, const Horizon& horizon) {
  switch (stream.kind) {
    case sim::Source::Kind::kRate:
      return stream.factor ? scaled(stream.rate, stream.factor->mean_seconds()) : stream.rate;
    case sim::Source::Kind::kUsers: {
      const double think = stream.think ? stream.think->mean_seconds() : 0;
      return constant_curve(think > 0 ? stream.users / think : 0);
    }
    case sim::Source::Kind::kStamps:
      break;
  }
  // Arrivals a second in each minute.
  const double minute = 60;
  Profile curve = constant_curve(0);
  curve.points.front().at = horizon.from;
  std::size_t next = 0;
  for (Instant at = horizon.from; next < stream.stamps.size(); at += Duration::minutes(1)) {
    std::size_t count = 0;
    for (; next < stream.stamps.size() && stream.stamps[next] < at + Duration::minutes(1); ++next) {
      ++count;
    }
    step_to(curve, at, static_cast<double>(count) / minute);
  }
  return curve;
}

}  // namespace

TrafficPlan plan_traffic(const Traffic& traffic, const io::Calendar& calendar,
                         const Horizon& horizon, const TrafficTargets& targets,
                         io::Problems& problems) {
  return Planner(calendar, horizon, targets, problems).plan(traffic);
}

io::Calendar calendar_of(const io::DateTime& start, const std::optional<io::TimeZone>& zone) {
  if (!start.zone || !zone) {
    return {start.civil, start.zone ? *start.zone : zone.value_or(io::TimeZone{})};
  }
  return {zone->to_local(start.zone->to_utc(start.civil)), *zone};
}

std::optional<io::Calendar> own_clock(const Traffic& traffic,
                                      const std::optional<io::TimeZone>& zone) {
  const std::optional<io::TimeZone> known = zone ? zone : traffic.zone;
  if (traffic.start) return calendar_of(*traffic.start, known);
  for (const auto& stream : traffic.streams) {
    const Replay& replay = stream.replay;
    if (stream.kind != Stream::Kind::kReplay || !replay.dated || replay.from_ns) continue;
    if (replay.times_ns.empty()) continue;
    const auto first = io::civil_from_seconds(replay.times_ns.front() / 1'000'000'000);
    return io::Calendar(first, replay.zone.value_or(known.value_or(io::TimeZone{})));
  }
  return std::nullopt;
}

void add_sources(const TrafficPlan& plan, const std::vector<sim::JourneyId>& journeys,
                 const std::vector<std::uint32_t>& visits, sim::NetworkBuilder& network) {
  for (const auto& stream : plan.streams) {
    sim::Source source;
    source.name = stream.name;
    source.hash = sim::hash_name(stream.name);
    source.kind = stream.kind;
    source.rate = stream.rate;
    if (stream.factor) source.factor = network.add_law(*stream.factor);
    source.burst_cv = stream.burst_cv;
    source.burst_correlation = stream.burst_correlation;
    source.stamps = stream.stamps;
    source.users = stream.users;
    source.clients = stream.clients;
    if (stream.think) source.think = network.add_law(*stream.think);
    for (const auto& choice : stream.mix) {
      sim::Source::Choice row;
      if (choice.is_visit) {
        row.visit = visits[choice.index];
      } else {
        row.journey = journeys[choice.index];
      }
      row.share = choice.share;
      source.mix.push_back(std::move(row));
    }
    network.add_source(std::move(source));
  }
}

std::vector<JourneyLoad> expected_load(const TrafficPlan& plan, const Horizon& horizon,
                                       const TrafficTargets& targets) {
  std::vector<Profile> by_journey(targets.journeys.size());
  const auto add = [&](std::size_t journey, const Profile& curve, double factor) {
    if (factor == 0) return;
    auto& total = by_journey[journey];
    total = total.points.empty() ? scaled(curve, factor) : sum(total, scaled(curve, factor));
  };
  for (const auto& stream : plan.streams) {
    const Profile rate = rate_of(stream, horizon);
    for (const auto& choice : stream.mix) {
      const Profile curve = product(rate, choice.share);
      if (!choice.is_visit) {
        add(choice.index, curve, 1);
        continue;
      }
      const auto& counts = targets.visits[choice.index].journeys;
      for (std::size_t i = 0; i < counts.size(); ++i) add(i, curve, counts[i]);
    }
  }
  const Instant end = Instant::origin() + horizon.duration;
  std::vector<JourneyLoad> loads;
  for (const auto& curve : by_journey) {
    JourneyLoad load;
    if (!curve.points.empty() && end > Instant::origin()) {
      load.mean = mean_of(curve, Instant::origin(), end);
      load.peak = peak_of(curve, Instant::origin(), end);
      load.at_start = value_at(curve, horizon.from);
    }
    loads.push_back(load);
  }
  return loads;
}

}  // namespace lifeboat::scenarios
