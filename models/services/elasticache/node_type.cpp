#include "models/services/elasticache/node_type.hpp"

namespace lifeboat::models::elasticache {

namespace {

struct NodeType {
  std::string_view name;
  double gib;
};
// The maxmemory of each type as widely published (ElastiCache User Guide, node-type parameters).
constexpr NodeType kTypes[] = {
    {"cache.t3.micro", 0.5},       {"cache.t3.small", 1.37},      {"cache.t3.medium", 3.09},
    {"cache.t4g.micro", 0.5},      {"cache.t4g.small", 1.37},     {"cache.t4g.medium", 3.09},
    {"cache.m5.large", 6.38},      {"cache.m5.xlarge", 12.93},    {"cache.m5.2xlarge", 26.04},
    {"cache.m5.4xlarge", 52.26},   {"cache.m6g.large", 6.38},     {"cache.m6g.xlarge", 12.94},
    {"cache.m6g.2xlarge", 26.05},  {"cache.m6g.4xlarge", 52.26},  {"cache.m7g.large", 6.38},
    {"cache.m7g.xlarge", 12.93},   {"cache.m7g.2xlarge", 26.05},  {"cache.m7g.4xlarge", 52.26},
    {"cache.r5.large", 13.07},     {"cache.r5.xlarge", 26.32},    {"cache.r5.2xlarge", 52.82},
    {"cache.r5.4xlarge", 105.81},  {"cache.r6g.large", 13.07},    {"cache.r6g.xlarge", 26.32},
    {"cache.r6g.2xlarge", 52.82},  {"cache.r6g.4xlarge", 105.81}, {"cache.r6g.8xlarge", 209.55},
    {"cache.r7g.large", 13.07},    {"cache.r7g.xlarge", 26.32},   {"cache.r7g.2xlarge", 52.82},
    {"cache.r7g.4xlarge", 105.81}, {"cache.r7g.8xlarge", 209.55},
};

}  // namespace

std::optional<double> node_memory_gib(std::string_view type) {
  for (const NodeType& row : kTypes) {
    if (row.name == type) return row.gib;
  }
  return std::nullopt;
}

std::vector<std::string> node_type_names() {
  std::vector<std::string> names;
  for (const NodeType& row : kTypes) names.emplace_back(row.name);
  return names;
}

}  // namespace lifeboat::models::elasticache
