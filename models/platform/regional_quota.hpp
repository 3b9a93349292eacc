// Quotas whose default differs from region to region.
#pragma once

#include <string_view>

#include "models/platform/platform.hpp"

namespace lifeboat::models {

/// The default of a quota in the region with that AWS code ("ap-southeast-1"); the quota's own
/// value where no table names the region.
[[nodiscard]] double regional_default(const QuotaDefault& quota, std::string_view code);

}  // namespace lifeboat::models
