#include "models/edge/certificate.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "models/edge/web_acl.hpp"
#include "models/platform/law.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::edge {
namespace {

using sim::Control;
using sim::Duration;
using sim::Instant;
using sim::Law;

constexpr std::string_view kSource =
    "AWS documentation, ACM certificate characteristics, copy of 2026 (before: 395 days, 60 days)";

struct CertificateState {
  Instant not_after = Instant::never();
  Instant attempt_at = Instant::never();  ///< next try to renew
  Instant issued_at = Instant::never();   ///< the validation under way ends
  sim::EffectId refusal;                  ///< while it has expired
  std::uint32_t attempts = 0;
  bool expired = false;
  bool failing = false;  ///< the last try to renew failed
};

struct CertificatePolicy {
  CertificateSpec spec;
  DeploymentSite site;
  std::optional<Instant> not_after;
  sim::DeploymentId part;
  sim::DeploymentId renewal;
  sim::RegisterId not_after_register;  ///< seconds since time 0
  sim::LawId validation;
};

class CertificateController final : public sim::ControllerOf<CertificateState> {
 public:
  explicit CertificateController(CertificatePolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return name_of(policy_.site) + "/certificate"; }

 private:
  void start_with(CertificateState& state, Control& control) const override {
    if (policy_.spec.missing) {
      refuse(state, control, "no certificate in this region: every connection is refused");
      return;
    }
    if (policy_.not_after) {
      state.not_after = *policy_.not_after;
    } else {
      // Renewed again and again, it is anywhere between two renewals.
      const double least = policy_.spec.renewal.to_seconds();
      const double most = policy_.spec.validity.to_seconds();
      state.not_after = control.now() +
                        Duration::from_seconds(least + control.uniform("age", 0) * (most - least));
    }
    if (!policy_.spec.imported) {
      state.attempt_at = std::max(control.now(), state.not_after - policy_.spec.renewal);
    }
    publish(state, control);
    sleep(state, control);
  }

  void wake_with(CertificateState& state, Control& control) const override {
    if (policy_.spec.missing) return;
    if (state.issued_at <= control.now()) issue(state, control);
    if (state.attempt_at <= control.now()) attempt(state, control);
    if (state.not_after <= control.now() && !state.expired) {
      state.expired = true;
      refuse(state, control, "the certificate has expired: every connection is refused");
    }
    sleep(state, control);
  }

  /// A try to renew: the record that proves the domain is looked up, then a certificate is issued.
  void attempt(CertificateState& state, Control& control) const {
    if (!control.gate_open(policy_.renewal)) {
      failed(state, control);
      return;
    }
    state.attempt_at = Instant::never();
    state.issued_at =
        control.now() + control.draw(policy_.validation, "validation", state.attempts++);
  }

  void issue(CertificateState& state, Control& control) const {
    state.issued_at = Instant::never();
    if (!control.gate_open(policy_.renewal)) {
      failed(state, control);
      return;
    }
    state.failing = false;
    state.not_after = control.now() + policy_.spec.validity;
    state.attempt_at = state.not_after - policy_.spec.renewal;
    if (state.expired) control.end_effect(state.refusal);
    state.expired = false;
    publish(state, control);
    log(control, "the certificate has been renewed");
  }

  void failed(CertificateState& state, Control& control) const {
    if (!state.failing) log(control, "the renewal of the certificate fails");
    state.failing = true;
    state.attempt_at = control.now() + policy_.spec.retry;
  }

  void refuse(CertificateState& state, Control& control, const std::string& text) const {
    sim::Effect refusal;
    refusal.kind = sim::Effect::Kind::kErrors;
    state.refusal = control.begin_effect({policy_.part}, refusal);
    log(control, text);
  }

  void publish(const CertificateState& state, Control& control) const {
    control.set(policy_.not_after_register, state.not_after.nanoseconds() / 1'000'000'000);
  }

  static void sleep(const CertificateState& state, Control& control) {
    Instant next = std::min(state.attempt_at, state.issued_at);
    if (!state.expired) next = std::min(next, state.not_after);
    if (!next.is_never()) control.wake_at(std::max(next, control.now()));
  }

  void log(Control& control, const std::string& text) const {
    control.log_event("certificate", name_of(policy_.site), policy_.site.region, text);
  }

  CertificatePolicy policy_;
};

}  // namespace

CertificateSpec read_certificate_keys(io::ObjectReader& r) {
  constexpr io::Choice<bool> kTypes[] = {
      {"AMAZON_ISSUED", false, "by ACM, which renews it"},
      {"IMPORTED", true, "by somebody else: ACM never renews it"}};
  CertificateSpec spec;
  spec.imported = r.optional_enum(
      {"type", "who issued it", "AWS API reference, ACM CertificateDetail, as of 2026-08"}, false,
      kTypes);
  spec.not_after = r.maybe_clock(
      {"notAfter", "when it expires, on the scenario's clock", "",
       "anywhere between two renewals: uniform from the renewal to the whole validity ahead"});
  spec.validity = r.optional_duration({"validity", "from its issue to its end", kSource},
                                      spec.validity, {.min = Duration::days(1)});
  spec.renewal = r.optional_duration(
      {"renewalBefore", "before its end ACM begins to renew", kSource}, spec.renewal);
  spec.retry = r.optional_duration({"renewalInterval", "from a failed renewal to the next try",
                                    "guess: 12 h (1 h to 1 d); unpublished"},
                                   spec.retry, {.min = Duration::minutes(1)});
  spec.validation =
      optional_law(r,
                   {"validation", "DNS validation: from the request to the certificate",
                    "guess: p50 5 min, p99 30 min; widely reported, unpublished"},
                   Law::lognormal_quantiles(Duration::minutes(5), Duration::minutes(30)));
  if (spec.renewal >= spec.validity && !r.describing()) {
    r.error("renewalBefore", "not shorter than the validity");
  }
  if (spec.imported && !spec.not_after && !r.describing()) {
    r.error("type", "when an imported certificate expires is known to its importer alone",
            "\"notAfter\" beside it");
  }
  return spec;
}

std::optional<CertificateSpec> read_certificate(io::ObjectReader& reader, const Platform& platform,
                                                const DeploymentSite& site) {
  std::optional<CertificateSpec> spec;
  const bool there = reader.section(
      {"certificate", "a certificate of ACM for TLS, of this region (of us-east-1 for a CDN)", "",
       "TLS is not modelled"},
      [&](io::ObjectReader& certificate) { spec = read_certificate_keys(certificate); });
  if (there || reader.describing()) return spec;
  const ServiceSpec* service = platform.find_service(site.service);
  if (service == nullptr) return spec;
  for (const DeploymentSpec& other : service->deployments) {
    const io::Member* has = other.description.find("certificate");
    if (has == nullptr || !has->value.is_object()) continue;
    reader.warning("certificate", io::quote(site.service) + " has a certificate in " +
                                      io::quote(other.site.region) + " and none in " +
                                      io::quote(site.region) +
                                      ", where every connection will be refused");
    spec.emplace();
    spec->missing = true;
    return spec;
  }
  return spec;
}

void Certificate::declare(Compiler& compiler, Handles& handles) {
  sim::NetworkBuilder& network = compiler.network();
  const sim::RegionId region =
      site_.region.empty() ? sim::RegionId{} : sim::RegionId(site_.region_index);
  part_ = network.add_deployment(site_.service, region, false, std::string(kCertificatePart));
  renewal_ = network.add_deployment(site_.service, region, false, std::string(kRenewalPart));
  not_after_ = network.add_register("certificate/" + name_of(site_) + "/not-after", 0);
  handles.metrics.push_back(
      {"daysToExpiry", "1", "days until its certificate expires",
       [reg = not_after_](Control& control) {
         return (static_cast<double>(control.value(reg)) - control.now().to_seconds()) / 86'400;
       }});
}

void Certificate::define(Compiler& compiler) const {
  CertificatePolicy policy;
  policy.spec = spec_;
  policy.site = site_;
  if (spec_.not_after) {
    const auto at = compiler.calendar().resolve(*spec_.not_after);
    policy.not_after = at ? at.value() : Instant::origin();  // a date before time 0
  }
  policy.part = part_;
  policy.renewal = renewal_;
  policy.not_after_register = not_after_;
  policy.validation = compiler.network().add_law(spec_.validation);
  compiler.network().add_controller(std::make_shared<CertificateController>(std::move(policy)));
}

}  // namespace lifeboat::models::edge
