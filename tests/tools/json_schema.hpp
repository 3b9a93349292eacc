// Whether a JSON value fits a JSON Schema: the part of draft 2020-12 that the command's own
// schemas use. A keyword that is not known here is a problem too, so that none passes unseen.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace lifeboat::tests {

/// Part of the line about a key that the schema does not know.
inline constexpr const char* kUnknownKey = "nothing may stand here";

/// One line a problem; none if it fits.
[[nodiscard]] std::vector<std::string> schema_problems(const nlohmann::json& schema,
                                                       const nlohmann::json& value);

}  // namespace lifeboat::tests
