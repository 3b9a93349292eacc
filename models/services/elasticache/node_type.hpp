// Cache node types and the memory of each.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::models::elasticache {

/// Memory of "cache.r6g.large" in GiB; nothing if there is no such type.
[[nodiscard]] std::optional<double> node_memory_gib(std::string_view type);
[[nodiscard]] std::vector<std::string> node_type_names();

}  // namespace lifeboat::models::elasticache
