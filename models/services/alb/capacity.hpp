// The balancer's own capacity, which follows demand late.
//
// A load balancer is nodes that AWS adds and removes by rules that it does not publish. What is
// known: traffic that doubles faster than every five minutes outruns it, it grows after one to
// three minutes, and it shrinks slowly. So here capacity C, in requests a second, is looked at
// every 15 s:
//
//     wanted = 1.3 x the demand of a dead time ago
//     C grows to what is wanted, at most by 2^(15 s / 300 s) at a look
//     C falls to the most that was wanted in the last hour
//     C is never below the reserved capacity units, nor below what every balancer has
//
// Requests beyond it are refused (503). Sources: the rule of five minutes is widely reported (a
// guess); LCU reservation as a floor: Elastic Load Balancing, capacity unit reservations, as of
// 2026-11.
#pragma once

#include <array>
#include <string>
#include <utility>

#include "sim/control/control.hpp"
#include "sim/control/controller.hpp"

namespace lifeboat::models::alb {

/// Over the demand that is wanted to be there.
inline constexpr double kHeadroom = 1.3;

struct CapacityPolicy {
  std::string name;
  sim::DeploymentId deployment;  ///< whose visits are the demand
  sim::BucketId bucket;          ///< that refuses what is beyond
  sim::RegisterId capacity;      ///< as of now, in requests a second
  double floor = 0;              ///< requests a second
  double first = 0;              ///< at the start
  sim::LawId dead_time;
};

struct CapacityState {
  static constexpr std::size_t kKept = 40;     ///< looks: ten minutes
  static constexpr std::size_t kMinutes = 60;  ///< for which nothing shrinks
  std::array<float, kKept> demand{};           ///< requests a second, newest at `looks` - 1
  std::array<float, kMinutes> wanted{};        ///< the most of each minute
  std::uint32_t looks = 0;
  std::uint32_t behind = 0;  ///< looks that the dead time lasts
  std::uint64_t entered = 0;
  double capacity = 0;
  bool begun = false;
};

class Capacity final : public sim::ControllerOf<CapacityState> {
 public:
  explicit Capacity(CapacityPolicy policy) : policy_(std::move(policy)) {}
  [[nodiscard]] std::string name() const override { return policy_.name + "/capacity"; }

 private:
  void start_with(CapacityState& state, sim::Control& control) const override;
  void wake_with(CapacityState& state, sim::Control& control) const override;
  void set(CapacityState& state, sim::Control& control, double capacity) const;

  CapacityPolicy policy_;
};

}  // namespace lifeboat::models::alb
