#include "models/services/elasticache/warm_reads.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "models/platform/operation.hpp"
#include "models/platform/platform.hpp"

namespace lifeboat::models::elasticache {
namespace {

using Kind = OperationStep::Kind;

bool is_store(const Compiler& compiler, const std::string& service) {
  const ServiceKind* kind = find_service_kind(compiler.kind_of(service));
  return kind != nullptr && kind->is_store();
}

std::vector<OperationStep> reads_of(const Compiler& compiler,
                                    const std::vector<OperationStep>& on_miss,
                                    const std::string& cache);

/// The call without the keys of stores, and so are those nested in it.
CallSpec read_of(const Compiler& compiler, CallSpec call, const std::string& cache) {
  if (is_store(compiler, call.service)) call.key.clear();
  call.on_miss = reads_of(compiler, call.on_miss, cache);
  if (call.otherwise) {
    call.otherwise = call.otherwise->service == cache
                         ? nullptr
                         : std::make_shared<CallSpec>(read_of(compiler, *call.otherwise, cache));
  }
  return call;
}

std::vector<OperationStep> reads_of(const Compiler& compiler,
                                    const std::vector<OperationStep>& on_miss,
                                    const std::string& cache) {
  std::vector<OperationStep> reads;
  for (OperationStep step : on_miss) {
    if (step.kind == Kind::kCpuTime || step.kind == Kind::kDemand || step.kind == Kind::kReply) {
      continue;
    }
    if (step.call) {
      if (step.call->service == cache) continue;
      step.call = read_of(compiler, std::move(*step.call), cache);
    }
    for (auto& branch : step.branches) branch = reads_of(compiler, branch, cache);
    reads.push_back(std::move(step));
  }
  return reads;
}

bool calls_anything(const std::vector<OperationStep>& steps) { return !calls_of(steps).empty(); }

std::vector<OperationStep> first_reads(Compiler& compiler, const DeploymentSite& cache,
                                       const std::string& key_space) {
  for (const ServiceSpec& service : compiler.platform().services) {
    const DeploymentModel* caller = compiler.model(service.name, cache.region);
    if (caller == nullptr) continue;
    for (const OperationCalls& operation : caller->calls()) {
      for (const CallSpec* call : operation.calls) {
        if (call->service != cache.service || call->key != key_space) continue;
        std::vector<OperationStep> reads = reads_of(compiler, call->on_miss, cache.service);
        if (calls_anything(reads)) return reads;
      }
    }
  }
  return {};
}

}  // namespace

sim::PlanId warm_read(Compiler& compiler, const DeploymentSite& cache,
                      const std::string& key_space) {
  const std::vector<OperationStep> reads = first_reads(compiler, cache, key_space);
  if (reads.empty()) return {};
  const std::string name = "warm-up/" + key_space;
  const sim::PlanId id =
      compiler.network().declare_plan(cache.service + "." + name, compiler.deployment(cache));
  sim::PlanBuilder plan = compiler.network().define(id);
  compile_steps(compiler, cache, name, reads, plan, {});
  plan.finish();
  return id;
}

}  // namespace lifeboat::models::elasticache
