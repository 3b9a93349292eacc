// Operations: what a service can be asked to do, as people write it, and their compilation.
//
// An operation is `steps`, in order: cpuTime, demand, delay, call, parallel, choose, reply. The
// syntax is the same for every kind; what cpuTime and demand mean on the kind's stations differs,
// so the kind passes an emitter for them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/place.hpp"
#include "models/platform/client.hpp"
#include "models/platform/compiler.hpp"
#include "models/platform/kind.hpp"
#include "sim/random/law.hpp"

namespace lifeboat::models {

struct OperationStep;

/// A call as written. `on_failure`: "fail" (default), "ignore", or another call.
struct CallSpec {
  std::string service;
  std::string operation;
  double probability = 1;
  std::uint32_t times = 1;
  bool async = false;
  sim::Duration timeout = sim::Duration::infinite();
  RetrySpec retry;
  std::optional<sim::Breaker> breaker;  ///< its name and owner are left open
  std::optional<BulkheadSpec> bulkhead;
  std::optional<HedgeSpec> hedge;
  std::string key;  ///< key space, or empty
  std::string at;   ///< "", "writer" or a region
  bool ignore_failure = false;
  std::shared_ptr<CallSpec> otherwise;  ///< the other call
  std::vector<OperationStep> on_miss;   ///< for caches' get
  io::Place place;                      ///< where it is written
};

struct OperationStep {
  enum class Kind : std::uint8_t {
    kCpuTime,
    kDemand,
    kDelay,
    kCall,
    kParallel,
    kChoose,
    kReply
  } kind = Kind::kDelay;
  std::optional<sim::Law> law;  ///< cpuTime, demand, delay
  std::optional<CallSpec> call;
  std::vector<std::vector<OperationStep>> branches;  ///< parallel, choose
  std::vector<double> probabilities;                 ///< choose
  std::uint32_t need = 0;                            ///< parallel: how many
  io::Place place;                                   ///< where it is written
};

struct OperationSpec {
  std::string name;
  std::vector<OperationStep> steps;
  /// Extra keys of the kind are read by the kind (access, ios, log, ...).
};

/// Where the shared compiler asks the kind how to spend time.
struct StepEmitter {
  std::function<void(sim::PlanBuilder&, sim::LawId, std::string_view step_name)> cpu_time;
  std::function<void(sim::PlanBuilder&, sim::LawId, std::string_view step_name)> demand;
  /// Offset among the task's stations, or a station, of the connection pool for a callee service;
  /// both empty: no pool.
  struct Pool {
    std::optional<std::uint32_t> on_task;
    std::optional<sim::StationId> station;
    sim::Duration acquire_timeout = sim::Duration::infinite();
  };
  std::function<Pool(std::string_view service)> pool;
  /// Offset among the task's stations of the call's bulkhead; empty: one for the deployment.
  std::function<std::optional<std::uint32_t>(const CallSpec&)> bulkhead;
};

/// Reads `operations.NAME` (steps, or the shorthand demand + calls). The reader has already
/// consumed the kind's own keys; `allowed` names those to accept beside the steps.
[[nodiscard]] OperationSpec read_operation(const Platform& platform, const DeploymentSite& site,
                                           std::string_view name, const io::Value& value,
                                           const std::vector<std::string>& kind_keys,
                                           io::Problems& problems);

/// Appends the steps of an operation to a plan (calls with their links, pools, retries, caches).
void compile_steps(Compiler& compiler, const DeploymentSite& site, std::string_view operation,
                   const std::vector<OperationStep>& steps, sim::PlanBuilder& plan,
                   const StepEmitter& emitter);

/// Causes after which a retry makes sense, one bit each (sim::CallPolicy::retry_on): all but the
/// customer's own giving up.
[[nodiscard]] std::uint16_t retried_causes();

/// Calls that the steps make, nested ones included (for checks of names and cycles); pointers into
/// `steps`. A call that a cache hit or a choice may skip counts as made.
[[nodiscard]] std::vector<const CallSpec*> calls_of(const std::vector<OperationStep>& steps);

}  // namespace lifeboat::models
