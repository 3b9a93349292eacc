// Parts of a platform that are read in files of their own.
#pragma once

#include <string_view>

#include "models/io/reader.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models::detail {

/// Reports a key of "services", "journeys" ... that is no name.
void check_new_name(io::ObjectReader& r, std::string_view name);

void read_clients(io::ObjectReader& root, Platform& platform);
void read_health_checks(io::ObjectReader& root, Platform& platform);

}  // namespace lifeboat::models::detail
