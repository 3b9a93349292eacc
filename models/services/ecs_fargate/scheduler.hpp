// The ECS service scheduler: keeps the running tasks of one service at its desired count.
//
// A task's life: PROVISIONING (its network interface), PENDING (the image is pulled), ACTIVATING,
// then RUNNING; behind a load balancer it is registered and serves after its first passing check.
// While it boots nobody listens and checks fail: who boots for longer than two of them take,
// without a grace period, is stopped before it listens, and so is the next. DRAINING takes no new
// requests, finishes what it holds for at most the deregistration delay, and stops. Three things
// hold launches back: the region's token bucket (20 a second, 100 at once, all services together),
// the service's own (500 a minute), and the region's vCPU quota. A fault may grant only a share of
// further launches, replacements of lost tasks among them.
//
// A new task goes to the zone with the fewest. Scale-in takes tasks that do not serve first, then
// from the zone with the most. A task that fails its balancer's checks is taken out of service and
// replaced: the replacement first, then the stop, one for one. With no healthy task at all the
// balancer sends to every task that it knows (fail-open).
//
// While the region's control plane is down nothing is started or stopped; while the region is down
// nothing is checked either, and all goes on from where it stood when it returns.
//
// Tasks of a lost zone are replaced in the others, and tasks that stand unevenly are moved
// (scheduler_zones.cpp).
//
// A new version is rolled out by deployment.hpp's rules (scheduler_deployment.cpp).
//
// A task reads its image, secrets and parameters when it starts: one that starts while they are out
// of date is broken or fails requests for as long as it lives, and is replaced once one of those it
// has read is mended. Tasks that run already keep what they have read.
//
// Sources: AWS documentation, ECS task life cycle, service quotas and throttling, as of 2026-11.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "models/platform/kind.hpp"
#include "models/platform/zone_faults.hpp"
#include "models/services/ecs_fargate/deployment.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models {

struct SchedulerPolicy {
  std::string service;
  std::string region;
  std::vector<std::string> zones;
  sim::TaskGroupId group;
  std::uint32_t first_task = 0;
  std::uint32_t limit = 0;  ///< task places
  sim::RegisterId desired;
  sim::RegisterId changes;   ///< grows when tasks have changed, for those who watch
  sim::RegisterId launched;  ///< counts tasks that were started
  sim::RegisterId healthy;   ///< tasks in service that pass their checks
  sim::RegisterId region_up;
  sim::RegisterId control_plane;
  sim::RegisterId vcpu_used;     ///< of the region, thousandths
  sim::RegisterId launch_clock;  ///< of the region: when its launch bucket would be full, ns
  sim::RegisterId grant;         ///< of the region: share of further launches granted, thousandths
  std::int64_t vcpu_milli = 0;   ///< of one task
  sim::RegisterId vcpu_quota;    ///< of the region, thousandths
  sim::RegisterId
      stale_broken;  ///< millionths of launched tasks whose configuration is too old ...
  sim::RegisterId stale_errors;  ///< ... to start, and of requests that such a task fails
  sim::RegisterId stale_faults;  ///< a bit for each thing that is out of date
  double launch_rate = 20;       ///< of the region, a second
  double launch_burst = 100;
  double service_rate = 500.0 / 60;  ///< of this service, a second
  sim::LawId start;                  ///< from the launch to RUNNING
  sim::Duration boot;                ///< from RUNNING until it listens
  sim::Duration health_grace;        ///< from RUNNING on: failed checks do not stop it
  std::optional<BalancerSettings> balancer;
  sim::LawId registration;  ///< from RUNNING to the first check
  sim::PlanId health_plan;
  sim::Duration stop_timeout = sim::Duration::seconds(30);
  std::optional<ecs::DeploymentSettings> deployment;  ///< empty: never deployed to
  ecs::DeploymentRegisters registers;                 ///< valid where there is one
  ZoneFaults zone_faults;
  sim::LawId zone_loss_detection;  ///< from a zone's loss until its tasks are found gone
  std::vector<sim::RegisterId> healthy_in_zone;  ///< counts, where its balancer's nodes ask
  bool rebalancing = true;
  sim::LawId rebalancing_delay;  ///< from uneven zones to the launch of replacements
};

/// One place for a task.
struct TaskRow {
  enum class Stage : std::uint8_t { kFree, kStarting, kBooting, kRegistering, kServing, kDraining };
  sim::Instant at;          ///< of the next thing that happens to it
  sim::Instant runs_since;  ///< RUNNING
  sim::Instant drained_by;  ///< kDraining: at the latest
  std::uint32_t generation = 0;
  std::uint32_t passes = 0;  ///< checks in a row
  std::uint32_t failures = 0;
  std::int64_t version = 0;
  std::int64_t stale =
      0;  ///< bits of what was out of date when it read it, where it suffers from it
  Stage stage = Stage::kFree;
  std::uint8_t zone = 0;
  bool healthy = false;
  bool unhealthy = false;  ///< so the balancer says: it takes more than one passing check
  bool checking = false;   ///< a check is out
  bool replaced = false;   ///< failed its checks: another takes its place
  bool was_healthy = false;
  bool broken = false;       ///< its version's fault: fails every check
  bool admitted = false;     ///< has been in service, so that its share grows no more
  sim::Instant ramps_until;  ///< while its share of the requests grows
};

/// Launches that are asked for while the region grants only a share of them.
struct Scarcity {
  std::int64_t share = 1000;  ///< that it grants, thousandths
  std::int64_t granted = 0;   ///< not yet launched
  std::int64_t refused = 0;   ///< and still wanted
};

struct SchedulerState {
  std::uint64_t launches = 0;
  std::uint32_t used = 0;  ///< task places up to the last that ever had a task
  sim::Instant service_clock;
  Scarcity scarce;
  std::int64_t requests = 0;  ///< launches asked for under scarcity: the number of the next one
  sim::Instant blocked_until;
  bool told_blocked = false;
  bool steady = true;  ///< as many tasks serve as are wanted, and that was said
  bool deploying = false;
  bool rolling_back = false;
  bool halted = false;  ///< the circuit breaker ended the deployment where it stood
  ecs::Version target;  ///< that new tasks run
  ecs::Version stable;  ///< last one deployed whole
  ecs::Version before;  ///< the one before that
  std::int64_t newest = 0;
  std::int64_t rollbacks = 0;     ///< asked for so far
  std::int64_t failed_tasks = 0;  ///< of this deployment, since one was healthy
  /// By zone, while it is lost: when that is found.
  std::array<sim::Instant, ZoneFaults::kMostZones> found_lost{};
  std::uint64_t zone_losses = 0;
  std::int64_t moving = 0;  ///< tasks beyond the desired count, until others have stopped for them
  sim::Instant rebalance_at = sim::Instant::never();
  std::uint64_t rebalancings = 0;
};

class Scheduler final : public sim::Controller {
 public:
  explicit Scheduler(SchedulerPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::size_t state_size() const override;
  void start(void* state, sim::Control& control) const override;
  void wake(void* state, sim::Control& control) const override;
  void answered(void* state, sim::Control& control, const sim::ProbeResult& result) const override;

 private:
  /// maximumPercent where the service does not say: the default.
  static constexpr double kMaximumShare = 2;
  struct View;  // the state's two parts
  static View view(void* state);
  static TaskRow& begun(View& v, std::uint32_t index);
  void advance_tasks(View& v, sim::Control& control) const;
  void advance(View& v, std::uint32_t index, sim::Control& control) const;
  void check_or_serve(View& v, std::uint32_t index, sim::Control& control) const;
  static void serve(View& v, TaskRow& row);
  void send_check(View& v, std::uint32_t index, sim::Control& control) const;
  void judge(View& v, TaskRow& row, bool good, sim::Control& control) const;
  [[nodiscard]] bool listens(const TaskRow& row, const sim::Control& control) const {
    return control.now() >= row.runs_since + policy_.boot;
  }
  void route(View& v, sim::Control& control) const;
  void start_slowly(View& v, std::uint32_t index, sim::Control& control) const;
  [[nodiscard]] bool is_shifted(std::uint32_t zone, const sim::Control& control) const;
  void adjust(View& v, sim::Control& control) const;
  void launch_up_to(View& v, std::int64_t wanted, sim::Control& control) const;
  void look_for_deployments(View& v, sim::Control& control) const;
  void adjust_deployment(View& v, sim::Control& control) const;
  void retire_failed(View& v, std::int64_t wanted, sim::Control& control) const;
  void finish_deployment(View& v, sim::Control& control) const;
  void roll_back(View& v, const ecs::Version& to, std::string_view cause,
                 sim::Control& control) const;
  void count_failed_task(View& v, const TaskRow& row, sim::Control& control) const;
  void set_phase(sim::Control& control, ecs::DeploymentPhase phase) const;
  void tell(sim::Control& control, std::string_view text, std::string_view cause) const;
  template <class May>
  bool retire_one(View& v, const May& may, sim::Control& control) const;
  [[nodiscard]] bool may_launch(View& v, sim::Control& control) const;
  [[nodiscard]] std::int64_t granted(View& v, std::int64_t wanted, std::int64_t held,
                                     sim::Control& control) const;
  bool launch(View& v, sim::Control& control) const;
  void mark_broken(TaskRow& row, std::uint32_t task, View& v, sim::Control& control) const;
  void replace_stale(View& v, sim::Control& control) const;
  void retire_replaced(View& v, std::int64_t kept, sim::Control& control) const;
  void retire(View& v, std::uint32_t index, sim::Control& control) const;
  void stop(View& v, std::uint32_t index, sim::Control& control) const;
  void block(View& v, sim::Control& control, sim::Duration wait, std::string_view why) const;
  void follow_zones(View& v, sim::Control& control) const;
  void stop_zone(View& v, std::uint32_t zone, sim::Control& control) const;
  [[nodiscard]] bool avoids(const View& v, std::uint32_t zone, const sim::Control& control) const;
  [[nodiscard]] bool avoids_all(const View& v, const sim::Control& control) const;
  [[nodiscard]] std::int64_t uneven_tasks(const View& v, const sim::Control& control) const;
  void rebalance(View& v, std::int64_t wanted, std::int64_t held, std::int64_t serving,
                 sim::Control& control) const;
  void changed(sim::Control& control) const;
  void wake_for_next(View& v, sim::Control& control) const;

  SchedulerPolicy policy_;
};

}  // namespace lifeboat::models
