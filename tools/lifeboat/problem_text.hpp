// Problems of the inputs, as standard error shows them.
#pragma once

#include <string>

#include "models/io/problems.hpp"

namespace lifeboat::tools {

/// One line a problem, then how many there are; empty for none.
[[nodiscard]] std::string problem_text(const models::io::Problems& problems);

}  // namespace lifeboat::tools
