// Load shedding at a task: what it refuses when it has more than enough to do.
//
// Two rules, either or both. A concurrency limit refuses when so many requests are on the task,
// waiting or served; a share of it is kept for critical journeys. A limit on the queue's age
// refuses ordinary requests while the oldest one has waited for longer than that, and has done so
// for an interval (as CoDel, RFC 8289, tells a standing queue from a burst; refused at the door
// rather than dropped from the head). A refusal costs no CPU time, which errs to the good: a real
// one costs a fraction of a millisecond.
#pragma once

#include <optional>
#include <string>

#include "models/io/reader.hpp"
#include "sim/network/client.hpp"

namespace lifeboat::models::ecs {

/// Reads `loadShedding`; its name and copies are left open.
[[nodiscard]] std::optional<sim::Shedder> read_shedding(io::ObjectReader& r);

}  // namespace lifeboat::models::ecs
