// What stands before a front door's own work: its certificate, its firewall, Shield's watch.
//
// A front door (a CDN, a load balancer, an API gateway) reads the three from its own description
// and has them compiled in four calls:
//
//     spec.edge = edge::read_edge(reader, platform, site);       reading
//     edge_ = edge::Edge(site, spec.edge);
//     edge_.declare(compiler, handles_);                         in declare
//     edge_.define(compiler, handles_);                          in define; adds its meters
//     edge_.emit(plan, operation);                               in each plan, after plan.gate()
//
// and states edge::meters() after its own meters, and edge_.named() among its named operations.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/edge/certificate.hpp"
#include "models/edge/shield.hpp"
#include "models/edge/web_acl.hpp"

namespace lifeboat::models::edge {

struct EdgeSpec {
  std::optional<WebAclSpec> web_acl;
  ShieldSpec shield;
  std::optional<CertificateSpec> certificate;
};

/// Reads "waf", "shield" and "certificate".
[[nodiscard]] EdgeSpec read_edge(io::ObjectReader& reader, const Platform& platform,
                                 const DeploymentSite& site);

/// What the firewall and Shield are billed by, whoever has them.
[[nodiscard]] std::vector<MeterSpec> web_acl_meters();
[[nodiscard]] std::vector<MeterSpec> shield_meters();
/// `own`, and the meters of every edge after them.
[[nodiscard]] std::vector<MeterSpec> with_edge_meters(std::vector<MeterSpec> own);

/// The parts that a deployment's description gives it ("waf"), which faults may name.
[[nodiscard]] std::vector<std::string> parts_of(const DeploymentSpec& deployment);

class Edge {
 public:
  Edge(DeploymentSite site, const EdgeSpec& spec);

  /// Operations that its rules' scopes name.
  [[nodiscard]] std::vector<OperationName> named() const;
  void declare(Compiler& compiler, Handles& handles);
  /// Controllers; and the meters, after those that the front door has put there.
  void define(Compiler& compiler, Handles& handles);
  /// A request's steps: connect, then be inspected.
  void emit(sim::PlanBuilder& plan, std::string_view operation) const;
  /// The same of a health check, which does not validate certificates.
  void emit_probe(sim::PlanBuilder& plan) const;

 private:
  void add_meters(Handles& handles) const;

  DeploymentSite site_;
  ShieldSpec shield_;
  std::optional<WebAcl> web_acl_;
  std::optional<Certificate> certificate_;
};

}  // namespace lifeboat::models::edge
