// Values written as JSON.
#pragma once

#include <string>
#include <string_view>

#include "models/io/document.hpp"

namespace lifeboat::models::io::detail {

/// Two spaces a level; an array of scalars that fits on a line stays on one.
[[nodiscard]] std::string json_text(const Value& value);
/// The string in quotes with JSON's escapes.
[[nodiscard]] std::string json_string(std::string_view text);
/// Whole numbers without a point, others in the fewest digits that read back as the same double.
[[nodiscard]] std::string number_text(const Value& number);

}  // namespace lifeboat::models::io::detail
