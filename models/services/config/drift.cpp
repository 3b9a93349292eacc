#include "models/services/config/drift.hpp"

#include <algorithm>
#include <set>

namespace lifeboat::models::config {

namespace {

class Comparison {
 public:
  Comparison(const std::vector<std::string>& expected, std::vector<Difference>& found)
      : expected_(expected), found_(found) {}

  void compare(const std::string& service, const std::string& path, const io::Value* a,
               const io::Value* b) {
    if (!path.empty() && is_expected(path)) return;
    if (a != nullptr && b != nullptr && a->is_object() && b->is_object()) {
      std::set<std::string> names;
      for (const io::Member& member : a->members()) names.insert(std::string(member.name));
      for (const io::Member& member : b->members()) names.insert(std::string(member.name));
      for (const std::string& name : names) {
        std::string inner = path;
        if (!inner.empty()) inner += '.';
        inner += name;
        compare(service, inner, of(*a, name), of(*b, name));
      }
      return;
    }
    const std::string here = a != nullptr ? a->to_json_text() : std::string{};
    const std::string there = b != nullptr ? b->to_json_text() : std::string{};
    if (here != there) found_.push_back({service, path, here, there});
  }

 private:
  static const io::Value* of(const io::Value& value, const std::string& name) {
    const io::Member* member = value.find(name);
    return member == nullptr ? nullptr : &member->value;
  }

  bool is_expected(const std::string& path) const {
    return std::find(expected_.begin(), expected_.end(), path.substr(0, path.find('.'))) !=
           expected_.end();
  }

  const std::vector<std::string>& expected_;
  std::vector<Difference>& found_;
};

std::string number_text(const RegionSpec& region, const std::string& quota) {
  const auto found = region.quotas.find(quota);
  return found == region.quotas.end() ? std::string{} : io::Value::number(found->second).shown();
}

}  // namespace

std::vector<Difference> drift(const Platform& platform, const std::string& here,
                              const std::string& there, const std::vector<std::string>& expected) {
  std::vector<Difference> found;
  Comparison comparison(expected, found);
  for (const ServiceSpec& service : platform.services) {
    const DeploymentSpec* a = platform.find_deployment(service.name, here);
    const DeploymentSpec* b = platform.find_deployment(service.name, there);
    if (a != nullptr && b != nullptr) {
      comparison.compare(service.name, "", &a->description, &b->description);
    }
  }
  if (std::find(expected.begin(), expected.end(), "quotas") != expected.end()) return found;
  const RegionSpec* a = platform.find_region(here);
  const RegionSpec* b = platform.find_region(there);
  std::set<std::string> quotas;
  for (const RegionSpec* region : {a, b}) {
    for (const auto& [quota, value] : region->quotas) quotas.insert(quota);
  }
  for (const std::string& quota : quotas) {
    const std::string in_a = number_text(*a, quota);
    const std::string in_b = number_text(*b, quota);
    if (in_a != in_b) found.push_back({"", quota, in_a, in_b});
  }
  return found;
}

sim::Duration drift_found_within(bool continuous) {
  return continuous ? sim::Duration::minutes(15) : sim::Duration::days(1);
}

}  // namespace lifeboat::models::config
