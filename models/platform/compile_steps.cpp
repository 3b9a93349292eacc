// Compiles the steps of an operation into a plan.
//
// Step names, and with them the luck of a step, say what the step is and how often such a one has
// stood in this operation before ("cpu", "cpu#2", "orders-db.insert-order"): a variant that adds a
// step leaves the luck of the others alone.
#include <map>

#include "models/platform/compile_client.hpp"
#include "models/platform/operation.hpp"

namespace lifeboat::models {
namespace {

using sim::PlanBuilder;
using sim::PlanId;

class StepCompiler {
 public:
  StepCompiler(Compiler& compiler, const DeploymentSite& site, std::string luck_name,
               const StepEmitter& emitter)
      : compiler_(compiler),
        site_(site),
        luck_name_(std::move(luck_name)),
        emitter_(emitter),
        client_(compiler, site, emitter) {}

  void emit(const std::vector<OperationStep>& steps, PlanBuilder& plan) {
    for (const OperationStep& step : steps) emit(step, plan);
  }

 private:
  std::string numbered(const std::string& name) {
    const int number = ++counts_[name];
    return number == 1 ? name : name + "#" + std::to_string(number);
  }

  void emit(const OperationStep& step, PlanBuilder& plan) {
    switch (step.kind) {
      case OperationStep::Kind::kCpuTime:
        if (step.law && emitter_.cpu_time) {
          emitter_.cpu_time(plan, compiler_.network().add_law(*step.law), numbered("cpu"));
        }
        break;
      case OperationStep::Kind::kDemand:
        if (step.law && emitter_.demand) {
          emitter_.demand(plan, compiler_.network().add_law(*step.law), numbered("demand"));
        }
        break;
      case OperationStep::Kind::kDelay:
        if (step.law) plan.delay(compiler_.network().add_law(*step.law), numbered("delay"));
        break;
      case OperationStep::Kind::kCall:
        if (step.call) emit_call(*step.call, plan);
        break;
      case OperationStep::Kind::kParallel:
        emit_parallel(step, plan);
        break;
      case OperationStep::Kind::kChoose:
        emit_choose(step, plan);
        break;
      case OperationStep::Kind::kReply:
        plan.reply();
        break;
    }
  }

  PlanId sub_plan(const std::string& name, const std::function<void(PlanBuilder&)>& define) {
    const PlanId id =
        compiler_.network().declare_plan(luck_name_ + "/" + name, compiler_.deployment(site_));
    PlanBuilder plan = compiler_.network().define(id);
    define(plan);
    plan.finish();
    return id;
  }

  void emit_parallel(const OperationStep& step, PlanBuilder& plan) {
    const std::string name = numbered("parallel");
    std::vector<PlanId> branches;
    for (std::size_t i = 0; i < step.branches.size(); ++i) {
      branches.push_back(sub_plan(name + "." + std::to_string(i + 1),
                                  [&](PlanBuilder& branch) { emit(step.branches[i], branch); }));
    }
    plan.fork(branches, step.need, name);
  }

  // A chain of branches, each with its share of what the earlier ones left.
  void emit_choose(const OperationStep& step, PlanBuilder& plan) {
    const std::string name = numbered("choose");
    std::vector<PlanBuilder::Label> labels;
    double left = 1;
    for (std::size_t i = 0; i < step.branches.size(); ++i) {
      labels.push_back(plan.label());
      const double share = left > 0 ? step.probabilities[i] / left : 0;
      plan.branch(share > 1 - 1e-9 ? 1 : share, labels[i], name + "." + std::to_string(i + 1));
      left -= step.probabilities[i];
    }
    const auto end = plan.label();
    plan.jump(end);
    for (std::size_t i = 0; i < step.branches.size(); ++i) {
      plan.place(labels[i]);
      emit(step.branches[i], plan);
      plan.jump(end);
    }
    plan.place(end);
  }

  void emit_call(const CallSpec& call, PlanBuilder& plan) {
    const std::string name = numbered(call.service + "." + call.operation);
    const auto end = plan.label();
    if (call.probability < 1) plan.branch(1 - call.probability, end, name + "/skip");
    const auto again = plan.label();
    plan.place(again);
    if (call.async) {
      plan.spawn(sub_plan(name + "/async", [&](PlanBuilder& body) { emit_body(call, name, body); }),
                 name);
    } else {
      emit_body(call, name, plan);
    }
    if (call.times > 1) plan.repeat(again, call.times);
    plan.place(end);
  }

  // One execution of a call, with its pool, its retries, its handler and its cached copies.
  void emit_body(const CallSpec& call, const std::string& name, PlanBuilder& plan) {
    auto callee = call.at.empty()
                      ? compiler_.callee(site_, call.service, call.operation, call.key)
                      : compiler_.callee_at(site_, call.at, call.service, call.operation, call.key);
    if (!callee || !callee->plan.valid()) return;
    // An event for another region crosses the link with its caller, who waits there for its end.
    if (call.async && callee->model != nullptr && (call.at.empty() || call.at == site_.region)) {
      callee->plan = callee->model->event_plan(call.operation, callee->plan);
    }
    const bool handled = call.ignore_failure || call.otherwise != nullptr;
    const StepEmitter::Pool pool =
        emitter_.pool ? emitter_.pool(call.service) : StepEmitter::Pool{};
    const bool pooled = pool.on_task.has_value() || pool.station.has_value();
    const auto missed = plan.label();
    const auto end = plan.label();
    const auto failed = plan.label();
    const auto on_failure = handled ? std::optional(failed) : std::nullopt;
    if (pooled && handled) {
      // The wait for a connection may fail as well, and is handled alike.
      const PlanId wrapped = sub_plan(name + "/pooled", [&](PlanBuilder& body) {
        emit_pooled(call, callee->plan, name, pool, body);
      });
      plan.call(wrapped, {}, name + "/handled", on_failure);
    } else if (pooled) {
      emit_pooled(call, callee->plan, name, pool, plan);
    } else {
      emit_attempts(call, callee->plan, name, plan, on_failure);
    }
    emit_cache(call, *callee, missed, end, plan);
    plan.jump(end);
    plan.place(failed);
    if (handled && call.otherwise) {
      emit_call(*call.otherwise, plan);
      plan.jump(end);
    }
    plan.place(missed);
    emit(call.on_miss, plan);
    plan.place(end);
  }

  void emit_attempts(const CallSpec& call, PlanId callee, const std::string& name,
                     PlanBuilder& plan, std::optional<PlanBuilder::Label> on_failure) {
    const auto define = [this](const std::string& of, const auto& body) {
      return sub_plan(of, body);
    };
    const ClientCompiler::Attempt attempt = client_.attempt(call, callee, name, define);
    plan.call(attempt.plan, attempt.policy, name, on_failure);
  }

  void emit_pooled(const CallSpec& call, PlanId callee, const std::string& name,
                   const StepEmitter::Pool& pool, PlanBuilder& plan) {
    if (pool.on_task) {
      plan.acquire_on_task(*pool.on_task, pool.acquire_timeout);
    } else {
      plan.acquire(*pool.station, pool.acquire_timeout);
    }
    emit_attempts(call, callee, name, plan, std::nullopt);
    if (pool.on_task) {
      plan.release_on_task(*pool.on_task);
    } else {
      plan.release(*pool.station);
    }
  }

  // After a call that went well: a get looks up and may go on at `missed`, a put keeps.
  void emit_cache(const CallSpec& call, const Callee& callee, PlanBuilder::Label missed,
                  PlanBuilder::Label end, PlanBuilder& plan) {
    if (callee.model == nullptr || call.key.empty()) return;
    const sim::CacheId cache = callee.model->cache_for(call.operation, call.key);
    if (!cache.valid()) return;
    if (callee.model->cache_use(call.operation) == CacheUse::kPut) {
      plan.fill(cache);
    } else {
      plan.lookup(cache, end);
      plan.jump(missed);
    }
  }

  Compiler& compiler_;
  const DeploymentSite& site_;
  std::string luck_name_;
  const StepEmitter& emitter_;
  ClientCompiler client_;
  std::map<std::string, int> counts_;
};

}  // namespace

std::uint16_t retried_causes() {
  std::uint16_t bits = 0;
  for (const sim::Cause cause :
       {sim::Cause::kTimeout, sim::Cause::kThrottled, sim::Cause::kRejected, sim::Cause::kReset,
        sim::Cause::kNoCapacity, sim::Cause::kStaleRegion, sim::Cause::kDependency,
        sim::Cause::kBreakerOpen}) {
    bits = static_cast<std::uint16_t>(bits | (1U << static_cast<unsigned>(cause)));
  }
  return bits;
}

void compile_steps(Compiler& compiler, const DeploymentSite& site, std::string_view operation,
                   const std::vector<OperationStep>& steps, PlanBuilder& plan,
                   const StepEmitter& emitter) {
  StepCompiler(compiler, site, site.service + "." + std::string(operation), emitter)
      .emit(steps, plan);
}

}  // namespace lifeboat::models
