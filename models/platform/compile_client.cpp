#include "models/platform/compile_client.hpp"

#include <vector>

namespace lifeboat::models {

using sim::CallPolicy;
using sim::Duration;
using sim::PlanBuilder;
using sim::PlanId;

ClientCompiler::ClientCompiler(Compiler& compiler, const DeploymentSite& site,
                               const StepEmitter& emitter)
    : compiler_(compiler), site_(site), emitter_(emitter) {
  const DeploymentModel* model = compiler.model(site.service, site.region);
  if (model != nullptr && model->handles().tasks) tasks_ = *model->handles().tasks;
}

std::string ClientCompiler::whose(const std::string& callee) const {
  return site_.service + (site_.region.empty() ? "" : "@" + site_.region) + "/" + callee;
}

// The policy of the whole: retries, quota, limiter and breaker; a plain call's timeout as well.
CallPolicy ClientCompiler::policy(const CallSpec& call) const {
  CallPolicy policy;
  const RetrySpec& retry = call.retry;
  if (retry.mode != RetryMode::kNone && retry.max_attempts > 1) {
    policy.max_attempts = retry.max_attempts;
    policy.retry_on = retried_causes();
    policy.backoff_base = retry.backoff;
    policy.throttled_backoff_base = retry.throttled_backoff;
    policy.backoff_cap = retry.max_backoff;
    if (auto budget = budget_of(retry.mode)) {
      budget->name = whose(call.service);
      budget->copies.tasks = tasks_;
      policy.budget = compiler_.network().add_budget(*budget);
    }
  }
  if (retry.mode == RetryMode::kAdaptive) {
    sim::RateLimiter limiter;
    limiter.name = whose(call.service);
    limiter.copies.tasks = tasks_;
    policy.limiter = compiler_.network().add_limiter(limiter);
  }
  if (call.breaker) {
    sim::Breaker breaker = *call.breaker;
    breaker.name = whose(call.service);
    breaker.deployment = compiler_.deployment(site_);
    breaker.copies.tasks = tasks_;
    policy.breaker = compiler_.network().add_breaker(breaker);
  }
  return policy;
}

ClientCompiler::Attempt ClientCompiler::attempt(const CallSpec& call, PlanId callee,
                                                const std::string& name,
                                                const SubPlan& sub_plan) const {
  Attempt whole{callee, policy(call)};
  Attempt inner{callee, {}};
  inner.policy.timeout = call.timeout;
  if (call.bulkhead) inner = {in_bulkhead(call, callee, name, sub_plan), {}};
  if (call.hedge) inner = {hedged(call, inner, name, sub_plan), {}};
  if (inner.plan == callee) {
    whole.policy.timeout = call.timeout;
  } else {
    whole.plan = inner.plan;
  }
  return whole;
}

// The place is given back with the answer, or when the caller waits no longer.
PlanId ClientCompiler::in_bulkhead(const CallSpec& call, PlanId callee, const std::string& name,
                                   const SubPlan& sub_plan) const {
  const auto on_task = emitter_.bulkhead ? emitter_.bulkhead(call) : std::nullopt;
  const Duration wait =
      call.bulkhead->max_wait > Duration{} ? call.bulkhead->max_wait : Duration::infinite();
  const sim::StationId shared = on_task ? sim::StationId{} : shared_bulkhead(call);
  return sub_plan(name + "/bulkhead", [&](PlanBuilder& body) {
    CallPolicy timed;
    timed.timeout = call.timeout;
    if (on_task) {
      body.acquire_on_task(*on_task, wait);
    } else {
      body.acquire(shared, wait);
    }
    body.call(callee, timed, name);
    if (on_task) {
      body.release_on_task(*on_task);
    } else {
      body.release(shared);
    }
  });
}

sim::StationId ClientCompiler::shared_bulkhead(const CallSpec& call) const {
  sim::Station station = bulkhead_station(call.service, *call.bulkhead);
  station.name = whose(station.name);
  station.deployment = compiler_.deployment(site_);
  const auto& stations = compiler_.network().so_far().stations;
  for (std::uint32_t i = 0; i < stations.size(); ++i) {
    if (stations[i].name == station.name && stations[i].servers == station.servers &&
        stations[i].queue_limit == station.queue_limit) {
      return sim::StationId(i);
    }
  }
  return compiler_.network().add_station(station);
}

// A fork that waits for one good answer; a branch whose time comes after it does nothing. What was
// sent is not called back: the callee works on.
PlanId ClientCompiler::hedged(const CallSpec& call, const Attempt& inner, const std::string& name,
                              const SubPlan& sub_plan) const {
  std::vector<PlanId> branches;
  for (std::uint32_t i = 0; i < call.hedge->max_attempts; ++i) {
    const std::string branch = name + "/hedge." + std::to_string(i + 1);
    branches.push_back(sub_plan(branch, [&](PlanBuilder& body) {
      const auto end = body.label();
      if (i > 0) {
        const sim::Law wait = sim::Law::constant(call.hedge->after * std::int64_t{i});
        body.delay(compiler_.network().add_law(wait), "after");
        body.still_wanted(end);
      }
      body.call(inner.plan, inner.policy, name);
      body.place(end);
    }));
  }
  return sub_plan(name + "/hedged",
                  [&](PlanBuilder& body) { body.fork(branches, 1, name + "/hedged"); });
}

}  // namespace lifeboat::models
