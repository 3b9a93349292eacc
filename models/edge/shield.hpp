// AWS Shield in front of a service.
//
// Standard stands on every edge: floods of packets (layers 3 and 4) are absorbed within seconds and
// never become requests, so nothing of them is modelled and nothing billed. Advanced watches the
// requests themselves: every 10 s it compares their rate with a baseline, and sums up how far, in
// baselines, they are above what it tolerates:
//
//     score <- max(0, score + (rate / baseline - deviation) x 10 s)
//
// An event is detected when the score has reached `detection`, so twice the excess is seen in half
// the time (AWS: a larger deviation is detected faster; the form is ours, a cumulative sum test).
// With automatic mitigation a rate-based rule then stands in the web ACL after a while, until the
// rate has been below the deviation for `quiet`.
//
// The baseline is an exponential average over 24 h, held while an event lasts. It begins with the
// rate that the scenario's traffic has when it starts, as of a service that has been protected for
// `protectedFor`; before 24 h of protection nothing is detected.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "models/edge/web_acl.hpp"

namespace lifeboat::models::edge {

struct ShieldSpec {
  bool advanced = false;
  bool automatic_mitigation = false;
  double deviation = 3;
  sim::Duration detection = sim::Duration::minutes(5);
  sim::Duration protected_for = sim::Duration::days(30);
  sim::Duration quiet = sim::Duration::minutes(15);
  sim::Law mitigation;
  RateRuleSpec rule;
};

/// Reads "shield" of a front door: Standard where it is absent.
[[nodiscard]] ShieldSpec read_shield(io::ObjectReader& reader);
[[nodiscard]] ShieldSpec read_shield_keys(io::ObjectReader& r);

/// Adds the watch, its register and metric, and its rule to `acl` (null: none).
void declare_shield(Compiler& compiler, const DeploymentSite& site, const ShieldSpec& spec,
                    WebAcl* acl, Handles& handles);
/// Adds the controller.
void define_shield(Compiler& compiler, const DeploymentSite& site, const ShieldSpec& spec);

}  // namespace lifeboat::models::edge
