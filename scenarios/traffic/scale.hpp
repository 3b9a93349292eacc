// Traffic times a factor, as the options of `--set` that say so: what a forecast of "three times as
// many" means in a file.
//
// A rate, its mean or each row of its table is multiplied; a replayed trace by its scale or peak; a
// closed population by its count, rounded. The shape in time, the mix and the number of clients
// that a stream draws from stay.
#pragma once

#include <string>
#include <vector>

#include "models/io/document.hpp"
#include "models/io/problems.hpp"

namespace lifeboat::scenarios {

/// Options ("traffic.shoppers.rate=114/s") that multiply each stream of a merged scenario's
/// `traffic`; none where the factor is 1. Stamps of a trace cannot be multiplied: an error.
[[nodiscard]] std::vector<std::string> scaling_options(const models::io::Value& traffic,
                                                       double factor,
                                                       models::io::Problems& problems);

}  // namespace lifeboat::scenarios
