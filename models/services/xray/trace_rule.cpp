#include "models/services/xray/trace_rule.hpp"

#include <cmath>

#include "models/services/xray/sampler.hpp"
#include "sim/random/luck.hpp"

namespace lifeboat::models::xray {

std::vector<TraceRule> trace_rules(const sim::Network& network) {
  std::vector<TraceRule> rules;
  for (const auto& controller : network.controllers) {
    const auto* sampler = dynamic_cast<const Sampler*>(controller.get());
    if (sampler == nullptr) continue;
    const SamplingPolicy& policy = sampler->policy();
    rules.push_back({policy.name, policy.entry, policy.reservoir, policy.fixed_rate});
  }
  if (rules.empty()) rules.push_back({"default", {}, 1, 0.05});
  return rules;
}

TraceSampler::TraceSampler(TraceRule rule)
    : rule_(std::move(rule)), luck_(sim::hash_name(rule_.name + "/traced")) {}

bool TraceSampler::take(sim::Instant at, std::uint64_t number) {
  const std::int64_t second = at.nanoseconds() / 1'000'000'000;
  if (second != second_) {
    second_ = second;
    const auto whole = [&](std::int64_t seconds) {
      return static_cast<std::int64_t>(std::floor(static_cast<double>(seconds) * rule_.reservoir));
    };
    left_ = whole(second + 1) - whole(second);
  }
  if (left_ > 0) {
    --left_;
    return true;
  }
  return sim::happens(sim::mix(luck_, number), rule_.fixed_rate);
}

}  // namespace lifeboat::models::xray
