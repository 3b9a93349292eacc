#include "models/edge/shield.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/io/units.hpp"
#include "models/platform/law.hpp"
#include "models/platform/metrics.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::edge {
namespace {

using sim::Control;
using sim::Duration;
using sim::Instant;
using sim::Law;

constexpr Duration kLook = Duration::seconds(10);
constexpr Duration kBaseline = Duration::hours(24);
/// A baseline below this, in requests a second, says nothing: ten requests would be a flood.
constexpr double kLeastBaseline = 1;

struct ShieldState {
  Instant mitigate_at = Instant::never();
  Instant quiet_since = Instant::never();
  double baseline = 0;
  double score = 0;  ///< seconds, in baselines
  std::uint64_t seen = 0;
  std::uint32_t looks = 0;
  std::uint32_t events = 0;
  bool detected = false;
  bool mitigating = false;
};

struct ShieldPolicy {
  ShieldSpec spec;
  DeploymentSite site;
  sim::DeploymentId watched;
  sim::RegisterId region_up;  ///< invalid: global
  sim::RegisterId detected;
  sim::RegisterId limit;  ///< of its rule; invalid: none
  sim::LawId mitigation;
  double expected = 0;  ///< requests a second when the run begins; 0: unknown
};

class ShieldController final : public sim::ControllerOf<ShieldState> {
 public:
  explicit ShieldController(ShieldPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return name_of(policy_.site) + "/shield"; }

 private:
  void start_with(ShieldState& state, Control& control) const override {
    state.baseline = policy_.expected;
    control.wake_at(control.now() +
                    Duration::from_seconds(control.uniform("phase", 0) * kLook.to_seconds()));
  }

  void wake_with(ShieldState& state, Control& control) const override {
    const std::uint64_t seen = control.entered(policy_.watched);
    const double rate = static_cast<double>(seen - state.seen) / kLook.to_seconds();
    const bool first = state.looks++ == 0;  // the time since the start is less than a look
    state.seen = seen;
    control.wake_at(control.now() + kLook);
    const bool rests = policy_.region_up.valid() && control.value(policy_.region_up) == 0;
    if (first || rests) return;
    watch(state, rate, control);
  }

  void watch(ShieldState& state, double rate, Control& control) const {
    const double baseline = std::max(state.baseline, kLeastBaseline);
    const double excess = rate / baseline - policy_.spec.deviation;
    const double enough = policy_.spec.detection.to_seconds();
    const bool ready = control.now() + policy_.spec.protected_for >= Instant::origin() + kBaseline;
    state.score = ready ? std::clamp(state.score + excess * kLook.to_seconds(), 0.0, enough) : 0;
    if (!state.detected) {
      learn(state, rate);
      if (ready && state.score >= enough) detect(state, rate, control);
      return;
    }
    if (!state.mitigating && control.now() >= state.mitigate_at) mitigate(state, control);
    if (excess > 0) {
      state.quiet_since = Instant::never();
    } else if (state.quiet_since.is_never()) {
      state.quiet_since = control.now();
    } else if (control.now() - state.quiet_since >= policy_.spec.quiet) {
      end(state, control);
    }
  }

  /// The plain mean while nothing was expected and a day has not passed, then the average.
  void learn(ShieldState& state, double rate) const {
    double weight = kLook.to_seconds() / kBaseline.to_seconds();
    if (policy_.expected <= 0) weight = std::max(weight, 1.0 / (state.looks - 1));
    state.baseline += weight * (rate - state.baseline);
  }

  void detect(ShieldState& state, double rate, Control& control) const {
    state.detected = true;
    state.quiet_since = Instant::never();
    control.set(policy_.detected, 1);
    log(control, "event detected: " + io::to_text(std::round(rate)) +
                     " requests a second, baseline " + io::to_text(std::round(state.baseline)));
    if (!policy_.limit.valid()) return;
    state.mitigate_at =
        control.now() + control.draw(policy_.mitigation, "mitigation", state.events++);
  }

  void mitigate(ShieldState& state, Control& control) const {
    state.mitigating = true;
    state.mitigate_at = Instant::never();
    control.set(policy_.limit, policy_.spec.rule.limit);
    log(control, "automatic mitigation: a rate-based rule of " +
                     std::to_string(policy_.spec.rule.limit) + " requests a client");
  }

  void end(ShieldState& state, Control& control) const {
    state.detected = false;
    state.mitigating = false;
    state.mitigate_at = Instant::never();
    state.score = 0;
    control.set(policy_.detected, 0);
    if (policy_.limit.valid()) control.set(policy_.limit, 0);
    log(control, "event over");
  }

  void log(Control& control, const std::string& text) const {
    control.log_event("shield", name_of(policy_.site), policy_.site.region, text);
  }

  ShieldPolicy policy_;
};

std::string register_name(const DeploymentSite& site, std::string_view what) {
  return "shield/" + name_of(site) + "/" + std::string(what);
}

}  // namespace

ShieldSpec read_shield_keys(io::ObjectReader& r) {
  ShieldSpec spec;
  spec.advanced = r.optional_boolean(
      {"advanced", "watch requests as Shield Advanced; Standard absorbs packets, free of charge",
       "AWS documentation, Shield Standard is on for everybody, as of 2026-11"},
      false);
  spec.automatic_mitigation = r.optional_boolean(
      {"automaticMitigation", "put a rate-based rule into the web ACL during an event",
       "AWS documentation, automatic application layer DDoS mitigation is opt-in, as of 2026-11"},
      false);
  spec.protected_for = r.optional_duration(
      {"protectedFor", "how long it has been watched at time 0; a baseline takes 24 h",
       "AWS documentation, Shield application layer detection, 2023: at least 24 h, best after 30 "
       "days"},
      spec.protected_for);
  spec.deviation = r.optional_number(
      {"deviation", "rate that it tolerates, in baselines", "guess: 3 (1.5 to 10); unpublished"},
      spec.deviation, {.min = 1.0, .max = 1000.0});
  spec.detection = r.optional_duration(
      {"detection", "time to detect one baseline more than it tolerates; twice that, half the time",
       "guess: 5 min (1 to 15 min); AWS documentation: a larger deviation is detected faster"},
      spec.detection, {.min = Duration::seconds(1), .max = Duration::hours(24)});
  spec.mitigation = optional_law(
      r, {"mitigation", "from the detection to the rule", "guess: uniform 1 to 10 min"},
      Law::uniform(Duration::minutes(1), Duration::minutes(10)));
  spec.quiet = r.optional_duration(
      {"quiet", "time below the deviation after which the event is over and the rule goes",
       "guess: 15 min (5 to 60 min); unpublished"},
      spec.quiet);
  spec.rule.name = "shield-mitigation";
  spec.rule.limit =
      r.optional_count({"limit", "requests of a client in the rule's 300 s",
                        "guess: 300 (100 to 2,000); the rule that AWS chooses is unpublished"},
                       300, {.min = std::int64_t{10}, .max = std::int64_t{2'000'000'000}});
  if (spec.automatic_mitigation && !spec.advanced) {
    r.error("automaticMitigation", "only Shield Advanced mitigates requests", "\"advanced\": true");
  }
  return spec;
}

ShieldSpec read_shield(io::ObjectReader& reader) {
  ShieldSpec spec;
  reader.section({"shield", "AWS Shield's watch over its requests", "", "Shield Standard"},
                 [&](io::ObjectReader& shield) { spec = read_shield_keys(shield); });
  if (spec.automatic_mitigation && !reader.has("waf")) {
    reader.error("shield", "automatic mitigation puts its rule into a web ACL, and there is none",
                 "a \"waf\" beside it");
  }
  return spec;
}

void declare_shield(Compiler& compiler, const DeploymentSite& site, const ShieldSpec& spec,
                    WebAcl* acl, Handles& handles) {
  if (!spec.advanced) return;
  const sim::RegisterId detected =
      compiler.network().add_register(register_name(site, "detected"), 0);
  handles.metrics.push_back(
      register_metric("DDoSDetected", "1 while Shield Advanced sees an event", detected));
  if (!spec.automatic_mitigation || acl == nullptr) return;
  const sim::RegisterId limit = compiler.network().add_register(register_name(site, "limit"), 0);
  (void)acl->add_rule(compiler, spec.rule, limit);
}

void define_shield(Compiler& compiler, const DeploymentSite& site, const ShieldSpec& spec) {
  if (!spec.advanced) return;
  const sim::Network& network = compiler.network().so_far();
  ShieldPolicy policy;
  policy.spec = spec;
  policy.site = site;
  policy.watched = compiler.deployment(site);
  if (!site.region.empty()) policy.region_up = compiler.region_up(site.region);
  policy.detected = network.find_register(register_name(site, "detected"));
  policy.limit = network.find_register(register_name(site, "limit"));
  policy.mitigation = compiler.network().add_law(spec.mitigation);
  policy.expected = compiler.expected_visits(site);
  compiler.network().add_controller(std::make_shared<ShieldController>(std::move(policy)));
}

}  // namespace lifeboat::models::edge
