// The kind `shield`: see README.md. It is a property of front doors (models/edge).
#pragma once

#include "models/platform/kind.hpp"

namespace lifeboat::models {

[[nodiscard]] const ServiceKind& shield_kind();

}  // namespace lifeboat::models
