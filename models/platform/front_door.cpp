#include "models/platform/front_door.hpp"

#include <algorithm>

#include "sim/control/control.hpp"

namespace lifeboat::models {

std::vector<std::string> read_targets(io::ObjectReader& reader, const Platform& platform) {
  std::vector<std::string> targets;
  for (const io::Value& value :
       reader.one_or_more({"to", "the service that it sends to, or a list of them"})) {
    if (value.describer()) continue;
    const auto name = io::read_name(value, reader.problems());
    if (!name) continue;
    if (platform.find_service(*name) == nullptr) {
      io::unknown_name(reader.problems(), value.place(), "service", *name,
                       platform.service_names());
      continue;
    }
    if (std::find(targets.begin(), targets.end(), *name) != targets.end()) {
      reader.problems().error(value.place(), io::quote(*name) + " stands here twice");
      continue;
    }
    targets.push_back(*name);
  }
  if (!reader.describing() && !reader.has("to")) {
    reader.error("to", "a front door must send to something", "\"to\": SERVICE");
  }
  return targets;
}

std::vector<Verb> shedding_verbs(Compiler& compiler, const DeploymentSite& site) {
  const sim::DeploymentId here = compiler.deployment(site);
  const std::string name = site.service + (site.region.empty() ? "" : "@" + site.region);
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

void FrontDoorModel::declare(Compiler& compiler) {
  for (const std::string& operation : compiler.operations_of(site_)) {
    plans_[operation] = compiler.network().declare_plan(site_.service + "." + operation,
                                                        compiler.deployment(site_));
  }
}

sim::PlanId FrontDoorModel::plan(std::string_view operation) const {
  const auto found = plans_.find(operation);
  return found == plans_.end() ? sim::PlanId{} : found->second;
}

std::vector<std::string> FrontDoorModel::passed_on() const {
  std::vector<std::string> names;
  for (const auto& [operation, plan] : plans_) names.push_back(operation);
  return names;
}

std::string FrontDoorModel::target_of(Compiler& compiler, std::string_view operation) const {
  for (const std::string& target : targets_) {
    for (const std::string& region : compiler.regions_of(target)) {
      if (!site_.region.empty() && !region.empty() && region != site_.region) continue;
      const DeploymentSpec* there = compiler.platform().find_deployment(target, region);
      const auto operations = compiler.operations_of(there->site);
      if (std::binary_search(operations.begin(), operations.end(), operation)) return target;
    }
  }
  return {};
}

}  // namespace lifeboat::models
