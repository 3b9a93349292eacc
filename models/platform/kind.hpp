// What a service kind is: a small compiler.
//
// A kind reads one deployment's description (the service merged with its region's patch) into a
// DeploymentModel, and the model emits five plain things into the network: stations, plans (what
// each operation does), meters, controllers, and handles (metrics, fault points, runbook verbs).
// At run time no service object is on the request path.
//
// Compilation has two passes over all deployments, because operations call each other:
//   declare: stations, task groups, registers, and a declared plan for each operation;
//   define:  the steps of those plans (any operation's plan may now be named), controllers.
//
// A new kind is one folder under models/services/ and one line in models/services/registry.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/network/builder.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

namespace io {
class Value;
class Problems;
}  // namespace io

class Compiler;
struct CallSpec;
struct Platform;

/// A number that a deployment publishes, as runbook conditions and reports name it ("hitRatio").
struct Metric {
  std::string name;
  std::string unit;  ///< "%", "s", "1" ...
  std::string what;  ///< one sentence
  std::function<double(sim::Control&)> read;
};

/// What a runbook step asks of a deployment, beyond whom and how long.
struct VerbArguments {
  double amount = 0;  ///< count or rate, as the verb says
  sim::Instant begun;
};

enum class VerbStatus : std::uint8_t { kRunning, kDone, kFailed };

/// Something a runbook can do to a deployment. State lives in registers, never in the verb.
struct Verb {
  std::string block;  ///< "rdsPromoteReadReplica"
  std::string what;   ///< one sentence
  std::function<void(sim::Control&, const VerbArguments&)> begin;
  std::function<VerbStatus(sim::Control&, const VerbArguments&)> status;
  /// Optional: changes whenever the status may have changed, so that nobody needs to poll.
  sim::RegisterId changes;
};

/// What scenarios may name of one deployment.
struct Handles {
  std::vector<Metric> metrics;
  std::vector<Verb> verbs;
  std::optional<sim::StationId> headline;  ///< services.NAME.REGION of the result document
  std::vector<std::pair<std::string, sim::StationId>> stations;  ///< named beneath it
  std::optional<sim::TaskGroupId> tasks;
  std::optional<sim::RegisterId> desired;  ///< desired count
  std::vector<sim::CacheId> caches;
  std::vector<sim::BufferId> buffers;
};

/// The calls that one operation makes, nested ones included; `spec`s live in the model.
struct OperationCalls {
  std::string operation;
  std::vector<const CallSpec*> calls;
};

/// A service in a region, read and checked. Lives as long as the compiled platform.
class DeploymentModel {
 public:
  virtual ~DeploymentModel() = default;
  /// Operations that it offers by itself (front doors add those of what they front).
  [[nodiscard]] virtual std::vector<std::string> operations() const = 0;
  /// Calls of its operations, for checks of names and cycles; empty where it calls nobody.
  [[nodiscard]] virtual std::vector<OperationCalls> calls() const { return {}; }
  /// Whether the operation is a write that only the store's writer takes (Compiler::writer).
  [[nodiscard]] virtual bool goes_to_writer(std::string_view /*operation*/) const { return false; }
  /// Told before declare of each (operation, key space) that some call to it names, from any
  /// region: a store whose load depends on the key may then make a plan for each.
  virtual void note_key(std::string_view /*operation*/, std::string_view /*key_space*/) {}
  virtual void declare(Compiler& compiler) = 0;
  virtual void define(Compiler& compiler) = 0;
  /// Plan of an operation once declared; invalid if it has none of that name.
  [[nodiscard]] virtual sim::PlanId plan(std::string_view operation) const = 0;
  /// Plan of an operation called with a key that was noted before declare.
  [[nodiscard]] virtual sim::PlanId plan_for_key(std::string_view operation,
                                                 std::string_view /*key_space*/) const {
    return plan(operation);
  }
  /// Cache that an operation called with a noted key looks up (get) or fills (put); the caller's
  /// plan does both after the operation has ended well. Invalid: the operation is no cache's.
  [[nodiscard]] virtual sim::CacheId cache_for(std::string_view /*operation*/,
                                               std::string_view /*key_space*/) const {
    return {};
  }
  [[nodiscard]] virtual const Handles& handles() const = 0;
};

/// Where a deployment stands.
struct DeploymentSite {
  std::string service;
  std::string region;  ///< key in "regions" ("sg"); empty for a global kind
  std::uint32_t region_index = 0;
  std::vector<std::string> zones;
};

class ServiceKind {
 public:
  virtual ~ServiceKind() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// One sentence for `lifeboat list`; the folder's README says the rest.
  [[nodiscard]] virtual std::string_view summary() const = 0;
  [[nodiscard]] virtual bool is_global() const { return false; }
  /// A front door passes on every operation of the services in its "to".
  [[nodiscard]] virtual bool is_front_door() const { return false; }
  /// Reads a deployment's merged description; problems go to the collector, and a model is
  /// returned all the same where one can be made, so that all errors show at once.
  /// Run against a describing value (models/io) it states its parameters for schema and explain.
  [[nodiscard]] virtual std::unique_ptr<DeploymentModel> read(const Platform& platform,
                                                              const DeploymentSite& site,
                                                              const io::Value& description,
                                                              io::Problems& problems) const = 0;
};

/// All kinds, sorted by name (models/services/registry.cpp).
[[nodiscard]] const std::vector<const ServiceKind*>& service_kinds();
[[nodiscard]] const ServiceKind* find_service_kind(std::string_view name);

}  // namespace lifeboat::models
