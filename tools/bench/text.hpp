// Measurements as a table of 90 columns, the checks of a model beneath its row.
#pragma once

#include <string>

#include "tools/bench/measure.hpp"

namespace lifeboat::bench {

[[nodiscard]] std::string table_head();
[[nodiscard]] std::string table_row(const Measurement& measurement);

/// A rate or count in four figures: "4.23 M", "812 k", "97.3".
[[nodiscard]] std::string short_number(double value);

}  // namespace lifeboat::bench
