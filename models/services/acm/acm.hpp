// The kind `acm`: see README.md. It is a property of front doors (models/edge).
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& acm_kind();

}  // namespace lifeboat::models
