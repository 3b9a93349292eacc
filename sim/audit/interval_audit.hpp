// The interval audit: conservation and Little's law, checked in every run.
//
// Each quantity is counted in two places that share no code path: what stations counted against
// what tokens did. Checked at every sampling interval, exactly, in integers, of all but the task
// places that never had a task:
//   - per station: arrivals = rejected + waiting + in service + completed + abandoned;
//   - per station: the length of the queue equals the tokens linked into it;
//   - Little's law: the queue's area equals the waits of all who left it plus those of all who
//     are in it (modulo 2^64);
//   - in service never exceeds the servers (but for places taken away while in use);
//   - requests begun = answered + open, and open equals the unanswered rows of the request pool;
//   - replication marks never go back: committed >= received >= applied.
#pragma once

#include "sim/engine/state.hpp"
#include "sim/network/network.hpp"

namespace lifeboat::sim {

/// Throws std::logic_error with the place, the instant and both values when a law is broken.
/// Complexity: stations + tokens in queues + requests in flight.
void audit_interval(const Network& network, const State& state);

}  // namespace lifeboat::sim
