#include "sim/network/plan_layout.hpp"

#include <algorithm>
#include <utility>

namespace lifeboat::sim {
namespace {

std::vector<std::uint32_t> order_of_plans(const Network& network,
                                          const std::vector<std::vector<std::uint32_t>>& calls) {
  std::vector<std::uint32_t> order;
  std::vector<bool> placed(calls.size());
  const auto place_from = [&](std::uint32_t root) {
    std::vector<std::uint32_t> waiting{root};
    while (!waiting.empty()) {
      const std::uint32_t plan = waiting.back();
      waiting.pop_back();
      if (placed[plan]) continue;
      placed[plan] = true;
      order.push_back(plan);
      waiting.insert(waiting.end(), calls[plan].rbegin(), calls[plan].rend());
    }
  };
  for (const Journey& journey : network.journeys) {
    if (journey.plan.valid()) place_from(journey.plan.index());
  }
  for (std::uint32_t plan = 0; plan < calls.size(); ++plan) place_from(plan);
  return order;
}

/// By plan: the step after its last.
std::vector<std::uint32_t> ends_of_plans(const Network& network) {
  std::vector<std::uint32_t> heads;
  for (const std::uint32_t entry : network.plan_entry) heads.push_back(entry - 1);
  heads.push_back(static_cast<std::uint32_t>(network.steps.size()));
  std::sort(heads.begin(), heads.end());
  std::vector<std::uint32_t> ends;
  for (const std::uint32_t entry : network.plan_entry) {
    ends.push_back(*std::lower_bound(heads.begin(), heads.end(), entry));
  }
  return ends;
}

}  // namespace

void lay_out_plans(Network& network, const std::vector<std::vector<std::uint32_t>>& calls,
                   const std::vector<StepTarget>& targets) {
  const std::vector<std::uint32_t> ends = ends_of_plans(network);
  std::vector<std::uint32_t> moved(network.steps.size());
  std::uint32_t next = 0;
  for (const std::uint32_t plan : order_of_plans(network, calls)) {
    for (std::uint32_t i = network.plan_entry[plan] - 1; i < ends[plan]; ++i) moved[i] = next++;
  }
  const auto move = [&moved](std::uint32_t& step) {
    if (step != kNone) step = moved[step];
  };
  for (const StepTarget& target : targets) move(network.steps[target.step].*target.field);
  for (Step& step : network.steps) {
    if (is_call(step.code)) move(step.c);
  }
  for (CallPolicy& policy : network.policies) move(policy.handler);
  for (std::uint32_t& jump : network.jumps) move(jump);
  for (std::uint32_t& entry : network.plan_entry) move(entry);
  std::vector<Step> steps(network.steps.size());
  for (std::size_t i = 0; i < moved.size(); ++i) steps[moved[i]] = network.steps[i];
  network.steps = std::move(steps);
}

}  // namespace lifeboat::sim
