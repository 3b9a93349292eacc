// The kind `route53`: a name, its records, and the population that resolves it.
//
// A front door without a place. `simple` routing sends to the one place where the target is;
// `failover`, `weighted` and `latency` answer with the first healthy record of an order of
// preference (records.hpp). A changed status reaches the name servers at the edge after 1 to 10 s
// (answers.hpp).
//
// Who asks believes an old answer for a while. Customers' resolvers and long-lived connections
// follow the mixture that fits the published measurement (90 % moved within 60 s at a TTL of 20 s,
// 2 % stale after 15 minutes; Flavel, Mani, Maltz, LANMAN 2014):
//
//     88 %  uniform on 0 to TTL + 5 s
//     10 %  TTL + exponential, mean 120 s
//      2 %  900 s + exponential, mean 1800 s
//
// A CDN in front resolves by itself and honours the TTL: uniform on 0 to TTL, no tail.
//
// Left out: the time of a query (2 ms from a resolver's cache, once in a while), geographic and
// multivalue routing, edge locations that disagree. Weights and places are drawn for each request,
// not kept by a resolver for the TTL: shares are right, and a client may alternate between regions.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& route53_kind();

}  // namespace lifeboat::models
