#include "models/platform/shedding_verbs.hpp"

#include <algorithm>

#include "sim/control/control.hpp"

namespace lifeboat::models {

std::vector<Verb> shedding_verbs(Compiler& compiler, const DeploymentSite& site) {
  const sim::DeploymentId here = compiler.deployment(site);
  const std::string name = name_of(site);
  // One more than the effect that sheds; 0: none does.
  const sim::RegisterId acting = compiler.shared_register(name + "/shedding", 0);
  const auto replace = [=](sim::Control& control, double ordinary, double critical) {
    if (const std::int64_t effect = control.value(acting); effect > 0) {
      control.end_effect({static_cast<std::uint32_t>(effect - 1)});
    }
    std::int64_t next = 0;
    if (ordinary > 0 || critical > 0) {
      sim::Effect effect;
      effect.kind = sim::Effect::Kind::kShed;
      effect.share = std::clamp(ordinary, 0.0, 1.0);
      effect.refuse_share = std::clamp(critical, 0.0, 1.0);
      next = std::int64_t{control.begin_effect({here}, effect).index} + 1;
    }
    control.set(acting, next);
  };
  const auto done = [](sim::Control&, const VerbArguments&) { return VerbStatus::kDone; };
  std::vector<Verb> verbs(3);
  verbs[0] = {"shedTraffic",
              "refuses a share of the requests; critical journeys are spared",
              [=](sim::Control& c, const VerbArguments& a) { replace(c, a.amount, 0); },
              done,
              {}};
  verbs[1] = {"shedAllTraffic",
              "refuses a share of the requests, critical journeys included",
              [=](sim::Control& c, const VerbArguments& a) { replace(c, a.amount, a.amount); },
              done,
              {}};
  verbs[2] = {"admitTraffic",
              "refuses no more requests",
              [=](sim::Control& c, const VerbArguments&) { replace(c, 0, 0); },
              done,
              {}};
  return verbs;
}

}  // namespace lifeboat::models
