// Recorded traces as curves and instants. Gaps are reported and never filled.
#include <algorithm>
#include <cmath>

#include "scenarios/traffic/curve.hpp"
#include "scenarios/traffic/plan_rate.hpp"

namespace lifeboat::scenarios::detail {

namespace io = models::io;

namespace {

using sim::Duration;
using sim::Instant;
using sim::Profile;

constexpr std::int64_t kSecond = 1'000'000'000;
/// Distances between rows may be off by this much.
constexpr Duration kSlack = Duration::milliseconds(1);

/// From the trace's time to the run's.
class TraceClock {
 public:
  TraceClock(const Replay& replay, const io::Calendar& calendar)
      : replay_(replay), calendar_(calendar), zone_(replay.zone.value_or(calendar.zone())) {}

  [[nodiscard]] Instant at(std::int64_t time_ns) const {
    if (replay_.from_ns) return Instant::from_nanoseconds(time_ns - *replay_.from_ns);
    if (!replay_.dated) {
      const std::int64_t half = replay_.marks_middle ? replay_.interval.count() / 2 : 0;
      return Instant::from_nanoseconds(time_ns - half);
    }
    return calendar_.at_utc(zone_.to_utc(io::civil_from_seconds(time_ns / kSecond)));
  }

  /// As a person reads it in the trace.
  [[nodiscard]] std::string text(std::int64_t time_ns) const {
    if (replay_.dated) return io::to_text(io::civil_from_seconds(time_ns / kSecond));
    return io::to_text(Duration::nanoseconds(time_ns));
  }

 private:
  const Replay& replay_;
  const io::Calendar& calendar_;
  io::TimeZone zone_;
};

/// Stretches of the run in which the trace has no rows.
struct Gaps {
  std::size_t count = 0;
  Duration total;
  Duration longest;
  std::int64_t longest_at_ns = 0;

  void add(Instant from, Instant to, std::int64_t at_ns, Duration run) {
    const Instant begin = std::max(from, Instant::origin());
    const Instant end = std::min(to, Instant::origin() + run);
    if (end <= begin) return;
    ++count;
    total += end - begin;
    if (end - begin > longest) {
      longest = end - begin;
      longest_at_ns = at_ns;
    }
  }
};

void report(const Gaps& gaps, const Stream& stream, const TraceClock& clock,
            io::Problems& problems) {
  if (gaps.count == 0) return;
  const std::string text = "the trace " + io::quote(stream.replay.file) + " has " +
                           std::to_string(gaps.count) + (gaps.count == 1 ? " gap" : " gaps") +
                           " in the run, " + io::to_text(gaps.total) + " in all (the longest " +
                           io::to_text(gaps.longest) + " after " + clock.text(gaps.longest_at_ns) +
                           "): no traffic there";
  if (stream.replay.gaps == Replay::Gaps::kError) {
    problems.error(stream.place, text, "a trace without gaps, or \"gaps\": \"report\"");
  } else {
    problems.warning(stream.place, text);
  }
}

/// False, and an error, where the trace and the run do not meet.
bool meets(const Stream& stream, const TraceClock& clock, const io::Calendar& calendar,
           const Horizon& horizon, Duration row, io::Problems& problems) {
  const auto& times = stream.replay.times_ns;
  const Instant end = Instant::origin() + horizon.duration;
  if (clock.at(times.front()) < end && clock.at(times.back()) + row > Instant::origin())
    return true;
  const std::string run = stream.replay.dated && !stream.replay.from_ns
                              ? io::to_text(calendar.local(Instant::origin())) + " to " +
                                    io::to_text(calendar.local(end))
                              : "the " + io::to_text(horizon.duration) + " from time 0";
  problems.error(stream.place,
                 "the trace " + io::quote(stream.replay.file) + " runs from " +
                     clock.text(times.front()) + " to " + clock.text(times.back()) +
                     ", the scenario " + run,
                 "a \"start\" in the trace, or \"from\": the time of the trace that is time 0");
  return false;
}

double scale_of(const Replay& replay) {
  double factor = replay.scale;
  if (replay.peak_per_second) {
    double most = 0;
    for (const double value : replay.values) {
      if (value > most) most = value;
    }
    if (replay.unit == Replay::Unit::kCount) most /= replay.interval.to_seconds();
    factor = most > 0 ? *replay.peak_per_second / most : 0;
  }
  return replay.unit == Replay::Unit::kCount ? factor / replay.interval.to_seconds() : factor;
}

void report_end(Instant end, const Stream& stream, const Horizon& horizon, io::Problems& problems) {
  const Duration missing = Instant::origin() + horizon.duration - end;
  if (missing <= kSlack) return;
  problems.warning(stream.place, "the trace " + io::quote(stream.replay.file) + " ends " +
                                     io::to_text(missing) + " before the run: no traffic there");
}

}  // namespace

Profile replayed_rate(const Stream& stream, const io::Calendar& calendar, const Horizon& horizon,
                      io::Problems& problems) {
  const Replay& replay = stream.replay;
  Profile curve;
  const TraceClock clock(replay, calendar);
  if (replay.times_ns.empty() || replay.interval <= Duration{} ||  // reported where it was read
      !meets(stream, clock, calendar, horizon, replay.interval, problems)) {
    return constant_curve(0);
  }
  const double factor = scale_of(replay);
  Gaps gaps;
  const Instant first = clock.at(replay.times_ns.front());
  Instant covered = first;
  if (first > Instant::origin() + replay.interval || std::isnan(replay.values.front())) {
    gaps.add(Instant::origin(), first, replay.times_ns.front(), horizon.duration);
    step_to(curve, horizon.from, 0);
  } else if (first > horizon.from) {
    // A trace that starts with the run is taken to have been like its first row before.
    line_to(curve, horizon.from, replay.values.front() * factor);
  }
  for (std::size_t i = 0; i < replay.times_ns.size(); ++i) {
    const Instant begin = clock.at(replay.times_ns[i]);
    const Instant end = begin + replay.interval;
    if (begin >= horizon.to) break;
    if (std::isnan(replay.values[i])) continue;
    if (end > horizon.from) {
      if (begin - covered > kSlack) {
        gaps.add(covered, begin, replay.times_ns[i > 0 ? i - 1 : 0], horizon.duration);
        step_to(curve, std::max(covered, horizon.from), 0);
      }
      step_to(curve, begin, replay.values[i] * factor);
    }
    covered = end;
  }
  if (covered < horizon.to) step_to(curve, covered, 0);
  report(gaps, stream, clock, problems);
  report_end(covered, stream, horizon, problems);
  return curve;
}

std::vector<Instant> replayed_stamps(const Stream& stream, const io::Calendar& calendar,
                                     const Horizon& horizon, io::Problems& problems) {
  std::vector<Instant> stamps;
  const TraceClock clock(stream.replay, calendar);
  if (stream.replay.times_ns.empty() ||
      !meets(stream, clock, calendar, horizon, Duration::nanoseconds(1), problems)) {
    return stamps;
  }
  for (const std::int64_t time : stream.replay.times_ns) {
    const Instant at = clock.at(time);
    if (at >= horizon.from && at < horizon.to) stamps.push_back(at);
  }
  return stamps;
}

}  // namespace lifeboat::scenarios::detail
