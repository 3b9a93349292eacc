#include "models/edge/property_kind.hpp"

#include <fmt/format.h>

namespace lifeboat::models::edge {

std::unique_ptr<DeploymentModel> PropertyKind::read(const Platform& /*platform*/,
                                                    const DeploymentSite& site,
                                                    const io::Value& description,
                                                    io::Problems& problems) const {
  if (description.describer() == nullptr) {
    const std::string key(key_);
    problems.error(description.place(),
                   io::quote(site.service) + " cannot be a service: " + std::string(name()) +
                       fmt::format(" is a property of {}", fmt::join(property()->kinds, ", ")),
                   "\"" + key + "\": {...} in a service of one of them");
    return nullptr;
  }
  io::ObjectReader reader(description, problems);
  read_keys(reader);
  return nullptr;
}

}  // namespace lifeboat::models::edge
