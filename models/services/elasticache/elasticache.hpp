// The kind `elasticache`: shards with one command thread each, and copies of keys in their memory.
//
// A call pays the network and then waits for the command thread of its key's shard, first come,
// first served. What it finds is decided in the caller's steps by the request's key and the state
// of the copies (see models/platform/kind.hpp): least recently used goes first. README.md says the
// rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& elasticache_kind();

}  // namespace lifeboat::models
