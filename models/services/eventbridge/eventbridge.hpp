// The kind `eventbridge`: an event bus whose rules send matching shares of its events to targets.
//
// A put is throttled by the region's rate and answered at once. Each rule that an event matches
// delivers it to its targets, at the region's rate of invocations (which delays and never drops),
// with retries for up to 24 hours and 185 attempts, and dead letters after that. README.md says
// the rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& eventbridge_kind();

}  // namespace lifeboat::models
