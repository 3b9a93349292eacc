#include "models/services/rds/instance_class.hpp"

#include <algorithm>
#include <cmath>

namespace lifeboat::models::rds {

namespace {

struct Size {
  std::string_view name;
  std::uint32_t vcpus;
};
// vCPU by size: the same in all these families. Widely published on the RDS instance types page.
constexpr Size kSizes[] = {{"large", 2},    {"xlarge", 4},    {"2xlarge", 8},   {"4xlarge", 16},
                           {"8xlarge", 32}, {"12xlarge", 48}, {"16xlarge", 64}, {"24xlarge", 96}};

struct Family {
  std::string_view name;
  double gib_per_vcpu;
  std::uint32_t largest;  // vCPU
};
constexpr Family kFamilies[] = {{"m5", 4, 96}, {"m6g", 4, 64}, {"m6i", 4, 96}, {"m7g", 4, 64},
                                {"r5", 8, 96}, {"r6g", 8, 64}, {"r6i", 8, 96}, {"r7g", 8, 64}};

struct Burstable {
  std::string_view name;
  InstanceClass is;
};
constexpr Burstable kBurstable[] = {
    {"db.t3.micro", {2, 1}},  {"db.t3.small", {2, 2}},    {"db.t3.medium", {2, 4}},
    {"db.t3.large", {2, 8}},  {"db.t3.xlarge", {4, 16}},  {"db.t3.2xlarge", {8, 32}},
    {"db.t4g.micro", {2, 1}}, {"db.t4g.small", {2, 2}},   {"db.t4g.medium", {2, 4}},
    {"db.t4g.large", {2, 8}}, {"db.t4g.xlarge", {4, 16}}, {"db.t4g.2xlarge", {8, 32}},
};

std::string name_of(const Family& family, const Size& size) {
  return "db." + std::string(family.name) + "." + std::string(size.name);
}

}  // namespace

std::optional<InstanceClass> find_instance_class(std::string_view name) {
  for (const Burstable& row : kBurstable) {
    if (row.name == name) return row.is;
  }
  for (const Family& family : kFamilies) {
    for (const Size& size : kSizes) {
      if (size.vcpus <= family.largest && name_of(family, size) == name) {
        return InstanceClass{size.vcpus, size.vcpus * family.gib_per_vcpu};
      }
    }
  }
  return std::nullopt;
}

std::vector<std::string> instance_class_names() {
  std::vector<std::string> names;
  for (const Family& family : kFamilies) {
    for (const Size& size : kSizes) {
      if (size.vcpus <= family.largest) names.push_back(name_of(family, size));
    }
  }
  for (const Burstable& row : kBurstable) names.emplace_back(row.name);
  return names;
}

std::uint32_t default_max_connections(Engine engine, const InstanceClass& of) {
  constexpr double kSeen = 0.95;  // of the class's memory, after what the instance keeps
  const double bytes = of.memory_gib * 1073741824.0 * kSeen;
  switch (engine) {
    case Engine::kPostgres:
      return static_cast<std::uint32_t>(std::min(std::floor(bytes / 9531392.0), 5000.0));
    case Engine::kMySql:
      return static_cast<std::uint32_t>(std::min(std::floor(bytes / 12582880.0), 16000.0));
  }
  return 0;
}

}  // namespace lifeboat::models::rds
