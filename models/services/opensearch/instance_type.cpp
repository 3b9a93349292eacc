#include "models/services/opensearch/instance_type.hpp"

namespace lifeboat::models::opensearch {

namespace {

struct Size {
  std::string_view name;
  std::uint32_t vcpus;
};
constexpr Size kSizes[] = {{"large", 2},    {"xlarge", 4},   {"2xlarge", 8},
                           {"4xlarge", 16}, {"8xlarge", 32}, {"12xlarge", 48}};
constexpr std::string_view kFamilies[] = {"m5",  "m6g", "m7g", "r5",  "r6g",
                                          "r7g", "c5",  "c6g", "c7g", "or1"};
constexpr Size kBurstable[] = {{"t3.small.search", 2}, {"t3.medium.search", 2}};

std::string name_of(std::string_view family, const Size& size) {
  return std::string(family) + "." + std::string(size.name) + ".search";
}

}  // namespace

std::optional<std::uint32_t> instance_vcpus(std::string_view type) {
  for (const Size& row : kBurstable) {
    if (row.name == type) return row.vcpus;
  }
  for (const std::string_view family : kFamilies) {
    for (const Size& size : kSizes) {
      if (name_of(family, size) == type) return size.vcpus;
    }
  }
  return std::nullopt;
}

std::vector<std::string> instance_type_names() {
  std::vector<std::string> names;
  for (const Size& row : kBurstable) names.emplace_back(row.name);
  for (const std::string_view family : kFamilies) {
    for (const Size& size : kSizes) names.push_back(name_of(family, size));
  }
  return names;
}

}  // namespace lifeboat::models::opensearch
