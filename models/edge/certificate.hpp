// A TLS certificate of Certificate Manager on a front door.
//
// It is no step of the request path but a clock: valid until `notAfter`, renewed from 45 days
// before that, and from the end on every new connection is refused. The certificate is a part of
// its service with a gate of its own ("certificate"), in front of everything else that a request
// meets there; renewal is another ("certificate-renewal"), which a fault may shut. Both exist only
// where a certificate is described: without one nothing of TLS is modelled.
//
// A certificate is of one region. A deployment without one, where the same service has one in
// another region, refuses every connection: that is noticed at the failover, unless a check of the
// platform says so before (read_certificate warns).
//
// Health checks of Route 53 do not validate certificates (AWS documentation), so probes pass.
#pragma once

#include <optional>
#include <string>

#include "models/io/clock.hpp"
#include "models/io/reader.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/kind.hpp"
#include "models/platform/platform.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::edge {

inline constexpr std::string_view kCertificatePart = "certificate";
inline constexpr std::string_view kRenewalPart = "certificate-renewal";

struct CertificateSpec {
  bool missing = false;   ///< others of the service have one, this deployment has not
  bool imported = false;  ///< never renewed by ACM
  std::optional<io::ClockTime> not_after;
  sim::Duration validity = sim::Duration::days(198);
  sim::Duration renewal = sim::Duration::days(45);
  sim::Duration retry = sim::Duration::hours(12);
  sim::Law validation;
};

/// Reads "certificate" of a front door; nothing where the service has none anywhere.
[[nodiscard]] std::optional<CertificateSpec> read_certificate(io::ObjectReader& reader,
                                                              const Platform& platform,
                                                              const DeploymentSite& site);
[[nodiscard]] CertificateSpec read_certificate_keys(io::ObjectReader& r);

class Certificate {
 public:
  Certificate(DeploymentSite site, CertificateSpec spec)
      : site_(std::move(site)), spec_(std::move(spec)) {}
  void declare(Compiler& compiler, Handles& handles);
  void define(Compiler& compiler) const;
  /// The connection of a request.
  void emit(sim::PlanBuilder& plan) const { plan.gate_of(part_, "tls"); }

 private:
  DeploymentSite site_;
  CertificateSpec spec_;
  sim::DeploymentId part_;
  sim::DeploymentId renewal_;
  sim::RegisterId not_after_;
};

}  // namespace lifeboat::models::edge
