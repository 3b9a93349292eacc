// A kind that is a property of front doors: it is listed and explained as others are, and a
// service of it is an error that says where it belongs.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "models/io/reader.hpp"
#include "models/platform/kind.hpp"

namespace lifeboat::models::edge {

class PropertyKind : public ServiceKind {
 public:
  explicit PropertyKind(std::string_view key) : key_(key) {}

  [[nodiscard]] std::optional<PropertyOf> property() const override {
    return PropertyOf{key_, {"alb", "api-gateway", "cloudfront"}};
  }
  [[nodiscard]] std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                      const DeploymentSite& site,
                                                      const io::Value& description,
                                                      io::Problems& problems) const override;

 protected:
  /// Reads the property's keys.
  virtual void read_keys(io::ObjectReader& reader) const = 0;

 private:
  std::string_view key_;
};

}  // namespace lifeboat::models::edge
