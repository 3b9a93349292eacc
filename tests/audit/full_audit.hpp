// The full auditor: an independent model that follows the event stream of a trial.
//
// It keeps its own books from what it hears (sets of who waits and who is served, areas, open
// requests, the writes of each replication stream as sets) and shares no code with the engine. It
// checks as it goes that nobody leaves where he is not, that a first-come-first-served queue
// serves in order, and that a closed gate of servers is never overfull; and at the end that the
// result says what was heard: counts, areas under queues (so Little's law holds on both books),
// conservation per journey, and lost writes by set difference.
//
// Linked by `lifeboat run --audit full` and by the tests.
#pragma once

#include <memory>

#include "sim/network/network.hpp"
#include "sim/trial/listener.hpp"

namespace lifeboat::audit {

/// A listener for one trial of this network, which must outlive it. Its functions throw
/// std::logic_error when a law is broken. Costs about a microsecond an event.
[[nodiscard]] std::shared_ptr<sim::Listener> make_full_auditor(const sim::Network& network);

}  // namespace lifeboat::audit
