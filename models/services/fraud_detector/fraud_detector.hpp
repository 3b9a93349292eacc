// The kind `fraud-detector`: predictions of fraud at a limited rate, each after its latency.
//
// A call takes one of the quota's predictions (a token bucket) or is throttled, and waits for its
// answer. What the application then does about a throttled, slow or failed prediction (approve,
// review, refuse) is the caller's `onFailure`. README.md says the rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& fraud_detector_kind();

}  // namespace lifeboat::models
