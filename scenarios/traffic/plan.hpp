// Traffic on a scenario's clock: curves of rate and of shares over simulated time.
//
// rate(t) = base(t) x product over events of their factor(t), where base is a constant, a table, a
// mean with the shape of a day and a week on the local clock, or the rows of a trace. An event's
// factor grows in a straight line from 1 to its peak, holds, and falls back with a half-life; its
// mix blends in with weight (factor - 1) / (peak - 1). Events that overlap multiply.
//
// A rate that varies on several time scales is the sum of as many sources: part k, with the share
// s_k = cv_k / sum of cv of the rate, varies by the sum of all cv, so that the variances s_k^2
// (sum cv)^2 = cv_k^2 of the parts, which are independent, add up. The same clients ask in each.
//
// Counts are replayed as rates: a row of 94 requests in 5 minutes is a Poisson stream of 0.313/s
// for that long, so a trial draws about 94, and trials differ as days do. Stamps replay exactly.
#pragma once

#include <string>
#include <vector>

#include "models/io/clock.hpp"
#include "models/io/problems.hpp"
#include "scenarios/traffic/traffic.hpp"
#include "sim/network/builder.hpp"
#include "sim/network/network.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::scenarios {

/// The stretch of time for which curves are needed. The measured run is [0, duration).
struct Horizon {
  sim::Instant from;  ///< the start of the warm-up
  sim::Instant to;    ///< at or after the end of the run
  sim::Duration duration;
};

/// What streams may drive.
struct TrafficTargets {
  std::vector<std::string> journeys;  ///< with an entry; by index of the network's journeys
  std::vector<bool> followed;         ///< by journey: asynchronous, not to be driven
  /// A visit and the expected number of each journey in it, by journey index.
  struct Visit {
    std::string name;
    std::vector<double> journeys;
  };
  std::vector<Visit> visits;
};

struct PlannedStream {
  std::string name;
  sim::Source::Kind kind = sim::Source::Kind::kRate;
  sim::Profile rate;  ///< a second; kRate
  std::optional<sim::Law> factor;
  double burst_cv = 0;
  sim::Duration burst_correlation;
  std::vector<sim::Instant> stamps;
  std::uint32_t users = 0;
  std::optional<sim::Law> think;
  std::uint32_t clients = 0;  ///< of its own; 0: the population
  struct Choice {
    bool is_visit = false;
    std::uint32_t index = 0;  ///< of TrafficTargets::journeys or ::visits
    sim::Profile share;
  };
  std::vector<Choice> mix;
};

/// A named stretch of time.
struct Window {
  std::string name;
  sim::Instant from;
  sim::Instant to;
};

struct TrafficPlan {
  std::vector<PlannedStream> streams;
  std::vector<Window> events;  ///< from the beginning of each to the end of its hold
  bool varies = false;         ///< some rate changes during the run
};

/// Puts traffic on a clock. Warnings tell gaps of traces; errors stand at the streams.
[[nodiscard]] TrafficPlan plan_traffic(const Traffic& traffic, const models::io::Calendar& calendar,
                                       const Horizon& horizon, const TrafficTargets& targets,
                                       models::io::Problems& problems);

/// The clock that shows `start` at time 0, in `zone` if given, else in the start's own, else UTC.
[[nodiscard]] models::io::Calendar calendar_of(const models::io::DateTime& start,
                                               const std::optional<models::io::TimeZone>& zone);

/// The clock that traffic asks for, where the scenario names none: its own start, or the first row
/// of its first dated trace; nothing where it has neither. `zone`: the scenario's, if it has one.
[[nodiscard]] std::optional<models::io::Calendar> own_clock(
    const Traffic& traffic, const std::optional<models::io::TimeZone>& zone);

/// Adds a source for each stream; `visits` maps the targets' visits to those of the network.
void add_sources(const TrafficPlan& plan, const std::vector<sim::JourneyId>& journeys,
                 const std::vector<std::uint32_t>& visits, sim::NetworkBuilder& network);

/// Expected requests a second of one journey.
struct JourneyLoad {
  double mean = 0;      ///< over the run
  double peak = 0;      ///< largest instant of the run, bursts and forecast errors apart
  double at_start = 0;  ///< at the start of the warm-up
};

/// By journey index. Visits count all their journeys at once; a closed population counts as if
/// answers took no time, which is an upper bound.
[[nodiscard]] std::vector<JourneyLoad> expected_load(const TrafficPlan& plan,
                                                     const Horizon& horizon,
                                                     const TrafficTargets& targets);

}  // namespace lifeboat::scenarios
