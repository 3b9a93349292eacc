#include "models/services/msk/broker_type.hpp"

namespace lifeboat::models::msk {

namespace {

struct Row {
  std::string_view type;
  double megabytes_per_second;
};
constexpr Row kRows[] = {
    {"kafka.t3.small", 1.5},        {"kafka.m5.large", 10},       {"kafka.m5.xlarge", 20},
    {"kafka.m5.2xlarge", 40},       {"kafka.m5.4xlarge", 80},     {"kafka.m7g.large", 10},
    {"kafka.m7g.xlarge", 20},       {"kafka.m7g.2xlarge", 40},    {"kafka.m7g.4xlarge", 80},
    {"express.m7g.large", 23.4},    {"express.m7g.xlarge", 46.8}, {"express.m7g.2xlarge", 93.7},
    {"express.m7g.4xlarge", 187.5}, {"express.m7g.8xlarge", 375}, {"express.m7g.12xlarge", 562},
    {"express.m7g.16xlarge", 750},
};

}  // namespace

std::optional<double> broker_megabytes_per_second(std::string_view type) {
  for (const Row& row : kRows) {
    if (row.type == type) return row.megabytes_per_second;
  }
  return std::nullopt;
}

std::vector<std::string> broker_type_names() {
  std::vector<std::string> names;
  for (const Row& row : kRows) names.emplace_back(row.type);
  return names;
}

}  // namespace lifeboat::models::msk
