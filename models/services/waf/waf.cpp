#include "models/services/waf/waf.hpp"

#include "models/edge/edge.hpp"
#include "models/edge/property_kind.hpp"

namespace lifeboat::models {
namespace {

class WafKind final : public edge::PropertyKind {
 public:
  WafKind() : PropertyKind("waf") {}
  std::string_view name() const override { return "waf"; }
  std::string_view summary() const override {
    return "AWS WAF: inline inspection, rate-based rules on each client, failing open or closed";
  }
  std::vector<MeterSpec> meters() const override { return edge::web_acl_meters(); }

 protected:
  void read_keys(io::ObjectReader& reader) const override {
    (void)edge::read_web_acl_keys(reader, false);
  }
};

}  // namespace

const ServiceKind& waf_kind() {
  static const WafKind kind;
  return kind;
}

}  // namespace lifeboat::models
