// The kind `opensearch`: a search domain: data nodes with thread pools, an index of shards, copies
// over zones.
//
// A search goes to one copy of each shard at once and is answered by the slowest; a write goes to
// one shard and all its copies. Each data node has so many search and write threads with a queue
// before each; what finds it full is rejected. README.md says the rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& opensearch_kind();

}  // namespace lifeboat::models
