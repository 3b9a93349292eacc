// The kind `sqs`: a queue of messages in one region, with visibility, redelivery and dead letters.
//
// A send takes its latency and leaves a message. Consumers take batches of visible messages, which
// are hidden meanwhile, work them off and delete them; a batch that fails, or takes longer than
// the visibility timeout, is delivered again. Messages never leave their region: those that wait
// when it is lost are stranded. README.md says the rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& sqs_kind();

}  // namespace lifeboat::models
