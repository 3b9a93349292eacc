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
// Nothing may rest on the order of deployments within a pass.
//
// Caches. A get is a call like any other (its connection, its network, its server can wait and
// fail); what it finds is decided after it, in the caller's steps, by the request's key:
//
//     call cache.get                    failed: as "onFailure" says; "ignore" goes on as a miss
//     lookup(copies of the key space)   found: on to the end
//     the steps of "onMiss"
//
// and a put is `call cache.put; fill(copies)`. So a cache server's plans hold neither look-up nor
// fill; its model says which operation is which (cache_use) and names the copies (cache).
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

#include "models/io/place.hpp"
#include "sim/control/control.hpp"
#include "sim/network/builder.hpp"
#include "sim/time.hpp"

namespace lifeboat::models {

namespace io {
class Value;
class Problems;
}  // namespace io

class Compiler;
class MeterReadings;
struct CallSpec;
struct Platform;
struct PublicationDelays;

/// A number that a deployment publishes, as runbook conditions and reports name it ("hitRatio").
struct Metric {
  std::string name;
  std::string unit;  ///< "s", "1" ...; "%": read gives the share, 0.6 for 60 %
  std::string what;  ///< one sentence
  std::function<double(sim::Control&)> read;
};

/// What a service is billed by, as the kind documents it.
struct MeterSpec {
  std::string_view name;  ///< "vcpu-hours"
  std::string_view unit;  ///< as a price names it: "vCPU-h", "requests"
  std::string_view what;  ///< one sentence, with what it leaves out
};

/// One deployment's meter: the quantity that a run's measured window used.
struct Meter {
  std::string_view name;  ///< one of the kind's meters
  std::function<double(const MeterReadings&)> read;
};

/// What a runbook step asks of a deployment, beyond whom and how long.
struct VerbArguments {
  double amount = 0;  ///< count, rate or share, as the verb says
  sim::Instant begun;
  std::uint32_t zone = 0;  ///< of the deployment's, where the verb acts on one
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
  std::vector<Meter> meters;  ///< every one of the kind's, once the platform is compiled
  std::optional<sim::StationId> headline;  ///< services.NAME.REGION of the result document
  std::vector<std::pair<std::string, sim::StationId>> stations;  ///< named beneath it
  std::optional<sim::TaskGroupId> tasks;
  std::optional<sim::RegisterId> desired;  ///< desired count
  std::vector<sim::CacheId> caches;
  std::vector<sim::BufferId> buffers;
};

/// The calls that one operation makes, nested ones included; `spec`s live in the model. An empty
/// operation: the deployment calls by itself (a queue's consumer).
struct OperationCalls {
  std::string operation;
  std::vector<const CallSpec*> calls;
};

/// Where a deployment stands.
struct DeploymentSite {
  std::string service;
  std::string region;  ///< key in "regions" ("sg"); empty for a global kind
  std::uint32_t region_index = 0;
  std::vector<std::string> zones;
};

/// "web@sg", or "www" of a global kind.
[[nodiscard]] std::string name_of(const DeploymentSite& site);

/// What the caller's steps do with the cached copies behind an operation (cache_for), after its
/// call went well: kGet looks the request's key up and on a miss runs the call's "onMiss", kPut
/// keeps it.
enum class CacheUse : std::uint8_t { kGet, kPut };

/// How a load balancer treats the tasks of a target (its target group's attributes).
struct BalancerSettings {
  sim::TaskGroup::Choice choice = sim::TaskGroup::Choice::kRoundRobin;
  sim::Duration health_interval = sim::Duration::seconds(30);
  sim::Duration health_timeout = sim::Duration::seconds(5);
  std::uint32_t healthy_threshold = 5;
  std::uint32_t unhealthy_threshold = 2;
  sim::Duration deregistration_delay = sim::Duration::seconds(300);
  sim::Law registration;  ///< from "running" to the first check
  bool fail_open = true;  ///< with no healthy target, send to all
  /// The share of its turns that a new target takes grows from none to all in that time; 0: at
  /// once.
  sim::Duration slow_start;
  /// A target gets requests from the nodes of all zones; otherwise from its own zone's alone.
  bool cross_zone = true;
  /// By zone: 1 while a zonal shift keeps requests from its targets; empty where none can.
  std::vector<sim::RegisterId> shifted;
};

/// A service in a region, read and checked. Lives as long as the compiled platform.
class DeploymentModel {
 public:
  virtual ~DeploymentModel() = default;
  /// Operations that it offers by itself (front doors add those of what they front).
  [[nodiscard]] virtual std::vector<std::string> operations() const = 0;
  /// The services in "to" of a front door.
  [[nodiscard]] virtual std::vector<std::string> fronts() const { return {}; }
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
  [[nodiscard]] virtual CacheUse cache_use(std::string_view operation) const {
    return operation == "put" ? CacheUse::kPut : CacheUse::kGet;
  }
  /// Plan of an operation whose caller reaches only what stands in that zone (an index).
  [[nodiscard]] virtual sim::PlanId plan_in_zone(std::string_view operation,
                                                 std::uint32_t /*zone*/) const {
    return plan(operation);
  }
  /// The plan where it matters who asks (a name server answers a CDN's resolvers apart).
  [[nodiscard]] virtual sim::PlanId plan_for_caller(const DeploymentSite& /*caller*/,
                                                    std::string_view operation) const {
    return plan(operation);
  }
  /// Plan for a caller that only hands an event over (a bus, a topic, an asynchronous call): it
  /// ends when the event is kept. `otherwise` (how the caller reaches the operation) where it keeps
  /// none: then its end is the operation's.
  [[nodiscard]] virtual sim::PlanId event_plan(std::string_view /*operation*/,
                                               sim::PlanId otherwise) const {
    return otherwise;
  }
  /// Plan of one health-check request; invalid: the deployment's gate alone answers.
  [[nodiscard]] virtual sim::PlanId health_plan() const { return {}; }
  /// A load balancer's settings for its targets; null for every other kind.
  [[nodiscard]] virtual const BalancerSettings* balancer() const { return nullptr; }
  /// What the region's CloudWatch says of its metrics; null for every other kind.
  [[nodiscard]] virtual const PublicationDelays* publication() const { return nullptr; }
  [[nodiscard]] virtual const Handles& handles() const = 0;
};

/// Of a kind that is no service of its own but a property of others (a firewall).
struct PropertyOf {
  std::string_view key;                 ///< "waf"
  std::vector<std::string_view> kinds;  ///< that take it
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
  /// What it acknowledges can be lost: it has an RPO (models/replication).
  [[nodiscard]] virtual bool is_store() const { return false; }
  /// The same where its deployments state roles; otherwise each stands alone and none survives
  /// another.
  [[nodiscard]] virtual bool is_store_with_roles() const { return false; }
  /// Set where it is a property of other kinds; what it is billed by, their deployments meter.
  [[nodiscard]] virtual std::optional<PropertyOf> property() const { return std::nullopt; }
  /// What its deployments are billed by, in the order of the documentation.
  [[nodiscard]] virtual std::vector<MeterSpec> meters() const { return {}; }
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
