// The zones in which a database's servers stand, and what the loss of one makes of them.
//
// The writer stands in `availabilityZone`, its standby or standbys in the zones after that, the
// read replicas in the zones after those, round the region. When the writer's zone is lost
//
//   with a synchronous standby in another zone, it fails over: the standby is the writer, nothing
//     that was acknowledged is lost, and the old writer is a standby that is behind;
//   otherwise the database is gone until the zone is back, or that of a standby that was
//     synchronous to the end (both zones lost at one instant): then it fails over to that.
//
// While its zone is lost a standby is not synchronous: commits do not wait for it, and there is
// nothing to fail over to. It is again `standbyResync` after its zone is back. A read replica is
// gone with its zone and back with it. A failover that is asked for (a verb, a fault) changes the
// places of the writer and of a standby that can take over; where none can, nobody moves.
//
// Left out: a commit that hangs until the loss of the standby is noticed; the choice of another
// zone for the standby, which AWS makes by itself after a while.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/platform/zone_faults.hpp"
#include "models/services/rds/description.hpp"
#include "models/services/rds/read_replicas.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::rds {

/// Servers that there may be: the writer, standbys and read replicas.
inline constexpr std::uint32_t kMostServers = kMostReplicas + 2;

struct ZonePolicy {
  std::string subject;
  std::string region;
  ZoneFaults faults;
  std::uint32_t standbys = 0;
  /// By server: the part that serves its requests; invalid for the standby of an instance.
  std::vector<sim::DeploymentId> parts;
  /// By server (the writer, its standbys, its read replicas): index of its zone.
  std::vector<sim::RegisterId> zone;
  sim::RegisterId synchronous;  ///< how many standbys are
  sim::RegisterId failover;     ///< Progress; invalid without standbys
  sim::LawId resync;
};

struct ZoneState {
  struct Row {
    sim::EffectId gone;                          ///< what acts on its part while it is gone
    sim::Instant ready = sim::Instant::never();  ///< of a standby that is behind
    bool is_gone = false;
    bool behind = false;
  };
  std::array<Row, kMostServers> rows;
  std::int64_t failover = 0;  ///< as last seen
  bool expected = false;      ///< the failover that is to come was ours
  std::uint64_t number = 0;
};

class ZoneController final : public sim::ControllerOf<ZoneState> {
 public:
  explicit ZoneController(ZonePolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/zones"; }

 protected:
  void start_with(ZoneState&, sim::Control&) const override {}
  void wake_with(ZoneState& state, sim::Control& control) const override;

 private:
  [[nodiscard]] bool stands_in_lost(const sim::Control& control, std::uint32_t server) const;
  void follow_failover(ZoneState& state, sim::Control& control) const;
  void follow_writer(ZoneState& state, sim::Control& control) const;
  void follow_standbys(ZoneState& state, sim::Control& control) const;
  void set_gone(ZoneState& state, sim::Control& control, std::uint32_t server, bool gone) const;
  void change_places(sim::Control& control, std::uint32_t standby) const;
  void fail_over_to(ZoneState& state, sim::Control& control, std::uint32_t standby) const;
  /// A standby that has all that was acknowledged, in a zone that is there; 0: none.
  [[nodiscard]] std::uint32_t heir(const ZoneState& state, const sim::Control& control) const;
  void tell(sim::Control& control, std::string_view text) const;

  ZonePolicy policy_;
};

/// What a database's plans know of its zones.
class Zones {
 public:
  void declare(Compiler& compiler, const DeploymentSite& site, const Description& d);
  [[nodiscard]] bool any() const { return faults_.any(); }
  /// Steps through the gate of the zone in which the writer (0) or a read replica (1 ...) stands.
  void pass(sim::PlanBuilder& plan, std::size_t server) const;
  /// Steps that a commit takes only while a standby is synchronous.
  template <class Steps>
  void while_synchronous(sim::PlanBuilder& plan, const Steps& steps) const {
    if (!synchronous_.valid()) return steps();
    const auto alone = plan.label();
    plan.switch_on(synchronous_, {alone});
    steps();
    plan.place(alone);
  }
  /// `parts` serve the writer's requests and those of the read replicas, in order.
  void define(Compiler& compiler, const DeploymentSite& site, const Description& d,
              const std::vector<sim::DeploymentId>& parts, sim::RegisterId failover) const;

 private:
  /// Of the standby of an instance, which serves nobody: 1; of a cluster's, which are read: 0.
  [[nodiscard]] static std::uint32_t silent_standbys(const Description& d) {
    return d.multi_az ? 1 : 0;
  }

  ZoneFaults faults_;
  std::vector<sim::RegisterId> zone_;  // by server, as in ZonePolicy
  std::uint32_t silent_ = 0;
  sim::RegisterId synchronous_;
};

}  // namespace lifeboat::models::rds
