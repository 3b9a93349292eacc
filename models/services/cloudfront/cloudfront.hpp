// The kind `cloudfront`: a content delivery network in front of an origin.
//
// A front door without a place. Each request takes the hit latency; an operation named in "cache"
// looks its key up (one entry a key, living `ttl` from its fill), and what misses or is not cached
// pays the miss latency and goes to the origin. The hit ratio is therefore an outcome of the keys'
// popularity, the lifetime and the rate. The origin is given up after `originResponseTimeout`.
//
// Simplifications, and which way they err:
//   - one cache stands for all edge locations and the regional caches: hits are overstated for
//     traffic from many places, about right for one country behind one regional cache
//   - connecting to an origin that hangs takes 10 s x 3 attempts, reading from one that is slow 30
//   s;
//     both end at 30 s here, which is the same total for a dead origin
//   - concurrent misses on one key each go to the origin (no collapsing): the origin sees a little
//     more than it would
//   - an error is not cached for 10 s, and a stale object is not served when the origin is down:
//     outages look shorter by up to 10 s an object, and worse for objects that had been cached
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& cloudfront_kind();

}  // namespace lifeboat::models
