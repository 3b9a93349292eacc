#include "models/services/shield/shield.hpp"

#include "models/edge/edge.hpp"
#include "models/edge/property_kind.hpp"

namespace lifeboat::models {
namespace {

class ShieldKind final : public edge::PropertyKind {
 public:
  ShieldKind() : PropertyKind("shield") {}
  std::string_view name() const override { return "shield"; }
  std::string_view summary() const override {
    return "AWS Shield: Standard absorbs floods of packets on every edge, free of charge; Advanced "
           "watches requests against a baseline and mitigates floods of them";
  }
  std::vector<MeterSpec> meters() const override { return edge::shield_meters(); }

 protected:
  void read_keys(io::ObjectReader& reader) const override { (void)edge::read_shield_keys(reader); }
};

}  // namespace

const ServiceKind& shield_kind() {
  static const ShieldKind kind;
  return kind;
}

}  // namespace lifeboat::models
