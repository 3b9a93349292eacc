// The kind `sns`: a topic that copies each message to all its subscriptions.
//
// A publish is throttled by the region's rate and answered at once. Every subscription gets the
// share that its filter lets pass, with a ladder of retries that depends on its protocol: 23 days
// for queues and functions, a minute for HTTP. README.md says the rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& sns_kind();

}  // namespace lifeboat::models
