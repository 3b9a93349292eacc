#include "models/edge/edge.hpp"

#include "models/io/units.hpp"
#include "models/platform/meter_readings.hpp"

namespace lifeboat::models::edge {
EdgeSpec read_edge(io::ObjectReader& reader, const Platform& platform, const DeploymentSite& site) {
  EdgeSpec spec;
  spec.web_acl = read_web_acl(reader, site.region.empty());
  spec.shield = read_shield(reader);
  spec.certificate = read_certificate(reader, platform, site);
  return spec;
}

std::vector<MeterSpec> web_acl_meters() {
  return {{"firewall-requests", "requests", "requests that its \"waf\" inspects"},
          {"firewall-acl-months", "acl-month", "time that its web ACL exists, used or not"},
          {"firewall-rule-months", "rule-month", "rate-based rules and managed rule groups of it"},
          {"bot-control-acl-months", "acl-month", "time that the ACL has bot control"},
          {"bot-control-requests", "requests", "requests inspected with bot control"}};
}

std::vector<MeterSpec> shield_meters() {
  return {
      {"shield-advanced-months", "month",
       "time under Shield Advanced; the subscription is the organization's, whatever it covers"}};
}

std::vector<MeterSpec> with_edge_meters(std::vector<MeterSpec> own) {
  for (const MeterSpec& meter : web_acl_meters()) own.push_back(meter);
  for (const MeterSpec& meter : shield_meters()) own.push_back(meter);
  return own;
}

std::vector<std::string> parts_of(const DeploymentSpec& deployment) {
  std::vector<std::string> parts;
  const auto has = [&](std::string_view key) {
    const io::Member* member = deployment.description.find(key);
    return member != nullptr && member->value.is_object();
  };
  if (has("waf")) parts.emplace_back("waf");
  if (has("certificate")) {
    parts.emplace_back(kCertificatePart);
    parts.emplace_back(kRenewalPart);
  }
  return parts;
}

Edge::Edge(DeploymentSite site, const EdgeSpec& spec)
    : site_(std::move(site)), shield_(spec.shield) {
  if (spec.web_acl) web_acl_.emplace(site_, *spec.web_acl);
  if (spec.certificate) certificate_.emplace(site_, *spec.certificate);
}

std::vector<OperationName> Edge::named() const {
  std::vector<OperationName> names;
  if (!web_acl_) return names;
  for (const RateRuleSpec& rule : web_acl_->spec().rules) {
    for (const std::string& operation : rule.operations) {
      names.push_back({site_.service, operation, rule.place});
    }
  }
  return names;
}

void Edge::declare(Compiler& compiler, Handles& handles) {
  if (certificate_) certificate_->declare(compiler, handles);
  if (web_acl_) web_acl_->declare(compiler);
  declare_shield(compiler, site_, shield_, web_acl_ ? &*web_acl_ : nullptr, handles);
  if (web_acl_) web_acl_->add_metrics(handles);  // of Shield's rule too
}

void Edge::define(Compiler& compiler, Handles& handles) {
  if (certificate_) certificate_->define(compiler);
  if (web_acl_) web_acl_->define(compiler);
  define_shield(compiler, site_, shield_);
  add_meters(handles);
}

void Edge::emit(sim::PlanBuilder& plan, std::string_view operation) const {
  if (certificate_) certificate_->emit(plan);
  if (web_acl_) web_acl_->emit(plan, operation);
}

void Edge::emit_probe(sim::PlanBuilder& plan) const {
  if (web_acl_) web_acl_->emit(plan, {});
}

void Edge::add_meters(Handles& handles) const {
  const bool has_acl = web_acl_.has_value();
  const bool bots = has_acl && web_acl_->spec().bot_control;
  const sim::DeploymentId firewall = has_acl ? web_acl_->part() : sim::DeploymentId{};
  const double rules = has_acl ? static_cast<double>(web_acl_->spec().rules.size()) +
                                     static_cast<double>(web_acl_->spec().managed_rule_groups)
                               : 0.0;
  const auto months = [](double each) {
    return [each](const MeterReadings& used) { return each * used.hours() / io::kHoursPerMonth; };
  };
  const auto requests = [firewall](bool metered) {
    return [firewall, metered](const MeterReadings& used) {
      return metered ? used.entered(firewall) : 0.0;
    };
  };
  handles.meters.push_back({"firewall-requests", requests(has_acl)});
  handles.meters.push_back({"firewall-acl-months", months(has_acl ? 1 : 0)});
  handles.meters.push_back({"firewall-rule-months", months(rules)});
  handles.meters.push_back({"bot-control-acl-months", months(bots ? 1 : 0)});
  handles.meters.push_back({"bot-control-requests", requests(bots)});
  handles.meters.push_back({"shield-advanced-months", months(shield_.advanced ? 1 : 0)});
}

}  // namespace lifeboat::models::edge
