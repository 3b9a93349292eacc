// What a deployment model sees while it compiles: the network being built, and the names that
// others have declared.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/clock.hpp"
#include "models/platform/kind.hpp"
#include "models/watching/monitoring.hpp"

namespace lifeboat::models {

/// How a called operation is reached from a region. The plan is ready to call: where the callee
/// is in another region it pays the link's round trip first, and where the operation goes to the
/// store's writer it turns to the region that the writer's register names at that moment.
struct Callee {
  sim::PlanId plan;
  sim::DeploymentId deployment;  ///< invalid where it depends on the writer
  DeploymentModel* model = nullptr;
};

/// See the file comment. Implemented in compiler.cpp by the platform loader.
class Compiler {
 public:
  virtual ~Compiler() = default;
  virtual sim::NetworkBuilder& network() = 0;
  [[nodiscard]] virtual const Platform& platform() const = 0;

  /// The deployment row of a site (made before the declare pass for every site).
  [[nodiscard]] virtual sim::DeploymentId deployment(const DeploymentSite& site) const = 0;
  [[nodiscard]] virtual DeploymentModel* model(std::string_view service,
                                               std::string_view region) = 0;
  /// All regions in which a service is deployed, in file order.
  [[nodiscard]] virtual std::vector<std::string> regions_of(std::string_view service) const = 0;
  /// Plan of `service.operation` as called from `from` (its own region; global callees anywhere),
  /// with a key of `key_space` unless that is empty. Nothing where that is absent or unknown: a
  /// problem was reported when calls were checked.
  [[nodiscard]] virtual std::optional<Callee> callee(const DeploymentSite& from,
                                                     std::string_view service,
                                                     std::string_view operation,
                                                     std::string_view key_space = {}) = 0;
  /// The same for a given region ("at": "sg"), whatever the caller's.
  [[nodiscard]] virtual std::optional<Callee> callee_at(const DeploymentSite& from,
                                                        std::string_view region,
                                                        std::string_view service,
                                                        std::string_view operation,
                                                        std::string_view key_space = {}) = 0;
  /// The service's kind ("ecs-fargate").
  [[nodiscard]] virtual std::string_view kind_of(std::string_view service) const = 0;
  /// Operations offered at a site, those that a front door passes on included.
  [[nodiscard]] virtual std::vector<std::string> operations_of(const DeploymentSite& site) = 0;
  /// Front doors of the same region (and global ones) whose "to" names this site's service.
  [[nodiscard]] virtual std::vector<DeploymentModel*> front_doors_of(
      const DeploymentSite& site) = 0;
  /// The followed (asynchronous) journey that begins with this operation ("follows").
  [[nodiscard]] virtual std::optional<sim::JourneyId> followed_by(
      std::string_view service, std::string_view operation) const = 0;
  /// The register of that name, added with `initial` by whoever asks first: shared by deployments
  /// of a region ("region/sg/fargate-vcpu-used").
  virtual sim::RegisterId shared_register(const std::string& name, std::int64_t initial) = 0;
  /// Register that holds the region index of the store's writer; invalid where all may write.
  [[nodiscard]] virtual sim::RegisterId writer(std::string_view service) const = 0;
  virtual void set_writer(std::string_view service, sim::RegisterId writer) = 0;
  /// "region/sg/control-plane": 1 while verbs on that region's resources are taken.
  [[nodiscard]] virtual sim::RegisterId control_plane(std::string_view region) const = 0;
  /// "region/sg/up": 1 while the region's data plane runs; controllers of a dead region rest.
  [[nodiscard]] virtual sim::RegisterId region_up(std::string_view region) const = 0;
  /// The region's CloudWatch; of no region (""): one that never fails.
  [[nodiscard]] virtual Monitoring monitoring(std::string_view region) const = 0;
  /// Whether faults may hit a zone (ZoneFaults).
  [[nodiscard]] virtual bool zones_may_fail() const = 0;
  /// Whether a runbook may shift requests away from a zone.
  [[nodiscard]] virtual bool zones_may_shift() const = 0;
  /// What the clock shows at time 0.
  [[nodiscard]] virtual const io::Calendar& calendar() const = 0;
  /// "health-check/NAME": 1 while the check says healthy.
  [[nodiscard]] virtual sim::RegisterId health_check(std::string_view name) const = 0;
  [[nodiscard]] virtual sim::KeySpaceId key_space(std::string_view name) const = 0;
  /// Average stored size of one key's value in bytes.
  [[nodiscard]] virtual double key_bytes(std::string_view name) const = 0;
  /// Store row for commits, by service name.
  virtual std::uint32_t store(std::string_view service) = 0;
  /// Data class and part of a write operation (`data` of the platform), if it belongs to one.
  struct RecordPart {
    sim::RecordClassId record;
    std::uint32_t part = 0;
  };
  [[nodiscard]] virtual std::optional<RecordPart> record_part(std::string_view service,
                                                              std::string_view operation) const = 0;
  /// Round-trip law between two regions (from "links"); a sourced default where none is given.
  virtual sim::LawId link(std::string_view from, std::string_view to) = 0;
  /// One-way link law (half the round trip) for replication.
  virtual sim::LawId link_one_way(std::string_view from, std::string_view to) = 0;
  [[nodiscard]] virtual double link_bytes_per_second(std::string_view from,
                                                     std::string_view to) const = 0;
  /// Quota of a region by name ("fargateVcpu"); the sourced default where the file is silent.
  [[nodiscard]] virtual double quota(std::string_view region, std::string_view name) const = 0;
  /// Expected arrival rate at an operation in steady state, requests a second (from traffic and
  /// visit ratios), when known: for steady initial counts. 0 where unknown.
  [[nodiscard]] virtual double expected_rate(std::string_view service,
                                             std::string_view operation) const = 0;
  /// The same of all operations of one deployment together.
  [[nodiscard]] virtual double expected_visits(const DeploymentSite& site) const = 0;
  /// Mean number of processors that its operations keep busy at the expected rates; 0 where
  /// unknown. For steady initial counts.
  [[nodiscard]] virtual double expected_processors(const DeploymentSite& site) const = 0;
};

}  // namespace lifeboat::models
