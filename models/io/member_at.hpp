// A member of a JSON tree by a dotted path.
#pragma once

#include <string_view>

#include "models/io/document.hpp"

namespace lifeboat::models::io {

/// "scaling.maxCapacity" of a value; null where there is none. Names with a dot are not found.
[[nodiscard]] const Value* member_at(const Value& value, std::string_view path);

}  // namespace lifeboat::models::io
