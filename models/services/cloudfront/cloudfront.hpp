// The kind `cloudfront`: a content delivery network in front of an origin.
//
// A front door without a place. Each request takes the hit latency; an operation named in "cache"
// looks its key up in the layers of caches (layers.hpp), and what misses or is not cached pays the
// miss latency and goes to the origin. The hit ratio is therefore an outcome of the keys'
// popularity, the lifetime and the rate. The origin is given up after `originResponseTimeout`; its
// failures are kept for a while, and an object that had been kept is served in its place.
//
// With an origin group every request asks the first origin first, and pays for it while that is
// dead: 10 s x 3 attempts, unless they are fewer and shorter. Only the operations that the group
// names are asked of the second.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& cloudfront_kind();

}  // namespace lifeboat::models
