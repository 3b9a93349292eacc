// Private to scenarios/traffic: from a stream's rate to a curve. See plan.hpp for the rules.
#pragma once

#include <optional>

#include "scenarios/traffic/plan.hpp"

namespace lifeboat::scenarios::detail {

/// The instant of a table's time; an error at its place if it has none.
std::optional<sim::Instant> instant_of(const LocatedClock& time,
                                       const models::io::Calendar& calendar,
                                       models::io::Problems& problems);

/// Rate before events.
sim::Profile base_rate(const Stream& stream, const models::io::Calendar& calendar,
                       const Horizon& horizon, models::io::Problems& problems);

/// Rate of a trace of counts or rates.
sim::Profile replayed_rate(const Stream& stream, const models::io::Calendar& calendar,
                           const Horizon& horizon, models::io::Problems& problems);

/// Instants of a trace of stamps that lie in the horizon.
std::vector<sim::Instant> replayed_stamps(const Stream& stream,
                                          const models::io::Calendar& calendar,
                                          const Horizon& horizon, models::io::Problems& problems);

/// An event's factor on the rate, and the weight of its mix.
struct EventCurves {
  sim::Profile factor;
  sim::Profile weight;
};
EventCurves event_curves(const TrafficEvent& event, sim::Instant at);

}  // namespace lifeboat::scenarios::detail
