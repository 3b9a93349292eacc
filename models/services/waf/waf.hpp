// The kind `waf`: see README.md. It is a property of front doors (models/edge).
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& waf_kind();

}  // namespace lifeboat::models
