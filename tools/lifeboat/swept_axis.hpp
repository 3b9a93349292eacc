// PATH=VALUES of a command line as an axis of a grid (sweep, metastable).
#pragma once

#include <string>

#include "reports/comparison/sweep.hpp"

namespace lifeboat::tools {

/// Throws UsageError, which names the word.
[[nodiscard]] reports::SweepAxis read_axis(const std::string& word);

}  // namespace lifeboat::tools
