#include "models/services/acm/acm.hpp"

#include "models/edge/edge.hpp"
#include "models/edge/property_kind.hpp"

namespace lifeboat::models {
namespace {

class AcmKind final : public edge::PropertyKind {
 public:
  AcmKind() : PropertyKind("certificate") {}
  std::string_view name() const override { return "acm"; }
  std::string_view summary() const override {
    return "AWS Certificate Manager: certificates that expire, are renewed, and are of one region; "
           "free of charge";
  }

 protected:
  void read_keys(io::ObjectReader& reader) const override {
    (void)edge::read_certificate_keys(reader);
  }
};

}  // namespace

const ServiceKind& acm_kind() {
  static const AcmKind kind;
  return kind;
}

}  // namespace lifeboat::models
