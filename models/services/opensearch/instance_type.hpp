// vCPU of a node by its instance type: "r6g.2xlarge.search" has 8.
//
// The size fixes the vCPU in every family (small, medium and large 2, xlarge 4, 2xlarge 8, ...):
// widely published on the EC2 and OpenSearch instance types pages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::models::opensearch {

[[nodiscard]] std::optional<std::uint32_t> instance_vcpus(std::string_view type);
[[nodiscard]] std::vector<std::string> instance_type_names();

}  // namespace lifeboat::models::opensearch
