// The nodes of a balancer: one a zone, each under an address of its own.
//
// A request goes to one of the addresses that its client believes in, all alike. While a zone is
// lost its node answers nobody; after `detection` its address is withdrawn, and clients leave it as
// their cached answers expire: the share of its clients that still ask it falls from 1 to 0 over
// the answer's time to live, in twentieths. A node that is back is asked again in the same way.
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
  void declare(Compiler& compiler, const DeploymentSite& site, const ZoneFaults& faults);
  /// Adds the controller that withdraws addresses.
  void define(Compiler& compiler, const DeploymentSite& site, const sim::Law& detection,
              sim::Duration ttl) const;
  /// Steps that bring a request to a node and through its gate; none where zones cannot fail.
  void emit(sim::PlanBuilder& plan) const;

 private:
  ZoneFaults faults_;
  std::vector<sim::RegisterId> left_;  // by zone, in twentieths
};

struct NodePolicy {
  std::string subject;
  std::string region;
  ZoneFaults faults;
  std::vector<sim::RegisterId> left;
  sim::LawId detection;
  sim::Duration ttl;
};

struct NodeState {
  struct Row {
    sim::Instant withdrawn = sim::Instant::never();  ///< or listed again, where it is not lost
    bool lost = false;
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
  NodePolicy policy_;
};

}  // namespace lifeboat::models::alb
