// The kind `api-gateway`: a front door with throttles, a response cache and a timeout.
//
// It passes on the operations of what it fronts. A request meets the method's throttle, then the
// account's in the region (429), pays the gateway's overhead, and is answered from the cache or
// sent on; an integration that takes longer than the timeout is a 504. README.md says the rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& api_gateway_kind();

}  // namespace lifeboat::models
