// A web ACL of AWS WAF in front of a service: the inline inspection, its quota, its rate-based
// rules, and what happens when the firewall itself cannot be reached.
//
// In a request's plan:
//
//     take a token of the ACL's quota         more than it inspects a second is refused (429)
//     call inspect: gate "waf", inline delay  fails while a fault acts on the part "waf": then
//                                             fail open (no inspection) or fail closed (500)
//     screen by each rate-based rule          a client on the rule's list is refused (blocked)
//
// The firewall is a part of its service with a gate of its own, so a fault may take it away alone
// (scenarios/faults, "part": "waf"). How a rule counts and whom it lists is sim/engine/
// rate_counter.hpp: looks every 10 s at a sliding window, and a lag from the list to the edge.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/reader.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/kind.hpp"
#include "sim/network/builder.hpp"
#include "sim/random/law.hpp"
#include "sim/time.hpp"

namespace lifeboat::models::edge {

struct RateRuleSpec {
  std::string name;
  bool per_client = true;
  bool blocks = true;
  std::int64_t limit = 0;
  sim::Duration window = sim::Duration::seconds(300);
  std::vector<std::string> operations;  ///< that it counts; empty: all
  io::Place place;                      ///< of "scopeDown"
};

struct WebAclSpec {
  sim::Law inspection;
  sim::Law action_lag;
  bool bot_control = false;
  bool fail_open = false;
  double requests_per_second = 0;  ///< the ACL's quota
  std::int64_t managed_rule_groups = 0;
  std::vector<RateRuleSpec> rules;
};

/// Reads "waf" of a front door; nothing where there is none. `global`: at CloudFront.
[[nodiscard]] std::optional<WebAclSpec> read_web_acl(io::ObjectReader& reader, bool global);
/// Reads the keys of a web ACL.
[[nodiscard]] WebAclSpec read_web_acl_keys(io::ObjectReader& waf, bool global);

class WebAcl {
 public:
  WebAcl(DeploymentSite site, WebAclSpec spec) : site_(std::move(site)), spec_(std::move(spec)) {}

  [[nodiscard]] const WebAclSpec& spec() const { return spec_; }
  /// Makes the part "waf", the quota and the rules.
  void declare(Compiler& compiler);
  /// Adds a rule that counts every operation, after the ACL's own; between declare and emit.
  sim::RateRuleId add_rule(Compiler& compiler, const RateRuleSpec& rule, sim::RegisterId limit);
  /// What its rules have done, once all are there.
  void add_metrics(Handles& handles) const;
  void define(Compiler& compiler);
  /// The steps in a request's plan, after the gate of its service.
  void emit(sim::PlanBuilder& plan, std::string_view operation) const;
  /// The firewall's gate, which every inspected request enters.
  [[nodiscard]] sim::DeploymentId part() const { return part_; }

 private:
  struct Rule {
    sim::RateRuleId id;
    std::vector<std::string> operations;
    std::string step;
    bool blocks = true;
  };

  DeploymentSite site_;
  WebAclSpec spec_;
  sim::DeploymentId part_;
  sim::PlanId inspect_;
  sim::BucketId quota_;
  std::vector<Rule> rules_;
};

}  // namespace lifeboat::models::edge
