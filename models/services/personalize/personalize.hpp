// The kind `personalize`: campaigns that answer at a provisioned rate, which follows the demand
// late.
//
// A recommendation takes one of the capacity's transactions (a token bucket) or is throttled. The
// capacity is at least minProvisionedTPS and grows a few minutes after the demand: what comes
// meanwhile is lost. A campaign that nobody has created answers nothing until it has been trained.
// README.md says the rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& personalize_kind();

}  // namespace lifeboat::models
