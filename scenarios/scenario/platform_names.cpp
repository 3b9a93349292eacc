#include "scenarios/scenario/platform_names.hpp"

#include <algorithm>

#include "models/io/suggest.hpp"

namespace lifeboat::scenarios {

namespace io = models::io;

namespace {

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void no_such(std::string_view what, std::string_view name, const std::vector<std::string>& known,
             const io::Place& place, io::Problems& problems) {
  problems.error(place, "there is no " + std::string(what) + " " + io::quote(name),
                 io::one_of(known), io::suggest(name, known));
}

}  // namespace

const PlatformNames::Service* PlatformNames::find_service(std::string_view name) const {
  for (const auto& service : services) {
    if (service.name == name) return &service;
  }
  return nullptr;
}

bool PlatformNames::has_region(std::string_view name) const { return contains(regions, name); }

std::vector<std::string> PlatformNames::service_names() const {
  std::vector<std::string> names;
  for (const auto& service : services) names.push_back(service.name);
  return names;
}

bool check_region(const LocatedName& region, const PlatformNames& names, io::Problems& problems) {
  if (names.has_region(region.value)) return true;
  no_such("region", region.value, names.regions, region.place, problems);
  return false;
}

std::optional<DeploymentName> resolve_deployment(const LocatedName& text,
                                                 const PlatformNames& names, bool one,
                                                 io::Problems& problems) {
  const std::size_t at = text.value.find('@');
  DeploymentName result{text.value.substr(0, at), ""};
  const auto* service = names.find_service(result.service);
  if (service == nullptr) {
    no_such("service", result.service, names.service_names(), text.place, problems);
    return std::nullopt;
  }
  if (at == std::string::npos) {
    if (one && service->regions.size() > 1) {
      problems.error(
          text.place, io::quote(result.service) + " is deployed in several regions",
          io::quote(result.service + "@" + service->regions.front()) + " or another of them");
      return std::nullopt;
    }
    if (one && service->regions.size() == 1) result.region = service->regions.front();
    return result;
  }
  result.region = text.value.substr(at + 1);
  if (!check_region({result.region, text.place}, names, problems)) return std::nullopt;
  if (!contains(service->regions, result.region)) {
    problems.error(
        text.place, io::quote(result.service) + " is not deployed in " + io::quote(result.region),
        service->regions.empty() ? "its name alone: it is global" : io::one_of(service->regions));
    return std::nullopt;
  }
  return result;
}

}  // namespace lifeboat::scenarios
