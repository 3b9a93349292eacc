// The kind `config`: AWS Config, a recorder of what is configured and rules on it.
//
// Two things of it matter here. Recording costs by configuration items, and these surge with every
// scale-out: each task comes with a network interface of its own. And a rule that compares two
// regions finds drift while all is well: an image, a parameter or a quota that differs is otherwise
// found at the failover (drift.hpp). It takes no part in a request.
//
// Sources: AWS Config Developer Guide, how it works, as of 2023; AWS API reference, RecordingMode,
// as of 2026-08.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& config_kind();

}  // namespace lifeboat::models
