// The nodes of a balancer: one a zone, each under an address of its own.
//
// A request goes to one of the addresses that its client believes in, all alike. While a zone is
// lost its node answers nobody; after `detection` its address is withdrawn, and clients leave it as
// their cached answers expire: the share of its clients that still ask it falls from 1 to 0 over
// the answer's time to live, in twentieths. A node that is back is asked again in the same way.
// So is that of a zone without a healthy target, where targets get requests from their own zone's
// node alone. A zonal shift withdraws at once, and keeps requests from the zone's targets until it
// is cancelled or expires; a balancer has at most one.
//
// There are nodes only where a zone may be lost or shifted, or where they send to their own zones.
//
// Clients do not try a second address by themselves (an attempt that is made again draws anew).
// With more than one address withdrawn, the clients of one go to the next in order.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/platform/zone_faults.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::alb {

/// Steps of the share of a node's clients that have left it.
inline constexpr std::int64_t kShares = 20;

/// Of clients that asked a node, how many twentieths have left it `since` its address was
/// withdrawn, with answers that live for `ttl`.
[[nodiscard]] std::int64_t left_after(sim::Duration since, sim::Duration ttl);

/// The nodes in the balancer's plans.
class Nodes {
 public:
  /// `cross_zone`: the nodes send to the targets of all zones.
  void declare(Compiler& compiler, const DeploymentSite& site, bool cross_zone);
  /// Adds the controller that withdraws addresses. `targets`: the services that the nodes send to.
  void define(Compiler& compiler, const DeploymentSite& site,
              const std::vector<std::string>& targets, const sim::Law& detection,
              sim::Duration ttl) const;
  /// Steps that bring a request to a node and through its gate; none where there are no nodes.
  /// Where the nodes send to their own zones, `at_node` adds what each then does.
  using AtNode = std::function<void(std::uint32_t zone)>;
  void emit(sim::PlanBuilder& plan, const AtNode& at_node) const;
  /// startZonalShift and cancelZonalShift; none where no runbook shifts.
  [[nodiscard]] std::vector<Verb> verbs() const;
  [[nodiscard]] bool send_across() const { return cross_zone_; }
  /// By zone: 1 while requests are shifted away; empty where none can be.
  [[nodiscard]] const std::vector<sim::RegisterId>& shifted() const { return shifted_; }

 private:
  ZoneFaults faults_;
  bool cross_zone_ = true;
  std::vector<std::string> zones_;     // that have a node
  std::vector<sim::RegisterId> left_;  // these by zone; of its clients, in twentieths
  std::vector<sim::RegisterId> shifted_until_;
  std::vector<sim::RegisterId> shifted_;
};

struct NodePolicy {
  std::string subject;
  std::string region;
  ZoneFaults faults;
  std::vector<std::string> zones;
  std::vector<sim::RegisterId> left;
  std::vector<sim::RegisterId> shifted_until;  ///< nanoseconds; 0: not shifted
  std::vector<sim::RegisterId> shifted;
  /// By zone: counts of healthy targets, none of which may be 0.
  std::vector<std::vector<sim::RegisterId>> healthy;
  sim::LawId detection;
  sim::Duration ttl;
};

struct NodeState {
  struct Row {
    sim::Instant withdrawn = sim::Instant::never();  ///< or listed again, where it is not out
    bool out = false;
    bool shifted = false;
    bool told = true;
  };
  std::array<Row, ZoneFaults::kMostZones> rows;
  std::uint64_t number = 0;
};

class NodeController final : public sim::ControllerOf<NodeState> {
 public:
  explicit NodeController(NodePolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.subject + "/nodes"; }

 protected:
  void start_with(NodeState&, sim::Control&) const override {}
  void wake_with(NodeState& state, sim::Control& control) const override;

 private:
  /// Whether a shift acts on the zone; tells the targets' schedulers when that changes.
  bool follow_shift(NodeState::Row& row, std::uint32_t zone, sim::Control& control) const;
  [[nodiscard]] bool is_sick(std::uint32_t zone, const sim::Control& control) const;

  NodePolicy policy_;
};

}  // namespace lifeboat::models::alb
