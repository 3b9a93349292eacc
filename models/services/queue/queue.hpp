// The kind `queue`: the plain station, for what AWS does not run or what has no kind of its own.
//
// c servers and a queue of one discipline: first come first served, last come first served or
// priority (both without preemption), or processor sharing, where n requests on c servers each get
// min(1, c / n). `queueLimit` bounds the waiting places beyond the servers (0: a pure loss system),
// `maxConcurrency` how many share a processor-sharing station at once.
//
// An operation that is one demand and nothing else is a single visit. If any operation does more,
// a server is held from the operation's start to its end, calls included, as a thread would be; an
// operation without any demand takes no server.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& queue_kind();

}  // namespace lifeboat::models
