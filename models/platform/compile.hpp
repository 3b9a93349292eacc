// From a platform to a network.
//
// compile_platform makes every deployment's stations, plans and controllers, and a root plan for
// each journey: the call of its entry, given up when the customer's patience ends, with the
// clients' retries inside. It hands over the builder, so that a scenario adds its traffic, faults
// and runbooks before build(), and the names by which it refers to things.
//
// Registers that scenarios may set: region/NAME/up, region/NAME/control-plane,
// region/NAME/cloudwatch (1 or 0), the switches among the health checks, and what the deployments'
// verbs set by themselves.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/io/clock.hpp"
#include "models/platform/kind.hpp"
#include "models/platform/platform.hpp"
#include "sim/network/builder.hpp"

namespace lifeboat::models {

struct CompileOptions {
  /// Attempts a second at each journey when the run begins: decides the steady initial counts of
  /// what scales. Empty: counts are as the file says.
  std::map<std::string, double, std::less<>> journey_rates;
  /// What the clock shows at time 0: schedules and forecasts go by it.
  io::Calendar calendar;
  /// Whether faults may hit a zone: what stands in zones then has gates and controllers for it, and
  /// otherwise none that would cost time.
  bool zones_may_fail = false;
  /// Whether a runbook shifts requests away from a zone: balancers then have a node in each.
  bool zones_may_shift = false;
  /// Whether faults may hit the network between regions: calls from one to another then pass a gate
  /// of "link/A/B" (link_name).
  bool links_may_fail = false;
};

struct CompiledRegion {
  std::string name;
  std::string code;
  sim::RegionId id;
  sim::RegisterId up;
  sim::RegisterId control_plane;
  sim::RegisterId cloudwatch;
  std::vector<sim::DeploymentId> deployments;  ///< all that stand in it
};

struct CompiledDeployment {
  DeploymentSite site;
  std::string kind;
  sim::DeploymentId id;
  DeploymentModel* model = nullptr;
  [[nodiscard]] const Handles& handles() const { return model->handles(); }
};

struct CompiledHealthCheck {
  std::string name;
  sim::RegisterId status;  ///< 1 healthy, 0 unhealthy
  bool is_switch = false;
};

class CompiledPlatform {
 public:
  CompiledPlatform();
  CompiledPlatform(CompiledPlatform&&) noexcept;
  CompiledPlatform& operator=(CompiledPlatform&&) noexcept;
  ~CompiledPlatform();

  /// The network so far; build() it once everything is added. Not to be used after that.
  [[nodiscard]] sim::NetworkBuilder& network();

  std::vector<CompiledRegion> regions;          ///< in file order
  std::vector<CompiledDeployment> deployments;  ///< in file order
  std::vector<CompiledHealthCheck> health_checks;
  std::map<std::string, sim::JourneyId, std::less<>> journeys;
  std::map<std::string, std::uint32_t, std::less<>> visits;  ///< index into Network::visits
  std::map<std::string, sim::RecordClassId, std::less<>> record_classes;
  std::map<std::string, std::uint32_t, std::less<>> stores;     ///< index into Network::stores
  std::map<std::string, sim::RegisterId, std::less<>> writers;  ///< by store: its writer's region

  [[nodiscard]] const CompiledRegion* find_region(std::string_view name) const;
  [[nodiscard]] const CompiledDeployment* find(std::string_view service,
                                               std::string_view region) const;
  /// All deployments of a service.
  [[nodiscard]] std::vector<const CompiledDeployment*> of(std::string_view service) const;
  [[nodiscard]] const CompiledHealthCheck* find_health_check(std::string_view name) const;

 private:
  friend class PlatformCompiler;
  struct Owned;
  std::unique_ptr<Owned> owned_;
};

/// Service of the deployment whose gate is passed between two regions, in any order; it stands in
/// no region. No service of a file can be called so.
[[nodiscard]] std::string link_name(std::string_view a, std::string_view b);

/// Compiles a platform that was checked without errors. `platform` must outlive the result's use
/// of its models (not the network's). Throws std::invalid_argument, with a text for people, for a
/// platform beyond the engine's limits (too many tasks in all).
[[nodiscard]] CompiledPlatform compile_platform(const Platform& platform,
                                                const CompileOptions& options = {});

}  // namespace lifeboat::models
