// The kind `cognito`: a user pool, its request quotas, its users' tokens, and its replicas.
//
// Each operation takes a token of its category's bucket, which all user pools of the account in
// the region share; what overflows is throttled (429). Who has a valid access token needs the pool
// for nothing: it is asked when tokens end. README.md says the rest.
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& cognito_kind();

}  // namespace lifeboat::models
