// Which nodes of a domain serve: losses, returns, the standby zone, the masters' quorum.
//
// A lost node holds nothing and answers nothing from that instant; its shards' other copies answer,
// so that the nodes left carry more. Without a standby zone they copy the lost shards meanwhile,
// which slows them. With one, the nodes of the last zone hold copies and answer no searches until
// another zone loses a node; they answer after the activation, and rest again once all are back. A
// node that returns serves after its recovery.
//
// Masters stand one a zone in turn (without dedicated ones the data nodes vote): where half of them
// or more are lost, the domain refuses everything.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/replication/nodes.hpp"
#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::opensearch {

inline constexpr std::uint32_t kMostNodes = 200;

struct DomainPolicy {
  std::string subject;
  std::string region;
  NodeFaults faults;
  std::vector<sim::DeploymentId> deployments;  ///< whose stations the nodes' are
  std::uint32_t masters = 0;                   ///< dedicated ones
  std::vector<sim::RegisterId> holds;          ///< by node: 1 while its copies take writes
  std::vector<sim::RegisterId> serves;         ///< by node: 1 while it answers searches
  sim::RegisterId quorum;                      ///< 1 while the masters are enough
  bool standby = false;
  double redistribution_speed = 1;
  sim::LawId activation;
  sim::LawId recovery;
  sim::LawId redistribution;
};

struct DomainState {
  std::array<sim::Instant, kMostNodes> back;  // when a returned node serves; never: none is due
  sim::Instant standby_active = sim::Instant::never();  // since when, or from when on
  sim::Instant redistributed = sim::Instant::never();
  sim::EffectId slowdown;
  std::uint32_t number = 0;
};

class DomainController final : public sim::ControllerOf<DomainState> {
 public:
  explicit DomainController(DomainPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/domain"; }

 protected:
  void start_with(DomainState& state, sim::Control& control) const override;
  void wake_with(DomainState& state, sim::Control& control) const override;

 private:
  [[nodiscard]] std::uint32_t nodes() const {
    return static_cast<std::uint32_t>(policy_.holds.size());
  }
  [[nodiscard]] bool rests(std::uint32_t node) const {
    return policy_.standby && policy_.faults.zone_of(node) + 1 == policy_.faults.zones();
  }
  [[nodiscard]] bool holds(const sim::Control& control, std::uint32_t node) const {
    return control.value(policy_.holds[node]) != 0;
  }
  void follow_node(DomainState& state, sim::Control& control, std::uint32_t node) const;
  void lose(DomainState& state, sim::Control& control, std::uint32_t node) const;
  void follow_standby(DomainState& state, sim::Control& control) const;
  void follow_redistribution(DomainState& state, sim::Control& control) const;
  [[nodiscard]] bool has_quorum(const sim::Control& control) const;

  DomainPolicy policy_;
};

}  // namespace lifeboat::models::opensearch
